import { describe, expect, test } from 'vitest';
import { REQUEST, textOf } from '../../testing/generator-contract.ts';
import { GeneratorError } from '../generator-error.ts';
import type { GenerateRequest, GeneratorEvent } from '../generator.ts';
import { promptOf } from '../prompt.ts';
import { guard, type GuardedEvent } from './guard.ts';

interface Script {
  readonly thoughts?: readonly string[];
  readonly deltas: readonly string[];
  readonly reason?: 'STOP' | 'LENGTH';
  /** Thrown in the place of the end. */
  readonly error?: Error;
  readonly request?: GenerateRequest;
}

/** Returns the guarded events of a scripted model, and how many of its deltas were asked for. */
async function answer({ thoughts = [], deltas, reason = 'STOP', error, request = REQUEST }: Script) {
  let asked = 0;
  let isClosed = false;
  async function* generate(): AsyncGenerator<GeneratorEvent> {
    try {
      yield { type: 'started', usedRanks: [1, 2], promptTokens: 3, firstTokenMs: null };
      for (const text of thoughts) yield { type: 'thinking', text };
      for (const text of deltas) {
        asked++;
        yield { type: 'delta', text };
      }
      if (error !== undefined) throw error;
      yield { type: 'finished', reason, completionTokens: deltas.length };
    } finally {
      isClosed = true;
    }
  }
  const events: GuardedEvent[] = [];
  let thrown: unknown = null;
  try {
    for await (const event of guard(generate(), request, 'tiny')) events.push(event);
  } catch (caught) {
    thrown = caught;
  }
  expect(isClosed).toBe(true);
  return { events, text: textOf(events), end: events.at(-1), thrown, asked };
}

const words = (text: string): string[] => text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];

test('passes an ordinary answer on as it comes', async () => {
  const deltas = ['Vinte', ' sete', ' meses', ' [1]', '.'];
  const { events } = await answer({ deltas });
  expect(events.slice(1, -1)).toEqual(deltas.map((text) => ({ type: 'delta', text })));
  expect(events.at(-1)).toEqual({ type: 'finished', reason: 'STOP', completionTokens: 5 });
});

describe('a loop', () => {
  test('ends the answer with a reason, after its first round, and stops the model', async () => {
    const deltas = words('A multa é de 2% [1]. '.repeat(100));
    const { text, end, asked } = await answer({ deltas });
    expect(text).toBe('A multa é de 2% [1].');
    expect(end).toMatchObject({ type: 'finished', reason: 'LOOP' });
    expect(asked).toBeLessThan(40);
  });

  test('is recognised earlier when the answer was cut off in it', async () => {
    const sentence = 'A multa por atraso no pagamento do aluguel é de dois por cento ao mês. ';
    const { text, end } = await answer({ deltas: words(sentence.repeat(2) + sentence.slice(0, 20)), reason: 'LENGTH' });
    expect([text, end]).toMatchObject([sentence.trim(), { reason: 'LOOP' }]);
    const twice = await answer({ deltas: words(sentence.repeat(2)) });
    expect([twice.text, twice.end]).toMatchObject([sentence.repeat(2), { reason: 'STOP' }]);
  });

  test('that only counts ends the answer with the items before it, and stops the model', async () => {
    const deltas = Array.from({ length: 100 }, (_, at) => `item ${at + 1}, `);
    const { text, end, asked } = await answer({ deltas });
    expect(text).toMatch(/^item 1, .*item 24$/);
    expect([end, asked]).toMatchObject([{ reason: 'LOOP' }, 25]);
  });

  test('of an abstention is an abstention', async () => {
    const { text, end } = await answer({ deltas: words('Os trechos não respondem a essa pergunta. '.repeat(9)) });
    expect([text, end]).toMatchObject(['Os trechos não respondem a essa pergunta.', { reason: 'ABSTAINED' }]);
  });

  test('of thoughts leaves the answer to the next engine', async () => {
    const thoughts = Array.from({ length: 900 }, () => 'Vou pensar nisso. ');
    const { thrown, events } = await answer({ thoughts, deltas: ['São 27.'] });
    expect(thrown).toMatchObject({ code: 'EMPTY_ANSWER', message: expect.stringContaining('repeating itself') });
    expect(events.length).toBeLessThan(20);
  });
});

