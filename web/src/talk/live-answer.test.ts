import { expect, test } from 'vitest';
import type { Answer } from '../api/types.ts';
import { afterEvent, NOTHING_YET } from './live-answer.ts';

const started = {
  __typename: 'AnswerStarted',
  sequence: 0,
  queuePosition: 2,
  answer: { id: 'a', question: 'Qual?' },
} as const;
const delta = (sequence: number, offset: number, text: string) =>
  ({ __typename: 'AnswerDelta', sequence, offset, text }) as const;

test('events in order write the answer', () => {
  const events = [started, { __typename: 'SourcesRetrieved', sequence: 1, sources: [] } as const];
  const before = events.reduce(afterEvent, NOTHING_YET);
  expect(before).toMatchObject({ id: 'a', phase: 'queued', queuePosition: 2, text: '' });
  const after = [delta(2, 0, 'A multa'), delta(4, 7, ' é alta')].reduce(afterEvent, before);
  expect(after).toMatchObject({ phase: 'writing', text: 'A multa é alta' });
});

test('thoughts grow beside the text, and one that arrives twice repeats nothing', () => {
  const think = (sequence: number, offset: number, text: string) =>
    ({ __typename: 'AnswerThinking', sequence, offset, text }) as const;
  const thinking = [think(1, 0, 'hm'), think(2, 2, ', so'), think(2, 2, ', so')].reduce(afterEvent, NOTHING_YET);
  expect(thinking).toMatchObject({ phase: 'thinking', thoughts: 'hm, so', text: '' });
  const writing = afterEvent(thinking, delta(3, 0, 'A multa'));
  expect(writing).toMatchObject({ phase: 'writing', thoughts: 'hm, so', text: 'A multa' });
});

test('a delta that arrives twice, or merged with others after a reconnect, repeats no word', () => {
  const once = afterEvent(NOTHING_YET, delta(1, 0, 'A multa'));
  expect(afterEvent(once, delta(1, 0, 'A multa')).text).toBe('A multa');
  expect(afterEvent(once, delta(3, 0, 'A multa é')).text).toBe('A multa é');
  expect(afterEvent(afterEvent(once, delta(2, 7, ' é')), delta(2, 7, ' é')).text).toBe('A multa é');
});

test('what a killed server saved last takes no word away that was shown before', () => {
  const shown = [started, delta(1, 0, 'A multa'), delta(2, 7, ' é alta')].reduce(afterEvent, NOTHING_YET);
  const again = afterEvent(afterEvent(shown, { ...started, sequence: 1_000_000 }), delta(1_000_002, 0, 'A multa'));
  expect(again.text).toBe('A multa é alta');
  const saved = { id: 'a', status: 'FAILED', text: 'A multa', sources: [] } as unknown as Answer; // all that is read
  const ended = afterEvent(again, { __typename: 'AnswerFailed', sequence: 1_000_003, answer: saved });
  expect([ended.phase, ended.text, ended.ended?.text]).toEqual(['ended', 'A multa é alta', 'A multa é alta']);
  // What the model took back is gone, and an answer that was saved further is shown whole.
  const cut = { ...saved, status: 'COMPLETED' } as const;
  expect(afterEvent(shown, { __typename: 'AnswerCompleted', sequence: 9, answer: cut }).text).toBe('A multa');
  const further = { ...saved, text: 'A multa é alta demais' };
  expect(afterEvent(shown, { __typename: 'AnswerFailed', sequence: 9, answer: further }).text).toBe(further.text);
});
