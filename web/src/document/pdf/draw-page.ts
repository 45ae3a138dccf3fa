import type { PageViewport, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { QuoteRange } from './find-quote.ts';
import type { Pdfjs } from './load-pdfjs.ts';
import type { PageContent, Writing } from './page-content.ts';

/** A page on the screen. */
export interface DrawnPage {
  readonly element: HTMLElement;
  /** The marked words, in the order of the page. */
  readonly marks: readonly HTMLElement[];
  /** Resolves when the page has been painted; rejects when that is cancelled. */
  readonly painted: Promise<unknown>;
  /** Stops painting, and frees the memory of the picture. */
  discard(): void;
}

/** Most pixels of one picture, 64 MB: phones give a page little more. A larger one is painted coarser. */
const MAX_PIXELS = 16_777_216;
/** Longest side of a picture that all browsers paint. */
const MAX_SIDE = 8_192;

/**
 * Builds a page: the picture of it, painted in the background, and over it the invisible text, in which the words of the
 * quote are marked. Nothing in the document is run: no links, no scripts, no form.
 * @param scale how many pixels of the page layout a point has.
 * @param ranges of the items of `content`.
 * @param label what a screen reader says of the page.
 */
export async function drawPage(
  pdfjs: Pdfjs,
  page: PDFPageProxy,
  content: PageContent,
  { scale, ranges, label }: { readonly scale: number; readonly ranges: readonly QuoteRange[]; readonly label: string },
): Promise<DrawnPage> {
  const viewport = page.getViewport({ scale });
  const element = elementOf('section', 'pdf-page');
  element.setAttribute('aria-label', label);
  element.style.width = `${viewport.width}px`;
  element.style.height = `${viewport.height}px`;
  element.style.setProperty('--total-scale-factor', String(scale * page.userUnit));

  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  const { width, height } = viewport;
  const density = Math.min(
    devicePixelRatio,
    Math.sqrt(MAX_PIXELS / (width * height)),
    MAX_SIDE / width,
    MAX_SIDE / height,
  );
  canvas.width = Math.max(1, Math.floor(width * density));
  canvas.height = Math.max(1, Math.floor(height * density));
  const painting = page.render({ canvas, viewport, transform: [density, 0, 0, density, 0, 0] });

  const layer = elementOf('div', 'pdf-text');
  const text = new pdfjs.TextLayer({ textContentSource: content.content, container: layer, viewport });
  element.append(canvas, layer);
  await text.render();
  const marks = [...Map.groupBy(ranges, ({ item }) => item)].flatMap(([item, ofItem]) => {
    const writing = content.writings[item - content.drawnItems];
    if (writing !== undefined) {
      const shown = writing.isDrawn ? overWriting(writing, viewport) : noteOf(writing, viewport);
      (writing.isDrawn ? layer : element).append(shown);
      return markWithin(shown, ofItem);
    }
    const span = text.textDivs[item];
    return span === undefined ? [] : markWithin(span, ofItem);
  });
  return {
    element,
    marks,
    painted: painting.promise,
    discard() {
      painting.cancel();
      text.cancel();
      element.remove();
      canvas.width = 0;
      canvas.height = 0;
    },
  };
}

/** The visible part of a page in points; pdf.js declares it as an object only. */
interface PageBox {
  readonly pageWidth: number;
  readonly pageHeight: number;
  readonly pageX: number;
  readonly pageY: number;
}

/** Puts the characters of the ranges into `<mark>`; the text stays as it is. */
function markWithin(element: HTMLElement, ranges: readonly QuoteRange[]): HTMLElement[] {
  const text = element.textContent;
  const parts: (string | HTMLElement)[] = [];
  const marks: HTMLElement[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    const mark = elementOf('mark', 'pdf-mark');
    mark.textContent = text.slice(start, end);
    marks.push(mark);
    parts.push(text.slice(at, start), mark);
    at = end;
  }
  element.replaceChildren(...parts, text.slice(at));
  return marks;
}

/** Returns the invisible text of a form field, for the layer of the text: it has the coordinates of the page. */
function overWriting({ text, rect: [left, bottom, right, top] }: Writing, { rawDims }: PageViewport): HTMLElement {
  const { pageWidth, pageHeight, pageX, pageY } = rawDims as PageBox;
  const element = elementOf('div', 'pdf-writing');
  element.style.left = percent((left - pageX) / pageWidth);
  element.style.top = percent((pageY + pageHeight - top) / pageHeight);
  element.style.width = percent((right - left) / pageWidth);
  element.style.height = percent((top - bottom) / pageHeight);
  element.textContent = text;
  return element;
}

/** Returns a note beside its place on the page, as the reader sees it. */
function noteOf({ text, rect: [left, bottom] }: Writing, viewport: PageViewport): HTMLElement {
  const [x, y] = viewport.convertToViewportPoint(left, bottom) as [number, number]; // the type of pdf.js is any[]
  const element = elementOf('div', 'pdf-note');
  element.style.left = percent(Math.min(0.4, x / viewport.width));
  element.style.top = percent(Math.min(0.9, y / viewport.height));
  element.textContent = text;
  return element;
}

function percent(share: number): string {
  return `${100 * Math.min(1, Math.max(0, share))}%`;
}

function elementOf(name: string, className: string): HTMLElement {
  const element = document.createElement(name);
  element.className = className;
  return element;
}
