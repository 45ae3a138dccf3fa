import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { codeOf } from '#shared/errors.ts';
import {
  abandonedUrl,
  SERVER_TEXT,
  startOpenaiServer,
  type OpenaiServer,
} from '../../../tests/fixtures/openai-server.ts';
import { DEADLINE } from '../../../tests/fixtures/test-llama.ts';
import { SCRIPT_TEXT, writeScriptedModel } from '../../../tests/fixtures/tiny-llama.ts';
import { IS_WINDOWS, NO_SIGNALS } from '../../../tests/fixtures/platform.ts';
import { openEngines, type EngineEvent, type Engines } from './engines.ts';
import { NEVER, REQUEST, textOf } from '../../testing/generator-contract.ts';
import type { GenerateRequest } from '../generator.ts';

/** Against hanging: some tests wait for a model to load. */
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-fallback-'));
const modelsDir = path.join(folder, 'models');
const QUOTED = /^O modelo de linguagem não conseguiu responder.*“O prazo de garantia é de 27 meses.” \[1\]/s;

let server: OpenaiServer;
/** Lines of the log. */
let lines: { readonly msg: string; readonly childPid?: number }[];
/** The time of the clock that the engines use. */
let nowMs: number;

beforeAll(async () => {
  mkdirSync(modelsDir);
  writeScriptedModel(path.join(modelsDir, 'tiny.gguf'));
  server = await startOpenaiServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await server.forget();
  lines = [];
  nowMs = 0;
});

function open(settings: Record<string, string>): Promise<Engines> {
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const defaults = {
    ASKBOX_MODELS_DIR: modelsDir,
    ASKBOX_THREADS: '1',
    ASKBOX_SEQUENCES: '1',
    ASKBOX_GPU: 'none',
    ASKBOX_FIRST_TOKEN_MS: '60000', // by its measured speed, a busy machine would be too late
  };
  return openEngines(parseConfig({ ...defaults, ...settings }, folder), log, () => nowMs);
}

/** Reads one answer to its end, as a client sees it. */
async function ask(engines: Engines, request: GenerateRequest = REQUEST, signal = NEVER) {
  const events: EngineEvent[] = [];
  let error: unknown = null;
  try {
    for await (const event of engines.answer(request, signal)) events.push(event);
  } catch (thrown) {
    error = thrown;
  }
  const owners = events.filter((event) => event.type === 'engine');
  expect(owners.length).toBeLessThanOrEqual(1);
  const haveLeft = events.findLast((event) => event.type === 'passages')?.haveLeft ?? false;
  const end = events.at(-1);
  return { text: textOf(events), owner: owners[0], haveLeft, end, finished: end?.type === 'finished', error };
}

async function chatsOf(manner: Parameters<OpenaiServer['received']>[0]): Promise<number> {
  return (await server.received(manner)).filter(({ path: asked }) => asked.endsWith('/chat/completions')).length;
}

/** The id of the process that holds the model. */
function modelPid(): number {
  const pid = lines.find(({ childPid }) => childPid !== undefined)?.childPid;
  if (pid === undefined) throw new Error('the log names no process');
  return pid;
}

const fellBack = (): number => lines.filter(({ msg }) => msg === 'fell back').length;

