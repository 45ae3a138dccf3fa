import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { documentIdOf } from '#shared/document.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { startTestWatcher, testDocument } from '#shared/watcher-api/testing/watcher.ts';
import { openQuotes } from './generate/quotes.ts';
import { publish, startTestApi, until } from './testing/running-api.ts';
import { piecedTogether, QUESTION, startWithDocument, subscribe, thoughtsOf } from './testing/ask.ts';

const WAIT = { timeout: 20_000, interval: 20 };

test('streams the start, the sources, the words, the end; the passage reaches the engine', async () => {
  await using api = await startWithDocument();
  const asked = subscribe(api.client(), { input: { question: QUESTION } });
  await until('the engine is asked', () => api.engines.requests.length === 1);
  api.engines.say('São ', '27 meses [1].');
  api.engines.finish();
  await asked.done;

  expect([...new Set(asked.events.map(({ __typename }) => __typename))]).toEqual([
    'AnswerStarted',
    'SourcesRetrieved',
    'AnswerDelta',
    'AnswerCompleted',
  ]);
  const sequences = asked.events.map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  expect(asked.events[1]).toMatchObject({ sources: [{ rank: 1, path: 'garantia.md', locator: { pageNumber: 1 } }] });
  expect(piecedTogether(asked.events)).toBe('São 27 meses [1].');
  expect(api.engines.requests[0]).toMatchObject({
    language: 'pt',
    question: QUESTION,
    passages: [
      { rank: 1, title: 'Garantia', places: [{ start: 0, name: 'p. 1' }], text: expect.stringContaining('27 meses') },
    ],
  });
});

test('a query waits for the whole answer, with citations that are verbatim and have a page', async () => {
  await using api = await startWithDocument();
  api.engines.say('O prazo de garantia é de 27 meses [1][9].');
  api.engines.finish();
  const { ask } = await api.query<{ ask: Record<string, unknown> }>(
    `query ($q: String!) { ask(input: { question: $q }) {
      status finishReason text sources { rank used excerpt path locator { pageNumber } chunk { text } }
      citations { start end quote startChar endChar source { rank } locator { pageNumber } }
      answeredBy { kind model } usage { promptTokens completionTokens } timings { retrievalMs totalMs }
    } }`,
    { q: QUESTION },
  );
  expect(ask).toMatchObject({
    status: 'COMPLETED',
    finishReason: 'STOP',
    text: 'O prazo de garantia é de 27 meses [1].',
    sources: [{ rank: 1, used: true, path: 'garantia.md', chunk: { text: expect.stringContaining('27 meses') } }],
    citations: [
      {
        quote: 'O prazo de garantia do liquidificador Zafira é de 27 meses.',
        startChar: 0,
        locator: { pageNumber: 1 },
      },
    ],
    answeredBy: { kind: 'LOCAL', model: 'test' },
    usage: { promptTokens: 42, completionTokens: 7 },
    timings: { retrievalMs: expect.any(Number), totalMs: expect.any(Number) },
  });
});

test('thoughts arrive as events of their own; they are neither text, nor cited, nor saved', async () => {
  await using api = await startWithDocument();
  const asked = subscribe(api.client(), { input: { question: QUESTION, requestId: randomUUID() } });
  await until('the engine is asked', () => api.engines.requests.length === 1);
  api.engines.think('A garantia é', ' de 27 meses [1].');
  await until('the thoughts', () => thoughtsOf(asked.events) === 'A garantia é de 27 meses [1].');
  api.engines.say('Não sei.');
  api.engines.finish();
  await asked.done;
  expect(asked.events.map(({ answer }) => answer.text).join('')).not.toContain('27');
  expect(piecedTogether(asked.events)).toBe('Não sei.');
  const { id } = asked.events[0]!.answer;
  await api.restart();
  const again: unknown[] = [];
  const follow = `subscription ($id: ID!) { answerEvents(id: $id) { __typename answer { text citations { quote } } } }`;
  for await (const { data } of api.client().iterate({ query: follow, variables: { id } })) again.push(data);
  expect(JSON.stringify(again)).not.toMatch(/27|Thinking/);
});

