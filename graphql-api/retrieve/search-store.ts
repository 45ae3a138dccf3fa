import type { ContentId } from '#shared/document.ts';
import { StoreError } from '#shared/errors.ts';
import type { Hit, SearchRequest, SearchResult, StoreReader, VectorSpace } from '#shared/store/store.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import type { EmbeddedQuestion } from '../models/embedded-question.ts';
import type { SparseVector } from '#shared/text/sparse.ts';
import { languageOf } from './level-languages.ts';

/** What to search the store for. */
export interface StoreSearch {
  /** Null leaves out the keyword arm. */
  readonly sparse: SparseVector | null;
  /** Null leaves out the semantic arm. */
  readonly dense: EmbeddedQuestion | null;
  /** Called when the store no longer searches the space of `dense`; null leaves only the keyword arm. */
  readonly embedAgain: (refused: VectorSpace) => Promise<EmbeddedQuestion | null>;
  /** Hits wanted from each arm, and from each language. */
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
 * Returns the chunks to consider, each once per arm, in no particular order: the best of all documents, the best of each
 * underrepresented language (or a large language would crowd out all others; in the semantic arm only if languages can be
 * levelled) and, in the keyword arm, the best of documents that the question names. Takes one search of the store when
 * all documents are in one language, one more for each underrepresented language, and one for named documents.
 */
export async function searchStore(
  request: StoreSearch,
  reader: StoreReader,
  signal: AbortSignal,
): Promise<SearchResult> {
  const { sparse, limit, documents, isFiltered, named } = request;
  const arms = { limit, ...(sparse && { sparse }), ...(isFiltered && { contents: contentsOf(documents) }) };
  const { best, dense } = await searchBothArms(arms, request, reader, signal);

  const languages = Map.groupBy(documents, ({ language }) => language);
  const further: SearchRequest[] = [];
  for (const [language, group] of languages) {
    if (language === null || languages.size === 1) continue;
    const isFound = (hits: readonly Hit[]): boolean =>
      hits.filter((hit) => languageOf(hit) === language).length >= limit / 2;
    const missing = {
      ...(sparse && !isFound(best.sparse) && { sparse }),
      ...(dense?.scale && !isFound(best.dense) && { dense }),
    };
    if (Object.keys(missing).length === 0) continue;
    // The ids of all contents of a language would be 1.3 MB for 20,000 of them.
    further.push({ limit, ...missing, ...(isFiltered ? { contents: contentsOf(group) } : { language }) });
  }
  if (sparse && named.length > 0) further.push({ limit, sparse, contents: named.slice(0, MAX_NAMED) });

  // A model that becomes active in between costs these searches their semantic arm.
  const byWords = { embedAgain: async () => null };
  const found = await Promise.all(
    further.map(({ dense: again, ...words }) =>
      searchBothArms(words, { dense: again === undefined ? null : dense, ...byWords }, reader, signal),
    ),
  );
  const hitsOf = (arm: keyof SearchResult): readonly Hit[] =>
    uniqueOf([best, ...found.map((each) => each.best)].flatMap((result) => result[arm]));
  return { sparse: hitsOf('sparse'), dense: hitsOf('dense') };
}

/**
 * Embeds the question again if another model has become active since, which rarely happens twice within a question:
 * the second time, the search is left to the keyword arm.
 * @returns what was found, and the question that the semantic arm was searched with.
 */
async function searchBothArms(
  arms: SearchRequest,
  { dense, embedAgain }: Pick<StoreSearch, 'dense' | 'embedAgain'>,
  reader: StoreReader,
  signal: AbortSignal,
): Promise<{ readonly best: SearchResult; readonly dense: EmbeddedQuestion | null }> {
  if (dense === null) return { best: await reader.search(arms, signal), dense };
  try {
    const { space, vector } = dense;
    return { best: await reader.search({ ...arms, dense: { space, vector } }, signal), dense };
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
