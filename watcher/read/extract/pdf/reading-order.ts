import type { PdfLine } from './pdf-lines.ts';

/** Lines that follow one another down the page in one column. */
interface Box {
  readonly lines: PdfLine[];
  left: number;
  right: number;
  readonly top: number;
  bottom: number;
}

/** Pages with more boxes are drawings; sorting their labels gains nothing. */
const MAX_BOXES = 2000;
/** Width of the empty strip between two columns, in font sizes. */
const MIN_GUTTER = 0.7;
/** Width of a column of text, in font sizes; narrower ones are cells of a table. */
const MIN_COLUMN = 8;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;

/**
 * Returns the lines of a page in reading order. That is the order in which the page draws them, unless it goes back up
 * or to the left: then columns are read from left to right and each one down to its end. Lines in another direction,
 * such as a stamp along the margin, come last.
 */
export function inReadingOrder(lines: readonly PdfLine[]): readonly PdfLine[] {
  const angle = mainAngle(lines);
  const straight = lines.filter((line) => line.angle === angle);
  const turned = lines.filter((line) => line.angle !== angle);
  const boxes = boxesOf(straight);
  if (!jumpsBack(boxes) || boxes.length > MAX_BOXES || straight.some(({ text }) => RIGHT_TO_LEFT.test(text))) {
    return turned.length === 0 ? lines : [...straight, ...turned];
  }
  return [...ordered(boxes, 0).flatMap((box) => box.lines), ...turned];
}

/** Returns the direction of most characters. */
function mainAngle(lines: readonly PdfLine[]): number {
  const chars = new Map<number, number>();
  for (const { angle, text } of lines) chars.set(angle, (chars.get(angle) ?? 0) + text.length);
  return [...chars].toSorted((one, other) => other[1] - one[1])[0]?.[0] ?? 0;
}

function boxesOf(lines: readonly PdfLine[]): Box[] {
  const boxes: Box[] = [];
  for (const line of lines) {
    const box = boxes.at(-1);
    const previous = box?.lines.at(-1);
    const drop = previous === undefined ? 0 : previous.baseline - line.baseline;
    // Less than the letters take, so that the boxes of neighbouring lines never overlap.
    const [top, bottom] = [line.baseline + 0.6 * line.size, line.baseline - 0.1 * line.size];
    const continues =
      box !== undefined &&
      previous !== undefined &&
      drop > 0.5 * line.size &&
      drop < 1.8 * Math.max(line.size, previous.size) &&
      line.left < box.right &&
      line.right > box.left;
    if (continues) {
      box.lines.push(line);
      box.left = Math.min(box.left, line.left);
      box.right = Math.max(box.right, line.right);
      box.bottom = bottom;
    } else {
      boxes.push({ lines: [line], left: line.left, right: line.right, top, bottom });
    }
  }
  return boxes;
}

/**
 * Returns whether some box is above the one before it in the same column, or left of it and not below. The cells of
 * tables and the labels of figures may jump.
 */
function jumpsBack(boxes: readonly Box[]): boolean {
  const wide = boxes.filter(({ left, right, lines: [first] }) => right - left > MIN_COLUMN * (first?.size ?? 0));
  return wide.some((box, i) => {
    const previous = wide[i - 1];
    if (previous === undefined) return false;
    const shared = Math.min(box.right, previous.right) - Math.max(box.left, previous.left);
    const isInColumn = shared > 0.3 * Math.min(box.right - box.left, previous.right - previous.left);
    if (isInColumn) return box.bottom >= previous.top;
    return box.right <= previous.left && box.top > previous.bottom;
  });
}

/** Cuts at empty strips, first between columns, then between what is above and what is below (XY-cut). */
function ordered(boxes: readonly Box[], depth: number): readonly Box[] {
  if (boxes.length < 2 || depth > 20) return boxes;
  const columns = columnsOf(boxes);
  if (columns.length > 1) return columns.flatMap((column) => ordered(column, depth + 1));
  const strips = stripsOf(boxes);
  if (strips.length < 2) return boxes;
  return groupsOf(strips).flatMap((group) => {
    if (group.length === strips.length) return group.flatMap((strip) => ordered(strip, depth + 1));
    return ordered(group.flat(), depth + 1);
  });
}

/** Splits boxes at the empty strips that go from the top of them to the bottom, unless a column were too narrow. */
function columnsOf(boxes: readonly Box[]): Box[][] {
  const size = medianSize(boxes);
  const columns: { readonly boxes: Box[]; readonly left: number; right: number }[] = [];
  for (const box of boxes.toSorted((one, other) => one.left - other.left)) {
    const column = columns.at(-1);
    const isWide = column !== undefined && column.right - column.left > MIN_COLUMN * size;
    if (column === undefined || (isWide && box.left > column.right + MIN_GUTTER * size)) {
      columns.push({ boxes: [box], left: box.left, right: box.right });
    } else {
      column.boxes.push(box);
      column.right = Math.max(column.right, box.right);
    }
  }
  const last = columns.at(-1);
  const isLastNarrow = last !== undefined && last.right - last.left <= MIN_COLUMN * size;
  if (columns.length > 1 && isLastNarrow) columns.at(-2)!.boxes.push(...columns.pop()!.boxes);
  return columns.map((column) => inOrderOf(boxes, column.boxes));
}

/** Splits boxes at the empty strips that go from their left to their right; the topmost strip comes first. */
function stripsOf(boxes: readonly Box[]): Box[][] {
  const strips: Box[][] = [];
  let edge = Infinity;
  for (const box of boxes.toSorted((one, other) => other.top - one.top)) {
    if (strips.length === 0 || box.top < edge) strips.push([]);
    strips.at(-1)!.push(box);
    edge = Math.min(edge, box.bottom);
  }
  return strips.map((strip) => inOrderOf(boxes, strip));
}

/** Puts strips together as long as columns run through them; the rows of a table stay apart. */
function groupsOf(strips: readonly Box[][]): readonly Box[][][] {
  const groups: Box[][][] = [];
  for (const strip of strips) {
    const group = groups.at(-1);
    if (group !== undefined && columnsOf([...group.flat(), ...strip]).length > 1) group.push(strip);
    else groups.push([strip]);
  }
  return groups.flatMap((group) => (isTable(group) ? group.map((strip) => [strip]) : [group]));
}

/** Returns whether most strips are rows: all of their cells begin at the same height. */
function isTable(strips: readonly Box[][]): boolean {
  if (strips.length < 3) return false;
  const rows = strips.filter((strip) => {
    const tops = strip.map((box) => box.top);
    return strip.length > 1 && Math.max(...tops) - Math.min(...tops) < 3;
  });
  return rows.length >= 0.6 * strips.length;
}

function inOrderOf(all: readonly Box[], some: readonly Box[]): Box[] {
  const chosen = new Set(some);
  return all.filter((box) => chosen.has(box));
}

function medianSize(boxes: readonly Box[]): number {
  const sizes = boxes.map((box) => box.lines[0]?.size ?? 0).toSorted((one, other) => one - other);
  return sizes[sizes.length >> 1] ?? 0;
}