test('a client that loses its connection gets the rest of the thoughts, each once', async () => {
  await using api = await startWithDocument();
  const requestId = randomUUID();
  const first = subscribe(api.client(), { input: { question: QUESTION, requestId } });
  await until('the engine is asked', () => api.engines.requests.length === 1);
  api.engines.think('um', ' dois');
  await until('the first thoughts', () => thoughtsOf(first.events) === 'um dois');
  api.dropConnections();
  api.engines.think(' três');
  const after = first.events.at(-1)!.sequence;
  const second = subscribe(api.client(), { input: { question: QUESTION, requestId }, after });
  await until('the rest of the thoughts', () => thoughtsOf([...first.events, ...second.events]) === 'um dois três');
  api.engines.say('Não sei.');
  api.engines.finish();
  await second.done;
  expect(second.events.map(({ __typename }) => __typename)).toEqual([
    'AnswerThinking',
    'AnswerDelta',
    'AnswerCompleted',
  ]);
  expect(api.engines.requests).toHaveLength(1);
});

test('answers with quotes when that is the engine', async () => {
  await using api = await startWithDocument();
  const quotes = openQuotes();
  api.engines.answer = async function* (request, signal) {
    yield { type: 'engine', kind: 'QUOTES', model: null, fallbackReason: null };
    yield* quotes.generate(request, signal);
  };
  const { ask } = await api.query<{ ask: { text: string; citations: { quote: string }[] } }>(
    `query ($q: String!) { ask(input: { question: $q }) { text citations { quote } } }`,
    { q: QUESTION },
  );
  expect(ask.text).toContain('27 meses');
  expect(ask.citations[0]?.quote).toContain('27 meses');
});

/** Asks the quotes engine about documents of one chunk each. */
async function quotedAnswer(
  question: string,
  documents: readonly {
    readonly path: string;
    readonly text: string;
    readonly title?: string;
    readonly modifiedAt?: string;
  }[],
) {
  await using api = await startTestApi();
  for (const { path, text, ...about } of documents) await publish(api.store, path, [text], about);
  const quotes = openQuotes();
  api.engines.answer = async function* (request, signal) {
    yield { type: 'engine', kind: 'QUOTES', model: null, fallbackReason: null };
    yield* quotes.generate(request, signal);
  };
  const { ask } = await api.query<{
    ask: { text: string; citations: { quote: string; start: number; end: number; source: { path: string } }[] };
  }>(`query ($q: String!) { ask(input: { question: $q }) { text citations { quote start end source { path } } } }`, {
    q: question,
  });
  return ask;
}

test.each([
  [
    'both kinds of marks',
    'O que o perito negou em junho?',
    'O perito «negou» a “falha no freio” em junho [1] e julho [3]. O dono «pagou» o “guincho” [2].',
  ],
  [
    'marks that are not in pairs',
    'O que o perito diz do eixo?',
    'O perito diz: ”falha de fundição” no eixo «dois [4]. O eixo três » tem folga [5].',
  ],
  ['a marker at the end', 'O perito viu o eixo?', 'O perito viu o eixo [1]'],
  ['two words', 'Perito ausente?', 'Perito ausente.'],
  ['straight marks', 'O perito disse talvez?', 'O perito disse "não" e "talvez", nunca "sim" [9].'],
])('a quote is cited by exactly its words, whatever the document has: %s', async (_, question, text) => {
  const { text: answer, citations } = await quotedAnswer(question, [{ path: 'a.txt', text }]);
  expect(answer).toContain(text);
  expect(citations.map(({ quote }) => quote)).toEqual([text]);
  expect(citations.map(({ start, end }) => answer.slice(start, end))).toEqual(['[1]']);
});

