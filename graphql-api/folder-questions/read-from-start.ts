import type { StoreReader } from '#shared/store/store.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import type { Passage } from '../retrieve/passage.ts';

/**
 * Returns the first passages of a document in reading order, ranks from 1; none if it is no longer in the store.
 * @param count how many at most.
 */
export async function readFromStart(
  { id, title }: DocumentState,
  count: number,
  reader: StoreReader,
  signal: AbortSignal,
): Promise<readonly Passage[]> {
  const published = await reader.findDocument(id, signal);
  if (published === undefined) return [];
  const chunks = await reader.neighbours(published.content.id, 0, count - 1, signal);
  return chunks.map((chunk, index) => ({
    rank: index + 1,
    score: 1,
    relevance: 1,
    keyword: null,
    semantic: null,
    rerank: null,
    chunk,
    // The store has the title found in the file; a user may have set another one.
    document: { ...published, title },
  }));
}
