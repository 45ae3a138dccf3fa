import { withoutGlyphCodes } from './glyphs.ts';

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
  readonly left: number;
  right: number;
  readonly baseline: number;
  size: number;
  /** Length of the longest piece, whose font size is taken as the line's. */
  longest: number;
  /** Whether the line is a table row: wide gaps separate its cells. */
  isRow: boolean;
}

/** Joins the text pieces of a page into lines, in the order in which the page contains them. */
export function linesOf(items: readonly PdfItem[]): readonly PdfLine[] {
  const lines: PdfLine[] = [];
  let isSpacePending = false;
  for (const item of items) {
    const { transform, width } = item;
    const str = withoutGlyphCodes(item.str);
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
    const continuesLine =
      line !== undefined &&
      line.angle === angle &&
      Math.abs(baseline - line.baseline) < 0.5 * Math.max(size, line.size) &&
      left > line.right - Math.max(size, line.size);
    if (!continuesLine) {
      lines.push({ text: str, angle, left, right: left + width, baseline, size, longest: str.length, isRow: false });
    } else {
      const gap = left - line.right;
      const hasGap = isSpacePending || gap > 0.25 * size;
      line.isRow ||= gap > 1.5 * size;
      line.text += hasGap && !/\s$/.test(line.text) && !/^\s/.test(str) ? ` ${str}` : str;
      line.right = Math.max(line.right, left + width);
      if (str.length > line.longest) Object.assign(line, { size, longest: str.length });
    }
    isSpacePending = false;
  }
  return lines;
}
