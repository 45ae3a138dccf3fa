import path from 'node:path';
import { settledOrAborted } from '#shared/abort.ts';
import { batchesOf } from '#shared/batches.ts';
import {
  chunkIdOf,
  contentIdOf,
  documentIdOf,
  type ContentId,
  type ContentSummary,
  type PublishedDocument,
} from '#shared/document.ts';
import type { ChunkToStore, StoreWriter } from '#shared/store/store.ts';
import { chunkVector } from '#shared/text/sparse.ts';
import { embeddedTextHashOf } from '#shared/text/embedded-text.ts';
import type { ChunkDraft } from './read/chunk/chunk.ts';
import { readLinkedPage, type FetchPage } from './ingest-link.ts';
import { tooLarge } from './read/extract/extract-error.ts';
import type { OcrMode } from './read/extract/ocr/ocr.ts';
import type { RecognizedPages } from './read/recognized-pages.ts';
import { LinkFound, OcrPostponed, type Extractor } from './read/extractor.ts';
import { PIPELINE_VERSION } from './read/pipeline-version.ts';
import { hashFile } from './scan/hash-file.ts';
import type { Ledger } from './ledger/ledger.ts';
import { MAX_DEATHS, type LedgerDocument } from './ledger/document.ts';
import type { ReadingSettings } from './ledger/reading-settings.ts';

/** Chunks in one call of the store: few enough that a stop or a kill loses little work. */
const BATCH_CHUNKS = 64;

/** What `ingest` works with. */
export interface IngestParts {
  readonly inbox: string;
  readonly ledger: Ledger;
  readonly store: Pick<StoreWriter, 'countChunks' | 'putChunks' | 'publish'>;
  readonly extractor: Pick<Extractor, 'read'>;
  /** CPU time in milliseconds for a file that is read for the first time, besides one second a megabyte. */
  readonly firstCpuLimitMs: number;
  readonly maxFileBytes: number;
  readonly settings: Pick<ReadingSettings, 'readsHidden'>;
  /** Whether scans and pictures are recognised. */
  readonly recognizesText: boolean;
  /** Fetches the page that a link file leads to. Null: link files are refused. */
  readonly fetchLink: FetchPage | null;
  /** Called before a page is published, with the address at which it was found. */
  readonly onPageFetched: (path: string, url: string) => void;
  /** What was recognised of documents that are not done yet. */
  readonly recognizedPages: RecognizedPages;
  /** As in `PlanLimits`. */
  readonly racyMs: number;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** What the lanes are reading and storing at this moment, shared by all of them. */
  readonly inWork: Map<ContentId, Promise<unknown>>;
  /** @param share of the document that has been read, 0 to 1. */
  readonly onProgress: (path: string, share: number) => void;
}

/** Bytes that become a document's content: those of its file, or of the page that a link file leads to. */
interface Source {
  /** Supplies the extension and the name used in messages. */
  readonly path: string;
  /** Undefined: those of the file. */
  readonly bytes?: Uint8Array;
  readonly bytesSha256: string;
  readonly contentId: ContentId;
}

/**
 * THE FLOW: takes one document from the queue into the store.
 * Before the last step nothing of it is visible; after it nothing of the previous version is.
 * A document with pages to recognise is ready for its text first, and is read again for them behind all others.
 * @returns whether the document is ready; false when its file has changed meanwhile and waits for the next scan, or when
 * it waits behind all new files.
 * @throws the errors of reading and storing; settle-failure.ts decides what becomes of the document then.
 */
export async function ingest(document: LedgerDocument, parts: IngestParts, signal: AbortSignal): Promise<boolean> {
  const { ledger, store, now } = parts;
  const isStarted = document.state === 'READY' ? ledger.startRecognizing(document) : ledger.startReading(document);
  if (!isStarted) return false;
  // Checked before hashing: hashing a disk image would occupy its lane for an hour.
  if (document.sizeBytes > parts.maxFileBytes) throw tooLarge(document.path, document.sizeBytes, parts.maxFileBytes);

  const bytesSha256 = await hashFile(path.join(parts.inbox, document.path), document.signature, signal);
  if (bytesSha256 === undefined) {
    ledger.startOver(document, now());
    return false;
  }
  const contentId = contentIdOf(bytesSha256, recipeOf(document.path, parts));
  if (!ledger.hashed(document, bytesSha256, contentId, isTrusted(document, parts))) return false;

  // A copy of what the extractor has died over waits where that waits. Its last attempt is left to it.
  const deaths = Math.min(ledger.queue.deathsOverCopies(document, contentId), MAX_DEATHS - 1);
  if (deaths > document.attempts) {
    ledger.putBack(document, null, deaths);
    return false;
  }

  const source = { path: document.path, bytesSha256, contentId };
  const content = await readOnce(document, source, parts, signal).catch((error: unknown) => {
    if (error instanceof LinkFound) return readPage(document, source, error, parts, signal);
    throw error;
  });
  if (content === undefined) {
    ledger.startOver(document, now());
    return false;
  }

  const published = publishedDocumentOf(document, bytesSha256, content, now());
  const revision = ledger.startPublishing(document);
  if (revision === undefined) return false;
  await store.publish(published, revision, signal);
  const isPartial = content.id === partialIdOf(source, parts);
  return ledger.published(document, content.id, revision, now(), { isPartial });
}

