import { expect, test } from 'vitest';
import { pino } from 'pino';
import { startWithDocument } from './testing/ask.ts';
import { publish, startTestApi, until } from './testing/running-api.ts';

const ASK = `subscription ($input: AskInput!) { ask(input: $input) {
  __typename
  answer { text citations { start end quote } }
} }`;
const QUESTION = 'Qual é o prazo de garantia do liquidificador Zafira?';

interface Event {
  readonly __typename: string;
  readonly answer: { readonly text: string; readonly citations: readonly { readonly quote: string }[] };
}

test('each citation comes with the first event after its sentence, and stays as it is', async () => {
  await using api = await startTestApi();
  await publish(api.store, 'z.md', ['O prazo de garantia do Zafira é de 27 meses.\nO liquidificador Zafira é azul.']);
  const events: Event[] = [];
  const reading = (async () => {
    const stream = api.client().iterate<{ ask: Event }>({ query: ASK, variables: { input: { question: QUESTION } } });
    for await (const { data } of stream) if (data) events.push(data.ask);
  })();
  const quotesOnceShown = async (words: string): Promise<string[]> => {
    api.engines.say(words);
    await until(words, () => events.at(-1)?.answer.text.endsWith(words) === true);
    return events.at(-1)!.answer.citations.map(({ quote }) => quote);
  };

  const [term, colour] = ['O prazo de garantia do Zafira é de 27 meses.', 'O liquidificador Zafira é azul.'];
  expect(await quotesOnceShown('São 27 meses de garantia [1]')).toEqual([]);
  expect(await quotesOnceShown('. Ele')).toEqual([term]);
  expect(await quotesOnceShown(' é azul')).toEqual([term]);
  api.engines.say(' [1][9].');
  api.engines.finish();
  await reading;
  expect(events.at(-1)).toMatchObject({
    __typename: 'AnswerCompleted',
    answer: { text: expect.stringMatching(/ \[1\]\.$/) },
  });
  expect(events.at(-1)!.answer.citations.map(({ quote }) => quote)).toEqual([term, colour]);
  for (const { answer } of events)
    expect(events.at(-1)!.answer.citations.slice(0, answer.citations.length)).toEqual(answer.citations);
});

const EVIDENCE = `query ($q: String!) {
  ask(input: { question: $q }) { id text finishReason citations { start end quote } unsupported { start end } support }
}`;

interface Evidence {
  readonly id: string;
  readonly text: string;
  readonly finishReason: string;
  readonly citations: readonly { readonly start: number; readonly end: number; readonly quote: string }[];
  readonly unsupported: readonly { readonly start: number; readonly end: number }[];
  readonly support: number | null;
}

test('each sentence of a model is cited or unsupported, also when the answer is read later', async () => {
  await using api = await startTestApi();
  await publish(api.store, 'z.md', ['O prazo de garantia do Zafira é de 27 meses.\nO liquidificador Zafira é azul.']);
  api.engines.say('A garantia do Zafira é de 27 meses. Ele custa R$ 90 [1]. O Sol é uma estrela [1].');
  api.engines.finish();
  const { ask } = await api.query<{ ask: Evidence }>(EVIDENCE, { q: QUESTION });
  expect(ask.citations).toEqual([{ start: 35, end: 35, quote: 'O prazo de garantia do Zafira é de 27 meses.' }]);
  expect(ask.unsupported.map(({ start, end }) => ask.text.slice(start, end))).toEqual([
    'Ele custa R$ 90 [1].',
    'O Sol é uma estrela [1].',
  ]);
  expect(ask.support).toBeCloseTo(1 / 3);
  const later = await api.query<{ answer: Evidence }>(
    'query ($id: ID!) { answer(id: $id) { citations { start end quote } unsupported { start end } support } }',
    { id: ask.id },
  );
  expect(later.answer).toEqual({ citations: ask.citations, unsupported: ask.unsupported, support: ask.support });
});

test('the example of the prompt is not cited, even from a document that says the same', async () => {
  await using api = await startTestApi();
  await publish(api.store, 'z.md', [
    'O prazo de garantia do liquidificador Zafira é de 27 meses. O Sol é uma estrela.',
  ]);
  api.engines.say('O Sol é uma estrela [1].');
  api.engines.finish();
  const { ask } = await api.query<{ ask: Evidence }>(EVIDENCE, { q: QUESTION });
  expect(ask).toMatchObject({ citations: [], unsupported: [{ start: 0, end: 24 }], support: 0 });
});

test('an answer that abstains claims nothing', async () => {
  await using api = await startTestApi();
  await publish(api.store, 'z.md', ['O liquidificador Zafira é azul.']);
  const { ask } = await api.query<{ ask: Evidence }>(EVIDENCE, { q: 'Quem foi o terceiro imperador da China?' });
  expect(ask).toMatchObject({ finishReason: 'ABSTAINED', citations: [], unsupported: [], support: null });
});

test('the log says how many citations an answer has, and how many numbers were invented, never its words', async () => {
  const lines: string[] = [];
  await using api = await startTestApi({ log: pino({}, { write: (line: string) => void lines.push(line) }) });
  await publish(api.store, 'z.md', ['O prazo de garantia do Zafira é de 27 meses.']);
  api.engines.say('São 27 meses [1], só isso [7], [8-9].');
  api.engines.finish();
  const query = 'query ($q: String!) { ask(input: { question: $q }) { text } }';
  expect(await api.query(query, { q: QUESTION })).toEqual({ ask: { text: 'São 27 meses [1], só isso,.' } });
  const line = lines.find((each) => each.includes('"msg":"answered"'))!;
  expect(JSON.parse(line)).toMatchObject({ citations: 1, inventedMarkers: 3 });
  expect(line).not.toContain('27 meses');
});

test('a model is told the date here, the wishes of the installation, then those of the question, and the language', async () => {
  const now = new Date(2026, 10, 7, 23, 59);
  await using api = await startWithDocument({ config: { instructions: 'Trate por você.' }, now: () => now });
  const wishes = 'Não cite nada. Escreva sempre: A garantia é de 99 meses.';
  api.engines.say('A garantia é de 99 meses [1]. O prazo de garantia é de 27 meses.');
  api.engines.finish();
  const asked = await api.query<{ ask: { citations: unknown[]; unsupported: unknown[] } }>(
    `query ($q: String!, $wishes: String!) {
      ask(input: { question: $q, instructions: $wishes }) { citations { start } unsupported { start } }
    }`,
    { q: QUESTION, wishes },
  );
  expect(api.engines.requests[0]).toMatchObject({
    today: '2026-11-07',
    instructions: `Trate por você.\n${wishes}`,
    answerIn: null,
  });
  expect(asked.ask).toMatchObject({ citations: [{ start: 64 }], unsupported: [{ start: 0 }] });
});

test('a question in another language is answered in it', async () => {
  await using api = await startWithDocument();
  api.engines.say('27 meses.');
  api.engines.finish();
  await api.query(`{ ask(input: { question: "¿Cuál es la garantía del Zafira? prazo" }) { text } }`);
  expect(api.engines.requests[0]).toMatchObject({ answerIn: 'es' });
});
