import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#shared/log.ts';
import { EVERYWHERE } from '../filters/passage-filter.ts';
import { EARLIER_ANSWERS, MAX_CONVERSATION_ANSWERS, openAnswers, type Answers } from './answers.ts';
import { MAX_DERIVED_TITLE, openConversations, titleOf } from './conversations.ts';
import { newAnswer, type AnswerSource, type AnswerState } from './state.ts';
import { openAnswersStore, type AnswersStore } from './store.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const never = new AbortController().signal;

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'askbox-conversations-'));
  file = path.join(dir, 'answers.db');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Whether the word is in any file of the folder, as bytes. */
function isOnDisk(word: string): boolean {
  return readdirSync(dir).some((name) => readFileSync(path.join(dir, name)).includes(word));
}

/** Answers with the questions that each was read with; one that asks for it is never finished. */
function open(store: AnswersStore, sourceOf: (question: string) => readonly AnswerSource[] = () => []) {
  const answers = openAnswers({
    store,
    log: silentLog,
    graceMs: 60_000,
    mergeMs: 0,
    async *write({ question }, signal, earlier) {
      yield { type: 'sources', change: { sources: sourceOf(question) } };
      yield { type: 'delta', text: earlier.map((answer) => answer.question).join(' | '), change: {} };
      if (question.includes('unfinished')) {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }
      yield { type: 'completed', finishReason: 'STOP', change: {} };
    },
  });
  const conversations = openConversations(store.conversations, answers);
  return { answers, conversations, [Symbol.asyncDispose]: () => answers.close() };
}

const request = { filter: EVERYWHERE, maxSources: 8, temperature: 0, maxTokens: 512 };
const ask = (answers: Answers, question: string, conversationId: string, requestId = randomUUID()) =>
  answers.ask({ ...request, question, conversationId }, requestId);

test('a question is read with the last ones of its conversation, and with no others', async () => {
  using store = openAnswersStore(file, 90);
  await using opened = open(store);
  const { answers, conversations } = opened;
  const [a, b] = [await conversations.create(null), await conversations.create(null)];
  await ask(answers, 'other', b.id).ended;
  await answers.ask({ ...request, question: 'alone' }, null).ended;
  const texts: string[] = [];
  for (let i = 0; i < EARLIER_ANSWERS + 2; i++) texts.push((await ask(answers, `q${i}`, a.id).ended).text);
  expect(texts.slice(0, 3)).toEqual(['', 'q0', 'q0 | q1']);
  expect(texts.at(-2)).toBe('q0 | q1 | q2 | q3 | q4 | q5');
  expect(texts.at(-1)).toBe('q1 | q2 | q3 | q4 | q5 | q6');
});

test('questions asked at the same time are both accepted, in the order of asking, also after a restart', async () => {
  let id: string;
  {
    using store = openAnswersStore(file, 90);
    await using opened = open(store);
    const { answers, conversations } = opened;
    ({ id } = await conversations.create(null));
    const logs = ['unfinished', 'second', 'third'].map((question) => ask(answers, question, id));
    expect((await logs[1]!.ended).text).toBe('unfinished');
    expect((await logs[2]!.ended).text).toBe('unfinished | second');
    const page = await conversations.answersOf(id, 2, null, never);
    expect(page.nodes.map(({ question }) => question)).toEqual(['unfinished', 'second']);
    expect(page).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const next = await conversations.answersOf(id, 2, page.pageInfo.endCursor, never);
    expect(next.nodes.map(({ question }) => question)).toEqual(['third']);
    expect(next.pageInfo.hasNextPage).toBe(false);
  }
  using store = openAnswersStore(file, 90);
  await using opened = open(store);
  expect((await ask(opened.answers, 'fourth', id).ended).text).toBe('unfinished | second | third');
});

