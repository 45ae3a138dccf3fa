import type { Hit, SearchResult, StoreReader, VectorSpace } from '#shared/store/store.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { queryVector, type SparseVector } from '#shared/text/sparse.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import type { EmbedQuestion } from '../models/embedded-question.ts';
import type { Steps, Turns } from '../turns/turns.ts';
import { withLiveContents } from './live-contents.ts';
import { matchPaths, type PathMatches } from './match-paths.ts';
import { compileFilter, EVERYWHERE, type PassageFilter } from '../filters/passage-filter.ts';
import { searchStore } from './search-store.ts';

/** Which arms of the search are used: both, the semantic one, or the keyword one. */
export type SearchMode = 'HYBRID' | 'SEMANTIC' | 'KEYWORD';

/** What to search for. */
export interface CandidateRequest {
  readonly question: string;
  readonly filter: PassageFilter;
  /** Candidates wanted from each arm; at least 50 are fetched. */
  readonly limit: number;
  readonly mode: SearchMode;
}

/** Where candidates come from. */
export interface CandidateSources {
  readonly reader: StoreReader;
  /** All documents as currently known; the filter is applied to them. */
  readonly documents: () => Iterable<DocumentState>;
  /** For the semantic arm. */
  readonly embedQuestion: EmbedQuestion;
}

/** What both arms found for a question, before anything is judged. */
export interface Candidates {
  /** The word terms of the question. */
  readonly questionWords: ReadonlySet<string>;
  /** Hits of the keyword arm, in no particular order. */
  readonly keyword: readonly Hit[];
  /** Hits of the semantic arm, best first. */
  readonly semantic: readonly Hit[];
  /** False when the semantic arm was not wanted or the question could not be embedded. */
  readonly isSemanticSearched: boolean;
  /** The documents that pass the filter. */
  readonly documents: readonly DocumentState[];
  /** Whether the request had a filter. */
  readonly isFiltered: boolean;
  /** Words of the question found in the paths of these documents. */
  readonly paths: PathMatches;
}

/**
 * Fewest candidates of each arm: they also show how rare the question's words are, and how well an unrelated passage
 * scores.
 */
const MIN_CANDIDATES = 50;
/** A document whose content is replaced this often during one search is searched in its last version but one. */
const MAX_SEARCHES = 3;

/** Step 1 of ranking: asks both arms of the store. Finds nothing for a question that neither arm can search for. */
export async function findCandidates(
  { question, filter, limit, mode }: CandidateRequest,
  { reader, documents, embedQuestion }: CandidateSources,
  signal: AbortSignal,
  turns: Turns,
): Promise<Candidates> {
  const understood = await turns.run(understand(question, documents, filter), signal);
  const { terms, questionWords } = understood;
  const sparse = mode === 'SEMANTIC' || terms.indices.length === 0 ? null : terms;
  const dense = mode === 'KEYWORD' ? null : await embedQuestion(question, signal);

  const isFiltered = filter !== EVERYWHERE;
  let { allowed, paths } = understood;
  let found: SearchResult = { sparse: [], dense: [] };
  for (let searches = 0; searches < MAX_SEARCHES && (sparse !== null || dense !== null); searches++) {
    const search = {
      sparse,
      dense,
      embedAgain: (refused: VectorSpace) => embedQuestion(question, signal, refused),
      limit: Math.max(limit, MIN_CANDIDATES),
      documents: allowed,
      isFiltered,
      named: paths.contents,
    };
    found = await searchStore(search, reader, signal);
    const live = isFiltered ? await withLiveContents(allowed, found, reader, signal) : allowed;
    if (live === allowed) break;
    allowed = live;
    paths = await turns.run(matchPaths(questionWords, allowed), signal);
  }
  return {
    questionWords,
    keyword: found.sparse,
    semantic: found.dense,
    isSemanticSearched: dense !== null,
    documents: allowed,
    isFiltered,
    paths,
  };
}

/** What can be said of a question before the store is asked. */
interface UnderstoodQuestion {
  readonly terms: SparseVector;
  readonly questionWords: ReadonlySet<string>;
  readonly allowed: readonly DocumentState[];
  readonly paths: PathMatches;
}

function* understand(
  question: string,
  documents: () => Iterable<DocumentState>,
  filter: PassageFilter,
): Steps<UnderstoodQuestion> {
  const terms = queryVector(question);
  const questionWords = new Set(wordTerms(question));
  yield;
  const allowed: DocumentState[] = [];
  // Copied, because documents may change between the steps.
  const all = [...documents()];
  const passes = compileFilter(filter);
  for (const document of all) {
    if (passes(document)) allowed.push(document);
    yield;
  }
  return { terms, questionWords, allowed, paths: yield* matchPaths(questionWords, allowed) };
}
