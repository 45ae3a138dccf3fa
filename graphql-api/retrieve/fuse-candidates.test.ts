import { expect, test } from 'vitest';
import type { Candidates } from './find-candidates.ts';
import { fuseCandidates } from './fuse-candidates.ts';
import { RELEVANCE_FLOOR } from './relevance/relevance-floor.ts';
import type { ScoredCandidate } from './score-candidates.ts';

type Judged = Partial<ScoredCandidate>;

/** Returns the relevance of passages in the order of the keyword arm, and of the semantic arm if none is given. */
function relevancesOf(judged: readonly Judged[], semanticOrder = judged.map((_, index) => index)): readonly number[] {
  const none = { words: new Set<string>(), beginnings: new Set<string>() };
  const scored = judged.map((each, index) => ({
    chunk: { id: String(index), contentId: String(index) },
    document: { path: `${index}.txt`, content: { language: 'pt' } },
    words: { text: none, around: none, sentences: [] },
    isInOtherLanguage: false,
    isFar: false,
    holdsAsked: true,
    wordRelevance: 0.3,
    nearness: 0.36 - index / 10,
    semanticRelevance: 0,
    ...each,
  }));
  const hits = (order: readonly number[]) =>
    order.map((index, rank) => ({ ...scored[index]!, score: 10 - rank, documents: [scored[index]!.document] }));
  const candidates = {
    asked: [],
    keyword: hits(judged.map((_, index) => index)),
    semantic: hits(semanticOrder),
    semanticScale: null,
    isSemanticSearched: true,
    documents: [],
    paths: { scoreOf: () => 0 },
  };
  // What the function reads of them.
  return fuseCandidates(candidates as unknown as Candidates, scored as unknown as readonly ScoredCandidate[]).map(
    ({ passage }) => passage.relevance,
  );
}

test('the passage that is first by words and meaning answers where neither would alone', () => {
  const [first, second] = relevancesOf([{}, {}]);
  expect(first).toBeGreaterThanOrEqual(RELEVANCE_FLOOR);
  expect(second).toBe(0.3);
});

test('it does not if another one is nearer in meaning, or if it lacks what is asked for', () => {
  expect(Math.max(...relevancesOf([{}, {}, {}], [1, 0, 2]))).toBe(0.3);
  expect(Math.max(...relevancesOf([{ holdsAsked: false }, {}]))).toBe(0.3);
});

test('the words of a passage that is far in meaning are doubted', () => {
  const words = { wordRelevance: 0.55, nearness: 0 };
  expect(relevancesOf([words])[0]).toBe(0.55);
  expect(relevancesOf([{ ...words, isFar: true }])[0]).toBeLessThan(RELEVANCE_FLOOR);
});
