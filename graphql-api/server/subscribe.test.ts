import { buildSchema, parse, subscribe, type ExecutionArgs } from 'graphql';
import { expect, test } from 'vitest';
import { newAnswer, type AnswerEvent } from '../answers/state.ts';
import { subscribeTo } from './subscribe.ts';

const schema = buildSchema(`
  interface AnswerEvent { sequence: Int! answer: Answer! }
  type Answer { id: ID! }
  type AnswerDelta implements AnswerEvent { sequence: Int! answer: Answer! text: String! offset: Int! }
  type AnswerThinking implements AnswerEvent { sequence: Int! answer: Answer! text: String! offset: Int! }
  type AnswerCompleted implements AnswerEvent { sequence: Int! answer: Answer! finishReason: String! }
  type Query { none: Int }
  type Subscription { ask: AnswerEvent! }
`);
const answer = newAnswer('a1', 'Qual é o prazo?');
const EVENTS: readonly AnswerEvent[] = [
  { __typename: 'AnswerThinking', sequence: 1, offset: 0, text: 'Vou ler.', answer },
  { __typename: 'AnswerDelta', sequence: 2, offset: 0, text: 'São 27', answer },
  { __typename: 'AnswerDelta', sequence: 4, offset: 6, text: ' meses.', answer },
  { __typename: 'AnswerCompleted', sequence: 5, finishReason: 'STOP', answer },
];

/** Returns the arguments, and a count of the events that are executed. */
function argsOf(query: string, variableValues: Record<string, unknown> = {}) {
  const executed = { count: 0 };
  async function* events() {
    for (const event of EVENTS) {
      yield {
        get ask() {
          executed.count++;
          return event;
        },
        ...event,
      };
    }
  }
  const args: ExecutionArgs = { schema, document: parse(query), variableValues, subscribeFieldResolver: events };
  return { args, executed };
}

async function resultsOf(stream: Awaited<ReturnType<typeof subscribe>>): Promise<unknown> {
  if (!(Symbol.asyncIterator in stream)) return stream;
  const results: unknown[] = [];
  for await (const result of stream) results.push(result);
  return JSON.parse(JSON.stringify(results));
}

const ON_DELTA = '... on AnswerDelta { text offset }';

test.each([
  ['fields and fragments', `subscription { ask { __typename sequence ${ON_DELTA} } }`, 1],
  ['aliases', 'subscription { e: ask { t: __typename n: sequence n: sequence ... on AnswerDelta { o: offset } } }', 1],
  [
    'named fragments',
    `subscription { ask { ...A } } fragment A on AnswerEvent { sequence ...B } fragment B on AnswerDelta { text }`,
    1,
  ],
  ['a fragment without a type', 'subscription { ask { ... { sequence } } }', 1],
  ['nothing of a delta', 'subscription { ask { ... on AnswerCompleted { finishReason answer { id } } } }', 1],
  [
    'the answer of deltas',
    'subscription { ask { ... on AnswerDelta { text answer { id } } ... on AnswerThinking { text } } }',
    3,
  ],
  ['the answer of all', `subscription { ask { answer { id } ${ON_DELTA} } }`, 4],
  ['a condition', `subscription ($is: Boolean = false) { ask { sequence @include(if: $is) ${ON_DELTA} } }`, 4],
  ['a condition on all', `subscription { ask @skip(if: false) { sequence } }`, 4],
  ['a root in a fragment', `subscription { ... { ask { sequence } } }`, 4],
])('sends what graphql sends, and executes no plain delta: %s', async (_, query, executions) => {
  const [ours, theirs] = [argsOf(query), argsOf(query)];
  expect(await resultsOf((await subscribeTo(ours.args)) as Awaited<ReturnType<typeof subscribe>>)).toEqual(
    await resultsOf(await subscribe(theirs.args)),
  );
  expect([ours.executed.count, theirs.executed.count]).toEqual([executions, EVENTS.length]);
});

test('returns what is wrong, as graphql does', async () => {
  const args = {
    ...argsOf('subscription { ask { sequence } }').args,
    subscribeFieldResolver: () => Promise.reject(new Error('no')),
  };
  expect(await subscribeTo(args)).toMatchObject({ errors: [{ message: 'no' }] });
});

test('ends while the next event is awaited', async () => {
  let hasLeft = false;
  const source = {
    next: () => new Promise<never>(() => {}),
    return: async () => ((hasLeft = true), { done: true, value: undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  const args = { ...argsOf('subscription { ask { sequence } }').args, subscribeFieldResolver: () => source };
  const results = await subscribeTo(args);
  if (!('return' in results)) throw new Error('no stream');
  void results.next();
  expect(await results.return()).toMatchObject({ done: true });
  expect(hasLeft).toBe(true);
});
