import type { SourceFile } from '../extraction.ts';
import { walkXml } from '../xml.ts';

/** Styles that hide what has them, by their names. */
export interface HiddenStyles {
  readonly sheets: ReadonlySet<string>;
  readonly slides: ReadonlySet<string>;
  readonly text: ReadonlySet<string>;
}

/** The styles of a file whose hidden text is read. */
export const NOTHING_HIDDEN: HiddenStyles = { sheets: new Set(), slides: new Set(), text: new Set() };

/** Returns the styles of content.xml that hide a sheet, a slide or text. */
export function hiddenStylesOf(file: SourceFile, content: Buffer): HiddenStyles {
  const sheets = new Set<string>();
  const slides = new Set<string>();
  const text = new Set<string>();
  let style = '';
  walkXml(file, content, {
    open(name, attributes) {
      if (name === 'style:style') style = attributes['style:name'] ?? '';
      else if (name === 'style:table-properties' && attributes['table:display'] === 'false') sheets.add(style);
      else if (name === 'style:text-properties' && attributes['text:display'] === 'none') text.add(style);
      else if (name === 'style:drawing-page-properties' && attributes['presentation:visibility'] === 'hidden') {
        slides.add(style);
      }
    },
    close() {},
    text() {},
  });
  return { sheets, slides, text };
}
