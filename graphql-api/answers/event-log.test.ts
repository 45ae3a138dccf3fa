import { afterEach, expect, test, vi } from 'vitest';
import { AnswerLog, type AnswerLogOptions } from './event-log.ts';
import { MAX_THOUGHTS_CHARS } from './log-entries.ts';
import { newAnswer, type AnswerEvent, type AnswerState } from './state.ts';

afterEach(() => {
  vi.useRealTimers();
});

function openLog(options: Partial<AnswerLogOptions> = {}): AnswerLog {
  return new AnswerLog(newAnswer('a', 'why?'), 0, { mergeMs: 0, graceMs: 1_000, onEnd: () => {}, ...options });
}

const say = (log: AnswerLog, ...words: readonly string[]): void =>
  words.forEach((text) => log.append({ type: 'delta', text, change: { status: 'GENERATING' } }));
const think = (log: AnswerLog, ...thoughts: readonly string[]): void =>
  thoughts.forEach((text) => log.append({ type: 'thinking', text, change: {} }));
const complete = (log: AnswerLog): void => log.append({ type: 'completed', finishReason: 'STOP', change: {} });
const read = (events: AsyncIterable<AnswerEvent>): Promise<AnswerEvent[]> => Array.fromAsync(events);
const textOf = (events: readonly AnswerEvent[]): string =>
  events.reduce(
    (text, event) => (event.__typename === 'AnswerDelta' ? text.slice(0, event.offset) + event.text : text),
    '',
  );

test('gives a reader who comes late everything, deltas merged, with offsets and rising sequences', async () => {
  const log = openLog();
  log.append({ type: 'sources', change: { sources: [] } });
  say(log, 'one ', 'two ', 'three');
  complete(log);
  const events = await read(log.follow(-1, () => 'lost'));
  expect(events.map(({ __typename, sequence }) => [__typename, sequence])).toEqual([
    ['AnswerStarted', 0],
    ['SourcesRetrieved', 1],
    ['AnswerDelta', 4],
    ['AnswerCompleted', 5],
  ]);
  expect(events[2]).toMatchObject({ offset: 0, text: 'one two three' });
});

test('resumes after the last sequence received, and gives nothing after the last event', async () => {
  const log = openLog();
  say(log, 'one ', 'two ');
  complete(log);
  const rest = await read(log.follow(1, () => 'lost'));
  expect(rest.map(({ sequence }) => sequence)).toEqual([2, 3]);
  expect(rest[0]).toMatchObject({ offset: 4, text: 'two ' });
  expect(await read(log.follow(3, () => 'lost'))).toEqual([]);
});

test('a reader ahead of the log followed an answer that a restart lost, so it gets this one from the start', async () => {
  const log = openLog();
  const events = log.follow(57, () => 'lost');
  say(log, 'one ', 'two ');
  complete(log);
  const all = await read(events);
  expect(all[0]).toMatchObject({ __typename: 'AnswerStarted' });
  expect(textOf(all)).toBe('one two ');
});

test('never merges more than 16 KB into one delta', async () => {
  const log = openLog();
  say(log, ...Array.from({ length: 40 }, () => 'x'.repeat(1024)));
  complete(log);
  const events = await read(log.follow(-1, () => 'lost'));
  const lengths = events.flatMap((event) => (event.__typename === 'AnswerDelta' ? event.text.length : []));
  expect(lengths).toEqual([16 * 1024, 16 * 1024, 8 * 1024]);
  expect(textOf(events)).toHaveLength(40 * 1024);
});

test('merges what arrives within the merging time, and does not hold back the end', async () => {
  const log = openLog({ mergeMs: 1_000_000 });
  const events = log.follow(0, () => 'lost');
  say(log, 'a');
  expect((await events.next()).value).toMatchObject({ text: 'a' });
  const next = events.next();
  say(log, 'b', 'c');
  complete(log);
  expect((await next).value).toMatchObject({ text: 'bc' });
  expect((await events.next()).value).toMatchObject({ __typename: 'AnswerCompleted' });
});

test('freezes the answer of each event where the event ends', async () => {
  const log = openLog();
  const events = log.follow(0, () => 'lost');
  say(log, 'one ');
  const { value: first } = await events.next();
  say(log, 'two');
  log.append({ type: 'progress', change: { usage: { promptTokens: 1, completionTokens: 2 } } });
  complete(log);
  expect(first.answer).toMatchObject({ text: 'one ', status: 'GENERATING', usage: null });
  const replay = await read(log.follow(-1, () => 'lost'));
  expect(replay[0]!.answer).toMatchObject({ text: '', status: 'RETRIEVING' });
});

test('return() ends a next() that waits, and an explicit stop aborts the work at once', async () => {
  const log = openLog();
  const events = log.follow(-1, () => 'stopped');
  await events.next();
  const waiting = events.next();
  await events.return!();
  expect(log.signal.aborted).toBe(true);
  expect(await waiting).toMatchObject({ done: true });
  expect(log.answer).toMatchObject({ status: 'CANCELLED', finishReason: 'CANCELLED' });
});

test('return() also takes effect during the merge time', async () => {
  const log = openLog({ mergeMs: 1_000_000 });
  const events = log.follow(0, () => 'stopped');
  say(log, 'a');
  await events.next();
  say(log, 'b');
  const waiting = events.next();
  await events.return!();
  expect(await waiting).toMatchObject({ done: true });
});

