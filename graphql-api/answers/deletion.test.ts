import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#shared/log.ts';
import { EVERYWHERE } from '../filters/passage-filter.ts';
import { openAnswers, type Answers } from './answers.ts';
import { newAnswer, type AnswerSource, type AnswerState } from './state.ts';
import { openAnswersStore, type AnswersStore } from './store.ts';

const DAY_MS = 86_400_000;
const never = new AbortController().signal;

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'askbox-answers-'));
  file = path.join(dir, 'answers.db');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Whether the word is in any file of the folder, as bytes. */
function isOnDisk(word: string): boolean {
  return readdirSync(dir).some((name) => readFileSync(path.join(dir, name)).includes(word));
}

/** Answers that repeat their question; one that asks for it is never finished. */
function open(store: AnswersStore): Answers {
  return openAnswers({
    store,
    log: silentLog,
    graceMs: 60_000,
    mergeMs: 0,
    async *write({ question }, signal) {
      yield { type: 'delta', text: `${question} `.repeat(400), change: {} };
      if (question.includes('unfinished')) {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }
      yield { type: 'completed', finishReason: 'STOP', change: {} };
    },
  });
}

/** Answers with an abstention that has these fields. */
function openWriting(store: AnswersStore, change: Partial<AnswerState>): Answers {
  return openAnswers({
    store,
    log: silentLog,
    graceMs: 60_000,
    mergeMs: 0,
    async *write() {
      yield { type: 'delta', text: 'nothing', change };
      yield { type: 'completed', finishReason: 'ABSTAINED', change: {} };
    },
  });
}

const ask = (answers: Answers, question: string) =>
  answers.ask({ question, filter: EVERYWHERE, maxSources: 8, temperature: 0, maxTokens: 512 }, randomUUID());

test('a deleted answer is in no file any more, write-ahead log included; others stay', async () => {
  using store = openAnswersStore(file, 90);
  await using answers = open(store);
  const deleted: string[] = [];
  for (let i = 0; i < 30; i++) {
    const { id, ended } = ask(answers, i % 3 === 0 ? 'the purplemarker' : 'the yellowmarker');
    if (i % 3 === 0) deleted.push(id);
    await ended;
  }
  expect(isOnDisk('purplemarker')).toBe(true);
  for (const id of deleted) expect(await answers.delete(id)).toBe(true);
  expect(isOnDisk('purplemarker')).toBe(false);
  expect(isOnDisk('yellowmarker')).toBe(true);
  expect(answers.find(deleted[0]!)).toBeUndefined();
  expect(await answers.delete(deleted[0]!)).toBe(false);
});

test('a comment on an answer is in no file any more once it is replaced, or the answer deleted', async () => {
  using store = openAnswersStore(file, 90);
  await using answers = open(store);
  const { id, ended } = ask(answers, 'Where?');
  await ended;
  await answers.rate(id, 'DOWN', 'the purplemarker');
  expect(isOnDisk('purplemarker')).toBe(true);
  expect(await answers.rate(id, 'UP', 'the greenmarker')).toMatchObject({ rating: 'UP' });
  store.emptyLog();
  expect(isOnDisk('purplemarker')).toBe(false);
  expect(isOnDisk('greenmarker')).toBe(true);
  expect(await answers.delete(id)).toBe(true);
  expect(isOnDisk('greenmarker')).toBe(false);
  expect(await answers.rate(id, 'UP', null)).toBeUndefined();
});

test('an answer that is being written is cancelled and deleted; its requestId asks again', async () => {
  using store = openAnswersStore(file, 90);
  await using answers = open(store);
  const log = ask(answers, 'an unfinished purplemarker');
  const events = Array.fromAsync(log.follow(-1, () => 'lost'));
  expect(await answers.delete(log.id)).toBe(true);
  expect((await events).at(-1)).toMatchObject({ __typename: 'AnswerCompleted', finishReason: 'CANCELLED' });
  expect(answers.find(log.id)).toBeUndefined();
  expect(answers.unfinished).toBe(0);
  expect(isOnDisk('purplemarker')).toBe(false);
});