test('a row of a later chunk is quoted with the header from the first one, each cited where it is', async () => {
  await using api = await startTestApi();
  const rows = (from: number): string =>
    Array.from({ length: 40 }, (_, index) => `A-${from + index};parafuso ${from + index};${from + index},50`).join(
      '\n',
    );
  const chunks = [
    `código;descrição;preço\n${rows(100)}\n`,
    `${rows(140)}\nA-999;dobradiça de latão;77,10\n${rows(180)}`,
  ];
  await publish(api.store, 'pecas.csv', chunks, { title: 'pecas.csv' });
  const quotes = openQuotes();
  api.engines.answer = async function* (request, signal) {
    yield { type: 'engine', kind: 'QUOTES', model: null, fallbackReason: null };
    yield* quotes.generate(request, signal);
  };
  const { ask } = await api.query<{ ask: { text: string; citations: { quote: string; startChar: number }[] } }>(
    `query ($q: String!) { ask(input: { question: $q }) { text citations { quote startChar } } }`,
    { q: 'Qual é o preço da dobradiça de latão?' },
  );
  expect(ask.text).toContain('“código;descrição;preço” [1]\n“A-999;dobradiça de latão;77,10” [1] (pecas.csv');
  expect(ask.citations.slice(0, 2)).toEqual([
    { quote: 'código;descrição;preço', startChar: 0 },
    { quote: 'A-999;dobradiça de latão;77,10', startChar: chunks.join('').indexOf('A-999') },
  ]);
});

test('two files of one name are told apart by their folders', async () => {
  const { text } = await quotedAnswer('Qual foi o lucro da padaria?', [
    { path: 'contas/2023/resumo.txt', title: 'resumo.txt', text: 'O lucro da padaria foi de doze mil.' },
    { path: 'contas/2024/resumo.txt', title: 'resumo.txt', text: 'O lucro da padaria foi de trinta mil.' },
  ]);
  expect(text).toContain('(2023/resumo.txt');
  expect(text).toContain('(2024/resumo.txt');
});

test('two versions that disagree are both quoted, the newer first, with the days they were changed', async () => {
  const { text, citations } = await quotedAnswer('Qual é a multa por atraso na devolução do livro?', [
    {
      path: 'regras-antigas.txt',
      text: 'A multa por atraso na devolução do livro é de 2 reais por dia.',
      modifiedAt: '2024-02-01T12:00:00.000Z',
    },
    {
      path: 'regras-novas.txt',
      text: 'A multa por atraso na devolução do livro é de 3 reais por dia.',
      modifiedAt: '2025-05-09T12:00:00.000Z',
    },
  ]);
  expect(citations.map(({ source }) => source.path)).toEqual(['regras-novas.txt', 'regras-antigas.txt']);
  expect(text).toContain('alterado em 09/05/2025');
  expect(text).toContain('alterado em 01/02/2024');
});

test('abstains in the language of the question when nothing is about it, and asks no engine', async () => {
  await using api = await startWithDocument();
  const query = `query ($q: String!) { ask(input: { question: $q }) { status finishReason text sources { rank } answeredBy { kind } } }`;
  const { ask } = await api.query<{ ask: object }>(query, { q: 'Who painted the ceiling of the chapel?' });
  expect(ask).toMatchObject({ status: 'COMPLETED', finishReason: 'ABSTAINED', sources: [], answeredBy: null });
  expect(ask).toMatchObject({
    text: 'I found nothing in the documents that answers this question.\nSearch by meaning is off: I searched for the words alone.',
  });
  const { ask: pt } = await api.query<{ ask: object }>(query, { q: 'Quem pintou o teto da capela?' });
  expect(pt).toMatchObject({
    text: 'Não encontrei nada nos documentos que responda a essa pergunta.\nA busca por significado está desligada: procurei só pelas palavras.',
  });
  expect(api.engines.requests).toEqual([]);
});

test('a model that declines has abstained: its sources stay, and the nearest passages are shown', async () => {
  await using api = await startWithDocument();
  api.engines.say('Os trechos não respondem a essa pergunta.');
  api.engines.finish('ABSTAINED');
  const { ask } = await api.query<{ ask: object }>(
    `query ($q: String!) { ask(input: { question: $q }) {
      status finishReason text sources { rank used } answeredBy { kind } nearest { rank excerpt } notSearched { meaningOffBecause }
    } }`,
    { q: QUESTION },
  );
  expect(ask).toEqual({
    status: 'COMPLETED',
    finishReason: 'ABSTAINED',
    text: 'Os trechos não respondem a essa pergunta.',
    sources: [{ rank: 1, used: true }],
    answeredBy: { kind: 'LOCAL' },
    nearest: [{ rank: 1, excerpt: expect.stringContaining('27 meses') }],
    notSearched: { meaningOffBecause: expect.any(String) },
  });
});