describe('an echo of our instructions', () => {
  const { system } = promptOf('pt', '', []);
  const { user } = promptOf('pt', '', REQUEST.passages);

  test.each([
    ['whole', system],
    ['from its second line on', system.split('\n').slice(1).join('\n')],
    ['from within a line', system.slice(system.indexOf('usando somente'))],
    ['of the example', 'O Sol é uma estrela [99].'],
    ['of the example with a number of its own', 'O Sol é uma estrela [1].'],
    ['of the frame', user],
  ])('is not shown: %s', async (_, text) => {
    for (const deltas of [words(text), [text]]) {
      const { events, thrown } = await answer({ deltas });
      expect(events.filter(({ type }) => type === 'delta')).toEqual([]);
      expect(thrown).toMatchObject({ code: 'EMPTY_ANSWER', message: expect.stringContaining('instructions') });
    }
  });

  test('is none when it is what a passage says, nor when the answer only begins like it', async () => {
    const text = 'O Sol é uma estrela [1].';
    const request = { ...REQUEST, passages: [{ ...REQUEST.passages[0]!, text: 'O Sol é uma estrela.' }] };
    expect((await answer({ deltas: words(text), request })).text).toBe(text);
    const similar = 'Responda em português, ou na língua do cliente [1].';
    expect((await answer({ deltas: words(similar) })).text).toBe(similar);
  });

  test.each(['pt', 'en'] as const)(
    'is none when it is the sentence that the instructions ask for: %s',
    async (language) => {
      const prompt = promptOf(language, '', []).system;
      const sentence = /(?<=(?:escreva somente|write only): )[^\n]+/.exec(prompt)![0];
      const request = { ...REQUEST, language };
      for (const deltas of [words(sentence), [sentence]]) {
        const { text, end } = await answer({ deltas, request });
        expect([text, end]).toMatchObject([sentence, { reason: 'ABSTAINED' }]);
      }
    },
  );
});

test.each([[[' ']], [['\n', '\u200B ', '\n\n']], [['...']], [[]]])(
  'an answer without a word is no answer: %j',
  async (deltas) => {
    const { thrown, events } = await answer({ deltas });
    expect(thrown).toMatchObject({ code: 'EMPTY_ANSWER', message: expect.stringContaining('before the first word') });
    expect(events).toHaveLength(1);
  },
);

test('white space without end is given up', async () => {
  const { thrown, asked } = await answer({ deltas: Array.from({ length: 1000 }, () => '\n') });
  expect(thrown).toMatchObject({ code: 'EMPTY_ANSWER', message: expect.stringContaining('wrote no word') });
  expect(asked).toBeLessThan(300);
});

describe('thoughts', () => {
  test('are apart from the answer, in its text as in a field of their own', async () => {
    const tagged = await answer({ deltas: ['<thi', 'nk>vou pensar [1]', '</think>', 'A multa', ' é 2%', ' [1]', '.'] });
    expect(tagged.text).toBe('A multa é 2% [1].');
    expect(tagged.events.filter(({ type }) => type === 'thinking')).toEqual([
      { type: 'thinking', text: 'vou pensar [1]' },
    ]);
    const apart = await answer({ thoughts: ['vou pensar'], deltas: ['\n\nA multa é 2% [1].'] });
    expect(apart.text).toBe('A multa é 2% [1].');
  });

  test('alone are no answer', async () => {
    const cut = await answer({ deltas: ['<think>', 'vou pensar'], reason: 'LENGTH' });
    expect(cut.thrown).toMatchObject({
      code: 'EMPTY_ANSWER',
      message: expect.stringMatching(
        /^tiny only thought.*before it reached maxTokens \(100\).*set ASKBOX_THINKING=off/,
      ),
    });
    const ended = await answer({ thoughts: ['vou pensar'], deltas: [] });
    expect(ended.thrown).toMatchObject({ message: expect.stringMatching(/^tiny only thought, and wrote no answer; /) });
  });
});

test('an answer that breaks keeps all its words, and one without a word shows none', async () => {
  const error = new GeneratorError('MODEL_UNAVAILABLE', 'the connection broke');
  const broken = await answer({ deltas: ['A multa é de 2%.', ' A multa', ' é', ' <'], error });
  expect([broken.text, broken.thrown]).toEqual(['A multa é de 2%. A multa é <', error]);
  const begun = await answer({ deltas: ['Responda à pergunta'], error });
  expect([begun.text, begun.thrown]).toEqual(['', error]);
});
