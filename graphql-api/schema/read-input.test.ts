import { expect, test } from 'vitest';
import { testDocument } from '#shared/watcher-api/testing/watcher.ts';
import { readDocumentFilter } from './read-input.ts';

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
