import './pdf.css';
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { drawPage, type DrawnPage } from './draw-page.ts';
import { findQuote, type QuoteRange } from './find-quote.ts';
import { filesOfPdfjs, loadPdfjs, type Pdfjs } from './load-pdfjs.ts';
import { readPageContent, type PageContent } from './page-content.ts';

/** Where a PDF comes from: its bytes, or an address that understands ranges, of which only what is shown is loaded. */
type PdfSource =
  | { readonly bytes: Uint8Array }
  | { readonly url: string; readonly headers: Readonly<Record<string, string>> };

/** A place in a PDF. */
export interface PdfPlace {
  /** The page to show, counted from 1; the one where the quote starts. */
  readonly pageNumber: number;
  /** The words to mark, of the extracted text; null for none. */
  readonly quote: string | null;
  /** What the extracted text has before them; decides between places that have the same words. */
  readonly before: string;
}

/** What to show first, and where. */
export interface PdfViewOptions extends PdfPlace {
  /** Scrolls, and holds nothing but the view. */
  readonly container: HTMLElement;
  readonly source: PdfSource;
  /** Returns what a screen reader says of a page. */
  readonly labelOf: (pageNumber: number) => string;
  /** Closes what is being opened. */
  readonly signal: AbortSignal;
}

/** How much of the quote was found: all of its letters, most of them, or nothing. */
type QuoteState = 'MARKED' | 'PARTLY' | 'NOT_FOUND';

/** How large pages are shown: as wide as the view, or so many pixels to a point. */
export type Zoom = 'WIDTH' | number;

/** An open PDF. */
export interface PdfView {
  readonly pageCount: number;
  /** Null if there was nothing to mark. */
  readonly quoteState: QuoteState | null;
  /** Whether the page where the quote starts has no text, as one that was scanned; its words were recognised then. */
  readonly isScanned: boolean;
  /** The first page that is shown. */
  readonly pageNumber: number;
  /** How many pixels a point has now. */
  readonly scale: number;
  /** Marks other words instead, and scrolls to them. Resolves when their page has been painted. */
  showPlace(place: PdfPlace): Promise<void>;
  /** Shows a page from its top; with marks on it, from the first of them. Resolves when it has been painted. */
  showPage(pageNumber: number): Promise<void>;
  setZoom(zoom: Zoom): Promise<void>;
  close(): Promise<void>;
}

/** Space beside a page that is as wide as the view, in pixels. */
const MARGIN = 24;
/** How long the width must stay the same before a page is drawn again. */
const RESIZED_MS = 150;
/** Pixels of a picture in the document; a larger one is left out. */
const MAX_IMAGE_PIXELS = 100_000_000;
/** How much of a file is asked for at a time. */
const RANGE_BYTES = 256 * 1024;

/**
 * Opens a PDF at a page, with the words of a quote marked and scrolled to. If the quote goes on on the next page, both are
 * shown. Resolves when the page has been painted.
 * @throws what pdf.js throws if the file cannot be loaded or is not a PDF, and the reason of the signal.
 */
