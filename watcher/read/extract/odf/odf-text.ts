import type { DocumentWarning } from '#shared/document.ts';
import type { SourceFile } from '../extraction.ts';
import { openHtmlLines, type HtmlContext } from '../html/html-lines.ts';
import { hiddenTextWarning, hiddenThingsWarning } from '../hidden-text.ts';
import type { TextBuilder } from '../text-builder.ts';
import { walkXml, type XmlAttributes } from '../xml.ts';
import type { HiddenStyles } from './odf-styles.ts';

/** Elements whose text nobody reads: deleted text, forms, scripts, and the marks of pictures. */
const WITHOUT_TEXT = new Set([
  'text:tracked-changes',
  'office:forms',
  'office:scripts',
  'office:automatic-styles',
  'office:font-face-decls',
  'text:note-citation',
  'dc:creator',
  'dc:date',
  'meta:creator-initials',
  'svg:title',
  'svg:desc',
  'presentation:footer-decl',
  'presentation:date-time-decl',
  'presentation:header-decl',
  'text:sequence-decls',
]);
/** Begins what the audience does not see: a citation of a slide must not pass for what is on it. */
export const NOTES_LABEL = 'Notes: ';
const PARAGRAPH: HtmlContext = { kind: 'paragraph', owner: null, indent: '' };

/**
 * Adds the text of an OpenDocument text or presentation. Footnotes and comments follow the block that they belong to;
 * the notes of a slide follow the slide.
 * @returns the warnings for hidden slides and hidden text.
 */
export function addOdfText(
  file: SourceFile,
  builder: TextBuilder,
  content: Buffer,
  hidden: HiddenStyles,
): readonly DocumentWarning[] {
  const lines = openHtmlLines(builder);
  const contexts: HtmlContext[] = [PARAGRAPH];
  const notes: string[] = [];
  let note: string | null = null;
  let noteCount = 0;
  let skipDepth = 0;
  let skipsHidden = false;
  let slide = 0;
  let hiddenSlides = 0;
  let hiddenChars = 0;
  /** The notes of a slide have begun, and none of their text has been written. */
  let beginsNotes = false;
  let isInNotes = false;
  const titles: boolean[] = [];

  const context = (): HtmlContext => contexts.at(-1) ?? PARAGRAPH;
  const write = (text: string): void => {
    if (note === null) lines.write(text, context());
    else note += text;
  };
  const endLine = (): void => {
    if (note !== null) note += ' ';
    else if (context().kind === 'table') lines.write(' ', context());
    else lines.endLine(context());
  };
  const addNotes = (): void => {
    if (note !== null || notes.length === 0 || context().kind === 'list' || context().kind === 'table') return;
    for (const text of notes.splice(0)) {
      lines.write(text, PARAGRAPH);
      lines.endLine(PARAGRAPH);
    }
  };
  const isSkipped = (name: string, attributes: XmlAttributes): boolean => {
    if (WITHOUT_TEXT.has(name)) return true;
    if (name === 'draw:page') {
      slide++;
      lines.endLine(context());
      lines.close();
      builder.mark({ slide });
      if (!hidden.slides.has(attributes['draw:style-name'] ?? '')) return false;
      hiddenSlides++;
      return true;
    }
    if (file.readsHidden === true) return false;
    skipsHidden = name === 'text:hidden-text' || name === 'text:hidden-paragraph';
    skipsHidden ||= /^text:(?:p|h|span)$/.test(name) && hidden.text.has(attributes['text:style-name'] ?? '');
    return skipsHidden;
  };

  walkXml(file, content, {
    open(name, attributes) {
      if (skipDepth > 0 || isSkipped(name, attributes)) {
        skipDepth++;
        return;
      }
      switch (name) {
        case 'text:h':
        case 'text:p': {
          endLine();
          const level = Math.min(6, Math.max(1, Number(attributes['text:outline-level']) || 1));
          const isTitle = titles.at(-1) === true && !isInNotes;
          const isHeading = name === 'text:h' || (isTitle && context().kind === 'paragraph');
          contexts.push(isHeading && context().kind !== 'table' ? { ...PARAGRAPH, kind: 'heading', level } : context());
          break;
        }
        case 'text:list': {
          endLine();
          const around = context();
          const indent = `${around.indent}  `.slice(0, 16);
          if (around.kind === 'list') contexts.push({ ...around, indent });
          else if (around.kind === 'table') contexts.push(around);
          else contexts.push({ ...PARAGRAPH, kind: 'list', owner: attributes });
          break;
        }
        case 'text:list-item':
          if (context().kind === 'list') lines.beginItem('- ');
          break;
        case 'table:table':
          endLine();
          contexts.push(context().kind === 'table' ? context() : { ...PARAGRAPH, kind: 'table', owner: attributes });
          break;
        case 'table:table-cell':
        case 'table:covered-table-cell':
          lines.beginCell();
          break;
        case 'draw:frame':
          titles.push((attributes['presentation:class'] ?? '').endsWith('title'));
          break;
        case 'presentation:notes':
          lines.endLine(context());
          beginsNotes = true;
          isInNotes = true;
          break;
        case 'text:note':
        case 'office:annotation':
          if (name === 'text:note') {
            noteCount++;
            write(`[${noteCount}]`);
          }
          note = name === 'text:note' ? `[${noteCount}] ` : '';
          break;
        case 'text:s':
          write(' ');
          break;
        case 'text:tab':
          write('\t');
          break;
        case 'text:line-break':
          if (note === null) lines.breakLine(context());
          else note += ' ';
          break;
        default:
      }
    },
    text(text) {
      if (skipDepth > 0) {
        if (skipsHidden) hiddenChars += text.trim().length;
        return;
      }
      const isBlank = text.trim() === '';
      if (isBlank && contexts.length === 1) return; // the layout of the XML
      write(beginsNotes && !isBlank ? `${NOTES_LABEL}${text}` : text);
      beginsNotes &&= isBlank;
    },
    close(name) {
      if (skipDepth > 0) {
        skipDepth--;
        return;
      }
      switch (name) {
        case 'text:h':
        case 'text:p':
          endLine();
          contexts.pop();
          addNotes();
          break;
        case 'text:list':
        case 'table:table':
          contexts.pop();
          addNotes();
          break;
        case 'table:table-row':
          lines.endLine(context());
          break;
        case 'draw:frame':
          titles.pop();
          break;
        case 'presentation:notes':
          isInNotes = false;
          break;
        case 'text:note':
        case 'office:annotation':
          notes.push(note ?? '');
          note = null;
          break;
        default:
      }
    },
  });
  lines.endLine(PARAGRAPH);
  lines.close();
  return [...hiddenThingsWarning('slides', hiddenSlides), ...hiddenTextWarning(hiddenChars)];
}
