import { expect, test } from 'vitest';
import { testDocument } from '#shared/watcher-api/testing/watcher.ts';
import { readAskInput, readDocumentFilter } from './read-input.ts';

test('titles are read only for a filter with words: folding 50,000 of them takes a second', () => {
  let reads = 0;
  const document = Object.defineProperty(testDocument({ id: 'a', path: 'contratos/a.txt' }), 'title', {
    get: () => {
      reads++;
      return 'Locação';
    },
  });
  for (const filter of [undefined, null, {}, { text: ' ' }, { paths: ['contratos/**'], status: ['READY' as const] }]) {
    expect(readDocumentFilter(filter)(document)).toBe(true);
  }
  expect(reads).toBe(0);
  expect(readDocumentFilter({ text: 'locacao CONTRATOS' })(document)).toBe(true);
  expect(readDocumentFilter({ text: 'aluguel' })(document)).toBe(false);
  expect(reads).toBe(2);
});

test('instructions have at most 1,000 characters, and empty ones are none', () => {
  const read = (instructions: string | null): unknown => readAskInput({ question: 'Qual?', instructions });
  expect(read(`  ${'a'.repeat(1000)} `)).toMatchObject({ instructions: 'a'.repeat(1000) });
  expect(() => read('a'.repeat(1001))).toThrow('input.instructions has 1001 characters; shorten it to at most 1000');
  for (const empty of [null, '', ' \n']) expect(read(empty)).not.toHaveProperty('instructions');
});