describe('with the local model and an endpoint', () => {
  test('the local model answers, and nothing leaves the machine', async () => {
    await using engines = await open({ OPENAI_BASE_URL: server.url('ok') });
    expect(await ask(engines)).toMatchObject({
      text: SCRIPT_TEXT,
      owner: { kind: 'LOCAL' },
      haveLeft: false,
      finished: true,
    });
    expect(await server.received('ok')).toEqual([]);
    expect(engines.health()).toMatchObject({ kind: 'LOCAL', status: 'OK' });
    expect(engines.health().fallback.message).toMatch(/the first model at 127\.0\.0\.1:\d+.*; then the best passages/);
  });

  test('the endpoint answers when the local model gives no word in time; its late words have no reader', async ({
    skip,
  }) => {
    skip(IS_WINDOWS, NO_SIGNALS);
    await using engines = await open({
      OPENAI_BASE_URL: server.url('ok'),
      ASKBOX_FIRST_TOKEN_MS: '3000',
      ASKBOX_CONTEXT: '16384',
    });
    await ask(engines);
    // The prompt is so long that the process can be stopped while it reads it.
    const passages = Array.from({ length: 12 }, (_, at) => ({
      ...REQUEST.passages[0]!,
      rank: at + 1,
      text: 'x'.repeat(1000),
    }));
    const events: EngineEvent[] = [];
    for await (const event of engines.answer({ ...REQUEST, passages }, NEVER)) {
      if (event.type === 'started' && events.length === 0) process.kill(modelPid(), 'SIGSTOP');
      events.push(event);
    }
    expect(textOf(events)).toBe(SERVER_TEXT);
    expect(events.filter(({ type }) => type === 'engine')).toEqual([
      {
        type: 'engine',
        kind: 'REMOTE',
        model: 'served',
        fallbackReason: expect.stringMatching(/^tiny produced no word within 3000 ms/),
      },
    ]);
    expect(events).toContainEqual({ type: 'passages', haveLeft: true });

    process.kill(modelPid(), 'SIGCONT');
    expect(await ask(engines)).toMatchObject({ text: SCRIPT_TEXT, owner: { kind: 'LOCAL', fallbackReason: null } });
  });

  test('a question too long for the local context goes to the endpoint whole', async () => {
    await using engines = await open({ OPENAI_BASE_URL: server.url('ok'), ASKBOX_CONTEXT: '1024' });
    const question = 'garantia '.repeat(200);
    const { text, owner } = await ask(engines, { ...REQUEST, question });
    expect(text).toBe(SERVER_TEXT);
    expect(owner).toMatchObject({ kind: 'REMOTE', fallbackReason: expect.stringContaining('the context has 1024') });
    expect(JSON.stringify(await server.received('ok'))).toContain(question);
  });

  test('the endpoint comes first where the order says so, and the local model answers when it refuses', async () => {
    const order = { ASKBOX_GENERATOR_ORDER: 'remote,local' };
    await using first = await open({ ...order, OPENAI_BASE_URL: server.url('ok') });
    expect(await ask(first)).toMatchObject({
      text: SERVER_TEXT,
      owner: { kind: 'REMOTE', fallbackReason: null },
      haveLeft: true,
    });

    await using refused = await open({ ...order, OPENAI_BASE_URL: server.url('status-401') });
    expect(await ask(refused)).toMatchObject({
      text: SCRIPT_TEXT,
      owner: { kind: 'LOCAL', fallbackReason: expect.stringContaining('check OPENAI_API_KEY') },
      haveLeft: true,
    });
    expect(refused.health()).toMatchObject({ kind: 'REMOTE', status: 'DEGRADED' });
    expect(refused.health().message).toContain('its last answer failed');
  });

  test('a key alone sends nothing anywhere', async () => {
    await using engines = await open({ OPENAI_API_KEY: 'a key', ASKBOX_GENERATOR_ORDER: 'remote,local' });
    expect(await ask(engines)).toMatchObject({ owner: { kind: 'LOCAL', fallbackReason: null }, haveLeft: false });
  });
});

