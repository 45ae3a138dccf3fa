import { createRequire } from 'node:module';
import path from 'node:path';
import { getDocument, VerbosityLevel, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { DocumentWarning } from '#shared/document.ts';
import { messageOf } from '#shared/errors.ts';
import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { countUnreadable, isGlyphCodes, UNREADABLE } from './glyphs.ts';
import { wordsOf, type Words } from './hyphens.ts';
import { readPageItems } from './page-items.ts';
import { linesOf, type PdfLine } from './pdf-lines.ts';
import { paragraphsOf, type PdfParagraph } from './pdf-paragraphs.ts';
import { inReadingOrder } from './reading-order.ts';
import { runningLines, type PdfPageLines } from './running-lines.ts';
import { openTextBuilder } from '../text-builder.ts';

const MAX_PAGES = 20_000;
/** A paragraph whose font is at least this many times the size of the body text is a heading. */
const HEADING_RATIO = 1.15;
const MAX_HEADING_CHARS = 200;

interface PdfPage {
  readonly paragraphs: readonly PdfParagraph[];
  readonly isDamaged: boolean;
  /** Whether its fonts do not say which characters they draw. */
  readonly isUnreadable: boolean;
}

/**
 * Extracts the text of a PDF by paragraphs. Each page is marked with its number and, if it differs, its printed label.
 * @param onProgress called after every page with the share of the pages that have been read, up to 1.
 * @throws ExtractError ENCRYPTED, DAMAGED, TOO_LARGE above 20,000 pages, NO_TEXT
 */
export async function extractPdf(file: SourceFile, onProgress: (share: number) => void): Promise<Extraction> {
  const loading = getDocument({ ...SETTINGS, data: new Uint8Array(file.bytes) });
  try {
    const pdf = await loading.promise.catch((error: unknown) => {
      throw extractErrorOf(file, error);
    });
    if (pdf.numPages > MAX_PAGES) {
      throw new ExtractError('TOO_LARGE', file.path, `it has ${pdf.numPages} pages, more than ${MAX_PAGES}; split it`);
    }
    const pages: (PdfPageLines | null)[] = [];
    for (let pageNumber = 1; pageNumber <= pdf.numPages; pageNumber++) {
      pages.push(await findLines(pdf, pageNumber));
      onProgress(pageNumber / pdf.numPages);
    }
    // PDFs with readable pages often have damaged labels or metadata.
    const labels = await pdf.getPageLabels().catch(() => null);
    return build(file, paragraphsOfPages(pages), labels, await findTitle(pdf));
  } finally {
    await loading.destroy();
  }
}

const require = createRequire(import.meta.url);
const pdfjsDir = path.dirname(require.resolve('pdfjs-dist/package.json'));

/** Nothing is fetched, rendered or executed; fonts and character maps come from the package. */
const SETTINGS = {
  verbosity: VerbosityLevel.ERRORS,
  disableFontFace: true,
  useSystemFonts: false,
  enableXfa: false,
  cMapUrl: path.join(pdfjsDir, 'cmaps/'),
  cMapPacked: true,
  standardFontDataUrl: path.join(pdfjsDir, 'standard_fonts/'),
  wasmUrl: path.join(pdfjsDir, 'wasm/'),
} as const;

/** Returns the lines of a page; null if the page is damaged. */
async function findLines(pdf: PDFDocumentProxy, pageNumber: number): Promise<PdfPageLines | null> {
  try {
    const page = await pdf.getPage(pageNumber);
    const { items, ...size } = await readPageItems(page);
    page.cleanup();
    return { ...size, lines: linesOf(items) };
  } catch {
    return null;
  }
}

function paragraphsOfPages(pages: readonly (PdfPageLines | null)[]): readonly PdfPage[] {
  const readable = pages.filter((page) => page !== null);
  const running = runningLines(readable);
  let collected: Words | null = null;
  const words = (): Words => (collected ??= wordsOf(linesOfAll(readable)));
  const keepsRunning = !readable.some(({ lines }) => lines.some((line) => !running.has(line) && hasWords(line)));
  return pages.map((page) => {
    if (page === null) return { paragraphs: [], isDamaged: true, isUnreadable: false };
    const lines = keepsRunning ? page.lines : page.lines.filter((line) => !running.has(line));
    const isUnreadable = isGlyphCodes(lines.map(({ text }) => text).join(' '));
    return {
      paragraphs: isUnreadable ? [] : paragraphsOf(inReadingOrder(lines), words),
      isDamaged: false,
      isUnreadable,
    };
  });
}

function* linesOfAll(pages: readonly PdfPageLines[]): Generator<PdfLine> {
  for (const { lines } of pages) yield* lines;
}

function build(
  file: SourceFile,
  pages: readonly PdfPage[],
  labels: readonly string[] | null,
  metadataTitle: string | null,
): Extraction {
  const damaged = numbersOf(pages, (page) => page.isDamaged);
  const unreadable = numbersOf(pages, (page) => page.isUnreadable);
  const withoutText = numbersOf(
    pages,
    ({ isDamaged, isUnreadable, paragraphs }) => !isDamaged && !isUnreadable && !paragraphs.some(hasWords),
  );
  if (damaged.length === pages.length) {
    throw new ExtractError(
      'DAMAGED',
      file.path,
      `its ${countOf(pages.length, 'page')} cannot be read; save it again as .pdf`,
    );
  }
  if (damaged.length + unreadable.length + withoutText.length === pages.length) {
    const problem = unreadable.length > 0 ? 'no text that can be read' : 'no text';
    throw new ExtractError(
      'NO_TEXT',
      file.path,
      `there is ${problem} on its ${countOf(pages.length, 'page')}; if they are scans, run text recognition (OCR) and drop it again`,
    );
  }

  const builder = openTextBuilder(file.path);
  const levels = headingLevels(pages);
  for (const [index, page] of pages.entries()) {
    const pageNumber = index + 1;
    const label = labels?.[index];
    builder.mark(label && label !== String(pageNumber) ? { pageNumber, pageLabel: label } : { pageNumber });
    for (const paragraph of page.paragraphs) {
      const level = isHeadingLike(paragraph) ? levels.get(paragraph.size) : undefined;
      if (level === undefined) builder.addBlock('paragraph', paragraph.text);
      else builder.addBlock('heading', paragraph.text, { level });
    }
  }
  const warnings: readonly (DocumentWarning | null)[] = [
    pagesWarning(
      'PAGES_WITHOUT_TEXT',
      withoutText,
      'no text; if these are scans, run text recognition (OCR) and drop the file again',
    ),
    pagesWarning(
      'PAGES_WITHOUT_TEXT',
      unreadable,
      'the fonts do not say which characters they draw; run text recognition (OCR) and drop the file again',
    ),
    unreadableWarning(pages),
    pagesWarning('PARTS_LEFT_OUT', damaged, 'damaged and left out; save the file again'),
  ];
  return builder.build({
    title: metadataTitle ?? builder.firstHeading,
    mediaType: 'application/pdf',
    pageCount: pages.length,
    warnings: warnings.filter((warning) => warning !== null),
  });
}

function hasWords({ text }: { readonly text: string }): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** Maps the font sizes of headings to levels, the largest to 1. Most characters have the size of the body text. */
function headingLevels(pages: readonly PdfPage[]): ReadonlyMap<number, number> {
  const charsBySize = new Map<number, number>();
  const paragraphs = pages.flatMap((page) => page.paragraphs);
  for (const { text, size } of paragraphs) charsBySize.set(size, (charsBySize.get(size) ?? 0) + text.length);
  const [body] = [...charsBySize].toSorted((one, other) => other[1] - one[1]);
  if (body === undefined) return new Map();
  const sizes = new Set(
    paragraphs.filter((p) => isHeadingLike(p) && p.size >= HEADING_RATIO * body[0]).map((p) => p.size),
  );
  return new Map([...sizes].toSorted((a, b) => b - a).map((size, rank) => [size, Math.min(6, rank + 1)]));
}

function isHeadingLike({ text, lineCount }: PdfParagraph): boolean {
  return lineCount <= 3 && text.length <= MAX_HEADING_CHARS && /\p{L}{2}/u.test(text);
}

/** Titles that were written by a program: the name of a file or of the program, or "untitled". */
const GENERATED_TITLE =
  /^untitled|^\(?anonymous\)?$|^microsoft |^file:|^[a-z]:\\|\.(?:docx?|dvi|html?|indd|odt|pdf|pmd|pptx?|qxd|rtf|tex|txt|xlsx?)$/i;

async function findTitle(pdf: PDFDocumentProxy): Promise<string | null> {
  const metadata = await pdf.getMetadata().catch(() => null);
  const info = metadata?.info ?? {};
  const title = 'Title' in info && typeof info.Title === 'string' ? info.Title.trim() : '';
  return /\p{L}/u.test(title) && !GENERATED_TITLE.test(title) ? title : null;
}

function extractErrorOf(file: SourceFile, error: unknown): ExtractError {
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException') {
    return new ExtractError('ENCRYPTED', file.path, 'it is password-protected; remove the password and drop it again', {
      cause: error,
    });
  }
  return new ExtractError(
    'DAMAGED',
    file.path,
    `it is damaged, cut short or not a PDF (${messageOf(error)}); copy or save it again`,
    { cause: error },
  );
}

