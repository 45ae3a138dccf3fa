/** A piece of text as pdf.js reports it. */
export interface PdfItem {
  readonly str: string;
  /** The text matrix: [a, b, c, d, x, y]. */
  readonly transform: readonly number[];
  /** In points. */
  readonly width: number;
}

/** One paragraph of a page, in one font size. */
export interface PdfParagraph {
  readonly text: string;
  /** Font size in points, rounded to half a point. */
  readonly size: number;
  readonly lineCount: number;
}

/** A line, measured along and across its own direction, so that rotated pages are read like upright ones. */
interface Line {
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

/** Joins the text pieces of a page into paragraphs by their geometry, in the order in which the page contains them. */
export function paragraphsOf(items: readonly PdfItem[]): readonly PdfParagraph[] {
  const paragraphs: PdfParagraph[] = [];
  for (const run of runsOf(linesOf(items))) {
    const rightEdge = run.reduce((edge, line) => Math.max(edge, line.right), -Infinity);
    let open: Line[] = [];
    for (const line of run) {
      const previous = open.at(-1);
      if (previous !== undefined && endsParagraph(previous, line, rightEdge)) {
        addParagraph(paragraphs, open, rightEdge);
        open = [];
      }
      open.push(line);
    }
    addParagraph(paragraphs, open, rightEdge);
  }
  return paragraphs;
}

function linesOf(items: readonly PdfItem[]): readonly Line[] {
  const lines: Line[] = [];
  let isSpacePending = false;
  for (const { str, transform, width } of items) {
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

/** Groups lines that follow one another down the page at the usual distance, in one font size and direction. */
function runsOf(lines: readonly Line[]): readonly (readonly Line[])[] {
  const leading = usualLeading(lines);
  const runs: Line[][] = [];
  for (const line of lines) {
    const previous = runs.at(-1)?.at(-1);
    const drop = previous === undefined ? 0 : previous.baseline - line.baseline;
    const continuesRun =
      previous !== undefined &&
      previous.angle === line.angle &&
      Math.abs(previous.size - line.size) < 0.15 * line.size &&
      drop > 0.5 * line.size &&
      drop < 1.25 * Math.max(leading, 1.2 * line.size) &&
      previous.right > line.left &&
      line.right > previous.left;
    if (continuesRun) runs.at(-1)!.push(line);
    else runs.push([line]);
  }
  return runs;
}

/** Returns the most frequent distance between neighbouring lines, rounded to half a point. */
function usualLeading(lines: readonly Line[]): number {
  const counts = new Map<number, number>();
  for (let i = 1; i < lines.length; i++) {
    const drop = Math.round(2 * (lines[i - 1]!.baseline - lines[i]!.baseline)) / 2;
    const isPlausible = drop > 0.8 * lines[i]!.size && drop < 3 * lines[i]!.size;
    if (isPlausible) counts.set(drop, (counts.get(drop) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted((one, other) => other[1] - one[1] || one[0] - other[0]);
  return most?.[0] ?? 0;
}

/**
 * Returns whether `line` starts a paragraph: the previous line ends a sentence, and `line` is indented or the previous
 * one had room left.
 */
function endsParagraph(previous: Line, line: Line, rightEdge: number): boolean {
  if (!/[.!?:;]["'”’)\]]*$/.test(previous.text.trimEnd())) return false;
  return hadRoomFor(line, previous, rightEdge) || line.left - previous.left > 0.8 * line.size;
}

/** Returns whether the first word of a line would have fitted on the previous one, so that the break is intended. */
function hadRoomFor(line: Line, previous: Line, rightEdge: number): boolean {
  const text = line.text.trim();
  const firstWord = /^\S+/.exec(text)?.[0] ?? '';
  const width = ((line.right - line.left) * (firstWord.length + 1)) / Math.max(1, text.length);
  return previous.right + width < rightEdge;
}

function addParagraph(paragraphs: PdfParagraph[], lines: readonly Line[], rightEdge: number): void {
  const [first] = lines;
  if (first === undefined) return;
  let text = first.text.trim();
  for (let i = 1; i < lines.length; i++) {
    const [previous, line] = [lines[i - 1]!, lines[i]!];
    const isBreakIntended = (previous.isRow && line.isRow) || hadRoomFor(line, previous, rightEdge);
    text = joined(text, line.text.trim(), isBreakIntended);
  }
  const longest = lines.reduce((best, line) => (line.text.length > best.text.length ? line : best), first);
  const size = Math.round(2 * longest.size) / 2;
  const last = paragraphs.at(-1);
  // A sentence that continues in the next column.
  if (last !== undefined && last.size === size && /[\p{L},-]$/u.test(last.text) && /^\p{Ll}/u.test(text)) {
    const lineCount = last.lineCount + lines.length;
    paragraphs[paragraphs.length - 1] = { text: joined(last.text, text, false), size, lineCount };
  } else {
    paragraphs.push({ text, size, lineCount: lines.length });
  }
}

/** Joins two lines: by a line break if it is intended, without the hyphen if a word is divided, else by a space. */
function joined(text: string, next: string, isBreakIntended: boolean): string {
  if (isBreakIntended) return `${text}\n${next}`;
  if (/\p{Ll}[-\u00AD]$/u.test(text) && /^\p{Ll}/u.test(next)) return text.slice(0, -1) + next;
  return `${text} ${next}`;
}
