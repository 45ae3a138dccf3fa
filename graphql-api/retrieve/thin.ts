import type { Passage } from './passage.ts';
import type { PassageWords } from './relevance.ts';

/** Two passages that share so much of their words say the same: the second would only fill the prompt. */
const DUPLICATE_SHARE = 0.85;

/** A passage and the words it can be found by. */
export interface WordedPassage {
  readonly passage: Passage;
  readonly words: PassageWords;
}

/** Leaves out what says the same as a better passage. */
export function withoutDuplicates(passages: readonly WordedPassage[]): readonly WordedPassage[] {
  const kept: WordedPassage[] = [];
  for (const candidate of passages) {
    const isNew = kept.every((other) => likeness(candidate.words.text.words, other.words.text.words) < DUPLICATE_SHARE);
    if (isNew) kept.push(candidate);
  }
  return kept;
}

/**
 * At most `count` passages, in their order. One content has at most half of them as long as others can fill the rest, so
 * that a long document does not keep out a short one.
 */
export function withoutDominance(passages: readonly WordedPassage[], count: number): readonly WordedPassage[] {
  const most = Math.ceil(count / 2);
  const taken = new Map<string, number>();
  const first: WordedPassage[] = [];
  const spare: WordedPassage[] = [];
  for (const candidate of passages) {
    const { contentId } = candidate.passage.chunk;
    const before = taken.get(contentId) ?? 0;
    taken.set(contentId, before + 1);
    (before < most ? first : spare).push(candidate);
  }
  const chosen = new Set([...first, ...spare].slice(0, count));
  return passages.filter((passage) => chosen.has(passage));
}

/** Jaccard's: the words that both have, of all that either has. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  // It cannot be more than this, and most pairs are done with here.
  const most = Math.min(a.size, b.size) / Math.max(a.size, b.size, 1);
  if (most < DUPLICATE_SHARE) return most;
  const shared = a.intersection(b).size;
  return shared / Math.max(a.size + b.size - shared, 1);
}
