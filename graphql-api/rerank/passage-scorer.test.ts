import { mkdtempSync, renameSync, rmSync, truncateSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writeTinyEmbedder } from '#shared/embedder/testing/tiny-onnx.ts';
import { silentLog } from '#shared/log.ts';
import { openPassageScorer, type PassageScorer } from './passage-scorer.ts';
import { writeTinyReranker } from '../testing/tiny-reranker.ts';

const QUESTION = 'Qual é a multa por atraso?';
const PASSAGES = ['O bolo leva farinha.', 'A multa por atraso é de dois por cento.'];
const never = new AbortController().signal;
/** Long enough for a dead thread to be started again. */
const PATIENT = { budgetMs: 25_000, now: () => performance.now() };

let root: string;
let folder: string;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  root = mkdtempSync(path.join(os.tmpdir(), 'askbox-scorer-'));
  folder = path.join(root, 'tiny');
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(root, { recursive: true });
});

const open = (reranker = folder, ...rest: [log?: typeof silentLog, budget?: { budgetMs: number; now: () => number }]) =>
  openPassageScorer({ reranker, modelsDir: root, threads: 1 }, rest[0] ?? silentLog, rest[1] ?? PATIENT);

/** Advances the clock of the checks until the health is as expected. @returns its whole message. */
async function untilHealth(scorer: PassageScorer, status: string, message: string): Promise<string> {
  const see = (): string => {
    vi.advanceTimersByTime(5000);
    expect(scorer.health()).toEqual({ status, message: expect.stringContaining(message) });
    return scorer.health()!.message;
  };
  return vi.waitFor(see, { timeout: 20_000, interval: 20 });
}

it('does nothing when none is wanted, and health says nothing of it', async () => {
  await using scorer = open('none');
  expect(await scorer.score(QUESTION, PASSAGES, never)).toBeNull();
  expect(scorer.health()).toBeNull();
});

it('scores once the model has arrived, without a restart', async () => {
  await using scorer = open();
  await untilHealth(scorer, 'DEGRADED', `there is no model in ${folder}; set ASKBOX_RERANKER`);
  expect(await scorer.score(QUESTION, PASSAGES, never)).toBeNull();

  writeTinyReranker(path.join(root, 'making'));
  renameSync(path.join(root, 'making'), folder);
  await untilHealth(scorer, 'OK', 'tiny orders the best passages');
  const [other, answer] = (await scorer.score(QUESTION, PASSAGES, never))!;
  expect(answer).toBeGreaterThan(other!);

  rmSync(folder, { recursive: true });
  await untilHealth(scorer, 'DEGRADED', 'there is no model');
  expect(await scorer.score(QUESTION, PASSAGES, never)).toBeNull();
});

it('says how to get a model of the catalogue, and that another kind of model is none', async () => {
  const healthWith = async (reranker: string, message: string): Promise<string> => {
    await using scorer = open(reranker);
    return await untilHealth(scorer, 'DEGRADED', message);
  };
  const name = 'mmarco-mMiniLMv2-L12-H384-v1';
  expect(await healthWith(name, 'is not on this machine')).toContain(`npm run models -- pull ${name}`);
  expect(await healthWith('multilingual-e5-small', 'is not a reranker')).toContain('change ASKBOX_RERANKER');
  writeTinyEmbedder(folder);
  expect(await healthWith(folder, 'is not a reranker')).toContain('copy a model');
});

it('loads a damaged model once, and again when its files have changed', async () => {
  let threadCount = 0;
  const count = (): void => void threadCount++;
  process.on('worker', count);
  writeTinyReranker(folder);
  truncateSync(path.join(folder, 'onnx/model_quantized.onnx'), 500);
  await using scorer = open();
  await untilHealth(scorer, 'DEGRADED', 'cut short');
  vi.advanceTimersByTime(60_000);
  writeTinyReranker(folder);
  await untilHealth(scorer, 'OK', 'tiny');
  process.off('worker', count);
  expect(threadCount).toBe(2);
});

it('loads a model again whose thread died over it', async () => {
  writeTinyReranker(folder);
  process.once('worker', (thread) => void thread.terminate());
  await using scorer = open();
  await untilHealth(scorer, 'OK', 'tiny');
  expect(await scorer.score(QUESTION, PASSAGES, never)).toHaveLength(2);
});

it('leaves the order alone when its thread dies, says so, and scores the next question', async () => {
  const lines: string[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(line) });
  writeTinyReranker(folder);
  const started = Promise.withResolvers<Worker>();
  process.once('worker', started.resolve);
  await using scorer = open(folder, log);
  await untilHealth(scorer, 'OK', 'tiny');
  const scoring = scorer.score(QUESTION, PASSAGES, never);
  // A message that the thread does not understand ends it.
  (await started.promise).postMessage(null);
  expect(await scoring).toBeNull();
  expect(scorer.health()).toMatchObject({ status: 'DEGRADED', message: expect.stringContaining('ended') });
  expect(lines.at(-1)).toContain('passages keep their order');
  expect(await scorer.score(QUESTION, PASSAGES, never)).toHaveLength(2);
  expect(scorer.health()).toMatchObject({ status: 'OK' });
});

it('leaves the order alone when the budget does not do, and says so', async () => {
  writeTinyReranker(folder);
  let nowMs = 0;
  await using scorer = open(folder, silentLog, { budgetMs: 25_000, now: () => (nowMs += 30_000) });
  await untilHealth(scorer, 'OK', 'tiny');
  const twenty = Array.from({ length: 20 }, () => PASSAGES[0]!);
  expect(await scorer.score(QUESTION, twenty, never)).toBeNull();
  expect(scorer.health()).toMatchObject({ status: 'DEGRADED', message: expect.stringContaining('ASKBOX_THREADS') });

  // The problem is not reported of another model.
  writeTinyReranker(folder, { weight: 1 });
  await untilHealth(scorer, 'OK', 'tiny');
});

it('rejects when it is aborted, before and while it scores', async () => {
  writeTinyReranker(folder);
  await using scorer = open();
  await untilHealth(scorer, 'OK', 'tiny');
  const reason = new Error('no longer needed');
  await expect(scorer.score(QUESTION, PASSAGES, AbortSignal.abort(reason))).rejects.toBe(reason);
  const stop = new AbortController();
  const scoring = scorer.score(QUESTION, PASSAGES, stop.signal);
  stop.abort(reason);
  await expect(scoring).rejects.toBe(reason);
  expect(scorer.health()).toMatchObject({ status: 'OK' });
});