test('an answer that was ended because the model repeated itself is completed, and says so', async () => {
  await using api = await startWithDocument();
  api.engines.say('São 27 meses [1].');
  api.engines.finish('LOOP');
  const query = `{ ask(input: { question: "${QUESTION}" }) { status finishReason text nearest { rank } } }`;
  const { ask } = await api.query<{ ask: object }>(query);
  expect(ask).toEqual({ status: 'COMPLETED', finishReason: 'LOOP', text: 'São 27 meses [1].', nearest: [] });
});

test('says how many files are still being read when it finds nothing', async () => {
  const unread = testDocument({
    id: documentIdOf('novo.pdf'),
    path: 'novo.pdf',
    status: 'EXTRACTING',
    contentId: null,
  });
  await using watcher = await startTestWatcher([unread]);
  await using api = await startTestApi({ config: { watcherUrl: watcher.url } });
  const query = `query ($q: String!) { ask(input: { question: $q }) { finishReason text } }`;
  await vi.waitFor(async () => {
    const { ask } = await api.query<{ ask: object }>(query, { q: 'Quem pintou o teto da capela?' });
    expect(ask).toEqual({
      finishReason: 'ABSTAINED',
      text: [
        'Não encontrei nada nos documentos que responda a essa pergunta.',
        'Arquivos que ainda estão sendo lidos: 1 (novo.pdf); pergunte de novo em instantes.',
        'A busca por significado está desligada: procurei só pelas palavras.',
      ].join('\n'),
    });
  }, WAIT);
});

const HELP = `query ($q: String!, $filter: SearchFilter) { ask(input: { question: $q, filter: $filter }) {
  id finishReason text sources { rank }
  nearest { rank used path excerpt locator { pageNumber } chunk { text } }
  notSearched { unread { count paths } failed { count paths } meaningOffBecause }
} }`;
interface Help {
  readonly ask: {
    readonly id: string;
    readonly text: string;
    readonly nearest: readonly { readonly path: string }[];
    readonly notSearched: object;
  };
}

test('an abstention names the nearest passages and quotes them in a field of its own, also when it is read again', async () => {
  await using api = await startWithDocument();
  const { ask } = await api.query<Help>(HELP, { q: 'Quem pintou a praça da matriz?' });
  const nearest = [
    {
      rank: 1,
      used: false,
      path: 'garantia.md',
      excerpt: 'O prazo de garantia do liquidificador Zafira é de 27 meses.',
      locator: { pageNumber: 1 },
      chunk: { text: 'O prazo de garantia do liquidificador Zafira é de 27 meses.' },
    },
  ];
  expect(ask).toMatchObject({ finishReason: 'ABSTAINED', sources: [], nearest });
  expect(ask.text.split('\n')[1]).toBe('O mais próximo que encontrei, talvez sem relação com ela: garantia.md, p. 1.');
  expect(ask.text).not.toContain('27 meses');
  expect(ask.notSearched).toMatchObject({ meaningOffBecause: expect.stringContaining('ASKBOX_EMBEDDER') });
  const { ask: en } = await api.query<Help>(HELP, { q: 'Who painted the prairie?' });
  expect(en.text.split('\n')[1]).toBe('The nearest I found, perhaps about something else: garantia.md, p. 1.');

  await api.restart();
  const again = `query ($id: ID!) { answer(id: $id) { nearest { path } notSearched { meaningOffBecause } } }`;
  const { answer } = await api.query<{ answer: Help['ask'] }>(again, { id: ask.id });
  expect(answer.nearest).toEqual([{ path: 'garantia.md' }]);
  const { meaningOffBecause } = ask.notSearched as { meaningOffBecause: string };
  expect(answer.notSearched).toEqual({ meaningOffBecause });
});

test('an answer has no nearest passages', async () => {
  await using api = await startWithDocument();
  api.engines.say('São 27 meses [1].');
  api.engines.finish();
  expect(await api.query(HELP, { q: QUESTION })).toMatchObject({
    ask: { finishReason: 'STOP', nearest: [], notSearched: null },
  });
});

