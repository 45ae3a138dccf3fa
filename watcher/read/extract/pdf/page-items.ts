import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { withWritings } from './annotations.ts';
import { MIN_VISIBLE_SIZE, withoutHidden, type HiddenRun } from './hidden-text.ts';
import type { PdfItem } from './pdf-lines.ts';

/** The text of a page; its origin is the lower left corner as the reader sees it. */
export interface PdfPageItems {
  /** In points. */
  readonly width: number;
  readonly height: number;
  readonly items: readonly PdfItem[];
  /** Characters that no reader sees and that are left out. */
  readonly hiddenChars: number;
}

/**
 * Reads the text pieces of a page, with what has been written into its forms and notes, and turns them with the page.
 * @param hidden what no reader sees of the page; it is left out, as is text below 1 point. Null: everything is read.
 */
export async function readPageItems(page: PDFPageProxy, hidden: readonly HiddenRun[] | null): Promise<PdfPageItems> {
  const content = await page.getTextContent();
  const drawn = content.items.filter((item) => 'str' in item);
  const isRead = ({ str, transform }: PdfItem): boolean =>
    hidden === null || str.trim() === '' || sizeOf(transform) >= MIN_VISIBLE_SIZE;
  const large = drawn.filter(isRead);
  const tinyChars = drawn.length === large.length ? 0 : charsOf(drawn) - charsOf(large);
  const runs = hidden ?? [];
  const runChars = charsOf(runs.map(({ text }) => ({ str: text })));
  const items = await withWritings(withoutHidden(large, runs), page);
  const { rotate, view } = page;
  const [left = 0, bottom = 0, right = 0, top = 0] = view;
  const isTurned = rotate % 180 !== 0;
  return {
    width: isTurned ? top - bottom : right - left,
    height: isTurned ? right - left : top - bottom,
    // Runs include the text below 1 point, if they were looked for.
    hiddenChars: Math.max(tinyChars, runChars),
    items: items.map((item) => upright(item, rotate, [left, bottom, right, top])),
  };
}

function sizeOf([a = 1, b = 0, c = 0, d = 1]: readonly number[]): number {
  return Math.hypot(c, d) || Math.hypot(a, b);
}

function charsOf(items: readonly { readonly str: string }[]): number {
  return items.reduce((sum, { str }) => sum + str.replaceAll(/\s/g, '').length, 0);
}

function upright(item: PdfItem, rotate: number, view: readonly [number, number, number, number]): PdfItem {
  const [left, bottom, right, top] = view;
  if (rotate === 0 && left === 0 && bottom === 0) return item;
  const { str, width } = item;
  const [a = 1, b = 0, c = 0, d = 1, x = 0, y = 0] = item.transform;
  switch (rotate) {
    case 90:
      return { str, width, transform: [b, -a, d, -c, y - bottom, right - x] };
    case 180:
      return { str, width, transform: [-a, -b, -c, -d, right - x, top - y] };
    case 270:
      return { str, width, transform: [-b, a, -d, c, top - y, x - left] };
    default:
      return { str, width, transform: [a, b, c, d, x - left, y - bottom] };
  }
}