describe('with an endpoint and no local model', () => {
  const openRemote = (url: string, settings: Record<string, string> = {}): Promise<Engines> =>
    open({ ASKBOX_MODEL: 'none', OPENAI_BASE_URL: url, ...settings });

  test('quotes answer when nothing listens there, and nothing has left the machine', async () => {
    await using engines = await openRemote(await abandonedUrl(), { OPENAI_MODEL: 'some' });
    expect(await ask(engines)).toMatchObject({
      text: expect.stringMatching(QUOTED),
      owner: { kind: 'QUOTES', fallbackReason: expect.stringContaining('ECONNREFUSED') },
      haveLeft: false,
    });
  });

  test('quotes answer when it gives no word in time, and the reader is told that the passages have left', async () => {
    await using engines = await openRemote(server.url('silent'), { ASKBOX_FIRST_TOKEN_MS: '1000' });
    expect(await ask(engines)).toMatchObject({
      text: expect.stringMatching(QUOTED),
      owner: { kind: 'QUOTES', fallbackReason: expect.stringContaining('served produced no word within 1000 ms') },
      haveLeft: true,
    });
    await vi.waitFor(
      async () => expect((await server.received('silent')).at(-1)).toMatchObject({ wasLeft: true }),
      DEADLINE,
    );
  });

  test('quotes answer when it ends before its first word', async () => {
    await using engines = await openRemote(server.url('empty'));
    const { owner } = await ask(engines);
    expect(owner).toMatchObject({ kind: 'QUOTES', fallbackReason: expect.stringContaining('before the first word') });
  });

  test.each(['reasoning', 'reasoning_content', 'think-tags'] as const)(
    'the thoughts of a model are no part of its answer: %s',
    async (manner) => {
      await using engines = await openRemote(server.url(manner));
      expect(await ask(engines)).toMatchObject({ text: SERVER_TEXT, owner: { kind: 'REMOTE' }, finished: true });
    },
  );

  test.each([
    ['blank', /ended its answer before the first word/],
    ['echoes', /repeated its instructions instead of answering/],
    ['only-thinks', /only thought, and wrote no answer before it reached maxTokens/],
  ] as const)('quotes answer when there is nothing to show: %s', async (manner, reason) => {
    await using engines = await openRemote(server.url(manner));
    for (let question = 0; question < 3; question++) {
      expect(await ask(engines)).toMatchObject({
        text: expect.stringMatching(QUOTED),
        owner: { kind: 'QUOTES', fallbackReason: expect.stringMatching(reason) },
      });
    }
    // The answer to another question may be good.
    expect(engines.health().kind).toBe('REMOTE');
  });

  test('an answer that repeats itself is ended, and its connection closed', async () => {
    await using engines = await openRemote(server.url('loops'));
    const answer = await ask(engines, { ...REQUEST, maxTokens: 4000 });
    expect(answer).toMatchObject({ text: 'A multa é de 2% [1].', end: { reason: 'LOOP' }, owner: { kind: 'REMOTE' } });
    await vi.waitFor(
      async () => expect((await server.received('loops')).at(-1)).toMatchObject({ wasLeft: true }),
      DEADLINE,
    );
  });

  test('a model that declines has abstained', async () => {
    await using engines = await openRemote(server.url('declines'));
    const text = 'Os trechos não respondem a essa pergunta.';
    expect(await ask(engines)).toMatchObject({ text, end: { reason: 'ABSTAINED' }, owner: { kind: 'REMOTE' } });
  });

  test.each(['cut', 'unfinished'] as const)(
    'an answer that breaks in the middle keeps its text and gets no second one: %s',
    async (manner) => {
      await using engines = await openRemote(server.url(manner));
      expect(await ask(engines)).toMatchObject({
        text: 'A resposta',
        owner: { kind: 'REMOTE' },
        finished: false,
        error: { code: 'MODEL_UNAVAILABLE', isRetryable: true },
      });
    },
  );

  test('a pause within the answer ends it with its text', async () => {
    await using engines = await openRemote(server.url('pause'), { ASKBOX_IDLE_MS: '100' });
    expect(await ask(engines)).toMatchObject({
      text: 'A resposta',
      owner: { kind: 'REMOTE' },
      finished: false,
      error: { code: 'MODEL_TIMEOUT', message: expect.stringContaining('ASKBOX_IDLE_MS') },
    });
  });

  test('a client that leaves is no failure of the endpoint, and the connection is closed', async () => {
    await using engines = await openRemote(server.url('endless'));
    const leaves = new AbortController();
    const reason = new Error('has gone');
    const asked = ask(engines, REQUEST, leaves.signal);
    await vi.waitFor(async () => expect(await chatsOf('endless')).toBe(1), DEADLINE);
    leaves.abort(reason);
    expect((await asked).error).toBe(reason);
    await vi.waitFor(
      async () => expect((await server.received('endless')).at(-1)).toMatchObject({ wasLeft: true }),
      DEADLINE,
    );
    expect(fellBack()).toBe(0);
    expect(engines.health()).toMatchObject({ kind: 'REMOTE', status: 'OK' });
  });

  test('with no engine left the failure names every cause', async () => {
    await using engines = await openRemote(server.url('status-503'), { ASKBOX_GENERATOR_ORDER: 'local,remote' });
    const { text, owner, error, haveLeft } = await ask(engines);
    expect([text, owner, haveLeft]).toEqual(['', undefined, true]);
    expect(engines.health().fallback).toEqual({
      status: 'OK',
      message: 'no engine comes after it in ASKBOX_GENERATOR_ORDER',
    });
    expect(error).toMatchObject({ code: 'MODEL_UNAVAILABLE', isRetryable: true });
    expect(String(error)).toMatch(
      /no engine could answer: .*responded with 503: the server's reason.*; no model is wanted/,
    );
  });

  test('after two failures in a row it is skipped for 60 s, and says so', async () => {
    await using engines = await openRemote(server.url('silent'), {
      ASKBOX_FIRST_TOKEN_MS: '1000',
      OPENAI_MODEL: 'some',
    });
    await ask(engines);
    await ask(engines);
    const skipped = await ask(engines);
    expect(skipped).toMatchObject({
      text: expect.stringMatching(QUOTED),
      owner: {
        fallbackReason: expect.stringMatching(
          /^some is skipped for 60 s after 2 failures in a row: some produced no word/,
        ),
      },
      haveLeft: false,
    });
    expect(await chatsOf('silent')).toBe(2);
    expect(engines.health()).toMatchObject({ kind: 'QUOTES', status: 'DEGRADED' });
    expect(engines.health().message).toContain('some is skipped for 60 s');

    nowMs += 60_000;
    expect(engines.health().kind).toBe('REMOTE');
    await ask(engines);
    expect(await chatsOf('silent')).toBe(3);
  });

  test('it is asked all the same when there is no other engine', async () => {
    await using engines = await openRemote(server.url('status-503'), { ASKBOX_GENERATOR_ORDER: 'remote' });
    for (let question = 0; question < 4; question++) await ask(engines);
    expect(await chatsOf('status-503')).toBe(4);
  });
});

