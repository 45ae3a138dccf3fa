import type { SourceFile } from '../extraction.ts';
import { openHtmlLines, type HtmlContext } from '../html/html-lines.ts';
import { NOTES_LABEL } from '../odf/odf-text.ts';
import type { TextBuilder } from '../text-builder.ts';
import { walkXml } from '../xml.ts';

const PARAGRAPH: HtmlContext = { kind: 'paragraph', owner: null, indent: '' };
/** Placeholders that every slide repeats, and the picture of the slide on the page of its notes. */
const REPEATED = new Set(['sldNum', 'ftr', 'dt', 'hdr', 'sldImg']);
const TITLES = new Set(['title', 'ctrTitle']);

/** Returns whether a slide is not shown. */
export function isHiddenSlide(file: SourceFile, slide: Buffer): boolean {
  let isHidden = false;
  walkXml(file, slide, {
    open(name, attributes) {
      if (name === 'p:sld') isHidden = /^(?:0|false)$/.test(attributes['show'] ?? '');
    },
    close() {},
    text() {},
  });
  return isHidden;
}

/**
 * Adds text of a slide. The paragraphs of one shape are lines of one block.
 * @param part `titles` adds only these, as headings, because they come first wherever they are drawn; `text` adds
 * everything else; `notes` adds text that begins with a label, since the audience does not see it.
 */
export function addSlideText(
  file: SourceFile,
  builder: TextBuilder,
  slide: Buffer,
  part: 'titles' | 'text' | 'notes',
): void {
  const lines = openHtmlLines(builder);
  /** The element whose text is skipped, and how many of its name are open inside it. */
  let skipped: { readonly name: string; depth: number } | null = null;
  let shape: HtmlContext = PARAGRAPH;
  let table: HtmlContext | null = null;
  let isTitle = false;
  let isWritten = true;
  let isText = false;
  let label = part === 'notes' ? NOTES_LABEL : '';

  walkXml(file, slide, {
    open(name, attributes) {
      if (skipped !== null) {
        if (name === skipped.name) skipped.depth++;
        return;
      }
      switch (name) {
        case 'mc:Fallback': // the same text again, for old programs
          skipped = { name, depth: 1 };
          break;
        case 'p:sp':
        case 'xdr:sp': // a text box on a sheet
        case 'dgm:pt':
          shape = { ...PARAGRAPH, owner: attributes };
          isTitle = false;
          isWritten = part !== 'titles';
          break;
        case 'p:ph':
          isTitle = TITLES.has(attributes['type'] ?? '') && part !== 'notes';
          isWritten = !REPEATED.has(attributes['type'] ?? '') && isTitle === (part === 'titles');
          break;
        case 'a:tbl':
          table = { ...PARAGRAPH, kind: 'table', owner: attributes };
          isWritten = part !== 'titles';
          break;
        case 'a:tc':
          if (isWritten) lines.beginCell();
          break;
        case 'a:t':
        case 'p:text':
        case 'm:t':
          isText = true;
          break;
        case 'a:br':
          if (isWritten) lines.breakLine(context());
          break;
        default:
      }
    },
    text(text) {
      if (skipped !== null || !isText || !isWritten || text === '') return;
      lines.write(label + text, context());
      label = '';
    },
    close(name) {
      if (skipped !== null) {
        if (name === skipped.name && --skipped.depth === 0) skipped = null;
        return;
      }
      switch (name) {
        case 'a:t':
        case 'p:text':
        case 'm:t':
          isText = false;
          if (name === 'p:text') lines.endLine(PARAGRAPH);
          break;
        case 'a:p':
          if (isTitle || table !== null) lines.write(' ', context());
          else lines.endLine(context());
          break;
        case 'a:tr':
          lines.endLine(context());
          break;
        case 'a:tbl':
          table = null;
          break;
        case 'p:sp':
        case 'xdr:sp':
        case 'dgm:pt':
          lines.endLine(context());
          isTitle = false;
          isWritten = part !== 'titles';
          break;
        default:
      }
    },
  });
  lines.endLine(PARAGRAPH);
  lines.close();

  function context(): HtmlContext {
    if (isTitle) return { ...PARAGRAPH, kind: 'heading', level: 1 };
    return table ?? shape;
  }
}
