import { expect, test } from 'vitest';
import { openQuotes } from '../quotes.ts';
import { rememberFirstWords } from './first-words.ts';

test('an engine is quick if its last answer began within a second', () => {
  const words = rememberFirstWords(() => 0);
  const engine = openQuotes();
  expect(words.isQuick(engine)).toBe(false);
  words.note(engine, 1_001);
  expect(words.isQuick(engine)).toBe(false);
  words.note(engine, 1_000);
  expect(words.isQuick(engine)).toBe(true);
  expect(words.isQuick(openQuotes())).toBe(false);
});

test('an engine that missed is left alone for ten minutes, however quick its answers are', () => {
  let nowMs = 5;
  const words = rememberFirstWords(() => nowMs);
  const engine = openQuotes();
  words.note(engine, 1);
  words.missed(engine);
  nowMs += 10 * 60_000 - 1;
  words.note(engine, 1);
  expect(words.isQuick(engine)).toBe(false);
  nowMs += 1;
  expect(words.isQuick(engine)).toBe(true);
});
