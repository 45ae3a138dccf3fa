import type { ChunkId } from '#shared/document.ts';
import type { Hit, SearchResult, StoreReader } from '#shared/store/store.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { queryVector } from '#shared/text/sparse.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { findCandidates } from './candidates.ts';
import type { EmbedQuestion } from '../models/embedded-question.ts';
import { fuse, type Arm } from './fuse.ts';
import { chanceLead } from './level-languages.ts';
import { matchPaths, type PathMatches } from './match-paths.ts';
import { nearnessMeasure } from './nearness.ts';
import { EVERYWHERE, passesFilter, type PassageFilter } from './passage-filter.ts';
import type { ArmPlace } from './passage.ts';
import { relevanceMeasure, wordsOfPassage } from './relevance.ts';
import type { ScorePassages } from './rerank.ts';
import type { WordedPassage } from './thin.ts';

export interface RetrieveParts {
  readonly reader: StoreReader;
  /** All documents as they are known now; the filter is resolved on them. */
  readonly documents: () => Iterable<DocumentState>;
  /** For the meaning arm. */
  readonly embedQuestion: EmbedQuestion;
  readonly scorePassages: ScorePassages;
}

/** Which arms of the search are asked. */
export type SearchMode = 'HYBRID' | 'SEMANTIC' | 'KEYWORD';

export interface RankRequest {
  readonly question: string;
  readonly filter: PassageFilter;
  /** Of each arm. */
  readonly limit: number;
  readonly mode: SearchMode;
}

/** Candidates of each arm at least: they also tell how rare the words of the question are, and how well chance does. */
const MIN_CANDIDATES = 50;

/**
 * What a rank of the meaning arm counts against one of the keyword arm, when words alone do well. With latent semantics
 * of 150 dimensions in the place of a model (nDCG@10 .901 by itself, words .944, both .938 on FaQuAD; .755, .821, .815 on
 * SQuAD-pt) a weight of 1 gave .931 and .807, of .25 .942 and .821.
 */
const MEANING_WEIGHT = 0.5;
/** Words that find so much of the question count in full, such that find less count for less: then meaning decides. */
const SURE_RELEVANCE = 0.35;
const LEAST_WORDS_WEIGHT = 0.1;

/** Candidates of all arms, whatever they are about, fused, best first; ranks from 1. */
export async function rankPassages(
  { question, filter, limit, mode }: RankRequest,
  { reader, documents, embedQuestion }: RetrieveParts,
  signal: AbortSignal,
): Promise<readonly WordedPassage[]> {
  const terms = queryVector(question);
  const sparse = mode === 'SEMANTIC' || terms.indices.length === 0 ? null : terms;
  const dense = mode === 'KEYWORD' ? null : await embedQuestion(question, signal);
  if (sparse === null && dense === null) return [];

  const isFiltered = filter !== EVERYWHERE;
  const allowed = [...documents()].filter((document) => passesFilter(document, filter));
  const asked = new Set(wordTerms(question));
  const paths = matchPaths(asked, allowed);
  const found = await findCandidates(
    {
      sparse,
      dense,
      embedAgain: (refused) => embedQuestion(question, signal, refused),
      limit: Math.max(limit, MIN_CANDIDATES),
      documents: allowed,
      isFiltered,
      named: paths.contents,
    },
    reader,
    signal,
  );

  const titles = new Map(allowed.map(({ id, title }) => [id, title]));
  const hits = new Map([...found.dense, ...found.sparse].map((hit) => [hit.chunk.id, hit]));
  const worded = [...hits.values()].flatMap(({ chunk, documents: copies }) => {
    // A copy that the filter leaves out must not be the one that is named.
    const mayAnswer = isFiltered ? copies.filter(({ id }) => titles.has(id)) : copies;
    const copy = mayAnswer.toSorted((a, b) => a.path.length - b.path.length)[0];
    if (copy === undefined) return [];
    // The store has the title from inside the file, people may have given another.
    const document = { ...copy, title: titles.get(copy.id) ?? copy.title };
    return { chunk, document, words: wordsOfPassage(chunk, document, paths.wordsOf(chunk.contentId)) };
  });
  const wordRelevanceOf = relevanceMeasure(
    asked,
    worded.map(({ words }) => words),
  );
  const relevances = new Map(worded.map(({ chunk, words }) => [chunk.id, wordRelevanceOf(words)]));
  const meaningRelevanceOf = nearnessMeasure(found.dense.map(({ score }) => score));

  const keyword = keywordArm(found.sparse, paths);
  const semantic = placesOf(found.dense);
  const scores = fuse([
    { weight: wordsWeight(Math.max(...relevances.values())), ranks: ranksOf(keyword) },
    { weight: MEANING_WEIGHT, ranks: dense === null ? new Map() : meaningRanks(semantic, keyword, found, allowed) },
  ]);
  const scoreOf = (id: ChunkId): number => scores.get(id) ?? 0;
  const best = Math.max(...scores.values());
  return worded
    .toSorted((a, b) => scoreOf(b.chunk.id) - scoreOf(a.chunk.id))
    .map(({ chunk, document, words }, index) => ({
      words,
      passage: {
        rank: index + 1,
        score: scoreOf(chunk.id) / best,
        relevance: Math.max(relevances.get(chunk.id)!, meaningRelevanceOf(semantic.get(chunk.id)?.score)),
        keyword: keyword.get(chunk.id) ?? null,
        semantic: semantic.get(chunk.id) ?? null,
        rerank: null,
        chunk,
        document,
      },
    }));
}

