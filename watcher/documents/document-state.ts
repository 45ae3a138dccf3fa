import path from 'node:path';
import { documentIdOf, type ContentSummary } from '#shared/document.ts';
import type { DocumentState, RemovedDocument } from '#shared/watcher-api/watcher-api.ts';
import type { DocumentDetails } from './document-details.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerDocument } from '../ledger/document.ts';

/**
 * Returns a document as the API receives it: a row of the ledger, completed by its content and the user's details, or
 * only the removal.
 */
export function documentStateFromLedger(
  document: LedgerDocument,
  ledger: Ledger,
  details: DocumentDetails,
): DocumentState | RemovedDocument {
  const { path: documentPath, seq, state } = document;
  const id = documentIdOf(documentPath);
  if (state === 'REMOVED') return { id, path: documentPath, seq };

  const content = contentToShow(document, ledger);
  const { title, tags, url } = details.find(documentPath);
  return {
    id,
    path: documentPath,
    seq,
    status: state,
    title: title ?? content?.title ?? path.basename(documentPath),
    tags,
    url,
    mediaType: content?.mediaType ?? 'application/octet-stream',
    language: content?.language ?? null,
    sizeBytes: document.sizeBytes,
    bytesSha256: document.bytesSha256 ?? '',
    contentId: document.liveContentId,
    error: document.error && {
      code: document.error.code,
      message: document.error.message,
      attempts: Math.max(document.attempts, 1),
      retryAt: document.error.retryMs === null ? null : timeOf(document.error.retryMs),
    },
    pageCount: content?.pageCount ?? null,
    chunkCount: content?.chunkCount ?? 0,
    embeddedChunks: content === undefined ? 0 : ledger.embedding.chunksOf(content.id),
    warnings: content?.warnings ?? [],
    createdAt: timeOf(document.createdMs),
    modifiedAt: timeOf(document.modifiedMs),
    indexedAt: document.indexedMs === null ? null : timeOf(document.indexedMs),
  };
}

/** Returns the searchable content; for a document that is not searchable yet, the content read so far, if any. */
function contentToShow(document: LedgerDocument, ledger: Ledger): ContentSummary | undefined {
  const contentId = document.liveContentId ?? document.contentId;
  return contentId === null ? undefined : ledger.contents.find(contentId);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