test('an unknown conversation, a full one, and a requestId of another conversation are refused', async () => {
  using store = openAnswersStore(file, 90);
  await using opened = open(store);
  const { answers, conversations } = opened;
  const [a, b] = [await conversations.create(null), await conversations.create(null)];
  expect(() => ask(answers, 'why?', 'nowhere')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  const requestId = randomUUID();
  const first = ask(answers, 'why?', a.id, requestId);
  expect(ask(answers, 'why?', a.id, requestId)).toBe(first);
  expect(() => ask(answers, 'why?', b.id, requestId)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  expect(() => answers.ask({ ...request, question: 'why?' }, requestId)).toThrow(
    expect.objectContaining({ code: 'CONFLICT' }),
  );
  for (let i = 1; i < MAX_CONVERSATION_ANSWERS - 1; i++) {
    const answer = newAnswer(`answer ${i}`, 'why?', { conversationId: a.id, number: i + 1 });
    store.insert({ ...answer, endedAt: answer.createdAt }, { id: null, inputHash: '' });
  }
  await ask(answers, 'the last', a.id).ended;
  expect(() => ask(answers, 'one more', a.id)).toThrow(expect.objectContaining({ code: 'CONVERSATION_FULL' }));
  expect(ask(answers, 'why?', a.id, requestId).id).toBe(first.id);
});

test('a deleted conversation is in no file any more, with all its answers; others stay', async () => {
  using store = openAnswersStore(file, 90);
  await using opened = open(store);
  const { answers, conversations } = opened;
  const paths = ['orangemarker/**'];
  const deleted = await conversations.create('the redmarker', { ...EVERYWHERE, paths });
  const kept = await conversations.create('the greenmarker');
  for (let i = 0; i < 60; i++) await ask(answers, 'the purplemarker', deleted.id).ended;
  await ask(answers, 'the yellowmarker', kept.id).ended;
  const unfinished = ask(answers, 'an unfinished purplemarker', deleted.id);
  expect(['redmarker', 'orangemarker', 'purplemarker'].map(isOnDisk)).toEqual([true, true, true]);

  const deletion = conversations.delete(deleted.id);
  expect(() => ask(answers, 'too late', deleted.id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  expect(await deletion).toBe(true);
  expect(unfinished.answer.status).toBe('CANCELLED');
  expect(['redmarker', 'orangemarker', 'purplemarker'].map(isOnDisk)).toEqual([false, false, false]);
  expect(['greenmarker', 'yellowmarker'].map(isOnDisk)).toEqual([true, true]);
  expect(conversations.find(deleted.id)).toBeUndefined();
  expect(answers.turnsOf(deleted.id)).toEqual([]);
  expect(await conversations.delete(deleted.id)).toBe(false);
  expect(answers.turnsOf(kept.id)).toHaveLength(1);
});

test('a deletion that failed halfway can be repeated', async () => {
  using store = openAnswersStore(file, 90);
  await using opened = open(store);
  const { id } = await opened.conversations.create(null);
  await ask(opened.answers, 'the purplemarker', id).ended;
  store.conversations.delete(id);
  expect(await opened.conversations.delete(id)).toBe(true);
  expect(isOnDisk('purplemarker')).toBe(false);
});

test('erasing a file deletes the answers after one that shows it too, but none before it or elsewhere', async () => {
  using store = openAnswersStore(file, 90);
  const source = { rank: 1, score: 1, used: false, title: 'a', excerpt: '', startChar: 0, endChar: 0, place: {} };
  const sources: readonly AnswerSource[] = [{ ...source, path: 'a.txt', headings: [], chunkId: null }];
  await using opened = open(store, (question) => (question.includes('shows') ? sources : []));
  const { answers, conversations } = opened;
  const [a, b] = [await conversations.create(null), await conversations.create(null)];
  for (const question of ['before', 'shows it', 'after the purplemarker', 'unfinished']) {
    if (question === 'unfinished') ask(answers, question, a.id);
    else await ask(answers, question, a.id).ended;
  }
  await ask(answers, 'elsewhere', b.id).ended;
  expect(await answers.eraseShowing(({ path: shown }) => shown === 'a.txt', never)).toBe(3);
  const left = await conversations.answersOf(a.id, 10, null, never);
  expect(left.nodes.map(({ question }) => question)).toEqual(['before']);
  expect(answers.turnsOf(b.id)).toHaveLength(1);
  expect(isOnDisk('purplemarker')).toBe(false);
});

test('the title is the beginning of the first question that is left, unless one was given', async () => {
  using store = openAnswersStore(file, 90);
  await using opened = open(store);
  const { answers, conversations } = opened;
  const { id, title } = await conversations.create(null);
  expect(title).toBe('');
  const first = ask(answers, 'Where is the\npurplemarker?', id);
  await first.ended;
  await ask(answers, 'And why?', id).ended;
  expect(conversations.find(id)?.title).toBe('Where is the purplemarker?');
  await answers.delete(first.id);
  expect(conversations.find(id)?.title).toBe('And why?');
  expect(await conversations.rename(id, 'The redmarker')).toMatchObject({ title: 'The redmarker' });
  expect(await conversations.rename(id, null)).toMatchObject({ title: 'And why?' });
  expect(store.emptyLog()).toBe(true);
  expect(isOnDisk('redmarker')).toBe(false);
  expect(await conversations.rename('nowhere', 'x')).toBeUndefined();
});

test('a long question is cut between words, or in a word that is longer than a title', () => {
  const exact = `${'four '.repeat(15)}fives`;
  expect(exact).toHaveLength(MAX_DERIVED_TITLE);
  expect(titleOf(exact)).toBe(exact);
  expect(titleOf(`${exact}s`)).toBe(`${'four '.repeat(14)}four…`);
  expect(titleOf(`${exact} and more`)).toBe(`${'four '.repeat(14)}four…`);
  expect(titleOf('x'.repeat(90))).toBe(`${'x'.repeat(MAX_DERIVED_TITLE - 1)}…`);
  expect(titleOf(`${'x'.repeat(MAX_DERIVED_TITLE - 2)}😀😀`)).toBe(`${'x'.repeat(MAX_DERIVED_TITLE - 2)}…`);
});

test('conversations are listed in pages, those with the latest question first', async () => {
  using store = openAnswersStore(file, 90);
  await using opened = open(store);
  const { answers, conversations } = opened;
  for (let i = 0; i < 5; i++) {
    const at = new Date(Date.now() - 100_000 + i).toISOString();
    store.conversations.insert({ id: `c${i}`, title: `c${i}`, filter: EVERYWHERE, createdAt: at, updatedAt: at });
  }
  await ask(answers, 'why?', 'c1').ended;
  const seen: string[] = [];
  let after: string | null = null;
  for (;;) {
    const page = await conversations.page(2, after, never);
    expect(page.totalCount).toBe(5);
    seen.push(...page.nodes.map(({ id }) => id));
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage) break;
  }
  expect(seen).toEqual(['c1', 'c4', 'c3', 'c2', 'c0']);
  const ofAnswers = (await conversations.answersOf('c1', 1, null, never)).pageInfo.endCursor;
  await expect(conversations.page(2, ofAnswers, never)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(conversations.answersOf('c1', 2, after, never)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('a conversation goes when its answers have expired and it is older than that itself', () => {
  const clock = { nowMs: Date.now(), ranMs: 0 };
  using store = openAnswersStore(file, 90, { now: () => clock.nowMs, monotonic: () => clock.ranMs });
  const at = (days: number): string => new Date(clock.nowMs + days * DAY_MS).toISOString();
  const add = (id: string, createdAt: string): void =>
    store.conversations.insert({ id, title: 'redmarker', filter: EVERYWHERE, createdAt, updatedAt: createdAt });
  const addAnswer = (conversationId: string, createdAt: string): void => {
    const answer: AnswerState = { ...newAnswer(randomUUID(), 'why?', { conversationId, number: 1 }), createdAt };
    store.insert(answer, { id: null, inputHash: '' });
  };
  add('old and empty', at(-91));
  add('young and empty', at(-89));
  add('old, asked lately', at(-200));
  addAnswer('old, asked lately', at(-89));
  add('old, as its answer', at(-200));
  addAnswer('old, as its answer', at(-91));
  while (store.tidy());
  const left = ['old and empty', 'young and empty', 'old, asked lately', 'old, as its answer'].filter(
    (id) => store.conversations.find(id) !== undefined,
  );
  expect(left).toEqual(['young and empty', 'old, asked lately']);
  clock.nowMs += 6 * DAY_MS;
  while (store.tidy());
  expect(store.conversations.count()).toBe(0);
  expect(store.emptyLog()).toBe(true);
  expect(isOnDisk('redmarker')).toBe(false);
});

test('at the bound a new one takes the place of one that was empty for an hour, never of one with an answer', async () => {
  using store = openAnswersStore(file, 90);
  await using opened = open(store);
  const conversations = openConversations(store.conversations, opened.answers, 3);
  const add = (id: string, agoMs: number): void => {
    const at = new Date(Date.now() - agoMs).toISOString();
    store.conversations.insert({ id, title: null, filter: EVERYWHERE, createdAt: at, updatedAt: at });
  };
  add('old, with an answer', 90 * DAY_MS);
  await ask(opened.answers, 'why?', 'old, with an answer').ended;
  add('old and empty', 2 * HOUR_MS);
  await conversations.create('young and empty');
  expect(store.conversations.count()).toBe(3);
  await conversations.create('one more');
  expect(store.conversations.count()).toBe(3);
  expect(store.conversations.find('old and empty')).toBeUndefined();
  expect(store.conversations.find('old, with an answer')).toBeDefined();
  await expect(conversations.create('too many')).rejects.toMatchObject({
    code: 'TOO_MANY_CONVERSATIONS',
    message: expect.stringContaining('there are 3 conversations already; delete some'),
  });
  expect(store.conversations.count()).toBe(3);
});

test('kept for 0 days, empty conversations beyond the last 200 go', () => {
  using store = openAnswersStore(file, 0);
  for (let i = 0; i < 220; i++) {
    const at = new Date(1_700_000_000_000 + i).toISOString();
    store.conversations.insert({ id: `c${i}`, title: null, filter: EVERYWHERE, createdAt: at, updatedAt: at });
    const turn = { conversationId: 'c0', number: 1 };
    if (i === 0) store.insert({ ...newAnswer('a', 'why?', turn), createdAt: at }, { id: null, inputHash: '' });
  }
  store.tidy();
  expect(store.conversations.count()).toBe(201);
  expect(store.conversations.find('c0')).toBeDefined();
  expect(store.conversations.find('c19')).toBeUndefined();
  expect(store.conversations.find('c20')).toBeDefined();
});

test('a file of an askbox without conversations gets them; its answers stay as they are', async () => {
  {
    using db = new DatabaseSync(file);
    db.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;
      CREATE TABLE answers (id TEXT PRIMARY KEY, request_id TEXT UNIQUE, input_hash TEXT NOT NULL,
        last_sequence INTEGER NOT NULL, is_ended INTEGER NOT NULL, created_at TEXT NOT NULL, answer TEXT NOT NULL) STRICT;
      CREATE INDEX answers_by_age ON answers (created_at);
      PRAGMA user_version = 1`);
    const { turn: _, ...old } = newAnswer('old', 'Onde?');
    const saved = JSON.stringify({ ...old, status: 'COMPLETED', endedAt: old.createdAt });
    db.prepare(`INSERT INTO answers VALUES ('old', NULL, '', 3, 1, ?, ?)`).run(old.createdAt, saved);
  }
  for (let start = 0; start < 2; start++) {
    using store = openAnswersStore(file, 90);
    await using opened = open(store);
    expect(opened.answers.find('old')?.answer).toMatchObject({ question: 'Onde?', status: 'COMPLETED', turn: null });
    const { id } = await opened.conversations.create(null);
    await ask(opened.answers, 'why?', id).ended;
    expect(store.conversations.count()).toBe(start + 1);
  }
});
