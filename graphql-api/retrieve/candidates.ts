import type { ContentId } from '#shared/document.ts';
import { StoreError } from '#shared/errors.ts';
import type { Hit, SearchRequest, SearchResult, StoreReader, VectorSpace } from '#shared/store/store.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import type { EmbeddedQuestion } from '../models/embedded-question.ts';
import type { SparseVector } from '#shared/text/sparse.ts';

/** What both arms are asked for. */
export interface CandidateRequest {
  /** Null asks nothing of the keyword arm. */
  readonly sparse: SparseVector | null;
  /** Null asks nothing of the meaning arm. */
  readonly dense: EmbeddedQuestion | null;
  /** Asked when the store does not search the space of `dense` any more; null: words alone have to do. */
  readonly embedAgain: (refused: VectorSpace) => Promise<EmbeddedQuestion | null>;
  /** Of each arm, and the quota of each language in the keyword arm. */
  readonly limit: number;
  /** The documents that may answer. */
  readonly documents: readonly DocumentState[];
  /** Whether there are others. */
  readonly isFiltered: boolean;
  /** Contents whose paths have words of the question, best first. */
  readonly named: readonly ContentId[];
}

/** Of contents that the question seems to name, at most so many are searched apart. */
const MAX_NAMED = 20;

/**
 * The chunks that may answer, each once in an arm: the best of all documents, in the keyword arm also of each language
 * that these hold little of (or the passages of a large language would keep all others out), and of documents that the
 * question names. Meaning knows no language and best comes first there; the keyword arm is in no particular order.
 * One search of the store for a folder in one language, one more for each further language and for names.
 */
export async function findCandidates(
  request: CandidateRequest,
  reader: StoreReader,
  signal: AbortSignal,
): Promise<SearchResult> {
  const { sparse, limit, documents, isFiltered, named } = request;
  const arms = { limit, ...(sparse && { sparse }), ...(isFiltered && { contents: contentsOf(documents) }) };
  const best = await searchBothArms(arms, request, reader, signal);
  if (sparse === null) return best;

  const shares = Map.groupBy(best.sparse, ({ documents: [document] }) => document?.content.language ?? null);
  const languages = Map.groupBy(documents, ({ language }) => language);
  const further: (readonly ContentId[])[] = [];
  for (const [language, group] of languages) {
    const share = shares.get(language)?.length ?? 0;
    if (language !== null && languages.size > 1 && share < limit / 2) further.push(contentsOf(group));
  }
  if (named.length > 0) further.push(named.slice(0, MAX_NAMED));

  const found = await Promise.all(further.map((contents) => reader.search({ sparse, limit, contents }, signal)));
  const hits = [best, ...found].flatMap((result) => result.sparse);
  return { ...best, sparse: uniqueOf(hits) };
}

/** Another model may have become the active one since the question was embedded, hardly twice in a question. */
async function searchBothArms(
  arms: SearchRequest,
  { dense, embedAgain }: Pick<CandidateRequest, 'dense' | 'embedAgain'>,
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
