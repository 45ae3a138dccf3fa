import { expect, test } from 'vitest';
import { RecentTexts } from './recent-texts.ts';

function counting(maxChars: number) {
  const computed: string[] = [];
  const recent = new RecentTexts((text) => (computed.push(text), [text.length]), maxChars);
  return { computed, of: (text: string) => recent.of(text) };
}

test('a text is computed once while it is among the last', () => {
  const { computed, of } = counting(100);
  expect(of('aluguel')).toEqual([7]);
  expect(of('aluguel')).toBe(of('aluguel'));
  expect(computed).toEqual(['aluguel']);
});

test('the text asked for longest ago is forgotten when all are longer than the limit together', () => {
  const { computed, of } = counting(100);
  const texts = Array.from({ length: 10 }, (_, i) => String(i).repeat(10));
  for (const text of texts) of(text);
  of(texts[0]!); // exactly 100 characters are remembered
  expect(computed).toHaveLength(10);
  of('x'); // one more: the second text is the oldest now
  of(texts[0]!);
  expect(computed).toHaveLength(11);
  of(texts[1]!);
  expect(computed).toHaveLength(12);
});

test('a long text is not remembered, so that it does not displace all others', () => {
  const { computed, of } = counting(100);
  of('x'.repeat(10));
  of('y'.repeat(11));
  of('x'.repeat(10));
  of('y'.repeat(11));
  expect(computed.map((text) => text[0])).toEqual(['x', 'y', 'y']);
});
