import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { getLlama, type LlamaContext, type LlamaContextSequence, type Token } from 'node-llama-cpp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeScriptedModel } from '../../../../tests/fixtures/tiny-llama.ts';
import { canTryOn, tryThreads } from './try-threads.ts';
import { tryTogether } from './try-together.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-trials-'));
let context: LlamaContext;
let sequences: LlamaContextSequence[];

beforeAll(async () => {
  const file = path.join(folder, 'scripted.gguf');
  writeScriptedModel(file);
  const llama = await getLlama({ build: 'never', skipDownload: true, gpu: false, progressLogs: false, maxThreads: 0 });
  const model = await llama.loadModel({ modelPath: file });
  context = await model.createContext({ sequences: 2, contextSize: 256, threads: 1 });
  sequences = [context.getSequence(), context.getSequence()];
});
afterAll(async () => {
  await context.dispose();
  rmSync(folder, { recursive: true });
});

/** Lets the sequence hold so many tokens, and returns them. */
async function hold(sequence: LlamaContextSequence, length: number): Promise<Token[]> {
  await sequence.clearHistory();
  await sequence.evaluateWithoutGeneratingNewTokens(context.model.tokenize('a'.repeat(length)));
  return sequence.contextTokens;
}

test('a trial of threads times both numbers, and leaves the sequence as it was', async () => {
  const before = await hold(sequences[0]!, 20);
  const tried: number[] = [];
  const trial = await tryThreads(
    sequences[0]!,
    2,
    (threads) => tried.push(threads),
    () => true,
  );
  expect(tried).toEqual([1, 2]);
  expect(trial!.allMs).toBeGreaterThan(0);
  expect(trial!.fewerMs).toBeGreaterThan(0);
  expect(sequences[0]!.contextTokens).toEqual(before);
});

test('a trial of threads ends at the next token when a question arrives', async () => {
  const before = await hold(sequences[0]!, 20);
  let left = 2;
  const ended = await tryThreads(
    sequences[0]!,
    2,
    () => {},
    () => left-- > 0,
  );
  expect(ended).toBeNull();
  expect(sequences[0]!.contextTokens).toEqual(before);
});

test('there is no trial on a sequence without room for its eight tokens', async () => {
  const [sequence] = sequences;
  await hold(sequence!, 247);
  expect(canTryOn(sequence!)).toBe(true);
  await hold(sequence!, 248);
  expect(canTryOn(sequence!)).toBe(false);
});

test('a trial of answers at once writes on all sequences together, and leaves them as they were', async () => {
  const before = [await hold(sequences[0]!, 20), await hold(sequences[1]!, 5)];
  const speed = await tryTogether(sequences, () => true);
  expect(speed!.answers).toBe(2);
  expect(speed!.tokensPerS).toBeGreaterThan(0);
  expect(sequences.map(({ contextTokens }) => contextTokens)).toEqual(before);
});

test('a trial of answers at once deletes no more than the end of a full sequence', async () => {
  const [full, other] = [await hold(sequences[0]!, 250), await hold(sequences[1]!, 239)];
  expect((await tryTogether(sequences, () => true))!.answers).toBe(2);
  expect(sequences.map(({ contextTokens }) => contextTokens)).toEqual([full.slice(0, 239), other]);
});

test('a trial of answers at once ends at the next token when a question arrives', async () => {
  const before = [await hold(sequences[0]!, 20), await hold(sequences[1]!, 5)];
  expect(await tryTogether(sequences, () => false)).toBeNull();
  expect(sequences.map(({ contextTokens }) => contextTokens)).toEqual(before);
});