export async function openPdfView(options: PdfViewOptions): Promise<PdfView> {
  const { source, signal } = options;
  const pdfjs = await loadPdfjs();
  signal.throwIfAborted();
  const loading = pdfjs.getDocument({
    ...filesOfPdfjs(pdfjs),
    ...('bytes' in source ? { data: source.bytes } : { url: source.url, httpHeaders: source.headers }),
    rangeChunkSize: RANGE_BYTES,
    disableAutoFetch: true,
    disableStream: true,
    enableXfa: false,
    maxImageSize: MAX_IMAGE_PIXELS,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });
  const stop = (): void => void loading.destroy();
  signal.addEventListener('abort', stop);
  try {
    const pdf = await loading.promise;
    const view = new View(pdfjs, pdf, options, () => loading.destroy());
    await view.start();
    signal.throwIfAborted();
    return view;
  } catch (error) {
    await loading.destroy();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** How much of a quote was found, and the characters of each page that it has. */
interface Found {
  readonly state: QuoteState | null;
  readonly ranges: ReadonlyMap<number, readonly QuoteRange[]>;
}

const NOTHING_TO_MARK: Found = { state: null, ranges: new Map() };

class View implements PdfView {
  quoteState: QuoteState | null = null;
  isScanned = false;
  pageNumber = 1;
  scale = 1;
  readonly #pdfjs: Pdfjs;
  readonly #pdf: PDFDocumentProxy;
  readonly #options: PdfViewOptions;
  readonly #destroy: () => Promise<void>;
  readonly #contents = new Map<number, Promise<PageContent>>();
  readonly #resizes: ResizeObserver;
  /** The marked characters of each page. */
  #ranges: ReadonlyMap<number, readonly QuoteRange[]> = new Map();
  #drawn: readonly DrawnPage[] = [];
  #shown: readonly number[] = [];
  #zoom: Zoom = 'WIDTH';
  #width = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Of the latest drawing; an earlier one stops when it notices. */
  #drawing = 0;
  /** Of the latest place that was looked for. */
  #finding = 0;

  constructor(pdfjs: Pdfjs, pdf: PDFDocumentProxy, options: PdfViewOptions, destroy: () => Promise<void>) {
    this.#pdfjs = pdfjs;
    this.#pdf = pdf;
    this.#options = options;
    this.#destroy = destroy;
    this.#resizes = new ResizeObserver(() => this.#noticeWidth());
  }

  get pageCount(): number {
    return this.#pdf.numPages;
  }

  async start(): Promise<void> {
    await this.showPlace(this.#options);
    this.#resizes.observe(this.#options.container);
  }

  async showPlace(place: PdfPlace): Promise<void> {
    const finding = ++this.#finding;
    const { state, ranges } = place.quote === null ? NOTHING_TO_MARK : await this.#find(place, place.quote);
    const { items } = await this.#contentOf(this.#within(place.pageNumber));
    if (finding !== this.#finding) return; // another place is wanted meanwhile
    this.isScanned = items.every(({ text }) => text.trim() === '');
    this.quoteState = state;
    this.#ranges = ranges;
    const marked = [...ranges.keys()].toSorted((a, b) => a - b);
    await this.#show(marked.length === 0 ? [this.#within(place.pageNumber)] : marked);
  }

  async showPage(pageNumber: number): Promise<void> {
    await this.#show([this.#within(pageNumber)]);
  }

  async setZoom(zoom: Zoom): Promise<void> {
    this.#zoom = zoom;
    await this.#show(this.#shown);
  }

  async close(): Promise<void> {
    this.#drawing++;
    clearTimeout(this.#timer);
    this.#resizes.disconnect();
    for (const page of this.#drawn) page.discard();
    await this.#destroy();
  }

  #within(pageNumber: number): number {
    return Math.min(Math.max(1, pageNumber), this.pageCount);
  }

  /** Looks for the quote from its page on, then from the page before: a paragraph has one place for all of it. */
  async #find({ pageNumber, before }: PdfPlace, quote: string): Promise<Found> {
    let best: Found = { state: 'NOT_FOUND', ranges: new Map() };
    const first = this.#within(pageNumber);
    for (const pages of [[first], [first, first + 1], [first - 1, first]]) {
      const numbers = pages.filter((number) => number >= 1 && number <= this.pageCount);
      const contents = await Promise.all(numbers.map((number) => this.#contentOf(number)));
      const found = findQuote(
        contents.map(({ items }) => items),
        quote,
        before,
      );
      if (found === null || (!found.isWhole && best.state === 'PARTLY')) continue;
      const ranges = Map.groupBy(found.ranges, ({ page }) => numbers[page]!);
      best = { state: found.isWhole ? 'MARKED' : 'PARTLY', ranges };
      if (found.isWhole) break;
    }
    return best;
  }

  #contentOf(pageNumber: number): Promise<PageContent> {
    let content = this.#contents.get(pageNumber);
    if (content === undefined) {
      content = this.#pdf.getPage(pageNumber).then(readPageContent);
      this.#contents.set(pageNumber, content);
    }
    return content;
  }

  async #show(pageNumbers: readonly number[]): Promise<void> {
    const { container, labelOf } = this.#options;
    const drawing = ++this.#drawing;
    this.#shown = pageNumbers;
    this.pageNumber = pageNumbers[0]!;
    this.#width = container.clientWidth;
    const pages = await Promise.all(pageNumbers.map((number) => this.#pdf.getPage(number)));
    const widest = Math.max(...pages.map((page) => page.getViewport({ scale: 1 }).width));
    const scale = this.#zoom === 'WIDTH' ? Math.max(0.1, (this.#width - MARGIN) / widest) : this.#zoom;
    const drawn: DrawnPage[] = [];
    for (const [i, page] of pages.entries()) {
      const number = pageNumbers[i]!;
      const content = await this.#contentOf(number);
      const ranges = this.#ranges.get(number) ?? [];
      const one = await drawPage(this.#pdfjs, page, content, { scale, ranges, label: labelOf(number) });
      one.painted.catch(() => {}); // is awaited below
      drawn.push(one);
      if (drawing === this.#drawing) continue;
      for (const each of drawn) each.discard();
      return;
    }
    for (const page of this.#drawn) page.discard();
    this.#drawn = drawn;
    this.scale = scale;
    container.replaceChildren(...drawn.map(({ element }) => element));
    const first = drawn.flatMap(({ marks }) => marks)[0];
    if (first === undefined) container.scrollTop = 0;
    else first.scrollIntoView({ block: 'center', inline: 'nearest' });
    await Promise.all(drawn.map(({ painted }) => painted)).catch((error: unknown) => {
      if (drawing === this.#drawing) throw error;
    });
  }

  #noticeWidth(): void {
    clearTimeout(this.#timer);
    const width = this.#options.container.clientWidth;
    if (this.#zoom !== 'WIDTH' || width === 0 || Math.abs(width - this.#width) < 2) return;
    this.#timer = setTimeout(() => void this.#show(this.#shown).catch(() => {}), RESIZED_MS);
  }
}
