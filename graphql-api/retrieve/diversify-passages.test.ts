import { expect, test } from 'vitest';
import { atOnce } from '../testing/at-once.ts';
import { withoutDominance, withoutDuplicates } from './diversify-passages.ts';
import type { Passage, WordedPassage } from './passage.ts';

const wordsOf = (words: string) => ({ words: new Set(words.split(' ')), beginnings: new Set<string>() });

/** Has only what the functions read: the content id and the words. */
const passage = (contentId: string, words: string): WordedPassage => ({
  passage: { chunk: { contentId } } as Passage,
  words: { text: wordsOf(words), sentences: [], months: new Set<string>(), around: { written: '', ...wordsOf('') } },
});

test('of passages that say the same the better one stays, those that say more stay', () => {
  const first = passage('a', 'a b c d e f g h i j');
  const same = passage('b', 'a b c d e f g h i');
  const more = passage('c', 'a b c d e f g h i j k l m n o');
  const empty = passage('d', '');
  expect(atOnce(withoutDuplicates([first, same, more, empty]))).toEqual([first, more, empty]);
});

test('two passages say the same from .85 of all their distinct words on', () => {
  const letters = 'a b c d e f g h i j k l m n o p q r s t u v w x y z'.split(' ');
  const first = passage('a', letters.slice(0, 20).join(' '));
  const part = passage('b', letters.slice(0, 17).join(' '));
  const [other, near] = [16, 18].map((shared) =>
    passage(`${shared}`, [...letters.slice(0, shared), ...letters.slice(20, 21)].join(' ')),
  );
  expect(atOnce(withoutDuplicates([first, part, near!]))).toEqual([first]);
  expect(atOnce(withoutDuplicates([first, other!]))).toEqual([first, other]);
});

test('a version that differs in a number stays, unless it is in the same content', () => {
  const words = 'a b c d e f g h i j k l m n o p q r s t';
  const first = passage('a', `${words} 2024 10`);
  const version = passage('b', `${words} 2025 10`);
  const overlap = passage('a', `${words} 2026 10`);
  expect(atOnce(withoutDuplicates([first, version, overlap]))).toEqual([first, version]);
});

test('one content has at most half of the places while others can fill the rest, in the order they came', () => {
  const long = ['1', '2', '3', '4', '5'].map((word) => passage('long', word));
  const short = passage('short', 'x');
  const other = passage('other', 'y');
  expect(withoutDominance([...long, short, other], 4)).toEqual([long[0], long[1], short, other]);
  expect(withoutDominance([...long, short], 4)).toEqual([long[0], long[1], long[2], short]);
  expect(withoutDominance(long, 4)).toEqual(long.slice(0, 4));
  expect(withoutDominance([long[0]!, short], 4)).toEqual([long[0], short]);
});
