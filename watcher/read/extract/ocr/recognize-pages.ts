import { createCanvas } from '@napi-rs/canvas';
import { OPS, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { DocumentWarning } from '#shared/document.ts';
import { OcrPostponed, WHY_LEFT, type Ocr } from './ocr.ts';
import { cpuLimit } from './cpu-limit.ts';
import { pagesOf, readByOcr } from './ocr-warnings.ts';
import type { PageText } from './page-text.ts';
import { rasterOf, type Raster } from './raster.ts';
import { openRecognizer } from './recognizer.ts';

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

/**
 * Draws pages of a PDF and recognises their text. A page that cannot be drawn or recognised is one without text.
 * @param pageNumbers of the pages without text, ascending.
 * @param onPage called after each page.
 * @throws OcrPostponed if there is something to recognise but not in this reading.
 */
export async function recognizePages(
  pdf: PDFDocumentProxy,
  pageNumbers: readonly number[],
  ocr: Ocr,
  onPage: () => void,
): Promise<RecognizedPages> {
  const texts = new Map<number, PageText>();
  const empty: number[] = [];
  const left: number[] = [];
  await using recognizer = openRecognizer();
  for (const pageNumber of pageNumbers) {
    const drawn = await draw(pdf, pageNumber, ocr);
    const text = typeof drawn === 'string' ? null : await recognizer.recognize(drawn);
    if (text !== null) texts.set(pageNumber, text);
    else (drawn === 'left' ? left : empty).push(pageNumber);
    if (drawn !== 'left') ocr.pageDone();
    onPage();
  }
  const warnings: readonly (DocumentWarning | null)[] = [
    texts.size === 0 ? null : readByOcr([...texts.keys()], [...texts.values()]),
    pagesWithoutText(empty, 'text recognition (OCR) found none either; if these have text, scan them again at 300 dpi'),
    pagesWithoutText(left, WHY_LEFT[ocr.mode === 'later' ? 'now' : ocr.mode]),
  ];
  return { texts, warnings: warnings.filter((warning) => warning !== null) };
}

/** Returns a picture of a page: `empty` if nothing is drawn on it, `left` if no more pages may be recognised. */
async function draw(pdf: PDFDocumentProxy, pageNumber: number, ocr: Ocr): Promise<Raster | 'empty' | 'left'> {
  try {
    const page = await pdf.getPage(pageNumber);
    if (!(await isDrawnOn(page))) return 'empty';
    if (!ocr.takePage()) return 'left';
    const { width, height } = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: Math.min(SCALE, Math.sqrt(MAX_PAGE_PIXELS / (width * height))) });
    const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
    // pdfjs declares the types of a browser; in Node it draws with this library itself.
    const drawing = page.render({ canvas: canvas as unknown as HTMLCanvasElement, viewport });
    using limit = cpuLimit(DRAWING_CPU_LIMIT_MS);
    const outcome = await Promise.race([drawing.promise, limit.exceeded]);
    if (outcome === 'exceeded') drawing.cancel();
    page.cleanup();
    return outcome === 'exceeded' ? 'empty' : rasterOf(canvas);
  } catch (error) {
    if (error instanceof OcrPostponed) throw error;
    return 'empty';
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

function pagesWithoutText(pageNumbers: readonly number[], advice: string): DocumentWarning | null {
  if (pageNumbers.length === 0) return null;
  const message = `${pagesOf(pageNumbers)}: no text; ${advice}`;
  return { code: 'PAGES_WITHOUT_TEXT', count: pageNumbers.length, message };
}