/**
 * Returns the content from the ledger if it is stored already, as that of a copy, a renamed file or a file that was put back is.
 * A lane that meets a content which another lane is reading waits for it, so that no chunk is stored twice.
 * @throws the signal's reason if it aborts meanwhile; otherwise what `read` throws.
 */
async function storedOnce(
  contentId: ContentId,
  { ledger, inWork }: IngestParts,
  signal: AbortSignal,
  read: () => Promise<ContentSummary | undefined>,
): Promise<ContentSummary | undefined> {
  for (let other; (other = inWork.get(contentId)) !== undefined;) {
    await settledOrAborted(other, signal);
    signal.throwIfAborted();
  }
  const stored = ledger.contents.findStored(contentId);
  if (stored !== undefined) return stored;
  const reading = read();
  inWork.set(contentId, reading);
  try {
    return await reading;
  } finally {
    inWork.delete(contentId);
  }
}

function readOnce(
  document: LedgerDocument,
  source: Source,
  parts: IngestParts,
  signal: AbortSignal,
): Promise<ContentSummary | undefined> {
  return storedOnce(source.contentId, parts, signal, () => readAndStore(document, source, parts, signal));
}

/**
 * Returns the content of the page that a link file leads to: a content of its own, so that each version of the page is
 * one, and a page that was read before is not read again.
 * @throws LinkFound at the first attempt: fetching is left to the lane that is behind all new files.
 */
async function readPage(
  document: LedgerDocument,
  link: Source,
  found: LinkFound,
  parts: IngestParts,
  signal: AbortSignal,
): Promise<ContentSummary | undefined> {
  const { fetchLink, ledger } = parts;
  if (fetchLink === null || document.attempts === 0) throw found;
  return readLinkedPage(
    document.path,
    found.address,
    fetchLink,
    async ({ url, bytes, bytesSha256, path: pagePath }) => {
      signal.throwIfAborted();
      const pageId = contentIdOf(bytesSha256, recipeOf(pagePath, parts));
      // From here on the document waits for the page's content. Its signature is no more trusted than before.
      if (!ledger.hashed(document, link.bytesSha256, pageId, isTrusted(document, parts))) return undefined;
      const content = await readOnce(
        document,
        { path: pagePath, bytes, bytesSha256, contentId: pageId },
        parts,
        signal,
      );
      if (content !== undefined) parts.onPageFetched(document.path, url);
      return content;
    },
  );
}

/** Returns the stored content; undefined when the extractor has read other bytes than were hashed. */
async function readAndStore(
  document: LedgerDocument,
  source: Source,
  parts: IngestParts,
  signal: AbortSignal,
): Promise<ContentSummary | undefined> {
  const { path: sourcePath, bytes, bytesSha256 } = source;
  const { ledger, recognizedPages, store } = parts;
  const reading = await parts.extractor.read(
    {
      file: path.join(parts.inbox, document.path),
      path: sourcePath,
      maxBytes: parts.maxFileBytes,
      ocr: ocrMode(document, parts),
      knownPages: recognizedPages.find(source.contentId),
      readsHidden: parts.settings.readsHidden,
      ...(bytes === undefined ? { reportsLinks: parts.fetchLink !== null } : { bytes }),
    },
    {
      signal,
      cpuLimitMs: cpuLimitMs(document, parts),
      onProgress: (share) => parts.onProgress(document.path, share),
      onPageRecognized: (text) => void (signal.aborted || recognizedPages.add(source.contentId, text)),
    },
  );
  if (reading.bytesSha256 !== bytesSha256) return undefined;

  // What is read without its scans is another content than what is read with them. (A page behind a link is never read
  // without: that is only done at the first attempt.)
  const contentId = reading.isPartial ? partialIdOf(source, parts) : source.contentId;
  if (reading.isPartial) {
    if (hasRecognizedScans(document, bytesSha256, ledger)) throw new OcrPostponed();
    if (!ledger.hashed(document, bytesSha256, contentId, isTrusted(document, parts))) return undefined;
  }
  const content: ContentSummary = { ...reading.content, id: contentId, chunkCount: reading.chunks.length };
  ledger.startStoring(document, content);
  // Chunks are put in order, so after a kill or with a new ledger the store may have the first ones, or all of them.
  const stored = ledger.contents.isDamaged(contentId) ? 0 : await store.countChunks(contentId, signal);
  const whole = stored === content.chunkCount ? stored : stored - (stored % BATCH_CHUNKS);
  for await (const batch of batchesOf(reading.chunks.slice(whole), BATCH_CHUNKS)) {
    await store.putChunks(
      content,
      batch.map((draft) => chunkToStore(content, draft)),
      signal,
    );
  }
  ledger.contents.stored(contentId);
  if (!reading.isPartial) recognizedPages.delete(source.contentId);
  return content;
}

