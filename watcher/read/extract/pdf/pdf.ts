import { createRequire } from 'node:module';
import path from 'node:path';
import { getDocument, VerbosityLevel, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { DocumentWarning } from '#shared/document.ts';
import { messageOf } from '#shared/errors.ts';
import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { columnsAndRows } from './columns.ts';
import type { Ocr } from '../ocr/ocr.ts';
import { recognizePages, type RecognizedPages, type TextlessPage } from '../ocr/recognize-pages.ts';
import { countUnreadable, isGlyphCodes, UNREADABLE } from './glyphs.ts';
import { hiddenTextWarning } from '../hidden-text.ts';
import { findHiddenRuns, type HiddenRun } from './hidden-text.ts';
import { mayHideText } from './hiding-operators.ts';
import { joinLines, wordsOf, type Words } from './hyphens.ts';
import { readPageItems } from './page-items.ts';
import { linesOf, type PdfLine } from './pdf-lines.ts';
import { paragraphsOf, type PdfParagraph } from './pdf-paragraphs.ts';
import { inReadingOrder } from './reading-order.ts';
import { runningLines, type PdfPageLines } from './running-lines.ts';
import { openTextBuilder, type Continuation, type TextBuilder } from '../text-builder.ts';

const MAX_PAGES = 20_000;
/** A paragraph whose font is at least this many times the size of the body text is a heading. */
const HEADING_RATIO = 1.15;
const MAX_HEADING_CHARS = 200;
/** How much of the work on a page without text is done once that is known; recognition takes far longer. */
const SHARE_BEFORE_OCR = 0.05;

interface PdfPage {
  readonly paragraphs: readonly PdfParagraph[];
  readonly isDamaged: boolean;
  /** Why it has no text; null if it has some. */
  readonly problem: string | null;
}

/**
 * Extracts the text of a PDF by paragraphs. Each page is marked with its number and, if it differs, its printed label.
 * Pages without text that can be read are recognised.
 * @param onProgress called after every page with the share of the pages that have been read, up to 1.
 * @throws ExtractError ENCRYPTED, DAMAGED, TOO_LARGE above 20,000 pages, NO_TEXT
 */
export async function extractPdf(file: SourceFile, onProgress: (share: number) => void, ocr: Ocr): Promise<Extraction> {
  const loading = getDocument({ ...SETTINGS, data: new Uint8Array(file.bytes) });
  // Without pictures: decoding them would take longer than all the rest.
  const readsHidden = file.readsHidden === true;
  const hidingLoading =
    !readsHidden && mayHideText(file.bytes)
      ? getDocument({ ...SETTINGS, data: new Uint8Array(file.bytes), maxImageSize: 1 })
      : null;
  try {
    const pdf = await loading.promise.catch((error: unknown) => {
      throw extractErrorOf(file, error);
    });
    const hiding = (await hidingLoading?.promise) ?? null;
    if (pdf.numPages > MAX_PAGES) {
      throw new ExtractError('TOO_LARGE', file.path, `it has ${pdf.numPages} pages, more than ${MAX_PAGES}; split it`);
    }
    const pagesOfLines: (PdfPageLines | null)[] = [];
    let hiddenChars = 0;
    let read = 0;
    const advance = (share: number): void => onProgress((read += share) / pdf.numPages);
    for (let pageNumber = 1; pageNumber <= pdf.numPages; pageNumber++) {
      const page = await findLines(pdf, pageNumber, readsHidden ? null : await findHidden(hiding, pageNumber));
      hiddenChars += page?.hiddenChars ?? 0;
      pagesOfLines.push(page);
      advance(page?.lines.length === 0 ? SHARE_BEFORE_OCR : 1);
    }
    // PDFs with readable pages often have damaged labels or metadata.
    const labels = await pdf.getPageLabels().catch(() => null);
    const readable = pagesOfLines.filter((page) => page !== null);
    let collected: Words | null = null;
    const words = (): Words => (collected ??= wordsOf(linesOfAll(readable)));
    const pages = paragraphsOfPages(pagesOfLines, words);
    const recognized = await recognizePages(pdf, textless(pages), ocr, () => advance(1 - SHARE_BEFORE_OCR));
    return build(file, pages, recognized, words, hiddenChars, labels, await findTitle(pdf));
  } finally {
    await hidingLoading?.destroy();
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

async function findHidden(pdf: PDFDocumentProxy | null, pageNumber: number): Promise<readonly HiddenRun[]> {
  // A page whose drawing cannot be followed may still have text.
  return pdf === null ? [] : await findHiddenRuns(pdf, pageNumber).catch(() => []);
}

/** Returns the lines of a page; null if the page is damaged. */
async function findLines(
  pdf: PDFDocumentProxy,
  pageNumber: number,
  hidden: readonly HiddenRun[] | null,
): Promise<(PdfPageLines & { readonly hiddenChars: number }) | null> {
  try {
    const page = await pdf.getPage(pageNumber);
    const { items, ...size } = await readPageItems(page, hidden);
    page.cleanup();
    return { ...size, lines: linesOf(items) };
  } catch {
    return null;
  }
}

function paragraphsOfPages(pages: readonly (PdfPageLines | null)[], words: () => Words): readonly PdfPage[] {
  const readable = pages.filter((page) => page !== null);
  const running = runningLines(readable);
  const keepsRunning = !readable.some(({ lines }) => lines.some((line) => !running.has(line) && hasWords(line)));
  return pages.map((page) => {
    if (page === null) return { paragraphs: [], isDamaged: true, problem: null };
    const lines = keepsRunning ? page.lines : page.lines.filter((line) => !running.has(line));
    // Fonts that do not say which characters they draw: nothing on such a page can be read.
    const isUnreadable = isGlyphCodes(lines.map(({ text }) => text).join(' '));
    const paragraphs = isUnreadable ? [] : paragraphsOf(inReadingOrder(columnsAndRows(lines)), words);
    const problem = isUnreadable ? 'the fonts do not say which characters they draw' : 'no text';
    return { paragraphs, isDamaged: false, problem: paragraphs.some(hasWords) ? null : problem };
  });
}

function* linesOfAll(pages: readonly PdfPageLines[]): Generator<PdfLine> {
  for (const { lines } of pages) yield* lines;
}

function build(
  file: SourceFile,
  pages: readonly PdfPage[],
  recognized: RecognizedPages,
  words: () => Words,
  hiddenChars: number,
  labels: readonly string[] | null,
  metadataTitle: string | null,
): Extraction {
  const damaged = numbersOf(pages, (page) => page.isDamaged);
  if (damaged.length === pages.length) {
    throw new ExtractError(
      'DAMAGED',
      file.path,
      `its ${countOf(pages.length, 'page')} cannot be read; save it again as .pdf`,
    );
  }
  if (damaged.length + textless(pages).length === pages.length && recognized.texts.size === 0) {
    const reasons = recognized.warnings.map(({ message }) => message).join('; ');
    throw new ExtractError(
      'NO_TEXT',
      file.path,
      `there is no text on its ${countOf(pages.length, 'page')}: ${reasons}`,
    );
  }

  const builder = openTextBuilder(file.path);
  const levels = headingLevels(pages);
  let open: OpenParagraph | null = null;
  for (const [index, page] of pages.entries()) {
    const pageNumber = index + 1;
    const label = labels?.[index];
    const location = label && label !== String(pageNumber) ? { pageNumber, pageLabel: label } : { pageNumber };
    let isMarked = false;
    for (const text of recognized.texts.get(pageNumber)?.paragraphs ?? []) {
      close(builder, open);
      open = null;
      if (!isMarked) builder.mark(location);
      isMarked = true;
      builder.addBlock('paragraph', text);
    }
    for (const paragraph of page.paragraphs) {
      const level = isHeadingLike(paragraph) ? levels.get(paragraph.size) : undefined;
      const isFirst = paragraph === page.paragraphs[0];
      if (isFirst && open !== null && level === undefined && continuesSentence(open, paragraph)) {
        open.size = paragraph.size;
        continueOn(open, paragraph.text, location, words);
        isMarked = true;
        continue;
      }
      close(builder, open);
      open = null;
      if (!isMarked) builder.mark(location);
      isMarked = true;
      if (level === undefined) open = { text: paragraph.text, size: paragraph.size, continuations: [] };
      else builder.addBlock('heading', paragraph.text, { level });
    }
  }
  close(builder, open);
  const warnings: readonly (DocumentWarning | null)[] = [
    ...recognized.warnings,
    unreadableWarning(pages),
    ...hiddenTextWarning(hiddenChars),
    pagesWarning('PARTS_LEFT_OUT', damaged, 'damaged and left out; save the file again'),
  ];
  return builder.build({
    title: metadataTitle ?? builder.firstHeading,
    mediaType: 'application/pdf',
    pageCount: pages.length,
    warnings: warnings.filter((warning) => warning !== null),
  });
}

/** Returns the pages without text that can be read. */
function textless(pages: readonly PdfPage[]): readonly TextlessPage[] {
  return pages.flatMap(({ problem }, index) => (problem === null ? [] : { pageNumber: index + 1, problem }));
}

function hasWords({ text }: { readonly text: string }): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** A paragraph that may go on at the top of the next page. */
interface OpenParagraph {
  text: string;
  size: number;
  readonly continuations: Continuation[];
}

/** Words that end no sentence: a name may follow them on the next page. */
const UNFINISHED =
  /(?:^|\s)(?:[aeo]s?|[dn][aeo]s?|em|n?uma?s?|pel[ao]s?|ao?s?|à|às|com|por|para|sem|sob|sobre|entre|até|que|se|ou|cujo|cuja|the|an?|of|by|and|or|to|in|on|at|for|from|with|that)$/iu;

/** Returns whether a paragraph at the top of a page is the rest of a sentence. */
function continuesSentence(open: OpenParagraph, next: PdfParagraph): boolean {
  const end = open.continuations.at(-1)?.text ?? open.text;
  if (open.size !== next.size) return false;
  if (/[\p{L}\p{N},-]$/u.test(end) && /^\p{Ll}/u.test(next.text)) return !/^[a-z]\)/.test(next.text);
  return UNFINISHED.test(end) && /^[\p{L}\p{N}]/u.test(next.text);
}

function continueOn(open: OpenParagraph, next: string, location: Continuation['location'], words: () => Words): void {
  const last = open.continuations.at(-1);
  const end = last?.text ?? open.text;
  const joined = joinLines(end, next, words);
  const before = joined.slice(0, joined.length - next.length);
  if (last === undefined) open.text = before;
  else open.continuations[open.continuations.length - 1] = { ...last, text: before };
  open.continuations.push({ text: next, location });
}

function close(builder: TextBuilder, open: OpenParagraph | null): void {
  if (open !== null) builder.addBlock('paragraph', open.text, { continuations: open.continuations });
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
