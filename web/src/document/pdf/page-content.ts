import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PageItem } from './find-quote.ts';

type TextContent = Awaited<ReturnType<PDFPageProxy['getTextContent']>>;

/** What has been written into a page with a reader: the value of a form field, or a note. */
export interface Writing {
  readonly text: string;
  /** In points, in the coordinates of the page: left, bottom, right, top. */
  readonly rect: readonly [number, number, number, number];
  /** Whether the text is drawn on the page; the text of other notes is shown only on demand. */
  readonly isDrawn: boolean;
}

/** The text of a page, in two layers. */
export interface PageContent {
  readonly content: TextContent;
  readonly writings: readonly Writing[];
  /** The items of `content` that have text, in their order, then the writings. */
  readonly items: readonly PageItem[];
  /** How many of the items are of `content`. */
  readonly drawnItems: number;
}

/** Reads the text of a page, with the values of its form fields and its notes, as the extraction does. */
export async function readPageContent(page: PDFPageProxy): Promise<PageContent> {
  const content = await page.getTextContent();
  // A damaged annotation must not cost the text of its page.
  const annotations: readonly unknown[] = await page.getAnnotations().catch(() => []);
  const writings = annotations.map(writingOf).filter((writing) => writing !== null);
  const drawn = content.items.flatMap((item): PageItem[] => {
    if (!('str' in item)) return [];
    const [, , , , x = 0, y = 0] = item.transform as number[]; // the type of pdf.js is any[]
    return [{ text: item.str, x, y, height: item.height }];
  });
  const written = writings.map(({ text, rect: [left, bottom, , top] }) => ({
    text,
    x: left,
    y: bottom,
    height: top - bottom,
  }));
  return { content, writings, items: [...drawn, ...written], drawnItems: drawn.length };
}

const NOTES = new Set(['FreeText', 'Text', 'Highlight', 'Underline', 'StrikeOut', 'Squiggly', 'Caret', 'Stamp']);

function writingOf(annotation: unknown): Writing | null {
  if (typeof annotation !== 'object' || annotation === null) return null;
  // Each of these may be missing or of any type: they come from the file.
  const { subtype, rect, fieldType, fieldValue, password, contentsObj } = annotation as Readonly<
    Record<string, unknown>
  >;
  if (!Array.isArray(rect) || rect.length < 4) return null;
  const [left, bottom, right, top] = rect.map(Number) as [number, number, number, number]; // its length is checked above
  let text: unknown = '';
  const isField = subtype === 'Widget';
  if (isField && (fieldType === 'Tx' || fieldType === 'Ch') && password !== true) {
    text = Array.isArray(fieldValue) ? fieldValue.map(String).join(', ') : fieldValue;
  } else if (typeof subtype === 'string' && NOTES.has(subtype)) {
    text = typeof contentsObj === 'object' && contentsObj !== null && 'str' in contentsObj ? contentsObj.str : '';
  }
  if (typeof text !== 'string' || text.trim() === '') return null;
  return { text, rect: [left, bottom, right, top], isDrawn: isField || subtype === 'FreeText' };
}