test('an abstention shows nothing that the filter leaves out: no passage, no unread and no failed file', async () => {
  const unread = (path: string, status: 'STABLE' | 'FAILED'): DocumentState =>
    testDocument({ id: documentIdOf(path), path, status, contentId: null, language: null });
  const failed = ['um', 'dois', 'tres', 'quatro', 'cinco', 'seis'].map((name) => `rh/${name}.zip`);
  await using watcher = await startTestWatcher([
    testDocument({ id: documentIdOf('garantia.md'), path: 'garantia.md' }),
    unread('rh/novo.pdf', 'STABLE'),
    unread('novo.pdf', 'STABLE'),
    ...failed.map((path) => unread(path, 'FAILED')),
  ]);
  await using api = await startWithDocument({ config: { watcherUrl: watcher.url } });
  const ask = async (filter: object | null) =>
    (await api.query<Help>(HELP, { q: 'Quem pintou a praça da matriz?', filter })).ask;
  await vi.waitFor(async () => {
    expect((await ask({ paths: ['rh/**'] })).notSearched).toMatchObject({
      unread: { count: 1, paths: ['rh/novo.pdf'] },
      failed: { count: 6, paths: failed.toSorted().slice(0, 5) },
    });
  }, WAIT);
  const inRh = await ask({ paths: ['rh/**'], languages: ['pt'] });
  expect(inRh.nearest).toEqual([]);
  expect(inRh.text).toContain(
    'Arquivos que não puderam ser lidos: 6 (rh/cinco.zip, rh/dois.zip, rh/quatro.zip, rh/seis.zip, rh/tres.zip, …).',
  );
  expect(inRh.text).not.toContain('garantia.md');
  expect(JSON.stringify(await ask({ paths: ['*.md'] }))).not.toMatch(/rh\/|novo/);
});

test('unsubscribing stops the engine at once', async () => {
  await using api = await startWithDocument();
  const asked = subscribe(api.client({ lazyCloseTimeout: 60_000 }), { input: { question: QUESTION } });
  await until('the engine is asked', () => api.engines.requests.length === 1);
  asked.stop();
  await until('the engine is stopped', () => api.engines.aborted === 1);
  expect(api.engines.requests).toHaveLength(1);
});

test('a connection that breaks and does not come back stops the engine after the grace', async () => {
  await using api = await startWithDocument({ config: { graceMs: 1 } });
  const client = api.client();
  subscribe(client, { input: { question: QUESTION } });
  await until('the engine is asked', () => api.engines.requests.length === 1);
  client.terminate();
  await until('the engine is stopped', () => api.engines.aborted === 1);
  expect(api.engines.requests).toHaveLength(1);
});

test('a silent reconnect without a requestId joins the running answer; a new run is a new question', async () => {
  await using api = await startWithDocument();
  const client = api.client({ retryAttempts: 10, retryWait: () => sleep(5) });
  const asked = subscribe(client, { input: { question: QUESTION } });
  await until('the sources arrive', () => asked.events.length === 2);
  api.dropConnections();
  await until(
    'it starts again',
    () => asked.events.filter((event) => event.__typename === 'AnswerStarted').length === 2,
  );
  expect(new Set(asked.events.map(({ answer }) => answer.id)).size).toBe(1);
  expect(api.engines.requests).toHaveLength(1);

  const again = subscribe(client, { input: { question: QUESTION } });
  await until('the engine is asked again', () => api.engines.requests.length === 2);
  expect(again.events[0]?.answer.id).not.toBe(asked.events[0]?.answer.id);
});

test('the same requestId with another question is a CONFLICT, over HTTP and WebSocket', async () => {
  await using api = await startWithDocument();
  const requestId = randomUUID();
  subscribe(api.client(), { input: { question: QUESTION, requestId } });
  await until('the engine is asked', () => api.engines.requests.length === 1);
  const other = { input: { question: 'Outra garantia?', requestId } };
  const overHttp = await (
    await api.post({ query: 'query ($input: AskInput!) { ask(input: $input) { id } }', variables: other })
  ).json();
  expect(overHttp).toMatchObject({ errors: [{ extensions: { code: 'CONFLICT' } }] });
  expect(await subscribe(api.client(), other).done).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
});

test('a caller over HTTP keeps an answer alive that its other reader stopped', async () => {
  await using api = await startWithDocument();
  const input = { question: QUESTION, requestId: randomUUID() };
  const whole = api.query<{ ask: object }>('query ($input: AskInput!) { ask(input: $input) { status text } }', {
    input,
  });
  await until('the engine is asked', () => api.engines.requests.length === 1);
  const asked = subscribe(api.client({ lazyCloseTimeout: 60_000 }), { input });
  await until('the other reader follows', () => asked.events.length > 0);
  asked.stop();
  api.engines.say('27 meses.');
  api.engines.finish();
  expect((await whole).ask).toEqual({ status: 'COMPLETED', text: '27 meses.' });
  expect(api.engines.aborted).toBe(0);
});

