import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PdfItem } from './pdf-lines.ts';

/** Flags of annotations that no reader shows: hidden, and not on the screen. */
const INVISIBLE = 2 | 32;
const NOTES = new Set(['FreeText', 'Text', 'Highlight', 'Underline', 'StrikeOut', 'Squiggly', 'Caret', 'Stamp']);
/** Size of the text in a field, in points, unless the field is too low for it. */
const FIELD_SIZE = 11;

/** What has been written into a page with a reader: the value of a form field, or a note. */
interface Writing {
  readonly text: string;
  /** In the coordinates of the page. */
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
  readonly isField: boolean;
}

/**
 * Returns the text pieces of a page together with the values of its form fields and its notes: a value after what is
 * printed on its left, a note before what is printed below it.
 */
export async function withWritings(items: readonly PdfItem[], page: PDFPageProxy): Promise<readonly PdfItem[]> {
  // A damaged annotation must not cost the text of its page.
  const annotations: readonly unknown[] = await page.getAnnotations().catch(() => []);
  const writings = annotations.map(writingOf).filter((writing) => writing !== null);
  if (writings.length === 0) return items;
  const all = [...items];
  // From the top down, so that the values of one column come in its order.
  const downwards = writings.toSorted((one, other) => other.top - one.top || one.left - other.left);
  for (const writing of downwards) {
    const pieces = piecesOf(writing);
    const place = writing.isField ? placeOfField(all, pieces[0]!, writing) : placeOfNote(all, writing);
    all.splice(place, 0, ...pieces);
  }
  return all;
}

function writingOf(annotation: unknown): Writing | null {
  if (typeof annotation !== 'object' || annotation === null) return null;
  // Each of these may be missing or of any type: they come from the file.
  const {
    subtype,
    rect,
    annotationFlags,
    fieldType,
    fieldValue,
    contentsObj,
    checkBox,
    radioButton,
    password,
    ...rest
  } = annotation as Readonly<Record<string, unknown>>;
  if (!Array.isArray(rect) || rect.length < 4) return null;
  if (typeof annotationFlags === 'number' && (annotationFlags & INVISIBLE) !== 0) return null;
  const [left, bottom, right, top] = rect.map(Number) as [number, number, number, number]; // its length is checked above
  const isField = subtype === 'Widget';
  let text = '';
  if (isField && (checkBox === true || radioButton === true)) {
    const on = checkBox === true ? rest.exportValue : rest.buttonValue;
    text = typeof fieldValue === 'string' && fieldValue !== 'Off' && fieldValue === on ? '☑' : '☐';
  } else if (isField && (fieldType === 'Tx' || fieldType === 'Ch') && password !== true) {
    text = Array.isArray(fieldValue)
      ? fieldValue.map(String).join(', ')
      : typeof fieldValue === 'string'
        ? fieldValue
        : '';
  } else if (typeof subtype === 'string' && NOTES.has(subtype)) {
    text = textOf(contentsObj);
  }
  return text.trim() === '' ? null : { text: text.trim(), left, bottom, right, top, isField };
}

function textOf(contents: unknown): string {
  const str: unknown = typeof contents === 'object' && contents !== null && 'str' in contents ? contents.str : '';
  return typeof str === 'string' ? str : '';
}

/** Returns a piece for each line of a writing, at the heights at which readers draw them. */
function piecesOf({ text, left, bottom, right, top }: Writing): readonly PdfItem[] {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  const height = Math.max(1, top - bottom);
  const size = Math.min(FIELD_SIZE, Math.max(4, height / lines.length / 1.2));
  const firstBaseline = lines.length === 1 && height < 2.5 * size ? bottom + (height - 0.7 * size) / 2 : top - size;
  const width = Math.max(1, right - left);
  return lines.map((str, i) => ({
    str,
    transform: [size, 0, 0, size, left, firstBaseline - 1.2 * size * i],
    width: Math.min(width, 0.5 * size * str.length),
  }));
}

/** Returns the index after the nearest piece on the left in the same row, else before that on the right, else that of a note. */
function placeOfField(items: readonly PdfItem[], value: PdfItem, writing: Writing): number {
  const [, , , , left = 0, baseline = 0] = value.transform;
  let [before, after] = [-1, -1];
  let [edge, next] = [-Infinity, Infinity];
  for (const [i, { str, transform, width }] of items.entries()) {
    const [, , , , x = 0, y = 0] = transform;
    if (str.trim() === '' || Math.abs(y - baseline) > 6) continue;
    if (x + width <= left + 3 && x + width > edge) [before, edge] = [i, x + width];
    if (x >= writing.right - 3 && x < next) [after, next] = [i, x];
  }
  if (before !== -1) return before + 1;
  return after === -1 ? placeOfNote(items, writing) : after;
}

/** Returns the index of the first piece below, in the same column. */
function placeOfNote(items: readonly PdfItem[], { left, right, bottom, top }: Writing): number {
  const middle = (bottom + top) / 2;
  const below = items.findIndex(({ str, transform, width }) => {
    const [, , , , x = 0, y = 0] = transform;
    return str.trim() !== '' && y < middle && x < right && x + width > left;
  });
  return below === -1 ? items.length : below;
}