function pagesWarning(
  code: DocumentWarning['code'],
  pageNumbers: readonly number[],
  problem: string,
): DocumentWarning | null {
  if (pageNumbers.length === 0) return null;
  const named = pageNumbers.slice(0, 10).join(', ') + (pageNumbers.length > 10 ? ', …' : '');
  const message = `${pageNumbers.length === 1 ? 'page' : 'pages'} ${named}: ${problem}`;
  return { code, count: pageNumbers.length, message };
}

function unreadableWarning(pages: readonly PdfPage[]): DocumentWarning | null {
  const counts = pages.map(({ paragraphs }) => paragraphs.reduce((sum, { text }) => sum + countUnreadable(text), 0));
  const count = counts.reduce((sum, ofPage) => sum + ofPage, 0);
  const numbers = counts.flatMap((ofPage, index) => (ofPage > 0 ? [index + 1] : []));
  const warning = pagesWarning(
    'PARTS_LEFT_OUT',
    numbers,
    `${countOf(count, 'character')} of unknown meaning, shown as ${UNREADABLE}; look at the page itself`,
  );
  return warning === null ? null : { ...warning, count };
}

function numbersOf(pages: readonly PdfPage[], is: (page: PdfPage) => boolean): readonly number[] {
  return pages.flatMap((page, index) => (is(page) ? [index + 1] : []));
}

function countOf(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
