import { expect, test } from 'vitest';
import { createClaimReader } from './claims.ts';

test('a sentence ends with whatever the segmenter ends one with, in any script, when the next one begins', () => {
  const segmenter = new Intl.Segmenter('pt', { granularity: 'sentence' });
  const enders = Array.from({ length: 0xffff }, (_, code) => String.fromCharCode(code)).filter(
    (char) => [...segmenter.segment(`Uma casa${char} Outra casa`)].length > 1,
  );
  expect(enders.length).toBeGreaterThan(50);
  const missed = enders.filter((char) => {
    const reader = createClaimReader();
    const ended = [`Uma casa`, char, ' Outra', ' casa'].flatMap((text) => reader.push({ text, ranks: null }));
    return ended.length !== 1;
  });
  expect(missed).toEqual([]);
});
