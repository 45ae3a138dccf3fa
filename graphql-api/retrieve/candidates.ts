import type { ContentId } from '#shared/document.ts';
import type { Hit, SparseVector, StoreReader } from '#shared/store/store.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';

/** What the keyword arm is asked for. */
export interface CandidateRequest {
  readonly sparse: SparseVector;
  /** Of all together, and the quota of each language. */
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
 * The chunks that may answer, each once, in no particular order: the best of all documents, of each language that these
 * hold little of (or the passages of a large language would keep all others out), and of documents that the question names.
 * One search of the store for a folder in one language, one more for each further language and for names.
 */
export async function findCandidates(
  request: CandidateRequest,
  reader: StoreReader,
  signal: AbortSignal,
): Promise<readonly Hit[]> {
  const { sparse, limit, documents, isFiltered, named } = request;
  const search = async (contents?: readonly ContentId[]): Promise<readonly Hit[]> =>
    (await reader.search({ sparse, limit, ...(contents && { contents }) }, signal)).sparse;

  const best = await search(isFiltered ? contentsOf(documents) : undefined);
  const shares = Map.groupBy(best, ({ documents: [document] }) => document?.content.language ?? null);
  const languages = Map.groupBy(documents, ({ language }) => language);
  const further: (readonly ContentId[])[] = [];
  for (const [language, group] of languages) {
    const share = shares.get(language)?.length ?? 0;
    if (language !== null && languages.size > 1 && share < limit / 2) further.push(contentsOf(group));
  }
  if (named.length > 0) further.push(named.slice(0, MAX_NAMED));

  const found = await Promise.all(further.map(search));
  return [...new Map([best, ...found].flat().map((hit) => [hit.chunk.id, hit])).values()];
}

function contentsOf(documents: readonly DocumentState[]): readonly ContentId[] {
  return [...new Set(documents.flatMap(({ contentId }) => contentId ?? []))];
}
