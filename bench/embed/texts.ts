import { randomNumbers } from '#shared/testing/random-numbers.ts';

const WORDS = 100_000;
// For the speed model's tokenizer, about 200 tokens with the prefix and the special tokens.
const WORDS_EACH = 165;

/** Makes texts of invented words, the n-th about 1/n as frequent as the first, as in natural languages (Zipf's law). */
export function inventTexts(count: number): string[] {
  const random = randomNumbers(20_260);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const syllables = 'b c d f g l m n p r s t v z ch lh nh br pr tr'
    .split(' ')
    .flatMap((onset) => ['a', 'e', 'i', 'o', 'u', 'ã', 'é', 'an', 'or', 'es'].map((rest) => onset + rest));
  const words = Array.from({ length: WORDS }, () =>
    Array.from({ length: 1 + random() * 4 }, () => pick(syllables)).join(''),
  );
  const word = (_: unknown, i: number): string =>
    words[Math.floor(WORDS ** random()) - 1]! + (i % 14 === 13 ? '.' : i % 9 === 8 ? ',' : '');
  return Array.from({ length: count }, () => Array.from({ length: WORDS_EACH }, word).join(' '));
}
