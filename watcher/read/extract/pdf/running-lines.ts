import type { PdfLine } from './pdf-lines.ts';

/** The lines of a page, whose origin is the lower left corner as the reader sees it. */
export interface PdfPageLines {
  /** In points. */
  readonly width: number;
  readonly height: number;
  readonly lines: readonly PdfLine[];
}

// Shares of the page within which running heads, feet and stamps are looked for. The head of a municipal gazette
// takes 10 % of the page, its signature at the side 5 %.
const HEAD_SHARE = 0.14;
const FOOT_SHARE = 0.12;
const SIDE_SHARE = 0.12;
/** A line recurs at the same height if it moves by no more than this, in points. */
const TOLERANCE = 6;
/** No head or foot has more lines; two pages that are alike further down are two copies of a form. */
const MAX_EDGE_LINES = 4;
const MAX_EDGE_LINES_OF_SHORT_FILES = 2;
/** Heads that change with the chapter recur on 3 of 9 neighbouring pages: they may be on every other page only. */
const NEIGHBOURS = 4;
const MIN_NEARBY_PAGES = 3;

/** Words that announce a page number. */
const PAGE_WORD = /p[áa]g(?:ina)?s?\b|\bpages?\b|\bfls?\b|\bfolhas?\b|\bp\./iu;

type Edge = 'head' | 'foot' | 'side';

/** A line near an edge. */
interface Candidate {
  readonly line: PdfLine;
  readonly edge: Edge;
  /** What it has in common with its likes on other pages; null if it cannot be a running line. */
  readonly key: string | null;
  /** Its place, in steps of the tolerance. */
  readonly bucket: number;
}

/**
 * Returns the running heads, running feet and margin stamps of a file: lines near an edge that recur at the same height
 * on more than half of the pages, or on several neighbouring ones. Page numbers in them may differ.
 */
export function runningLines(pages: readonly PdfPageLines[]): ReadonlySet<PdfLine> {
  const seen = new Map<string, number[]>();
  const candidates = pages.map((page, index) =>
    page.lines.flatMap((line): readonly Candidate[] => {
      const edge = edgeOf(line, page);
      const key = edge === null ? null : keyOf(line, edge, index);
      if (edge === null) return [];
      if (key === null) return [{ line, edge, key, bucket: 0 }];
      const bucket = Math.round(positionOf(line, edge) / TOLERANCE);
      const place = `${key}|${bucket}`;
      const indexes = seen.get(place);
      if (indexes === undefined) seen.set(place, [index]);
      else if (indexes.at(-1) !== index) indexes.push(index);
      return [{ line, edge, key, bucket }];
    }),
  );
  const running = new Set<PdfLine>();
  for (const [index, page] of pages.entries()) {
    const ofPage = candidates[index] ?? [];
    for (const { line, edge, key, bucket } of ofPage) {
      if (edge === 'side' && key !== null && recurs(line, key, bucket, index)) running.add(line);
    }
    for (const edge of ['head', 'foot'] as const) {
      const ofEdge = ofPage.filter((candidate) => candidate.edge === edge);
      const inward = ofEdge.toSorted(
        (one, other) => (edge === 'head' ? -1 : 1) * (one.line.baseline - other.line.baseline),
      );
      const recurring: PdfLine[] = [];
      for (const { line, key, bucket } of inward) {
        const isRunning = key !== null && recurs(line, key, bucket, index);
        if (isRunning) recurring.push(line);
        // What comes after the first line of the text itself is text.
        else if (!recurring.some((other) => isSameRow(line, other))) break;
      }
      for (const line of apartFromText(recurring, page, pages.length < 4)) running.add(line);
    }
  }
  return running;

  function recurs(line: PdfLine, key: string, bucket: number, index: number): boolean {
    const places = [bucket - 1, bucket, bucket + 1].map((near) => seen.get(`${key}|${near}`) ?? []);
    const count = places.reduce((sum, indexes) => sum + indexes.length, 0);
    if (count >= 2 && count > pages.length / 2) return true;
    // The header row of a table that goes over some pages must stay.
    if (line.isRow || count < MIN_NEARBY_PAGES) return false;
    const nearby = places.map((indexes) => countNear(indexes, index));
    return nearby.reduce((sum, near) => sum + near, 0) >= MIN_NEARBY_PAGES;
  }
}

