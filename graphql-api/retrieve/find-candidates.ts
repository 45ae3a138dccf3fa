import type { Hit, SearchResult, StoreReader, VectorSpace } from '#shared/store/store.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { askedWords, type AskedWord } from '#shared/text/asked-words.ts';
import { fold } from '#shared/text/fold.ts';
import { queryVector } from '#shared/text/sparse.ts';
import { mayBeMistyped, withSpellings } from '#shared/text/spellings.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { detectLanguage, languageOfQuestion } from '#shared/text/language.ts';
import type { EmbedQuestion, QuestionScale } from '../models/embedded-question.ts';
import type { Steps, Turns } from '../turns/turns.ts';
import { withLiveContents } from './live-contents.ts';
import { matchPaths, type AskedContext, type PathMatches } from './match-paths.ts';
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
  /** Default: none. */
  readonly contexts?: readonly AskedContext[];
}

/** Where candidates come from. */
export interface CandidateSources {
  readonly reader: StoreReader;
  /** All documents as currently known; the filter is applied to them. */
  readonly documents: () => Iterable<DocumentState>;
  /** For the semantic arm. */
  readonly embedQuestion: EmbedQuestion;
  /** Called after each search of the store with the time it took. Default: not called. */
  readonly onSearched?: (milliseconds: number) => void;
}

/** What both arms found for a question, before anything is judged. */
export interface Candidates {
  /** The words of the question, with what may stand in their place, corrected spellings included. */
  readonly asked: readonly AskedWord[];
  /** The terms of these words alone. */
  readonly questionWords: ReadonlySet<string>;
  /** Hits of the keyword arm, in no particular order. */
  readonly keyword: readonly Hit[];
  /** Hits of the semantic arm, in no particular order. */
  readonly semantic: readonly Hit[];
  /** What their cosines mean; null when the model was not measured, or the semantic arm was not used. */
  readonly semanticScale: QuestionScale | null;
  /** Of the question: a BCP 47 tag. */
  readonly questionLanguage: string;
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
  { question, filter, limit, mode, contexts = [] }: CandidateRequest,
  { reader, documents, embedQuestion, onSearched }: CandidateSources,
  signal: AbortSignal,
  turns: Turns,
): Promise<Candidates> {
  // In its own thread, while the question is read here.
  const embedding = mode === 'KEYWORD' ? Promise.resolve(null) : embedQuestion(question, signal);
  embedding.catch(() => {}); // it is awaited below, unless reading fails first
  let understood = await turns.run(understand(question, documents, filter, contexts), signal);
  let dense = await embedding;
  const isSemanticSearched = dense !== null;
  const isFiltered = filter !== EVERYWHERE;
  const embedAgain = async (refused: VectorSpace) => (dense = await embedQuestion(question, signal, refused));

  let found: SearchResult = { sparse: [], dense: [] };
  let isSpelled = false;
  for (let searches = 0; searches < MAX_SEARCHES; searches++) {
    const { asked, allowed, paths } = understood;
    const terms = queryVector(question, asked);
    const sparse = mode === 'SEMANTIC' || terms.indices.length === 0 ? null : terms;
    if (sparse === null && dense === null) break;
    const search = {
      sparse,
      dense,
      embedAgain,
      limit: Math.max(limit, MIN_CANDIDATES),
      documents: allowed,
      isFiltered,
      named: paths.contents,
    };
    const startedAt = performance.now();
    found = await searchStore(search, reader, signal);
    onSearched?.(performance.now() - startedAt);
    const live = isFiltered ? await withLiveContents(allowed, found, reader, signal) : allowed;
    const spelled = isSpelled ? asked : await turns.run(spelledAsIn(found, asked), signal);
    isSpelled = true;
    if (live === allowed && spelled === asked) break;
    understood = { asked: spelled, allowed: live, paths: await turns.run(matchPaths(spelled, live, contexts), signal) };
  }
  const { asked, allowed, paths } = understood;
  return {
    asked,
    questionWords: new Set(asked.map(({ term }) => term)),
    keyword: found.sparse,
    semantic: found.dense,
    semanticScale: dense?.scale ?? null,
    questionLanguage: detectLanguage(question) ?? languageOfQuestion(question),
    isSemanticSearched,
    documents: allowed,
    isFiltered,
    paths,
  };
}

/**
 * Returns the words of a question, corrected to words of what was found; the same array if there is nothing to correct.
 * Pieces of a mistyped word find chunks with the right one, but rarely before others.
 */
function* spelledAsIn({ sparse }: SearchResult, asked: readonly AskedWord[]): Steps<readonly AskedWord[]> {
  const textOf = ({ chunk, documents: [document] }: Hit): string =>
    [document?.title ?? '', ...chunk.headings, chunk.text].join('\n');
  let doubtful = asked.filter(mayBeMistyped);
  // Most words stand somewhere as they are, which is much faster to see than all terms of the texts.
  for (const hit of sparse) {
    if (doubtful.length === 0) return asked;
    const text = fold(textOf(hit));
    doubtful = doubtful.filter(({ term }) => !text.includes(term));
    yield;
  }
  if (doubtful.length === 0) return asked;
  const vocabulary = new Set<string>();
  for (const hit of sparse) {
    for (const term of wordTerms(textOf(hit))) vocabulary.add(term);
    yield;
  }
  const spelled = withSpellings(asked, vocabulary);
  return spelled.every((word, index) => word === asked[index]) ? asked : spelled;
}

/** What can be said of a question before the store is asked. */
interface UnderstoodQuestion {
  readonly asked: readonly AskedWord[];
  readonly allowed: readonly DocumentState[];
  readonly paths: PathMatches;
}

function* understand(
  question: string,
  documents: () => Iterable<DocumentState>,
  filter: PassageFilter,
  contexts: readonly AskedContext[],
): Steps<UnderstoodQuestion> {
  const asked = askedWords(question);
  yield;
  const allowed: DocumentState[] = [];
  // Copied, because documents may change between the steps.
  const all = [...documents()];
  const passes = compileFilter(filter);
  for (const document of all) {
    if (passes(document)) allowed.push(document);
    yield;
  }
  return { asked, allowed, paths: yield* matchPaths(asked, allowed, contexts) };
}
