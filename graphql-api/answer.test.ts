import { expect, test } from 'vitest';
import { pino } from 'pino';
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

test('the log says how many citations an answer has, and how many numbers were invented, never its words', async () => {
  const lines: string[] = [];
  await using api = await startTestApi({ log: pino({}, { write: (line: string) => void lines.push(line) }) });
  await publish(api.store, 'z.md', ['O prazo de garantia do Zafira é de 27 meses.']);
  api.engines.say('São 27 meses [1], não 99 [7], [8-9].');
  api.engines.finish();
  const query = 'query ($q: String!) { ask(input: { question: $q }) { text } }';
  expect(await api.query(query, { q: QUESTION })).toEqual({ ask: { text: 'São 27 meses [1], não 99,.' } });
  const line = lines.find((each) => each.includes('"msg":"answered"'))!;
  expect(JSON.parse(line)).toMatchObject({ citations: 1, inventedMarkers: 3 });
  expect(line).not.toContain('27 meses');
});
