import { OPS, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PdfItem } from './pdf-lines.ts';

type Matrix = readonly [number, number, number, number, number, number];
/** In the coordinates of the page: left, bottom, right, top. */
type Rectangle = readonly [number, number, number, number];

/** Text that is drawn so that no reader sees it. */
export interface HiddenRun {
  readonly text: string;
  /** Where it begins and ends, in the coordinates of the page. */
  readonly start: readonly [x: number, y: number];
  readonly end: readonly [x: number, y: number];
}

/** Smaller text, in points, cannot be read. */
export const MIN_VISIBLE_SIZE = 1;
const INVISIBLE_MODE = 3;
/** Paths that are filled. */
const FILLS = new Set<unknown>([
  OPS.fill,
  OPS.eoFill,
  OPS.fillStroke,
  OPS.eoFillStroke,
  OPS.closeFillStroke,
  OPS.closeEOFillStroke,
]);
const IMAGES = new Set<number>([
  OPS.paintImageMaskXObject,
  OPS.paintImageMaskXObjectGroup,
  OPS.paintImageXObject,
  OPS.paintInlineImageXObject,
  OPS.paintInlineImageXObjectGroup,
  OPS.paintImageXObjectRepeat,
  OPS.paintImageMaskXObjectRepeat,
  OPS.paintSolidColorImageMask,
]);

interface State {
  ctm: Matrix;
  isWhite: boolean;
  fontSize: number;
  mode: number;
  charSpacing: number;
  wordSpacing: number;
  hScale: number;
  leading: number;
  rise: number;
}

interface Glyph {
  readonly unicode: string;
  readonly width: number;
  readonly isSpace?: boolean;
}

/**
 * Finds the hidden text of a page: invisible text without a picture over it (text recognition puts it there), white text
 * on nothing darker, text below 1 point or off the page. The document must be opened without pictures
 * (`maxImageSize: 1`); then a picture is a change of coordinates in which nothing is drawn.
 */
export async function findHiddenRuns(pdf: PDFDocumentProxy, pageNumber: number): Promise<readonly HiddenRun[]> {
  const page = await pdf.getPage(pageNumber);
  const { fnArray, argsArray } = await page.getOperatorList({ annotationMode: 0 });
  const [left = 0, bottom = 0, right = 0, top = 0] = page.view;
  page.cleanup();

  const runs: HiddenRun[] = [];
  const invisible: HiddenRun[] = [];
  const dark: Rectangle[] = [];
  const pictures: Rectangle[] = [];
  const saved: State[] = [];
  let state: State = {
    ctm: [1, 0, 0, 1, 0, 0],
    isWhite: false,
    fontSize: 0,
    mode: 0,
    charSpacing: 0,
    wordSpacing: 0,
    hScale: 1,
    leading: 0,
    rise: 0,
  };
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  let [x, y, lineX, lineY] = [0, 0, 0, 0];

  for (const [i, operator] of fnArray.entries()) {
    // What pdf.js documents for each operator; anything else is read as nothing.
    const args: readonly unknown[] = Array.isArray(argsArray[i]) ? (argsArray[i] as readonly unknown[]) : [];
    switch (operator) {
      case OPS.save:
        saved.push({ ...state });
        break;
      case OPS.restore:
      case OPS.paintFormXObjectEnd:
        state = saved.pop() ?? state;
        break;
      case OPS.transform:
        state.ctm = times(state.ctm, matrixOf(args));
        if (fnArray[i + 1] === OPS.restore) pictures.push(boxOf(state.ctm, [0, 0, 1, 1]));
        break;
      case OPS.paintFormXObjectBegin:
        saved.push({ ...state });
        if (args[0] !== null && args[0] !== undefined) state.ctm = times(state.ctm, matrixOf(numbersOf(args[0])));
        break;
      case OPS.setFillRGBColor:
        state.isWhite = typeof args[0] === 'string' && /^#f[a-f]f[a-f]f[a-f]$/i.test(args[0]);
        break;
      case OPS.setFillColorN:
      case OPS.setFillTransparent:
        state.isWhite = false;
        break;
      case OPS.constructPath:
        if (FILLS.has(args[0]) && !state.isWhite && args[2]) dark.push(boxOf(state.ctm, numbersOf(args[2])));
        break;
      case OPS.shadingFill:
        dark.push([left, bottom, right, top]);
        break;
      case OPS.setFont:
        state.fontSize = Number(args[1]);
        break;
      case OPS.setTextRenderingMode:
        state.mode = Number(args[0]);
        break;
      case OPS.setCharSpacing:
        state.charSpacing = Number(args[0]);
        break;
      case OPS.setWordSpacing:
        state.wordSpacing = Number(args[0]);
        break;
      case OPS.setHScale:
        state.hScale = Number(args[0]) / 100;
        break;
      case OPS.setLeading:
        state.leading = -Number(args[0]);
        break;
      case OPS.setTextRise:
        state.rise = Number(args[0]);
        break;
      case OPS.beginText:
        matrix = [1, 0, 0, 1, 0, 0];
        [x, y, lineX, lineY] = [0, 0, 0, 0];
        break;
      case OPS.setTextMatrix:
        matrix = matrixOf(numbersOf(args[0] instanceof Object ? args[0] : args));
        [x, y, lineX, lineY] = [0, 0, 0, 0];
        break;
      case OPS.setLeadingMoveText:
      case OPS.moveText:
        if (operator === OPS.setLeadingMoveText) state.leading = Number(args[1]);
        lineX += Number(args[0]);
        lineY += Number(args[1]);
        [x, y] = [lineX, lineY];
        break;
      case OPS.nextLine:
        lineY += state.leading;
        [x, y] = [lineX, lineY];
        break;
      case OPS.showText:
        show(args[0]);
        break;
      default:
        if (IMAGES.has(operator)) pictures.push(boxOf(state.ctm, [0, 0, 1, 1]));
    }
  }
  const withoutPicture = invisible.filter((run) => !pictures.some((picture) => isInside(middleOf(run), picture)));
  return [...runs, ...withoutPicture];

  function show(glyphs: unknown): void {
    if (!Array.isArray(glyphs)) return;
    const whole = times(state.ctm, matrix);
    const start = apply(whole, x, y + state.rise);
    let text = '';
    // pdf.js puts glyphs and, in thousandths of the font size, the distances between them into this array.
    for (const glyph of glyphs as readonly (Glyph | number | null)[]) {
      if (glyph === null) continue;
      if (typeof glyph === 'number') {
        x -= (glyph * state.fontSize * state.hScale) / 1000;
        continue;
      }
      const spacing = state.charSpacing + (glyph.isSpace === true ? state.wordSpacing : 0);
      x += ((glyph.width * state.fontSize) / 1000 + spacing) * state.hScale;
      text += glyph.unicode;
    }
    if (text.trim() === '') return;
    const run: HiddenRun = { text, start, end: apply(whole, x, y + state.rise) };
    const middle = middleOf(run);
    const size = Math.abs(state.fontSize) * Math.hypot(whole[2], whole[3]);
    if (state.mode === INVISIBLE_MODE) invisible.push(run);
    else if (size < MIN_VISIBLE_SIZE || !isInside(middle, [left, bottom, right, top])) runs.push(run);
    else if (state.isWhite && state.mode === 0 && ![...dark, ...pictures].some((box) => isInside(middle, box)))
      runs.push(run);
  }
}

