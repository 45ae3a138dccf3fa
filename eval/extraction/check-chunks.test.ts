import { expect, test } from 'vitest';
import type { ChunkDraft } from '../../watcher/read/chunk/chunk.ts';
import { checkChunks } from './check-chunks.ts';

const chunkOf = (ordinal: number, startChar: number, text: string, more: Partial<ChunkDraft> = {}): ChunkDraft => {
  return { ordinal, startChar, endChar: startChar + text.length, text, headings: [], marks: [], ...more };
};

test('the text is put together from chunks that overlap', () => {
  const chunks = [chunkOf(0, 0, 'Um. Dois.', { marks: [{ startChar: 0, line: 1 }] }), chunkOf(1, 4, 'Dois. Três.')];
  expect(checkChunks(chunks, 15)).toEqual({ text: 'Um. Dois. Três.', faults: [] });
});

test.each<[string, readonly ChunkDraft[], number]>([
  ['characters before it are in no chunk', [chunkOf(0, 0, 'Um.'), chunkOf(1, 5, 'Dois.')], 10],
  ['its overlap differs', [chunkOf(0, 0, 'Um. Dois.'), chunkOf(1, 4, 'Tres. Três.')], 15],
  ['its ordinal is 3', [chunkOf(3, 0, 'Um.')], 3],
  ['its length is not that of its range', [chunkOf(0, 0, 'Um.', { endChar: 4 })], 3],
  ['it begins before the one in front of it', [chunkOf(0, 0, 'Um.'), chunkOf(1, 0, 'Um.')], 3],
  ['it is blank', [chunkOf(0, 0, ' \n')], 2],
  ['it has 1001 characters', [chunkOf(0, 0, 'x'.repeat(1001))], 1001],
  ['it has half a character', [chunkOf(0, 0, 'Um \uD83D')], 4],
  ['its marks are not in order inside it', [chunkOf(0, 0, 'Um.', { marks: [{ startChar: 3, line: 1 }] })], 3],
  ['the chunks have 3 of 4 characters', [chunkOf(0, 0, 'Um.')], 4],
  ['the text is not in the form NFC', [chunkOf(0, 0, 'a\u0303')], 2],
  ['control character 7 at 1', [chunkOf(0, 0, 'a\u0007')], 2],
])('is reported: %s', (fault, chunks, length) => {
  expect(checkChunks(chunks, length).faults.join('\n')).toContain(fault);
});