function wordsWeight(bestRelevance: number): number {
  return Math.min(1, Math.max(LEAST_WORDS_WEIGHT, bestRelevance / SURE_RELEVANCE));
}

/** The places of the keyword arm: BM25 and the words of paths, languages on one level. */
function keywordArm(hits: readonly Hit[], paths: PathMatches): ReadonlyMap<ChunkId, ArmPlace> {
  const lead = chanceLead(hits);
  const scored = hits.map((hit) => ({ hit, score: hit.score - lead(hit) + paths.scoreOf(hit.chunk.contentId) }));
  // The order of ids decides between equals, so that results repeat.
  scored.sort((a, b) => b.score - a.score || (a.hit.chunk.id < b.hit.chunk.id ? -1 : 1));
  return placesOf(scored.map(({ hit }) => hit));
}

/**
 * The ranks of the meaning arm. A chunk that has no vector yet cannot be among the nearest: it keeps its rank of the
 * keyword arm, so that nobody gains or loses by being embedded early. With vectors for a quarter of the passages and
 * without this, nDCG@10 on FaQuAD fell from .943 to .661; with it, it is .943.
 */
function meaningRanks(
  semantic: ReadonlyMap<ChunkId, ArmPlace>,
  keyword: ReadonlyMap<ChunkId, ArmPlace>,
  { sparse }: SearchResult,
  documents: readonly DocumentState[],
): Arm['ranks'] {
  const embedded = new Set(
    documents.flatMap(({ contentId, chunkCount, embeddedChunks }) =>
      contentId !== null && embeddedChunks >= chunkCount ? [contentId] : [],
    ),
  );
  const waiting = sparse.filter(({ chunk }) => !semantic.has(chunk.id) && !embedded.has(chunk.contentId));
  return new Map([
    ...ranksOf(semantic),
    ...waiting.map(({ chunk }): [ChunkId, number] => [chunk.id, keyword.get(chunk.id)!.rank]),
  ]);
}

/** By the order of the hits. */
function placesOf(hits: readonly Hit[]): ReadonlyMap<ChunkId, ArmPlace> {
  return new Map(hits.map(({ chunk, score }, index) => [chunk.id, { rank: index + 1, score }]));
}

function ranksOf(places: ReadonlyMap<ChunkId, ArmPlace>): Arm['ranks'] {
  return new Map([...places].map(([id, { rank }]) => [id, rank]));
}
