import { expect, test } from 'vitest';
import { NEVER } from '../../testing/generator-contract.ts';
import type { Generator } from '../generator.ts';
import { createBreaker } from './breaker.ts';
import { writeShortText } from './short-text.ts';
import { slotOf } from './slot.ts';

const QUICK = { note() {}, missed() {}, isQuick: () => true };
const LOCAL: Generator = {
  kind: 'LOCAL',
  model: 'some',
  health: () => ({ status: 'OK', message: '' }),
  state: () => ({ state: 'READY', contextTokens: 4096 }),
  async *generate() {
    yield { type: 'started', usedRanks: [], promptTokens: 9, firstTokenMs: null };
    yield { type: 'delta', text: 'Some words' };
    yield { type: 'finished', reason: 'STOP', completionTokens: 2 };
  },
  async [Symbol.asyncDispose]() {},
};

test.each([
  [699_999_999, null],
  [700_000_000, 'Some words'],
])('a local model with a file of %d bytes writes %s', async (sizeBytes, text) => {
  const slot = slotOf(
    LOCAL,
    createBreaker(() => 0),
  );
  const engine = { ...slot.find()!, sizeBytes };
  const prompt = { system: 'Say', user: 'something.' };
  const wanted = { language: 'en', prompt, maxTokens: 9, limitMs: 60_000, staysHere: true } as const;
  const deadlines = { firstTokenMs: null, idleMs: 60_000 };
  const written = await writeShortText(wanted, [{ ...slot, find: () => engine }], QUICK, deadlines, NEVER);
  expect(written?.text ?? null).toBe(text);
});