test('a caller over HTTP who hangs up stops the engine after the grace', async () => {
  await using api = await startWithDocument({ config: { graceMs: 1 } });
  const hangUp = new AbortController();
  const asking = fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ ask(input: { question: "${QUESTION}" }) { id } }` }),
    signal: hangUp.signal,
  }).catch(() => 'hung up');
  await until('the engine is asked', () => api.engines.requests.length === 1);
  hangUp.abort();
  expect(await asking).toBe('hung up');
  await until('the engine is stopped', () => api.engines.aborted === 1);
});

test('cancelAnswer ends the stream with what was written, and says so of an unknown answer', async () => {
  await using api = await startWithDocument();
  const asked = subscribe(api.client(), { input: { question: QUESTION } });
  api.engines.say('São 27');
  await until('a word arrives', () => asked.events.some(({ text }) => text !== undefined));
  const cancel = 'mutation ($id: ID!) { cancelAnswer(id: $id) { answer { status text } userErrors { code field } } }';
  expect(await api.query(cancel, { id: asked.events[0]?.answer.id })).toEqual({
    cancelAnswer: { answer: { status: 'CANCELLED', text: 'São 27' }, userErrors: [] },
  });
  await asked.done;
  expect(asked.events.at(-1)).toMatchObject({ __typename: 'AnswerCompleted', finishReason: 'CANCELLED' });
  expect(api.engines.aborted).toBe(1);
  expect(await api.query(cancel, { id: 'nobody' })).toEqual({
    cancelAnswer: { answer: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] },
  });
});

test('an engine that fails ends the answer as FAILED and keeps what was written', async () => {
  await using api = await startWithDocument();
  api.engines.say('São 27');
  api.engines.fail(new Error('secret of the driver'));
  const { ask } = await api.query<{ ask: object }>(
    `{ ask(input: { question: "${QUESTION}" }) { status finishReason text error { code message } sources { rank } } }`,
  );
  expect(ask).toMatchObject({ status: 'FAILED', finishReason: 'ERROR', text: 'São 27', sources: [{ rank: 1 }] });
  expect(ask).toMatchObject({ error: { code: 'INTERNAL', message: expect.not.stringContaining('secret') } });
});

test('a stop of the service gives every reader its end, over WebSocket and HTTP', async () => {
  const api = await startWithDocument();
  const input = { question: QUESTION, requestId: randomUUID() };
  const asked = subscribe(api.client(), { input });
  await until('the engine is asked', () => api.engines.requests.length === 1);
  const whole = api.query<{ ask: object }>(
    'query ($input: AskInput!) { ask(input: $input) { status error { code } } }',
    {
      input: { question: QUESTION },
    },
  );
  await until('both are asked', () => api.engines.requests.length === 2);
  await api[Symbol.asyncDispose]();
  await asked.done;
  expect(asked.events.at(-1)).toMatchObject({ __typename: 'AnswerFailed', error: { code: 'SHUTTING_DOWN' } });
  expect((await whole).ask).toEqual({ status: 'FAILED', error: { code: 'SHUTTING_DOWN' } });
  expect(api.engines.aborted).toBe(2);
});

test('a finished answer survives a restart: by id, as events, and by its requestId without a second generation', async () => {
  await using api = await startWithDocument();
  const input = { question: QUESTION, requestId: randomUUID() };
  const ask = 'query ($input: AskInput!) { ask(input: $input) { id text citations { quote } } }';
  api.engines.say('São 27 meses [1].');
  api.engines.finish();
  const before = await api.query<{ ask: { id: string; text: string } }>(ask, { input });
  await api.restart();
  expect(await api.query(ask, { input })).toEqual(before);
  const { answer } = await api.query<{ answer: object }>(
    'query ($id: ID!) { answer(id: $id) { id text citations { quote } } }',
    {
      id: before.ask.id,
    },
  );
  expect(answer).toEqual(before.ask);
  const asked = subscribe(api.client(), { input });
  await asked.done;
  expect(piecedTogether(asked.events)).toBe('São 27 meses [1].');
  expect(api.engines.requests).toHaveLength(1);
});

test('answerEvents resumes after the last sequence received; an unknown answer is NOT_FOUND', async () => {
  await using api = await startWithDocument();
  const asked = subscribe(api.client(), { input: { question: QUESTION } });
  api.engines.say('um');
  await until('a word arrives', () => asked.events.some(({ text }) => text === 'um'));
  const seen = asked.events.at(-1)!;
  const follow = `subscription ($id: ID!, $after: Int! = -1) { answerEvents(id: $id, after: $after) { __typename ... on AnswerDelta { text offset } } }`;
  const rest = api.client().iterate<{ answerEvents: object }>({
    query: follow,
    variables: { id: seen.answer.id, after: seen.sequence },
  });
  api.engines.say(' dois');
  api.engines.finish();
  const events = await Array.fromAsync(rest, ({ data }) => data?.answerEvents);
  expect(events).toEqual([{ __typename: 'AnswerDelta', text: ' dois', offset: 2 }, { __typename: 'AnswerCompleted' }]);
  const unknown = api.client().iterate({ query: follow, variables: { id: randomUUID() } });
  await expect(Array.fromAsync(unknown, ({ errors }) => errors?.[0]?.extensions?.['code'])).resolves.toEqual([
    'NOT_FOUND',
  ]);
});

test('searches only where the filter says, and says what is wrong with an input', async () => {
  await using api = await startWithDocument();
  await publish(api.store, 'outra/garantia.md', ['O prazo de garantia do liquidificador Zafira é de 5 anos.']);
  await api.restart();
  const ask = 'query ($input: AskInput!) { ask(input: $input) { sources { path } } }';
  api.engines.finish();
  expect(await api.query(ask, { input: { question: QUESTION, filter: { paths: ['outra/*.md'] } } })).toEqual({
    ask: { sources: [{ path: 'outra/garantia.md' }] },
  });
  for (const wrong of [
    { question: '  ' },
    { question: 'x'.repeat(4_001) },
    { question: 'x', maxSources: 0 },
    { question: 'x', maxTokens: 5_000 },
    { question: 'x', temperature: 3 },
    { question: 'x', requestId: 'guessable' },
    { question: 'x', filter: { paths: Array.from({ length: 101 }, () => '*') } },
    { question: 'x', filter: { modifiedAfter: 'yesterday' } },
  ]) {
    const { errors } = (await (await api.post({ query: ask, variables: { input: wrong } })).json()) as {
      errors: { extensions: { code: string } }[];
    };
    expect([wrong, errors[0]?.extensions.code]).toEqual([wrong, 'BAD_USER_INPUT']);
  }
});

test('an event carries the answer as it was, so that the text grows in the playground', async () => {
  await using api = await startWithDocument();
  const asked = subscribe(api.client(), { input: { question: QUESTION } });
  api.engines.say('um');
  await until('the first word', () => asked.events.at(-1)?.answer.text === 'um');
  api.engines.say(' dois');
  api.engines.finish();
  await asked.done;
  expect(asked.events.at(-1)?.answer).toMatchObject({ status: 'COMPLETED', text: 'um dois' });
  expect(asked.events[0]?.answer).toMatchObject({ text: '', status: 'RETRIEVING' });
});

test('a source keeps the hash that its file had, so that a later change shows', async () => {
  await using api = await startWithDocument();
  api.engines.say('São 27 meses [1].');
  api.engines.finish();
  const { ask } = await api.query<{ ask: { id: string; sources: { contentHash: string }[] } }>(
    'query ($q: String!) { ask(input: { question: $q }) { id sources { contentHash } } }',
    { q: QUESTION },
  );
  const [source] = ask.sources;
  expect(source!.contentHash).toMatch(/^[0-9a-f]{64}$/);
  await publish(api.store, 'garantia.md', ['O prazo é outro agora.']);
  const later = await api.query<{ answer: { sources: { contentHash: string; chunk: null }[] } }>(
    'query ($id: ID!) { answer(id: $id) { sources { contentHash chunk { id } } } }',
    { id: ask.id },
  );
  expect(later.answer.sources).toEqual([{ contentHash: source!.contentHash, chunk: null }]);
});
