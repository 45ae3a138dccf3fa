import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client } from 'graphql-ws';
import { afterEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import type { TestApi } from '../graphql-api/testing/running-api.ts';
import { FOLLOW, QUESTION, readOverHttp, startWithDocument } from '../graphql-api/testing/ask.ts';
import { ask, type AskEvent } from '../scripts/terminal/ask-client.ts';
import { startOpenaiServer } from './fixtures/openai-server.ts';
import { IS_WINDOWS, NO_SIGNALS } from './fixtures/platform.ts';
import { isAlive, prepareAskbox, root, until, type Askbox } from './fixtures/run-askbox.ts';
import { writeScriptedModel } from './fixtures/tiny-llama.ts';

const DOCUMENT = 'O prazo de garantia do liquidificador Zafira é de 27 meses.';
/** By default a client treats a refused connection as final, but a server that restarts refuses connections. */
const RESUMING = { retryAttempts: 1000, retryWait: () => sleep(50), shouldRetry: () => true };

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});

function connect(askbox: Askbox): Client {
  const url = `${askbox.url.replace('http', 'ws')}/graphql`;
  const client = createClient({ url, webSocketImpl: WebSocket, ...RESUMING });
  clients.push(client);
  return client;
}

async function untilAnswerable(askbox: Askbox): Promise<void> {
  await until('the file is found', async () => {
    const { search } = await askbox.query<{ search: { hits: unknown[] } }>(
      `{ search(query: "Zafira") { hits { rank } } }`,
    );
    return search.hits.length > 0;
  });
}

/** Returns the saved events of the only answer, which would survive a kill. */
function savedText(askbox: Askbox): string {
  using db = new DatabaseSync(path.join(askbox.dataDir, 'answers.db'), { readOnly: true });
  const { text } = JSON.parse(String(db.prepare('SELECT answer FROM answers').get()?.['answer'])) as { text: string };
  return text;
}

const FIELDS = '... on AnswerFailed { error { code } answer { id text } } ... on AnswerStarted { answer { id } }';
interface FollowedEvent extends AskEvent {
  readonly error?: { readonly code: string };
  readonly answer?: { readonly id: string; readonly text: string };
}

test('kill -9 of the API: its follower resumes, gets its terminal event after the restart, and nothing is generated again', async ({
  skip,
}) => {
  skip(IS_WINDOWS, NO_SIGNALS);
  await using server = await startOpenaiServer();
  await using askbox = await prepareAskbox({ OPENAI_BASE_URL: server.url('endless'), OPENAI_MODEL: 'some' });
  askbox.drop('garantia.txt', DOCUMENT);
  await askbox.start();
  await untilAnswerable(askbox);

  const events: FollowedEvent[] = [];
  const answer = ask<FollowedEvent>(connect(askbox), { question: QUESTION }, FIELDS, (event) => events.push(event));
  await until('a word is on disk', () => savedText(askbox) !== '');
  for (const pid of askbox.pidsOf('graphql-api/main.ts')) process.kill(pid, 'SIGKILL');
  const text = await answer;

  expect(askbox.output()).toContain('api has stopped (SIGKILL)');
  expect(events.filter(({ __typename }) => __typename === 'AnswerFailed')).toHaveLength(1);
  const last = events.at(-1)!;
  expect(last).toMatchObject({ __typename: 'AnswerFailed', error: { code: 'SHUTTING_DOWN' } });
  expect(new Set(events.flatMap((event) => event.answer?.id ?? [])).size).toBe(1);
  expect(text).toBe(last.answer?.text);
  const generations = (await server.received('endless')).filter((request) => request.path.endsWith('/completions'));
  expect(generations).toHaveLength(1);
});

test('SIGTERM with 20 answers running: every follower gets its terminal event, exit code 0, no child left', async ({
  skip,
}) => {
  skip(IS_WINDOWS, NO_SIGNALS);
  await using askbox = await prepareAskbox({ ASKBOX_MODEL: 'auto', ASKBOX_CONTEXT: '16384' });
  const models = path.join(askbox.dataDir, 'models');
  mkdirSync(models, { recursive: true });
  writeScriptedModel(path.join(models, 'loop.gguf'), { loop: true });
  askbox.drop('garantia.txt', DOCUMENT);
  await askbox.start();
  await untilAnswerable(askbox);
  await until('the model answers', async () => {
    const query = `{ ask(input: { question: "${QUESTION}", maxTokens: 1 }) { answeredBy { kind } } }`;
    const answer = await askbox.query<{ ask: { answeredBy: { kind: string } } }>(query);
    return answer.ask.answeredBy.kind === 'LOCAL';
  });

  const input = { question: QUESTION, maxTokens: 4096 };
  const followed = Array.from({ length: 8 }, () => {
    const events: FollowedEvent[] = [];
    void ask<FollowedEvent>(connect(askbox), input, FIELDS, (event) => events.push(event));
    return { events };
  });
  await until('one is being written', () =>
    followed.some(({ events }) => events.some(({ text }) => text !== undefined)),
  );
  const waiting = Array.from({ length: 4 }, () =>
    askbox.query<{ ask: { error: { code: string } } }>(
      'query ($input: AskInput!) { ask(input: $input) { error { code } } }',
      { input },
    ),
  );
  const port = Number(new URL(askbox.url).port);
  const read = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const { startAnswer } = await askbox.query<{ startAnswer: { answer: { id: string } } }>(
        'mutation ($input: AskInput!) { startAnswer(input: $input) { answer { id } } }',
        { input },
      );
      return readOverHttp({ port }, FOLLOW, { id: startAnswer.answer.id });
    }),
  );
  await until('all are known', () => [...followed, ...read].every(({ events }) => events.length > 0));

  const api = ['graphql-api/main.ts', 'llama-process.ts'].flatMap(askbox.pidsOf);
  expect(api).toHaveLength(2);
  process.kill(api[0]!, 'SIGTERM');
  await until('the API has ended in order', () => askbox.output().includes('api has stopped (exit code 0)'));
  expect(api.filter(isAlive)).toEqual([]);
  expect(await askbox.stop('SIGTERM')).toBe(0);

  const stopped = { __typename: 'AnswerFailed', error: { code: 'SHUTTING_DOWN' } };
  for (const { events } of [...followed, ...read]) expect(events.at(-1)).toMatchObject(stopped);
  expect(await Promise.all(waiting)).toEqual(waiting.map(() => ({ ask: { error: { code: 'SHUTTING_DOWN' } } })));
});

