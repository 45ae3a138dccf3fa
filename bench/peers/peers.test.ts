import { expect, test } from 'vitest';
import { ahead, figure, markdownTable, NEEDS_A_MODEL, part, rowsBehind, wordsFound, type Row } from './cells.ts';
import { parseStat } from './cpu-of-family.ts';
import { makeFolder } from './folder.ts';

const SECONDS: Row = { key: 'seconds', label: 'first index, s', better: 'less' };
const FOUND: Row = { key: 'found', label: 'evidence', better: 'more' };

test('a ratio says how many times better askbox is, whether less or more is better', () => {
  expect(ahead(SECONDS, figure(2), figure(5))).toBe(2.5);
  expect(ahead(SECONDS, figure(5), figure(2))).toBe(0.4);
  expect(ahead(FOUND, part(60, 64), part(15, 64))).toBe(4);
  expect(ahead(FOUND, part(60, 64), part(0, 64))).toBeUndefined();
  expect(ahead(SECONDS, figure(0), figure(2))).toBeUndefined();
  expect(ahead(SECONDS, figure(2), NEEDS_A_MODEL)).toBeUndefined();
  expect(ahead(SECONDS, undefined, figure(2))).toBeUndefined();
});

test('the table shows ratios beside the other tools only, and reasons in place of figures', () => {
  const columns = new Map([
    ['askbox', { seconds: figure(2.345), found: part(60, 64) }],
    ['fast', { seconds: figure(1.04), found: part(6, 64) }],
    ['other', { seconds: NEEDS_A_MODEL }],
  ]);
  expect(markdownTable([SECONDS, FOUND], columns)).toBe(
    [
      '| | askbox | fast | other |',
      '|---|---|---|---|',
      '| first index, s | 2.3 | 1 (0.44×) | needs a model |',
      '| evidence | 60 of 64 | 6 of 64 (10×) | - |',
    ].join('\n'),
  );
  expect(rowsBehind([SECONDS, FOUND], columns)).toEqual([
    { row: SECONDS, tool: 'fast', times: expect.closeTo(2.345 / 1.04, 5) },
  ]);
});

test('words are compared without case, and however their accents are written', () => {
  expect(wordsFound('Ação da Bomba de 10.250 rpm', 'ac\u0327a\u0303o; 10.250')).toEqual({ found: 2, of: 4 });
  expect(wordsFound('Ação', 'A\uFFFD\uFFFDo')).toEqual({ found: 0, of: 1 });
});

test('CPU times are read behind a name that may hold anything', () => {
  const stat = '42 (a) b (c) S 7 1 1 0 -1 0 1 2 3 4 150 50 25 75 20 0';
  expect(parseStat(stat)).toEqual({ parent: 7, own: 2, ended: 1 });
});

test('each question is answered by one file, and no two files have the same name', () => {
  const { files, questions } = makeFolder(2000);
  expect(new Set(files.map(({ path }) => path)).size).toBe(2000);
  expect(questions.length).toBe(64);
  const counts = questions.map(({ fact }) => [fact, files.filter(({ text }) => text.includes(fact)).length]);
  expect(counts.filter(([, count]) => count !== 1)).toEqual([]);
  expect(new Set(questions.map(({ sentence }) => sentence)).size).toBe(64);
  expect(makeFolder(40)).toEqual(makeFolder(40));
});
