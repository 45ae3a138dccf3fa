import type { Steps } from '../turns/turns.ts';
import type { WordedPassage } from './passage.ts';

/** Two passages that share this much of their words say the same; the second one would only fill the prompt. */
const DUPLICATE_SHARE = 0.85;

/**
 * Removes passages that say the same as a better one. A passage of another content that has other numbers does not:
 * it may be another version of a document, which disagrees with the first.
 */
export function* withoutDuplicates(passages: readonly WordedPassage[]): Steps<readonly WordedPassage[]> {
  const kept: WordedPassage[] = [];
  for (const candidate of passages) {
    const isNew = kept.every(
      (other) =>
        similarity(candidate.words.text.words, other.words.text.words) < DUPLICATE_SHARE ||
        areVersions(candidate, other),
    );
    if (isNew) kept.push(candidate);
    yield;
  }
  return kept;
}

/**
 * Returns at most `count` passages, in the order given. One content gets at most half of them as long as others can
 * fill the rest, so that a long document does not crowd out a short one.
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

function areVersions(a: WordedPassage, b: WordedPassage): boolean {
  if (a.passage.chunk.contentId === b.passage.chunk.contentId) return false;
  const differing = a.words.text.words.symmetricDifference(b.words.text.words);
  return [...differing].some((word) => /\d/.test(word));
}

/** Returns the Jaccard similarity: shared words divided by all distinct words. */
function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  // An upper bound, which settles most pairs without intersecting them.
  const most = Math.min(a.size, b.size) / Math.max(a.size, b.size, 1);
  if (most < DUPLICATE_SHARE) return most;
  const shared = a.intersection(b).size;
  return shared / Math.max(a.size + b.size - shared, 1);
}
