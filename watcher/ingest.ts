import path from 'node:path';
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
import { tooLarge } from './read/extract/extract-error.ts';
import type { Extractor } from './read/extractor.ts';
import { PIPELINE_VERSION } from './read/pipeline-version.ts';
import { hashFile } from './scan/hash-file.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { LedgerDocument } from './ledger/document.ts';
import { batchesOf } from '#shared/batches.ts';

/** Chunks a call of the store: small enough that a stop or a kill costs little. */
const BATCH_CHUNKS = 64;

export interface IngestParts {
  readonly inbox: string;
  readonly ledger: Ledger;
  readonly store: StoreWriter;
  readonly extractor: Extractor;
  readonly maxFileBytes: number;
  readonly racyMs: number;
  readonly now: () => number;
  readonly onProgress: (path: string, share: number) => void;
}

/**
 * THE FLOW: one document from the queue into the store.
 * Until the last step nobody sees anything of it; after it nobody sees anything of the version before.
 * @returns whether the document is ready; false when its file has changed meanwhile and waits for the next scan.
 * @throws whatever reading and storing throw; settle-failure.ts decides what becomes of the document then.
 */
export async function ingest(document: LedgerDocument, parts: IngestParts, signal: AbortSignal): Promise<boolean> {
  const { ledger, store, now } = parts;
  if (!ledger.startReading(document)) return false;
  // Before it is hashed: a disk image would keep its lane for an hour.
  if (document.sizeBytes > parts.maxFileBytes) throw tooLarge(document.path, document.sizeBytes, parts.maxFileBytes);

  const bytesSha256 = await hashFile(path.join(parts.inbox, document.path), document.signature, signal);
  if (bytesSha256 === undefined) {
    ledger.startOver(document, now());
    return false;
  }
  const contentId = contentIdOf(bytesSha256, recipeOf(document.path));
  const isTrusted = now() - document.observedMs > parts.racyMs;
  if (!ledger.hashed(document, bytesSha256, contentId, isTrusted)) return false;

  // A copy, a rename, or a file put back has its content stored already.
  const content =
    ledger.contents.findStored(contentId) ?? (await readAndStore(document, bytesSha256, contentId, parts, signal));
  if (content === undefined) {
    ledger.startOver(document, now());
    return false;
  }

  const published = publishedDocumentOf(document, bytesSha256, content, now());
  const revision = ledger.startPublishing(document);
  if (revision === undefined) return false;
  await store.publish(published, revision, signal);
  return ledger.published(document, contentId, revision, now());
}

/** Undefined when the extractor has read other bytes than were hashed. */
async function readAndStore(
  document: LedgerDocument,
  bytesSha256: string,
  contentId: ContentId,
  parts: IngestParts,
  signal: AbortSignal,
): Promise<ContentSummary | undefined> {
  const { ledger, store } = parts;
  const reading = await parts.extractor.read(
    { file: path.join(parts.inbox, document.path), path: document.path, maxBytes: parts.maxFileBytes },
    { signal, limitMs: readingLimitMs(document), onProgress: (share) => parts.onProgress(document.path, share) },
  );
  if (reading.bytesSha256 !== bytesSha256) return undefined;

  const content: ContentSummary = { ...reading.content, id: contentId, chunkCount: reading.chunks.length };
  ledger.startStoring(document, content);
  // After a kill, or with a ledger made anew, the store has the first of them, or all: they are put in order.
  const stored = ledger.contents.isDoubted(contentId) ? 0 : await store.countChunks(contentId, signal);
  const whole = stored === content.chunkCount ? stored : stored - (stored % BATCH_CHUNKS);
  for await (const batch of batchesOf(reading.chunks.slice(whole), BATCH_CHUNKS)) {
    await store.putChunks(
      content,
      batch.map((draft) => chunkToStore(content, draft)),
      signal,
    );
  }
  ledger.contents.stored(contentId);
  return content;
}

/** What decides, besides the bytes, which chunks come of a file: our versions, and the extension where bytes do not tell the format. */
function recipeOf(documentPath: string): string {
  return `${PIPELINE_VERSION} ${path.extname(documentPath).toLowerCase()}`;
}

/** 30 s and 0.2 s a megabyte, at most five minutes; doubled for each time the extractor has died over these bytes. */
function readingLimitMs(document: LedgerDocument): number {
  const limitMs = Math.min(30_000 + (document.sizeBytes / 1_000_000) * 200, 300_000);
  return limitMs * 2 ** document.attempts;
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
