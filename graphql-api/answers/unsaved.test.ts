import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#shared/log.ts';
import { EVERYWHERE } from '../filters/passage-filter.ts';
import { until } from '../testing/running-api.ts';
import { openAnswers, type Answers } from './answers.ts';
import { openAnswersStore, type AnswersStore } from './store.ts';

const request = { question: 'why?', filter: EVERYWHERE, maxSources: 8, temperature: 0, maxTokens: 512 };

let dir: string;
let file: string;
let store: AnswersStore;
/** How often an answer was written by the engine. */
let written: number;
/** Lets the answers that are being written end. */
let finish: () => void;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'askbox-answers-'));
  file = path.join(dir, 'answers.db');
  store = openAnswersStore(file, 90);
  written = 0;
});
afterEach(() => {
  store[Symbol.dispose]();
  rmSync(dir, { recursive: true, force: true });
});

function open(over: AnswersStore): Answers {
  const finished = Promise.withResolvers<void>();
  finish = finished.resolve;
  return openAnswers({
    store: over,
    log: silentLog,
    graceMs: 60_000,
    mergeMs: 0,
    async *write() {
      written++;
      yield { type: 'delta', text: 'because', change: {} };
      await finished.promise;
      yield { type: 'completed', finishReason: 'STOP', change: {} };
    },
  });
}

function full(): never {
  throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
}

test('a requestId is one answer while the disk is full: being written, ended, and after it could be saved', async () => {
  const disk = { isFull: true };
  const answers = open({
    ...store,
    insert: (...given) => (disk.isFull ? full() : store.insert(...given)),
    save: (...given) => (disk.isFull ? full() : store.save(...given)),
  });
  const requestId = randomUUID();
  const first = answers.ask(request, requestId);
  expect(answers.ask(request, requestId)).toBe(first);
  expect(() => answers.ask({ ...request, question: 'when?' }, requestId)).toThrow(
    expect.objectContaining({ code: 'CONFLICT' }),
  );
  finish();
  await first.ended;
  expect(answers.ask(request, requestId)).toBe(first);
  expect(store.find(first.id)).toBeUndefined();

  disk.isFull = false;
  await until('it is saved', () => store.find(first.id) !== undefined);
  expect(store.find(first.id)?.answer).toMatchObject({ status: 'COMPLETED', text: 'because' });
  expect(answers.ask(request, requestId).id).toBe(first.id);
  expect(written).toBe(1);
  await answers.close();
});

test('answers while another process holds the lock of the file, and saves once it is free', async () => {
  using other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  const answers = open(store);
  const asked = Array.from({ length: 5 }, () => answers.ask(request, null));
  finish();
  for (const answer of asked) expect(await answer.ended).toMatchObject({ status: 'COMPLETED' });
  expect(store.find(asked[0]!.id)).toBeUndefined();
  other.exec('COMMIT');
  await until('all are saved', () => asked.every(({ id }) => store.find(id)?.answer.status === 'COMPLETED'));
  await answers.close();
});

test('closing saves what could not be saved before', async () => {
  using other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  const answers = open(store);
  const { id, ended } = answers.ask(request, null);
  finish();
  await ended;
  other.exec('COMMIT');
  await answers.close();
  expect(store.find(id)?.answer).toMatchObject({ status: 'COMPLETED' });
});

test('no statement waits for a lock', () => {
  using other = new DatabaseSync(file);
  other.exec('BEGIN EXCLUSIVE');
  let attempts = 0;
  // With a busy timeout of 5 s, this would take several minutes.
  for (; attempts < 50; attempts++) {
    expect(() => store.delete(['x'])).toThrow(expect.objectContaining({ errcode: 5 }));
  }
  expect(attempts).toBe(50);
});