/** A source that shows this passage. */
const sourceOf = (path: string, excerpt: string): AnswerSource => ({
  rank: 1,
  score: 1,
  used: false,
  path,
  title: path,
  excerpt,
  startChar: 0,
  endChar: excerpt.length,
  place: {},
  headings: [],
  chunkId: `chunk of ${path}`,
});

test('a deleted answer takes its nearest passages and the names of unread files with it', async () => {
  using store = openAnswersStore(file, 90);
  const nearest = [sourceOf('a.txt', 'the purplemarker')];
  const notSearched = {
    unread: { count: 1, paths: ['orangemarker.pdf'] },
    failed: { count: 0, paths: [] },
    meaningOffBecause: null,
  };
  await using answers = openWriting(store, { nearest, notSearched });
  const { id, ended } = ask(answers, 'why?');
  await ended;
  expect(isOnDisk('purplemarker')).toBe(true);
  expect(answers.find(id)?.answer).toMatchObject({ nearest, notSearched });
  expect(await answers.delete(id)).toBe(true);
  expect(isOnDisk('purplemarker') || isOnDisk('orangemarker')).toBe(false);
});

test('erasing a file deletes the answers that show it: a source, a nearest passage, or the name of an unread file', async () => {
  const none = { count: 0, paths: [] };
  const shown: readonly Partial<AnswerState>[] = [
    { sources: [sourceOf('a.txt', 'the purplemarker')] },
    { nearest: [sourceOf('a.txt', 'the purplemarker')] },
    { notSearched: { unread: { count: 1, paths: ['a.txt'] }, failed: none, meaningOffBecause: null } },
    { notSearched: { unread: none, failed: { count: 1, paths: ['a.txt'] }, meaningOffBecause: null } },
    { nearest: [sourceOf('b.txt', 'the yellowmarker')] },
  ];
  using store = openAnswersStore(file, 90);
  for (const change of shown) {
    await using answers = openWriting(store, change);
    await ask(answers, 'why?').ended;
  }
  await using answers = open(store);
  expect(await answers.eraseShowing(({ path: shownPath }) => shownPath === 'a.txt', never)).toBe(4);
  expect([isOnDisk('purplemarker'), isOnDisk('yellowmarker')]).toEqual([false, true]);
  expect(await answers.eraseShowing(({ chunkId }) => chunkId === 'chunk of b.txt', never)).toBe(1);
  expect(isOnDisk('yellowmarker')).toBe(false);
});

test('an answer of an older askbox, which has no nearest passages, is read as one without any', () => {
  using store = openAnswersStore(file, 90);
  const { nearest: _, notSearched: __, ...old } = newAnswer('old', 'why?');
  // What an older askbox has saved lacks these two.
  const saved = { ...old, endedAt: old.createdAt } as AnswerState;
  store.insert(saved, { id: null, inputHash: '' });
  store.save(saved, 3);
  expect(store.find('old')?.answer).toMatchObject({ nearest: [], notSearched: null });
});

test('deletes all answers that are meant, on disk and in memory, with others asked meanwhile', async () => {
  using store = openAnswersStore(file, 90);
  await using answers = open(store);
  for (let i = 0; i < 70; i++) await ask(answers, i % 7 === 0 ? `keep ${i}` : `the purplemarker ${i}`).ended;
  const unfinished = ask(answers, 'an unfinished purplemarker');
  const isMeant = ({ question }: AnswerState) => question.includes('purplemarker');
  const deletion = answers.deleteWhere(isMeant, never);
  await ask(answers, 'keep meanwhile').ended;
  expect(await deletion).toBe(61);
  expect(unfinished.answer.status).toBe('CANCELLED');
  expect(isOnDisk('purplemarker')).toBe(false);
  expect(await answers.deleteWhere(isMeant, never)).toBe(0);
  expect(await answers.deleteWhere(({ question }) => question.startsWith('keep'), never)).toBe(11);
});