/** Removes what is hidden from the text pieces of a page; pdf.js puts hidden and visible text into one piece. */
export function withoutHidden(items: readonly PdfItem[], runs: readonly HiddenRun[]): readonly PdfItem[] {
  if (runs.length === 0) return items;
  return items.flatMap((item) => {
    let { str } = item;
    for (const run of runs) {
      const share = sharedWidth(item, run);
      if (share === 0) continue;
      const hidden = run.text.trim();
      if (share > 0.6) return [];
      str = str.replace(hidden, ' ');
    }
    return [str === item.str ? item : { ...item, str }];
  });
}

/** Returns the share of a piece that a hidden run covers, 0 to 1. */
function sharedWidth({ transform, width }: PdfItem, { start, end }: HiddenRun): number {
  const [a = 1, b = 0, c = 0, d = 1, x = 0, y = 0] = transform;
  const length = Math.hypot(a, b) || 1;
  const [cos, sin] = [a / length, b / length];
  const across = (start[1] - y) * cos - (start[0] - x) * sin;
  if (Math.abs(across) > Math.max(0.5, 0.3 * Math.hypot(c, d))) return 0;
  const from = (start[0] - x) * cos + (start[1] - y) * sin;
  const to = (end[0] - x) * cos + (end[1] - y) * sin;
  if (width <= 0) return from <= 0.5 && to >= -0.5 ? 1 : 0;
  return Math.max(0, Math.min(Math.max(from, to), width) - Math.max(Math.min(from, to), 0)) / width;
}

function middleOf({ start, end }: HiddenRun): readonly [number, number] {
  return [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2];
}

function isInside([x, y]: readonly [number, number], [left, bottom, right, top]: Rectangle): boolean {
  return x >= left && x <= right && y >= bottom && y <= top;
}

/** Returns the numbers of an array, or of an object that is used like one. */
function numbersOf(values: unknown): readonly number[] {
  return values instanceof Object ? Object.values(values).map(Number) : [];
}

function matrixOf(values: readonly unknown[]): Matrix {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = values.map(Number);
  return [a, b, c, d, e, f];
}

function times(m: Matrix, n: Matrix): Matrix {
  return [
    m[0] * n[0] + m[2] * n[1],
    m[1] * n[0] + m[3] * n[1],
    m[0] * n[2] + m[2] * n[3],
    m[1] * n[2] + m[3] * n[3],
    m[0] * n[4] + m[2] * n[5] + m[4],
    m[1] * n[4] + m[3] * n[5] + m[5],
  ];
}

function apply(m: Matrix, x: number, y: number): readonly [number, number] {
  return [m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]];
}

function boxOf(m: Matrix, [left = 0, bottom = 0, right = 0, top = 0]: readonly number[]): Rectangle {
  const corners = [apply(m, left, bottom), apply(m, right, bottom), apply(m, left, top), apply(m, right, top)];
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
