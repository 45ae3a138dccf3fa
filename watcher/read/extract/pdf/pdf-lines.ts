import { withoutGlyphCodes } from './glyphs.ts';
import { isRightToLeft, openLeftward, type Leftward } from './right-to-left.ts';

/** A piece of text as pdf.js reports it. */
export interface PdfItem {
  readonly str: string;
  /** The text matrix: [a, b, c, d, x, y]. */
  readonly transform: readonly number[];
  /** In points. */
  readonly width: number;
}

/** A line, measured along and across its own direction, so that rotated pages are read like upright ones. */
export interface PdfLine {
  text: string;
  readonly angle: number;
  left: number;
  right: number;
  readonly baseline: number;
  size: number;
  /** Length of the longest piece, whose font size is taken as the line's. */
  longest: number;
  /** Whether the line is a table row: wide gaps separate its cells. */
  isRow: boolean;
  /** What the wide gaps separate, from left to right; absent without such a gap. */
  cells?: PdfCell[];
}

/** A part of a line that wide gaps set apart. */
interface PdfCell {
  text: string;
  readonly left: number;
  right: number;
}

/** Joins the text pieces of a page into lines, in the order in which the page contains them. */
export function linesOf(items: readonly PdfItem[]): readonly PdfLine[] {
  const lines: PdfLine[] = [];
  const spaced = spacedItems(items);
  let isSpacePending = false;
  let letters: Letters | null = null;
  const isLeftwardPage = items.some(({ str }) => isRightToLeft(str));
  let leftward: Leftward | null = null;
  for (const item of items) {
    const { transform, width } = item;
    const str = withoutGlyphCodes(spaced.has(item) ? item.str.replaceAll(' ', '') : item.str);
    if (str.trim() === '') {
      isSpacePending ||= str !== '';
      continue;
    }
    const [a = 1, b = 0, c = 0, d = 1, x = 0, y = 0] = transform;
    const size = Math.hypot(c, d) || Math.hypot(a, b) || 1;
    const angle = Math.round((Math.atan2(b, a) * 180) / Math.PI);
    const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
    const left = x * cos + y * sin;
    const baseline = y * cos - x * sin;
    const line = lines.at(-1);
    if (line !== undefined && isStruckTwice(line, { str, angle, left, baseline, size })) continue;
    const rise = line === undefined ? 0 : Math.abs(baseline - line.baseline);
    if (line?.angle === angle && rise < 0.5 * Math.max(size, line.size)) {
      const isTaken = leftward?.add({ str, left, right: left + width, size, isSpacePending }) ?? false;
      if (isTaken) {
        isSpacePending = false;
        continue;
      }
    }
    const continuesLine =
      line !== undefined &&
      line.angle === angle &&
      left > line.right - Math.max(size, line.size) &&
      (rise < 0.5 * Math.max(size, line.size) ||
        (rise < 0.75 * line.size && size < 0.85 * line.size && str.length <= 4 && left - line.right < 0.5 * line.size));
    if (!continuesLine) {
      lines.push({ text: str, angle, left, right: left + width, baseline, size, longest: str.length, isRow: false });
      letters = openLetters(str, left + width);
      leftward = isLeftwardPage ? openLeftward(lines.at(-1)!) : null;
    } else {
      leftward = null; // it goes on to the right
      const gap = left - line.right;
      const rest = str.slice(overlapOf(line, str, gap, width));
      const hasGap = isSpacePending || gap > 0.25 * size;
      addToCells(line, { text: rest, left, right: left + width }, { isApart: gap > 1.5 * size, hasGap });
      line.isRow ||= gap > 1.5 * size;
      line.text += hasGap && !/\s$/.test(line.text) && !/^\s/.test(rest) ? ` ${rest}` : rest;
      line.right = Math.max(line.right, left + width);
      if (str.length > line.longest) Object.assign(line, { size, longest: str.length });
      letters = line.isRow || isSpacePending ? null : addLetter(letters, rest, left + width);
      if (letters !== null) line.text = wordsOfLetters(letters) ?? line.text;
    }
    isSpacePending = false;
  }
  return lines;
}

/** Adds a piece to the cells of a line, of which there are none before its first wide gap. */
function addToCells(line: PdfLine, cell: PdfCell, { isApart, hasGap }: { isApart: boolean; hasGap: boolean }): void {
  if (isApart) {
    line.cells ??= [{ text: line.text, left: line.left, right: line.right }];
    line.cells.push(cell);
    return;
  }
  const last = line.cells?.at(-1);
  if (last === undefined) return;
  last.text += hasGap && !/\s$/.test(last.text) && !/^\s/.test(cell.text) ? ` ${cell.text}` : cell.text;
  last.right = Math.max(last.right, cell.right);
}

/** Returns the pieces that are capitals set apart: "C O N T R A T O", and short words such as "D E" beside one. */
function spacedItems(items: readonly PdfItem[]): ReadonlySet<PdfItem> {
  const spaced = new Set<PdfItem>();
  if (!items.some(({ str }) => /^\p{Lu}(?: \p{Lu}){3}/u.test(str))) return spaced;
  const heights = new Set<number>();
  const heightOf = ({ transform }: PdfItem): number => Math.round(transform[5] ?? 0);
  for (const item of items) {
    if (/^\p{Lu}(?: \p{Lu}){3,}$/u.test(item.str)) heights.add(heightOf(item));
  }
  for (const item of items) {
    if (/^\p{Lu}(?: \p{Lu})+$/u.test(item.str) && heights.has(heightOf(item))) spaced.add(item);
  }
  return spaced;
}

/** Returns whether a piece is the whole line again, a hair's breadth aside: that is how some programs draw bold. */
function isStruckTwice(
  line: PdfLine,
  { str, angle, left, baseline, size }: { str: string; angle: number; left: number; baseline: number; size: number },
): boolean {
  return (
    line.text === str &&
    line.angle === angle &&
    Math.abs(left - line.left) < 0.15 * size &&
    Math.abs(baseline - line.baseline) < 0.15 * size
  );
}

/** Returns how many characters at the start of a piece are drawn over the same characters at the end of the line. */
function overlapOf(line: PdfLine, str: string, gap: number, width: number): number {
  const overlap = -gap;
  if (overlap < 0.15 * line.size) return 0;
  const each = width / str.length;
  for (let count = Math.min(str.length, line.text.length); count > 0; count--) {
    if (line.text.endsWith(str.slice(0, count)) && Math.abs(overlap - count * each) < Math.max(0.5 * each, 2))
      return count;
  }
  return 0;
}

/** A line of which every piece is one capital. */
interface Letters {
  readonly chars: readonly string[];
  readonly rights: readonly number[];
}

function openLetters(str: string, right: number): Letters | null {
  return /^\p{Lu}$/u.test(str) ? { chars: [str], rights: [right] } : null;
}

function addLetter(letters: Letters | null, rest: string, right: number): Letters | null {
  const char = rest.trim();
  if (letters === null || char === '') return letters;
  if (!/^\p{Lu}$/u.test(char) || letters.chars.length > 100) return null;
  return { chars: [...letters.chars, char], rights: [...letters.rights, right] };
}

/** Returns the words of capitals that are drawn one by one, at like distances; null if there are too few to know. */
function wordsOfLetters({ chars, rights }: Letters): string | null {
  if (chars.length < 4) return null;
  const steps = rights.slice(1).map((right, i) => right - rights[i]!);
  const usual = steps.toSorted((one, other) => one - other)[steps.length >> 1] ?? 0;
  return chars.map((char, i) => (i > 0 && steps[i - 1]! > 1.6 * usual ? ` ${char}` : char)).join('');
}
