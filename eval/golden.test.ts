import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { askQuestions } from './ask-questions.ts';
import { indexByWatcher, indexWhole } from './index-passages.ts';
import { readSquad } from './read-squad.ts';
import { RELEVANCE_FLOOR } from '../graphql-api/retrieve/relevance/relevance-floor.ts';

const golden = readSquad([path.join(import.meta.dirname, 'golden/passages')]);

describe.each([
  ['through the watcher', (passages: readonly string[]) => indexByWatcher(passages, {})],
  ['one chunk for each passage', (passages: readonly string[]) => indexWhole(passages, {}, 0)],
] as const)('the golden set, %s', (_, index) => {
  test('nearly every question finds its passage first, all among five, and few are abstained from', async () => {
    await using indexed = await index(golden.passages);
    const { asked } = await askQuestions(golden.questions, indexed, 'HYBRID');
    expect(asked.length).toBeGreaterThanOrEqual(30);
    const notFirst = asked.filter(({ rank }) => rank !== 1);
    expect(notFirst.filter(({ rank }) => rank === null || rank > 5)).toEqual([]);
    expect(notFirst.length).toBeLessThanOrEqual(2);
    expect(asked.filter(({ relevance }) => relevance < RELEVANCE_FLOOR).length).toBeLessThanOrEqual(2);
  });
});

test('a search that fails is thrown, not counted as a miss', async () => {
  await using indexed = await indexWhole(golden.passages.slice(0, 1), {}, 0);
  const reader = Object.assign(Object.create(indexed.reader), {
    search: () => Promise.reject(new Error('the store is gone')),
  });
  await expect(askQuestions(golden.questions.slice(0, 1), { ...indexed, reader }, 'HYBRID')).rejects.toThrow(
    'the store is gone',
  );
});