test('Ctrl-C in npm run ask stops the model at once, keeps what was said on the screen, and exits with 130', async ({
  skip,
}) => {
  skip(IS_WINDOWS, NO_SIGNALS);
  await using api = await startWithDocument();
  const { child, printed } = askInTerminal(api);
  api.engines.say('São 27');
  await until('the words are on the screen', () => printed().includes('São 27'));
  // As npm and the terminal may deliver it twice.
  child.kill('SIGINT');
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  expect(code).toBe(130);
  await until('the engine is stopped', () => api.engines.aborted === 1);
  expect(api.engines.requests).toHaveLength(1);
});

test('npm run ask says how many questions come first, that a model thought, and that passages left the machine', async () => {
  await using api = await startWithDocument();
  await api.query(`mutation { startAnswer(input: { question: "${QUESTION}" }) { answer { id } } }`);
  await until('the first one is being answered', () => api.engines.requests.length === 1);
  api.engines.answer = async function* () {
    yield { type: 'passages', haveLeft: true };
    yield { type: 'engine', kind: 'REMOTE', model: 'some', fallbackReason: null };
    yield { type: 'started', usedRanks: [1], promptTokens: 1, firstTokenMs: null };
    yield { type: 'thinking', text: 'let me see' };
    yield { type: 'delta', text: '27 meses.' };
    yield { type: 'finished', reason: 'STOP', completionTokens: 1 };
  };
  const { child, printed } = askInTerminal(api);
  const [code] = await once(child, 'close');
  expect(printed()).toContain('questions ahead of this one: 1');
  expect(printed()).toMatch(/^thought for \d+ s$/m);
  expect(printed()).not.toContain('let me see');
  expect(printed()).toContain('27 meses.');
  expect(printed()).toContain('answered by some');
  expect(printed()).toContain('were sent to the endpoint at OPENAI_BASE_URL');
  expect(code).toBe(0);
});

test('npm run ask shows nothing of a document that would take over the terminal', async () => {
  await using api = await startWithDocument();
  api.engines.answer = async function* () {
    yield { type: 'engine', kind: 'REMOTE', model: 'some\u001b[8m', fallbackReason: 'none\u001b[2J answers' };
    yield { type: 'started', usedRanks: [1], promptTokens: 1, firstTokenMs: null };
    yield { type: 'delta', text: '27\n\u001b]0;mine\u0007meses, con\u00adtados \u202eda compra.' };
    yield { type: 'finished', reason: 'STOP', completionTokens: 1 };
  };
  const { child, printed } = askInTerminal(api);
  await once(child, 'close');
  expect(printed()).toContain('27\n]0;minemeses, con\u00adtados da compra.\n');
  expect(printed()).toMatch(/answered by some.*\nbecause none.* answers\n/);
  expect(printed()).not.toMatch(/[^\P{Cc}\n]/u);
});

test('npm run ask exits with 1 when the answer fails', async () => {
  await using api = await startWithDocument();
  const { child, printed } = askInTerminal(api);
  api.engines.fail(new Error('secret of the driver'));
  const [code] = await once(child, 'close');
  expect(printed()).toContain('something went wrong');
  expect(code).toBe(1);
});

test('npm run ask asks what is piped in, prints JSON if asked to, and refuses an option that does not exist', async () => {
  await using api = await startWithDocument();
  const piped = askInTerminal(api, ['--json']);
  piped.child.stdin?.end(`${QUESTION}\n`);
  await until('the engine is asked', () => api.engines.requests.length === 1);
  api.engines.say('27 meses.');
  api.engines.finish();
  expect(await once(piped.child, 'close')).toEqual([0, null]);
  expect(JSON.parse(piped.printed())).toMatchObject({ question: QUESTION, text: '27 meses.', finishReason: 'STOP' });

  for (const args of [['--inn', 'x'], ['--json']]) {
    const refused = askInTerminal(api, args);
    refused.child.stdin?.end();
    expect(await once(refused.child, 'close')).toEqual([2, null]);
    expect(refused.printed()).toContain('usage: npm run ask');
  }
  const elsewhere = askInTerminal(api, ['--in', 'outra pasta', QUESTION]);
  expect(await once(elsewhere.child, 'close')).toEqual([3, null]);
  expect(api.engines.requests).toHaveLength(1);
});

/** Runs `npm run ask`; `printed` returns what it has written to both streams. */
function askInTerminal(
  api: TestApi,
  args: readonly string[] = [QUESTION],
): { child: ChildProcess; printed: () => string } {
  const child = spawn(process.execPath, ['scripts/ask.ts', ...args], {
    cwd: root,
    env: { ...process.env, ASKBOX_PORT: String(api.port) },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (printed += String(text)));
  return { child, printed: () => printed };
}
