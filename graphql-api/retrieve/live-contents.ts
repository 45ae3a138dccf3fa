import type { SearchResult, StoreReader } from '#shared/store/store.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { isAtRest } from '../documents/replica.ts';

/**
 * The store is asked about at most this many documents per search, those that changed last: the replica lags behind by
 * about 0.2 s, in which a watcher publishes a few.
 */
const MAX_ASKED = 20;

/**
 * Returns the documents with the contents that the store has published under them now; the same array if nothing is
 * different. A filtered search names contents, and the replica learns of a new one only after the store has switched to
 * it: until then, a search for the old content finds nothing. Only documents that are being read again are asked about
 * or, if nothing was found, the ones that changed last.
 * @param found by a search for the contents of these documents. @param documents that pass the filter.
 */
export async function withLiveContents(
  documents: readonly DocumentState[],
  found: SearchResult,
  reader: StoreReader,
  signal: AbortSignal,
): Promise<readonly DocumentState[]> {
  const isEmpty = found.sparse.length === 0 && found.dense.length === 0;
  const doubtful = documents.filter((document) => document.contentId !== null && (isEmpty || !isAtRest(document)));
  const asked = lastChanged(doubtful);
  const live = new Map<DocumentState, DocumentState>();
  await Promise.all(
    asked.map(async (document) => {
      const published = await reader.findDocument(document.id, signal);
      if (published === undefined || published.content.id === document.contentId) return;
      const { id: contentId, language, mediaType } = published.content;
      live.set(document, { ...document, contentId, language, mediaType });
    }),
  );
  return live.size === 0 ? documents : documents.map((document) => live.get(document) ?? document);
}

/** Returns the documents that changed last. One pass, without sorting: a filter may let a whole library through. */
function lastChanged(documents: readonly DocumentState[]): readonly DocumentState[] {
  const last: DocumentState[] = [];
  for (const document of documents) {
    if (last.length === MAX_ASKED && document.seq <= (last.at(-1)?.seq ?? 0)) continue;
    const at = last.findIndex(({ seq }) => seq < document.seq);
    last.splice(at < 0 ? last.length : at, 0, document);
    if (last.length > MAX_ASKED) last.pop();
  }
  return last;
}
