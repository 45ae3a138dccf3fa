import type { ChunkId } from '#shared/document.ts';
import type { Hit } from '#shared/store/store.ts';
import type { Candidates } from './find-candidates.ts';
import { languageHandicap, semanticHandicap } from './level-languages.ts';
import { QUESTION_WORDS } from '#shared/text/words/stop-words.ts';
import { wordGains } from './match-words.ts';
import type { ArmPlace, WordedPassage } from './passage.ts';
import { fuse, type Arm } from './reciprocal-rank-fusion.ts';
import { relevanceOfFirst, wordsByMeaning } from './relevance/both-arms.ts';
import { RELEVANCE_FLOOR } from './relevance/relevance-floor.ts';
import type { ScoredCandidate } from './score-candidates.ts';

type Places = ReadonlyMap<ChunkId, ArmPlace>;

/**
 * Weight of a rank of the semantic arm when the keyword arm has full weight. Measured with latent semantics of 150
 * dimensions in place of a model (nDCG@10 on FaQuAD: .901 alone, keywords .944, both .938; on SQuAD-pt: .755, .821 and
 * .815). A weight of 1 gave .931 and .807, a weight of .25 gave .942 and .821.
 */
const SEMANTIC_WEIGHT = 0.5;
/**
 * The keyword arm has full weight when its best candidate has at least this word relevance. Below it, its weight falls
 * off and the semantic arm decides.
 */
const FULL_WEIGHT_RELEVANCE = 0.6;
/** The keyword arm never weighs less. */
const MIN_KEYWORD_WEIGHT = 0.1;

/**
 * What full relevance adds to the score of a passage, of which the best has 1, where ranks say little. That is so of a
 * passage in another language that holds enough of the question to answer it: its translated words count less for its rank
 * than chance words of the question's own language. And it is so where a question of few words is searched by words alone.
 * In a longer question it adds nothing (nDCG@10 on SQuAD-pt .866 instead of .877), and beside meaning it lifts chance
 * passages, by which two more of 35 questions without an answer were answered.
 */
const RELEVANCE_WORTH = 0.3;
const SHORT_QUESTION_WORDS = 3;

/** Step 3 of ranking: puts the candidates of both arms into one order, best first; ranks from 1. */
export function fuseCandidates(candidates: Candidates, scored: readonly ScoredCandidate[]): readonly WordedPassage[] {
  const keyword = keywordPlaces(candidates, wordGains(candidates.asked, scored));
  const semantic = semanticPlaces(candidates);
  const scores = fuse([
    { weight: keywordWeight(scored), ranks: ranksOf(keyword) },
    {
      weight: SEMANTIC_WEIGHT,
      ranks: candidates.isSemanticSearched ? semanticRanks(semantic, keyword, candidates) : new Map(),
    },
  ]);
  const best = Math.max(...scores.values());
  const isShort = isShortByWords(candidates);
  const relevanceWorth = ({ isInOtherLanguage, wordRelevance }: ScoredCandidate): number =>
    (isInOtherLanguage ? wordRelevance >= RELEVANCE_FLOOR : isShort) ? RELEVANCE_WORTH * wordRelevance : 0;
  const worth = new Map(
    scored.map((each) => [each.chunk.id, (scores.get(each.chunk.id) ?? 0) / best + relevanceWorth(each)]),
  );
  const most = Math.max(...worth.values());
  const scoreOf = (id: ChunkId): number => (worth.get(id) ?? 0) / most;
  const isFirst = ({ chunk, holdsAsked }: ScoredCandidate, index: number): boolean =>
    index === 0 && holdsAsked && semantic.get(chunk.id)?.rank === 1;
  const [, secondNearness = 0] = scored.map(({ nearness }) => nearness).toSorted((a, b) => b - a);
  return scored
    .toSorted((a, b) => scoreOf(b.chunk.id) - scoreOf(a.chunk.id))
    .map((candidate, index) => {
      const { chunk, document, words, semanticRelevance } = candidate;
      const together = isFirst(candidate, index) ? relevanceOfFirst(candidate, secondNearness) : 0;
      return {
        words,
        passage: {
          rank: index + 1,
          score: scoreOf(chunk.id),
          relevance: Math.max(wordsByMeaning(candidate), semanticRelevance, together),
          keyword: keyword.get(chunk.id) ?? null,
          semantic: semantic.get(chunk.id) ?? null,
          rerank: null,
          chunk,
          document,
        },
      };
    });
}

function isShortByWords({ asked, isSemanticSearched }: Candidates): boolean {
  const words = asked.filter(({ written }) => !QUESTION_WORDS.has(written));
  return !isSemanticSearched && words.length <= SHORT_QUESTION_WORDS;
}

function keywordWeight(scored: readonly ScoredCandidate[]): number {
  const bestRelevance = Math.max(...scored.map(({ wordRelevance }) => wordRelevance));
  return Math.min(1, Math.max(MIN_KEYWORD_WEIGHT, bestRelevance / FULL_WEIGHT_RELEVANCE));
}

/** Orders the keyword arm by BM25 and the words of paths, with languages levelled. */
function keywordPlaces({ keyword, paths }: Candidates, gains: ReadonlyMap<ChunkId, number>): Places {
  const handicap = languageHandicap(keyword);
  return placesBy(
    keyword,
    (hit) => hit.score - handicap(hit) + paths.scoreOf(hit.chunk.contentId) + (gains.get(hit.chunk.id) ?? 0),
  );
}

/** Orders the semantic arm by cosine, with languages levelled where the model was measured. */
function semanticPlaces({ semantic, semanticScale }: Candidates): Places {
  const handicap = semanticScale === null ? () => 0 : semanticHandicap(semantic, semanticScale.unrelated);
  return placesBy(semantic, (hit) => hit.score - handicap(hit));
}

/**
 * Returns the ranks of the semantic arm. A chunk without a vector cannot be found there, so it keeps its rank of the
 * keyword arm, and a document neither gains nor loses by being embedded early. With a quarter of the passages embedded,
 * nDCG@10 on FaQuAD is .943; without this rule it fell to .661.
 */
function semanticRanks(semantic: Places, keyword: Places, candidates: Candidates): Arm['ranks'] {
  const embedded = new Set(
    candidates.documents.flatMap(({ contentId, chunkCount, embeddedChunks }) =>
      contentId !== null && embeddedChunks >= chunkCount ? [contentId] : [],
    ),
  );
  const waiting = candidates.keyword.filter(({ chunk }) => !semantic.has(chunk.id) && !embedded.has(chunk.contentId));
  // Every hit of the keyword arm has a place in it.
  return new Map([
    ...ranksOf(semantic),
    ...waiting.map(({ chunk }): [ChunkId, number] => [chunk.id, keyword.get(chunk.id)!.rank]),
  ]);
}

/** Ranks the hits by a score; their places keep the scores of the store. */
function placesBy(hits: readonly Hit[], scoreOf: (hit: Hit) => number): Places {
  const scored = hits.map((hit) => ({ hit, score: scoreOf(hit) }));
  // Ties are broken by id, so that results are repeatable.
  scored.sort((a, b) => b.score - a.score || (a.hit.chunk.id < b.hit.chunk.id ? -1 : 1));
  return new Map(scored.map(({ hit: { chunk, score } }, index) => [chunk.id, { rank: index + 1, score }]));
}

function ranksOf(places: Places): Arm['ranks'] {
  return new Map([...places].map(([id, { rank }]) => [id, rank]));
}
