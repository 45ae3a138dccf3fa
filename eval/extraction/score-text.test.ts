import { expect, test } from 'vitest';
import { articleF1, articleShares, containedCount, scoreText } from './score-text.ts';

test('words count whatever their order, runs of four words in their order', () => {
  const { tokenF1, shingleF1 } = scoreText(
    'Um dois três quatro cinco seis.',
    'plain',
    'um dois três quatro seis cinco sete',
  );
  expect(tokenF1).toBeCloseTo(0.923, 3);
  expect(shingleF1).toBeCloseTo(0.286, 3);
});

test.each([
  ['html', '<p>Um <b>do</b>is</p><p>três</p><script>x</script><li>a</li><li>b</li>', 'Um dois três a b'],
  [
    'markdown',
    '---\ntitle: x\n---\n# Um *dois* [três](http://x.y/(z)) ![p](a.png)\n<!-- c --> a\\_b &amp; **quatro**',
    'Um dois três a_b quatro',
  ],
  ['plain', 'ＡÇÃO ﬁnal', 'ação final'],
] as const)('the marks of %s are no words', (kind, expected, extracted) => {
  expect(scoreText(expected, kind, extracted)).toEqual({ tokenF1: 1, shingleF1: 1 });
});

test('nothing is right where nothing is expected, and wrong where a word is', () => {
  expect(scoreText('', 'plain', '')).toEqual({ tokenF1: 1, shingleF1: 1 });
  expect(scoreText('um', 'plain', '')).toEqual({ tokenF1: 0, shingleF1: 0 });
});

test('an article is compared in shares, so that every page weighs the same', () => {
  const shares = articleShares('a b c d e f g', 'a b c d e x');
  expect(shares).toEqual({ found: 0.4, added: 0.2, missed: 0.4 });
  expect(articleF1([shares, articleShares('a b c d', 'a b c d')])).toBeCloseTo(2.8 / 3.4);
});

test('strings are found across line ends', () => {
  expect(containedCount(['multa de 2%', 'três dias', 'nada'], 'a multa\n de 2% em tre\u0302s dias')).toBe(2);
});