test('an order without `local` loads no model, one without a usable engine is DOWN', async () => {
  await using quotes = await open({ ASKBOX_GENERATOR_ORDER: 'quotes' });
  expect(await ask(quotes)).toMatchObject({ owner: { kind: 'QUOTES', fallbackReason: null } });
  expect(quotes.health()).toMatchObject({ kind: 'QUOTES', status: 'OK' });
  expect(lines).toEqual([]);

  await using none = await open({ ASKBOX_GENERATOR_ORDER: 'remote' });
  const message = expect.stringContaining('OPENAI_BASE_URL is not set');
  expect(none.health()).toMatchObject({ kind: null, status: 'DOWN', message });
  expect((await ask(none)).error).toMatchObject({ code: 'MODEL_UNAVAILABLE', isRetryable: false, message });
});

test('four answers that die with the model’s process are one failure: the next is answered by it again', async () => {
  const file = path.join(folder, 'loop.gguf');
  writeScriptedModel(file, { loop: true });
  await using engines = await open({ ASKBOX_MODEL: file, ASKBOX_SEQUENCES: '2', OPENAI_BASE_URL: server.url('ok') });
  const answers = Array.from({ length: 4 }, () => ask(engines, { ...REQUEST, maxTokens: 300 }));
  await vi.waitFor(() => expect(lines).toContainEqual(expect.objectContaining({ msg: 'model ready' })), DEADLINE);
  process.kill(modelPid(), 'SIGKILL');

  // Those that had no word yet are written by the next process.
  const ends = (await Promise.all(answers)).map(({ text, owner, error }) => {
    if (owner?.kind === 'LOCAL' && error === null) return 'LOCAL';
    return owner?.kind === 'REMOTE' ? text : codeOf(error);
  });
  expect(new Set(ends).difference(new Set([SERVER_TEXT, 'MODEL_UNAVAILABLE', 'LOCAL']))).toEqual(new Set());
  expect(ends).toContain('LOCAL');
  const next = await ask(engines, { ...REQUEST, maxTokens: 3 });
  expect(next).toMatchObject({ text: 'Esta resposta vem', owner: { kind: 'LOCAL', fallbackReason: null } });
});
