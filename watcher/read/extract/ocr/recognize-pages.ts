import { createCanvas } from '@napi-rs/canvas';
import { OPS, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { DocumentWarning } from '#shared/document.ts';
import { WHY_LEFT, type Ocr } from './ocr.ts';
import { cpuLimit } from './cpu-limit.ts';
import { pagesOf, readByOcr } from './ocr-warnings.ts';
import type { PageText } from './page-text.ts';
import { rasterOf, type Raster } from './raster.ts';
import { openRecognizer, type Recognizer } from './recognizer.ts';

/** Pages are drawn at 200 dpi: recognition of print is as good as at 300, in half the time. A PDF unit is 1/72 inch. */
const SCALE = 200 / 72;
/** Posters are drawn smaller: this is A2 at 200 dpi. */
const MAX_PAGE_PIXELS = 16_000_000;
/** Drawing takes a fraction of a second. What takes longer never ends, and would end the whole reading. */
const DRAWING_CPU_LIMIT_MS = 8000;

/** What was recognised on the pages of a PDF that have no text. */
export interface RecognizedPages {
  /** By page number, which starts at 1. */
  readonly texts: ReadonlyMap<number, PageText>;
  /** READ_BY_OCR for these pages, PAGES_WITHOUT_TEXT for the others. */
  readonly warnings: readonly DocumentWarning[];
}

/** A page to recognise. */
export interface TextlessPage {
  /** Starts at 1. */
  readonly pageNumber: number;
  /** For people, such as `no text`. */
  readonly problem: string;
}

/**
 * Draws pages of a PDF and recognises their text. A page that cannot be drawn or recognised is one without text.
 * @param pages without text, ascending.
 * @param onPage called after each page.
 */
export async function recognizePages(
  pdf: PDFDocumentProxy,
  pages: readonly TextlessPage[],
  ocr: Ocr,
  onPage: () => void,
): Promise<RecognizedPages> {
  const texts = new Map<number, PageText>();
  const without = new Map<string, number[]>();
  await using recognizer = openRecognizer();
  for (const { pageNumber, problem } of pages) {
    const taken = await take(pdf, pageNumber, ocr);
    const text = taken === 'new' ? await recognize(pdf, pageNumber, recognizer) : textOf(taken);
    if (text === null) {
      const reason = `${problem}; ${taken === 'left' ? WHY_LEFT[ocr.mode] : NOTHING_RECOGNIZED}`;
      without.set(reason, [...(without.get(reason) ?? []), pageNumber]);
    } else {
      texts.set(pageNumber, text);
    }
    if (taken === 'new') ocr.pageDone(text);
    else if (taken === 'empty') ocr.pageDone();
    onPage();
  }
  const warnings = [...without].map(([reason, numbers]): DocumentWarning => {
    return { code: 'PAGES_WITHOUT_TEXT', count: numbers.length, message: `${pagesOf(numbers)}: ${reason}` };
  });
  if (texts.size > 0) warnings.unshift(readByOcr([...texts.keys()], [...texts.values()]));
  return { texts, warnings };
}

const NOTHING_RECOGNIZED =
  'text recognition (OCR) found nothing to read; if there is something, scan it again at 300 dpi';

type Taken = ReturnType<Ocr['takePage']> | 'empty';

/** Asks for a page to recognise. @returns `empty` if nothing is drawn on it. */
async function take(pdf: PDFDocumentProxy, pageNumber: number, ocr: Ocr): Promise<Taken> {
  // A scan of many pages need not be looked through to learn that it is one.
  if (ocr.isPostponed) return 'left';
  const isDrawn = await pdf
    .getPage(pageNumber)
    .then(isDrawnOn)
    .catch(() => false);
  return isDrawn ? ocr.takePage() : 'empty';
}

function textOf(taken: Exclude<Taken, 'new'>): PageText | null {
  return typeof taken === 'string' ? null : taken.text;
}

async function recognize(pdf: PDFDocumentProxy, pageNumber: number, recognizer: Recognizer): Promise<PageText | null> {
  const drawn = await draw(pdf, pageNumber);
  return drawn === null ? null : await recognizer.recognize(drawn).catch(() => null);
}

/** Returns a picture of a page; null if it cannot be drawn. */
async function draw(pdf: PDFDocumentProxy, pageNumber: number): Promise<Raster | null> {
  try {
    const page = await pdf.getPage(pageNumber);
    const { width, height } = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: Math.min(SCALE, Math.sqrt(MAX_PAGE_PIXELS / (width * height))) });
    const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
    // pdfjs declares the types of a browser; in Node it draws with this library itself.
    const drawing = page.render({ canvas: canvas as unknown as HTMLCanvasElement, viewport });
    using limit = cpuLimit(DRAWING_CPU_LIMIT_MS);
    const outcome = await Promise.race([drawing.promise, limit.exceeded]);
    if (outcome === 'exceeded') drawing.cancel();
    page.cleanup();
    return outcome === 'exceeded' ? null : rasterOf(canvas);
  } catch {
    return null;
  }
}

const DRAWING: ReadonlySet<number> = new Set([
  OPS.paintImageXObject,
  OPS.paintInlineImageXObject,
  OPS.paintImageMaskXObject,
  OPS.paintImageXObjectRepeat,
  OPS.paintImageMaskXObjectRepeat,
  OPS.paintInlineImageXObjectGroup,
  OPS.paintImageMaskXObjectGroup,
  OPS.paintSolidColorImageMask,
  OPS.constructPath,
  OPS.showText,
]);

async function isDrawnOn(page: PDFPageProxy): Promise<boolean> {
  const { fnArray } = await page.getOperatorList();
  return fnArray.some((operation) => DRAWING.has(operation));
}
