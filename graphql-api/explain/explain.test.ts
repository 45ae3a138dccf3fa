import { expect, test } from 'vitest';
import { EVERYWHERE } from '../filters/passage-filter.ts';
import type { AnswerRequest } from '../answers/answers.ts';
import type { AnswerStep } from '../answers/state.ts';
import type { Passage } from '../retrieve/passage.ts';
import type { Decisions } from './decisions.ts';
import { explain } from './explain.ts';

const REQUEST: AnswerRequest = { question: 'x', filter: EVERYWHERE, maxSources: 8, temperature: 0, maxTokens: 100 };
const NEVER = new AbortController().signal;

// Only its id and its rank are looked at.
const passage = { rank: 1, relevance: 1, chunk: { id: 'a' } } as Passage;

/** An answer that is stopped at a step, which this function takes. */
function flow(atPrompt: (signal: AbortSignal) => AsyncIterable<AnswerStep>) {
  return async function* (_: AnswerRequest, trace: Decisions, signal: AbortSignal): AsyncGenerator<AnswerStep> {
    trace.chosen([passage], [passage]);
    yield { type: 'sources', change: {} };
    yield* atPrompt(signal);
  };
}

test('an engine that is busy leaves it open what fits; the sources count as used', async () => {
  const write = flow(async function* (signal) {
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    yield { type: 'progress', change: {} };
  });
  const explained = await explain(REQUEST, { write, patienceMs: 1 }, NEVER);
  expect(explained).toMatchObject({
    kind: null,
    candidates: [{ used: true, sourceRank: 1, cutBecause: null }],
    promptTokens: null,
    budgetTokens: null,
    undecidedBecause: expect.stringContaining('busy with other answers'),
  });
});

test('an engine that fails is named, and a client that leaves ends it', async () => {
  const write = flow(async function* () {
    yield { type: 'progress', change: {} };
    throw new Error('no engine could answer: all are away');
  });
  const explained = await explain(REQUEST, { write }, NEVER);
  expect(explained.undecidedBecause).toBe('no engine could answer: all are away');
  const gone = AbortSignal.abort(new Error('gone'));
  await expect(explain(REQUEST, { write }, gone)).rejects.toThrow('gone');
});

test('an endpoint is left before it is sent anything', async () => {
  let isSent = false;
  const write = flow(async function* () {
    yield { type: 'progress', change: { passagesLeftMachine: true } };
    yield { type: 'progress', change: { status: 'GENERATING', sources: [] } };
    isSent = true;
  });
  const explained = await explain(REQUEST, { write }, NEVER);
  expect(explained).toMatchObject({ kind: 'REMOTE', candidates: [{ used: false, cutBecause: 'OVER_BUDGET' }] });
  expect([isSent, explained.budgetTokens]).toEqual([false, null]);
});