/**
 * Returns the lines, given from the edge inwards, up to the last one that is apart from the text: of the lines that
 * recur on all pages of a form or a catalogue, the text has most.
 */
function apartFromText(recurring: readonly PdfLine[], page: PdfPageLines, isShortFile: boolean): readonly PdfLine[] {
  const maxLines = isShortFile ? MAX_EDGE_LINES_OF_SHORT_FILES : MAX_EDGE_LINES;
  const kept = [...recurring];
  const isKept = new Set(kept);
  while (kept.length > 0) {
    const innermost = kept.at(-1)!;
    const rows = kept.filter((line, i) => i === 0 || !isSameRow(line, kept[i - 1]!)).length;
    const touchesText = page.lines.some((line) => !isKept.has(line) && isBelowOrAbove(line, innermost));
    if (rows <= maxLines && !touchesText) break;
    isKept.delete(innermost);
    kept.pop();
  }
  return kept;
}

function isSameRow(one: PdfLine, other: PdfLine): boolean {
  return Math.abs(one.baseline - other.baseline) < 0.5 * Math.max(one.size, other.size);
}

/** Returns whether a line follows another, or the other way round, as in one paragraph. */
function isBelowOrAbove(line: PdfLine, other: PdfLine): boolean {
  const distance = Math.abs(line.baseline - other.baseline);
  return (
    line.angle === other.angle &&
    Math.abs(line.size - other.size) < 0.15 * line.size &&
    distance > 0.5 * line.size &&
    distance < 1.6 * line.size &&
    line.right > other.left &&
    other.right > line.left
  );
}

/** Counts the page indexes, which ascend, that are near another. */
function countNear(indexes: readonly number[], index: number): number {
  let [low, high] = [0, indexes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (indexes[middle]! < index - NEIGHBOURS) low = middle + 1;
    else high = middle;
  }
  let count = 0;
  for (let i = low; i < indexes.length && indexes[i]! <= index + NEIGHBOURS; i++) count += 1;
  return count;
}

function edgeOf(line: PdfLine, { width, height }: PdfPageLines): Edge | null {
  if (line.angle === 0) {
    if (line.baseline > (1 - HEAD_SHARE) * height) return 'head';
    return line.baseline < FOOT_SHARE * height ? 'foot' : null;
  }
  const x = positionOf(line, 'side');
  return x < SIDE_SHARE * width || x > (1 - SIDE_SHARE) * width ? 'side' : null;
}

/** Returns the height of a line that runs across the page, and for the others how far they are from the left. */
function positionOf({ angle, left, right, baseline }: PdfLine, edge: Edge): number {
  if (edge !== 'side') return baseline;
  const radians = (angle * Math.PI) / 180;
  return ((left + right) / 2) * Math.cos(radians) - baseline * Math.sin(radians);
}

/** Returns what the line has in common with its likes on other pages; null if it cannot be a running line. */
function keyOf({ text }: PdfLine, edge: Edge, pageIndex: number): string | null {
  const packed = text.replaceAll(/\s+/g, '').toLowerCase();
  const letters = packed.match(/\p{L}/gu)?.length ?? 0;
  const number = /\d+/.exec(packed)?.[0];
  if (letters === 0 && number === undefined) return null;
  if (letters === 0) {
    // A row of figures is text, a page number runs with the pages.
    const isPageNumber = /^[^\d]{0,3}\d{1,5}[^\d]{0,3}(?:\d{1,5}[^\d]{0,3})?$/.test(packed);
    return isPageNumber ? `${edge}|#${Number(number) - pageIndex}` : null;
  }
  if (/^[^\p{L}]*[ivxlc]{1,8}[^\p{L}]*$/u.test(packed)) return `${edge}|roman`;
  // "Question 1", "Question 2" at the top of each page are headings of the text.
  const isCounted = letters >= 15 || PAGE_WORD.test(text);
  return `${edge}|${isCounted ? packed.replaceAll(/\d+/g, '#') : packed}`;
}
