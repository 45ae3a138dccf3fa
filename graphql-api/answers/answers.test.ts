import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#shared/log.ts';
import { openAnswersStore } from './store.ts';
import { openAnswers, type Answers, type AnswersOptions } from './answers.ts';
import { EVERYWHERE } from '../filters/passage-filter.ts';
import { until } from '../testing/running-api.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'askbox-answers-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const request = { question: 'why?', filter: EVERYWHERE, maxSources: 8, temperature: 0, maxTokens: 512 };

function open(options: Partial<AnswersOptions> = {}): Answers & { written: number } {
  const store = openAnswersStore(path.join(dir, 'answers.db'), 90);
  const answers = openAnswers({
    store,
    log: silentLog,
    graceMs: 60_000,
    mergeMs: 0,
    async *write(_, signal) {
      opened.written++;
      yield { type: 'delta', text: 'because', change: {} };
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
    ...options,
  });
  const opened = Object.assign(Object.create(answers) as Answers, { written: 0 });
  return opened;
}

const finish: AnswersOptions['write'] = async function* () {
  yield { type: 'delta', text: 'because', change: {} };
  yield { type: 'completed', finishReason: 'STOP', change: {} };
};

test('the same requestId joins the same answer, while it is written and after it has ended', async () => {
  const answers = open({ write: finish });
  const requestId = randomUUID();
  const first = answers.ask(request, requestId);
  expect(answers.ask({ ...request }, requestId)).toBe(first);
  await first.ended;
  const replay = answers.ask(request, requestId);
  expect(replay.answer).toMatchObject({ id: first.id, status: 'COMPLETED', text: 'because' });
  expect(answers.unfinished).toBe(0);
  await answers.close();
});

test('the same requestId with different input is a CONFLICT', async () => {
  const answers = open();
  const requestId = randomUUID();
  answers.ask(request, requestId);
  expect(() => answers.ask({ ...request, question: 'when?' }, requestId)).toThrow(
    expect.objectContaining({ code: 'CONFLICT' }),
  );
  await answers.close();
});

test('refuses answers beyond the bound as OVERLOADED, and takes them again once one has ended', async () => {
  const answers = open({ maxUnfinished: { total: 1, perAddress: 1, perConnection: 1 } });
  const first = answers.ask(request, null);
  expect(() => answers.ask(request, null)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  first.cancel();
  answers.ask(request, null);
  await answers.close();
});

test('one connection, and all of one address, are refused answers beyond their share, and others are not', async () => {
  const answers = open({ maxUnfinished: { total: 4, perAddress: 3, perConnection: 2 } });
  const asker = (address: string) => ({ address, signal: new AbortController().signal });
  const [one, neighbour, other] = [asker('a'), asker('a'), asker('b')];
  const overloaded = expect.objectContaining({ code: 'OVERLOADED', isRetryable: true });
  const first = answers.ask(request, null, one);
  answers.ask(request, null, one);
  expect(() => answers.ask(request, null, one), 'one connection').toThrow(overloaded);
  answers.ask(request, null, neighbour);
  expect(() => answers.ask(request, null, neighbour), 'one address').toThrow(overloaded);
  answers.ask(request, null, other);
  expect(() => answers.ask(request, null, other), 'all').toThrow(overloaded);
  first.cancel();
  answers.ask(request, null, neighbour);
  await answers.close();
});

test('closing fails unfinished answers as SHUTTING_DOWN, tells their readers, and refuses new answers', async () => {
  const answers = open();
  const log = answers.ask(request, null);
  const events = Array.fromAsync(log.follow(-1, () => 'lost'));
  await answers.close();
  expect((await events).at(-1)).toMatchObject({
    __typename: 'AnswerFailed',
    error: { code: 'SHUTTING_DOWN', retryable: true },
  });
  expect(() => answers.ask(request, null)).toThrow(expect.objectContaining({ code: 'SHUTTING_DOWN' }));
});

test('after a kill, an unfinished answer is FAILED with its text, above any sequence that was received', async () => {
  const requestId = randomUUID();
  const killed = open();
  const log = killed.ask(request, requestId);
  const file = path.join(dir, 'answers.db');
  const saved = (): string => {
    using db = new DatabaseSync(file, { readOnly: true });
    return String(db.prepare('SELECT answer FROM answers').get()?.['answer']);
  };
  await until('the text is on disk', () => saved().includes('because'));

  const answers = open();
  const replay = answers.ask(request, requestId);
  expect(replay.id).toBe(log.id);
  const events = await Array.fromAsync(replay.follow(1, () => 'lost'));
  expect(events.at(-2)).toMatchObject({ __typename: 'AnswerDelta', offset: 0, text: 'because', sequence: 1_000_000 });
  expect(events.at(-1)).toMatchObject({
    __typename: 'AnswerFailed',
    sequence: 1_000_001,
    error: { code: 'SHUTTING_DOWN', retryable: true },
  });
  expect(answers.written).toBe(0);
  await answers.close();
  await killed.close();
});

test('still answers when the disk of the saved answers is full', async () => {
  const full = (): never => {
    throw new Error('database or disk is full');
  };
  using store = openAnswersStore(path.join(dir, 'answers.db'), 90);
  const answers = open({ write: finish, store: { ...store, insert: full, save: full, [Symbol.dispose]: () => {} } });
  const ended = await answers.ask(request, randomUUID()).ended;
  expect(ended).toMatchObject({ status: 'COMPLETED', text: 'because' });
});

test('deletes answers older than the number of days they are kept', async () => {
  const answers = open({ write: finish });
  const log = answers.ask(request, null);
  await log.ended;
  await answers.close();
  using db = new DatabaseSync(path.join(dir, 'answers.db'));
  db.prepare('UPDATE answers SET created_at = ?').run(new Date(Date.now() - 91 * 86_400_000).toISOString());
  const reopened = open();
  expect(reopened.find(log.id)).toBeUndefined();
  await reopened.close();
});

test('refuses a file that is damaged or of a newer version, and leaves it as it is', () => {
  const damaged = path.join(dir, 'damaged.db');
  writeFileSync(damaged, 'no database at all, but long enough to have a header of one hundred bytes '.repeat(2));
  expect(() => openAnswersStore(damaged, 90)).toThrow(expect.objectContaining({ code: 'ANSWERS_UNREADABLE' }));
  expect(() => openAnswersStore(damaged, 90)).toThrow(damaged);

  const newer = path.join(dir, 'newer.db');
  const db = new DatabaseSync(newer);
  db.exec('PRAGMA user_version = 999');
  db.close();
  expect(() => openAnswersStore(newer, 90)).toThrow('newer askbox');
});

test('keeps answers only in memory if they are kept for 0 days', async () => {
  const file = path.join(dir, 'none.db');
  const answers = open({ write: finish, store: openAnswersStore(file, 0) });
  const log = answers.ask(request, null);
  await log.ended;
  expect(answers.find(log.id)?.answer.text).toBe('because');
  await answers.close();
  expect(existsSync(file)).toBe(false);
});

test('a fault becomes INTERNAL with an id that is in the log, and nothing else of it', async () => {
  const logged: object[] = [];
  const answers = open({
    log: { ...silentLog, error: (fields: object) => logged.push(fields) } as AnswersOptions['log'],
    // oxlint-disable-next-line require-yield
    async *write() {
      throw new Error('connect ECONNREFUSED password=hunter2');
    },
  });
  const { error } = await answers.ask(request, null).ended;
  expect(error).toMatchObject({ code: 'INTERNAL' });
  expect(error?.message).not.toContain('hunter2');
  const id = /\((\w+)\)/.exec(error?.message ?? '')?.[1];
  expect(logged).toContainEqual(expect.objectContaining({ id }));
  await answers.close();
});

test('a flow that ends without a last step fails its answer instead of leaving it open', async () => {
  const answers = open({
    async *write() {
      yield { type: 'delta', text: 'half', change: {} };
    },
  });
  expect(await answers.ask(request, null).ended).toMatchObject({ status: 'FAILED', text: 'half' });
  await answers.close();
});
