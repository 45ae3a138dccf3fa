import { joinLines, wordsOf, type Words } from './hyphens.ts';
import type { PdfLine } from './pdf-lines.ts';

/** One paragraph of a page, in one font size. */
export interface PdfParagraph {
  readonly text: string;
  /** Font size in points, rounded to half a point. */
  readonly size: number;
  readonly lineCount: number;
}

/**
 * Joins the lines of a page into paragraphs by their geometry, in the order of the lines.
 * @param words returns the words of the file, which decide about hyphens at line ends.
 */
export function paragraphsOf(
  lines: readonly PdfLine[],
  words: () => Words = () => wordsOf(lines),
): readonly PdfParagraph[] {
  const paragraphs: PdfParagraph[] = [];
  for (const run of runsOf(lines)) {
    const rightEdge = run.reduce((edge, line) => Math.max(edge, line.right), -Infinity);
    let open: PdfLine[] = [];
    for (const line of run) {
      const previous = open.at(-1);
      if (previous !== undefined && endsParagraph(previous, line, rightEdge)) {
        addParagraph(paragraphs, open, rightEdge, words);
        open = [];
      }
      open.push(line);
    }
    addParagraph(paragraphs, open, rightEdge, words);
  }
  return paragraphs;
}

/** Groups lines that follow one another down the page at the usual distance, in one font size and direction. */
function runsOf(lines: readonly PdfLine[]): readonly (readonly PdfLine[])[] {
  const leading = usualLeading(lines);
  const runs: PdfLine[][] = [];
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
function usualLeading(lines: readonly PdfLine[]): number {
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
function endsParagraph(previous: PdfLine, line: PdfLine, rightEdge: number): boolean {
  if (!/[.!?:;]["'”’)\]]*$/.test(previous.text.trimEnd())) return false;
  return hadRoomFor(line, previous, rightEdge) || line.left - previous.left > 0.8 * line.size;
}

/** Returns whether the first word of a line would have fitted on the previous one, so that the break is intended. */
function hadRoomFor(line: PdfLine, previous: PdfLine, rightEdge: number): boolean {
  const text = line.text.trim();
  const firstWord = /^\S+/.exec(text)?.[0] ?? '';
  const width = ((line.right - line.left) * (firstWord.length + 1)) / Math.max(1, text.length);
  return previous.right + width < rightEdge;
}

function addParagraph(
  paragraphs: PdfParagraph[],
  lines: readonly PdfLine[],
  rightEdge: number,
  words: () => Words,
): void {
  const [first] = lines;
  if (first === undefined) return;
  let text = first.text.trim();
  for (let i = 1; i < lines.length; i++) {
    const [previous, line] = [lines[i - 1]!, lines[i]!];
    const isBreakIntended = (previous.isRow && line.isRow) || hadRoomFor(line, previous, rightEdge);
    const next = line.text.trim();
    text = isBreakIntended ? `${text}\n${next}` : joinLines(text, next, words);
  }
  const longest = lines.reduce((best, line) => (line.text.length > best.text.length ? line : best), first);
  const size = Math.round(2 * longest.size) / 2;
  const last = paragraphs.at(-1);
  // A sentence that continues in the next column.
  if (last !== undefined && last.size === size && /[\p{L},-]$/u.test(last.text) && /^\p{Ll}/u.test(text)) {
    const lineCount = last.lineCount + lines.length;
    paragraphs[paragraphs.length - 1] = { text: joinLines(last.text, text, words), size, lineCount };
  } else {
    paragraphs.push({ text, size, lineCount: lines.length });
  }
}
