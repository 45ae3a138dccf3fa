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
      (other) => !saySame(candidate.words.text.words, other.words.text.words) || areVersions(candidate, other),
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

/** Whether two passages share so much of all their distinct words (their Jaccard similarity) that they say the same. */
function saySame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  // s shared words are s / (a + b - s) of all. Most pairs are settled by the first few words that they do not share.
  const least = (DUPLICATE_SHARE * (a.size + b.size)) / (1 + DUPLICATE_SHARE);
  let missing = 0;
  for (const word of few) {
    if (many.has(word)) continue;
    missing++;
    if (few.size - missing < least) return false;
  }
  return few.size - missing >= least && many.size > 0;
}
