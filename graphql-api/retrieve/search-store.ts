import type { ContentId } from '#shared/document.ts';
import { StoreError } from '#shared/errors.ts';
import type { Hit, SearchRequest, SearchResult, StoreReader, VectorSpace } from '#shared/store/store.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import type { EmbeddedQuestion } from '../models/embedded-question.ts';
import type { SparseVector } from '#shared/text/sparse.ts';

/** What to search the store for. */
export interface StoreSearch {
  /** Null leaves out the keyword arm. */
  readonly sparse: SparseVector | null;
  /** Null leaves out the semantic arm. */
  readonly dense: EmbeddedQuestion | null;
  /** Called when the store no longer searches the space of `dense`; null leaves only the keyword arm. */
  readonly embedAgain: (refused: VectorSpace) => Promise<EmbeddedQuestion | null>;
  /** Hits wanted from each arm, and from each language in the keyword arm. */
  readonly limit: number;
  /** The documents to search. */
  readonly documents: readonly DocumentState[];
  /** Whether the store has other documents, which must not be found. */
  readonly isFiltered: boolean;
  /** Contents whose paths contain words of the question, best first. */
  readonly named: readonly ContentId[];
}

/** Of the contents that the question seems to name, at most this many are searched separately. */
const MAX_NAMED = 20;

/**
 * Returns the chunks to consider, each once per arm: the best of all documents and, in the keyword arm, also the best
 * of each underrepresented language (or a large language would crowd out all others) and of documents that the question
 * names. The semantic arm is independent of language and sorted best first; the keyword arm is in no particular order.
 * Takes one search of the store when all documents are in one language, one more for each underrepresented language,
 * and one for named documents.
 */
export async function searchStore(
  request: StoreSearch,
  reader: StoreReader,
  signal: AbortSignal,
): Promise<SearchResult> {
  const { sparse, limit, documents, isFiltered, named } = request;
  const arms = { limit, ...(sparse && { sparse }), ...(isFiltered && { contents: contentsOf(documents) }) };
  const best = await searchBothArms(arms, request, reader, signal);
  if (sparse === null) return best;

  const shares = Map.groupBy(best.sparse, ({ documents: [document] }) => document?.content.language ?? null);
  const languages = Map.groupBy(documents, ({ language }) => language);
  const further: Pick<SearchRequest, 'contents' | 'language'>[] = [];
  for (const [language, group] of languages) {
    const share = shares.get(language)?.length ?? 0;
    if (language === null || languages.size === 1 || share >= limit / 2) continue;
    // The ids of all contents of a language would be 1.3 MB for 20,000 of them.
    further.push(isFiltered ? { contents: contentsOf(group) } : { language });
  }
  if (named.length > 0) further.push({ contents: named.slice(0, MAX_NAMED) });

  const found = await Promise.all(further.map((among) => reader.search({ sparse, limit, ...among }, signal)));
  const hits = [best, ...found].flatMap((result) => result.sparse);
  return { ...best, sparse: uniqueOf(hits) };
}

/**
 * Embeds the question again if another model has become active since, which rarely happens twice within a question:
 * the second time, the search is left to the keyword arm.
 */
async function searchBothArms(
  arms: SearchRequest,
  { dense, embedAgain }: Pick<StoreSearch, 'dense' | 'embedAgain'>,
  reader: StoreReader,
  signal: AbortSignal,
): Promise<SearchResult> {
  if (dense === null) return reader.search(arms, signal);
  try {
    return await reader.search({ ...arms, dense }, signal);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'SPACE_MISMATCH') throw error;
    const again = { dense: await embedAgain(dense.space), embedAgain: async () => null };
    return searchBothArms(arms, again, reader, signal);
  }
}

function uniqueOf(hits: readonly Hit[]): readonly Hit[] {
  return [...new Map(hits.map((hit) => [hit.chunk.id, hit])).values()];
}

function contentsOf(documents: readonly DocumentState[]): readonly ContentId[] {
  return [...new Set(documents.flatMap(({ contentId }) => contentId ?? []))];
}