test('waits for another process that has locked the file, and answers meanwhile', async () => {
  using store = openAnswersStore(file, 90);
  await using answers = open(store);
  const { id, ended } = ask(answers, 'the purplemarker');
  await ended;
  using other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  const deletion = answers.delete(id);
  expect(await ask(answers, 'another').ended).toMatchObject({ status: 'COMPLETED' });
  other.exec('COMMIT');
  expect(await deletion).toBe(true);
  expect(isOnDisk('purplemarker')).toBe(false);
});

/** A store with `count` ended answers of long text, and a clock to turn. */
function openFilled(count: number, keepDays = 90) {
  const clock = { nowMs: Date.now(), ranMs: 0 };
  const store = openAnswersStore(file, keepDays, { now: () => clock.nowMs, monotonic: () => clock.ranMs });
  for (let i = 0; i < count; i++) {
    const answer = newAnswer(`answer ${i}`, 'the purplemarker');
    store.insert(answer, { id: null, inputHash: '' });
    store.save({ ...answer, text: 'purplemarker '.repeat(2_000), endedAt: answer.createdAt }, 3);
  }
  return Object.assign(store, { clock });
}

test('answers that expire are gone from the disk, a few in each call, and the file shrinks', () => {
  using store = openFilled(120);
  for (let week = 0; week < 13; week++) {
    store.tidy();
    expect(store.page(0)).not.toHaveLength(0);
    store.clock.nowMs += 7 * DAY_MS;
  }
  let calls = 1;
  while (store.tidy()) calls++;
  expect(calls).toBeGreaterThan(5);
  expect(store.page(0)).toHaveLength(0);
  expect(store.emptyLog()).toBe(true);
  expect(isOnDisk('purplemarker')).toBe(false);
  expect(readFileSync(file).length).toBeLessThan(400_000);
});

test('a clock that jumps ahead deletes nothing until it has been believed for a day of running, also after restarts', () => {
  {
    using store = openFilled(3);
    store.tidy();
    store.clock.nowMs += 100 * DAY_MS;
    store.tidy();
    expect(store.page(0)).toHaveLength(3);
  }
  const clock = { nowMs: Date.now() + 100 * DAY_MS, ranMs: 0 };
  const reopen = () => openAnswersStore(file, 90, { now: () => clock.nowMs, monotonic: () => clock.ranMs });
  for (let start = 0; start < 3; start++) {
    using store = reopen();
    clock.ranMs += 9 * 3_600_000;
    expect(store.page(0)).toHaveLength(3);
    store.tidy();
    expect(store.page(0)).toHaveLength(start < 2 ? 3 : 0);
  }
});

test('the write-ahead log is emptied as soon as no other process reads the file', () => {
  using store = openFilled(3);
  using other = new DatabaseSync(file);
  other.exec('BEGIN');
  other.prepare('SELECT count(*) FROM answers').get();
  store.delete(['answer 0', 'answer 1', 'answer 2']);
  expect(store.emptyLog()).toBe(false);
  expect(isOnDisk('purplemarker')).toBe(true);
  other.exec('COMMIT');
  expect(store.emptyLog()).toBe(true);
  expect(isOnDisk('purplemarker')).toBe(false);
});

test('a file of an older askbox is rewritten, so that what it deleted is gone too', () => {
  {
    using store = openFilled(20);
    expect(store.page(0)).not.toHaveLength(0);
  }
  {
    using db = new DatabaseSync(file);
    db.exec('PRAGMA journal_mode = DELETE; PRAGMA secure_delete = OFF; PRAGMA auto_vacuum = NONE; VACUUM');
    db.exec('PRAGMA journal_mode = WAL; DELETE FROM answers');
  }
  expect(isOnDisk('purplemarker')).toBe(true);
  using store = openAnswersStore(file, 90);
  expect(store.emptyLog()).toBe(true);
  expect(isOnDisk('purplemarker')).toBe(false);
});

test('kept for 0 days, only the last 200 answers stay in memory', () => {
  using store = openFilled(500, 0);
  expect(store.find('answer 499')).toBeDefined();
  expect(store.find('answer 250')).toBeUndefined();
  let count = 0;
  for (let page = store.page(0); page.length > 0; page = store.page(page.at(-1)!.position)) count += page.length;
  expect(count).toBeLessThanOrEqual(202);
});