/** Whether the same bytes are searchable with the text of their scans, which must not be lost until it is read again. */
function hasRecognizedScans(document: LedgerDocument, bytesSha256: string, ledger: Ledger): boolean {
  const live = document.liveContentId === null ? undefined : ledger.contents.find(document.liveContentId);
  return document.bytesSha256 === bytesSha256 && live?.warnings.some(({ code }) => code === 'READ_BY_OCR') === true;
}

/** Whether the file was unchanged for longer than the granularity of file times before it is read. */
function isTrusted(document: LedgerDocument, parts: IngestParts): boolean {
  return parts.now() - document.observedMs > parts.racyMs;
}

/**
 * What decides about the chunks besides the bytes: our versions, the extension (bytes may not show the format), and
 * whether hidden text is read.
 */
function recipeOf(documentPath: string, { settings }: IngestParts): string {
  const recipe = `${PIPELINE_VERSION} ${path.extname(documentPath).toLowerCase()}`;
  return settings.readsHidden ? `${recipe} hidden` : recipe;
}

/** The content of a source without the pages that are to be recognised. */
function partialIdOf({ path: sourcePath, bytesSha256 }: Source, parts: IngestParts): ContentId {
  return contentIdOf(bytesSha256, `${recipeOf(sourcePath, parts)} without scans`);
}

/**
 * 30 s of CPU time plus 0.2 s per megabyte, at most five minutes; doubled each time the extractor has died over more than
 * the first attempt. That one is shorter, so that a file that never ends delays few others: most files need less than a
 * second, and what needs more is read again behind all that is new.
 */
function cpuLimitMs({ attempts, sizeBytes }: LedgerDocument, { firstCpuLimitMs }: IngestParts): number {
  const megabytes = sizeBytes / 1_000_000;
  const limitMs = Math.min(30_000 + megabytes * 200, 300_000);
  if (attempts === 0) return Math.min(firstCpuLimitMs + megabytes * 1000, limitMs);
  return limitMs * 2 ** (attempts - 1);
}

/**
 * The first attempt, which must be quick, leaves recognition to the lane that is behind all new files. The last one does
 * without, but for pages that were recognised before, so that what has text is searchable whatever recognition does.
 */
function ocrMode({ attempts }: LedgerDocument, { recognizesText }: IngestParts): OcrMode {
  if (!recognizesText) return 'off';
  if (attempts === 0) return 'later';
  return attempts < MAX_DEATHS - 1 ? 'now' : 'failed';
}

function chunkToStore(content: ContentSummary, draft: ChunkDraft): ChunkToStore {
  const words = { title: content.title, headings: draft.headings, text: draft.text };
  return {
    chunk: { ...draft, id: chunkIdOf(content.id, draft.ordinal), contentId: content.id },
    sparse: chunkVector(words),
    embeddedTextHash: embeddedTextHashOf(words),
  };
}

function publishedDocumentOf(
  document: LedgerDocument,
  bytesSha256: string,
  content: ContentSummary,
  now: number,
): PublishedDocument {
  return {
    id: documentIdOf(document.path),
    path: document.path,
    title: content.title ?? path.basename(document.path),
    content,
    bytesSha256,
    sizeBytes: document.sizeBytes,
    createdAt: new Date(document.createdMs).toISOString(),
    modifiedAt: new Date(document.modifiedMs).toISOString(),
    indexedAt: new Date(now).toISOString(),
  };
}