test('a stop leaves the answer to its other readers', async () => {
  const log = openLog();
  const one = log.follow(-1, () => 'stopped');
  const other = log.follow(-1, () => 'lost');
  await one.return!();
  await one.return!();
  expect(log.signal.aborted).toBe(false);
  complete(log);
  expect(await read(other)).toHaveLength(2);
});

test('a lost connection cancels after the grace, unless a reader comes back', async () => {
  vi.useFakeTimers();
  const log = openLog({ graceMs: 1_000 });
  await log.follow(-1, () => 'lost').return!();
  vi.advanceTimersByTime(999);
  const back = log.follow(-1, () => 'lost');
  vi.advanceTimersByTime(5_000);
  expect(log.signal.aborted).toBe(false);
  await back.return!();
  vi.advanceTimersByTime(1_000);
  expect(log.signal.aborted).toBe(true);
});

test('a reader that waits for the whole answer keeps it alive like a follower', async () => {
  const log = openLog();
  const whole = log.wait(new AbortController().signal);
  await log.follow(-1, () => 'stopped').return!();
  say(log, 'text');
  complete(log);
  expect(await whole).toMatchObject({ status: 'COMPLETED', text: 'text' });
  expect(log.readers).toBe(0);
});

test('a waiting reader that loses its connection gets the error, and the grace begins', async () => {
  const log = openLog({ graceMs: 0 });
  const connection = new AbortController();
  const whole = log.wait(connection.signal);
  connection.abort(new Error('gone'));
  await expect(whole).rejects.toThrow('gone');
  expect(await log.ended).toMatchObject({ status: 'CANCELLED' });
});

test('does not send anything after the end, whatever the engine still says', async () => {
  const log = openLog();
  log.cancel();
  say(log, 'too late');
  complete(log);
  log.fail({ code: 'INTERNAL', message: 'too late', retryable: false });
  const events = await read(log.follow(-1, () => 'lost'));
  expect(events.map(({ __typename }) => __typename)).toEqual(['AnswerStarted', 'AnswerCompleted']);
  expect(log.answer.text).toBe('');
});

test('thoughts are events of their own, merged like deltas, and no part of the text', async () => {
  const log = openLog();
  think(log, 'well', ', so');
  say(log, 'one ', 'two ');
  think(log, ' hm');
  say(log, 'three');
  complete(log);
  const events = await read(log.follow(0, () => 'lost'));
  expect(
    events.map((event) => [event.__typename, event.sequence, Reflect.get(event, 'offset'), Reflect.get(event, 'text')]),
  ).toEqual([
    ['AnswerThinking', 2, 0, 'well, so'],
    ['AnswerDelta', 4, 0, 'one two '],
    ['AnswerThinking', 5, 8, ' hm'],
    ['AnswerDelta', 6, 8, 'three'],
    ['AnswerCompleted', 7, undefined, undefined],
  ]);
  expect(events.map(({ answer }) => answer.text)).toEqual([
    '',
    'one two ',
    'one two ',
    'one two three',
    'one two three',
  ]);
  expect(JSON.stringify(log.answer)).not.toContain('well');
});

test('a reader that comes back in the middle of the thoughts gets the rest of them, none twice', async () => {
  const log = openLog();
  think(log, 'a', 'b', 'c');
  const { value } = await log.follow(1, () => 'lost').next();
  expect(value).toMatchObject({ __typename: 'AnswerThinking', sequence: 3, offset: 1, text: 'bc' });
  think(log, 'd');
  complete(log);
  const rest = await read(log.follow(3, () => 'lost'));
  expect(rest[0]).toMatchObject({ __typename: 'AnswerThinking', sequence: 4, offset: 3, text: 'd' });
});

test.each([
  ['keeps as many thoughts as the bound', MAX_THOUGHTS_CHARS, []],
  ['drops what is thought beyond the bound', MAX_THOUGHTS_CHARS - 2, ['more', 'and more']],
])('%s, for every reader', async (_, chars, rest) => {
  const log = openLog();
  think(log, 'x'.repeat(chars), ...rest);
  say(log, 'text');
  complete(log);
  const events = await read(log.follow(0, () => 'lost'));
  const thoughts = events.flatMap((event) => (event.__typename === 'AnswerThinking' ? event.text : [])).join('');
  expect(thoughts).toBe('x'.repeat(chars) + rest.join('').slice(0, MAX_THOUGHTS_CHARS - chars));
  expect(textOf(events)).toBe('text');
});

test('saves the end before any reader receives it', async () => {
  const order: string[] = [];
  const log = openLog({ onEnd: (answer, lastSequence) => order.push(`${answer.status} ${lastSequence}`) });
  const reading = read(log.follow(-1, () => 'lost')).then(() => order.push('told'));
  complete(log);
  await reading;
  expect(order).toEqual(['COMPLETED 1', 'told']);
});

test('an ended answer is replayed as one delta just below the sequence of its end', async () => {
  const log = openLog();
  log.append({ type: 'sources', change: { sources: [] } });
  think(log, 'hm');
  say(log, 'one ', 'two ', 'three');
  complete(log);
  const ended: AnswerState = log.answer;
  const replay = AnswerLog.ofEnded({ answer: ended, lastSequence: 1_000_005 });
  const events = await read(replay.follow(4, () => 'lost'));
  expect(events.map(({ __typename, sequence }) => [__typename, sequence])).toEqual([
    ['AnswerStarted', 1_000_002],
    ['SourcesRetrieved', 1_000_003],
    ['AnswerDelta', 1_000_004],
    ['AnswerCompleted', 1_000_005],
  ]);
  expect(events[2]).toMatchObject({ offset: 0, text: 'one two three' });
  expect(replay.answer).toEqual(ended);
});
