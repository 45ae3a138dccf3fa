import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  abandonedUrl,
  SERVER_TEXT,
  startOpenaiServer,
  type Manner,
  type OpenaiServer,
} from '../../../tests/fixtures/openai-server.ts';
import { eventsOf, NEVER, REQUEST, testGenerator, textOf } from '../../testing/generator-contract.ts';
import type { GenerateRequest, Generator, GeneratorEvent } from '../generator.ts';
import { openOpenai, type OpenaiOptions } from './openai.ts';

let server: OpenaiServer;
beforeAll(async () => {
  server = await startOpenaiServer();
});
afterAll(() => server[Symbol.asyncDispose]());

function open(manner: Manner, options: Partial<OpenaiOptions> = {}): Generator {
  const defaults = { apiKey: null, model: 'wanted', contextTokens: 4096, thinking: 'auto' } as const;
  return openOpenai({ baseUrl: server.url(manner), ...defaults, ...options });
}

/** Returns the chat completions that the server received in this manner. */
async function chatsOf(manner: Manner) {
  const received = await server.received(manner);
  return received.filter(({ path }) => path === '/v1/chat/completions');
}

/** A request with this many passages of this length. */
function longRequest(count: number, chars: number): GenerateRequest {
  const passages = Array.from({ length: count }, (_, index) => ({
    ...REQUEST.passages[0]!,
    rank: index + 1,
    text: 'a'.repeat(chars),
  }));
  return { ...REQUEST, passages };
}

testGenerator('an OpenAI-compatible endpoint', async () => open('ok'));

test('streams the text, and reports the tokens as the endpoint counts them', async () => {
  const events = await eventsOf(open('ok').generate(REQUEST, NEVER));
  expect(textOf(events)).toBe(SERVER_TEXT);
  expect(events[0]).toMatchObject({ type: 'started', promptTokens: null, firstTokenMs: 30_000 });
  expect(events.at(-1)).toEqual({ type: 'finished', reason: 'STOP', promptTokens: 11, completionTokens: 5 });
});

test('answers without token counts when the endpoint gives none', async () => {
  const events = await eventsOf(open('no-usage').generate(REQUEST, NEVER));
  expect(events.at(-1)).toMatchObject({ type: 'finished', promptTokens: null, completionTokens: null });
});

test('says LENGTH when the answer reached its bound', async () => {
  const events = await eventsOf(open('long').generate(REQUEST, NEVER));
  expect(events.at(-1)).toMatchObject({ type: 'finished', reason: 'LENGTH' });
});

test.each(['reasoning', 'reasoning_content'] as const)('keeps thoughts apart that come in `%s`', async (manner) => {
  const events = await eventsOf(open(manner).generate(REQUEST, NEVER));
  expect(textOf(events)).toBe(SERVER_TEXT);
  const thoughts = events.flatMap((event) => (event.type === 'thinking' ? event.text : []));
  expect(thoughts.join('')).toBe('Vou pensar nisso [1] longamente.');
});

test('ends thoughts that continue far beyond the bound of the answer, and closes the connection', async () => {
  const events = await eventsOf(open('endless-thoughts').generate({ ...REQUEST, maxTokens: 2 }, NEVER));
  expect(events.at(-1)).toMatchObject({ type: 'finished', reason: 'LENGTH' });
  await vi.waitFor(async () => expect(await chatsOf('endless-thoughts')).toMatchObject([{ wasLeft: true }]), 20_000);
});

test('ends an answer that continues far beyond its bound, and closes the connection', async () => {
  await using other = await startOpenaiServer();
  const endless = open('ok', { baseUrl: other.url('endless') });
  const events = await eventsOf(endless.generate({ ...REQUEST, maxTokens: 2 }, NEVER));
  expect(events.at(-1)).toMatchObject({ type: 'finished', reason: 'LENGTH' });
  await vi.waitFor(async () => expect(await other.received('endless')).toMatchObject([{ wasLeft: true }]), 20_000);
});

test('sends frame, passages and question, and nothing before it is asked', async () => {
  const generator = open('ok', { model: 'special' });
  const before = await chatsOf('ok');
  await eventsOf(generator.generate({ ...REQUEST, temperature: 0.5, maxTokens: 77 }, NEVER));
  const [chat] = (await chatsOf('ok')).slice(before.length);
  expect(chat?.body).toMatchObject({ model: 'special', temperature: 0.5, max_tokens: 77, stream: true });
  const body = JSON.stringify(chat?.body);
  expect(body).toContain('O prazo de garantia é de 27 meses.');
  expect(body).toContain(REQUEST.question);
});

test.each(['a-key-of-ours', null])(
  'sends no key but its own, whatever the environment holds for others: %s',
  async (apiKey) => {
    for (const name of ['API_KEY', 'ADMIN_KEY', 'ORG_ID', 'PROJECT_ID'])
      vi.stubEnv(`OPENAI_${name}`, 'of-another-program');
    await eventsOf(open('no-usage', { apiKey }).generate(REQUEST, NEVER));
    vi.unstubAllEnvs();
    const { headers } = (await chatsOf('no-usage')).at(-1)!;
    expect(headers['authorization']).toBe(apiKey === null ? undefined : `Bearer ${apiKey}`);
    expect(JSON.stringify(headers)).not.toContain('of-another-program');
  },
);

test('asks for the first model that is served, once, when it needs it', async () => {
  const generator = open('long', { model: null });
  expect(generator.model).toBeNull();
  await eventsOf(generator.generate(REQUEST, NEVER));
  await eventsOf(generator.generate(REQUEST, NEVER));
  expect(generator.model).toBe('served');
  const received = await server.received('long');
  expect(received.filter(({ path }) => path === '/v1/models')).toHaveLength(1);
  expect(received.at(-1)).toMatchObject({ body: { model: 'served' } });
});

test('asks again what is served after a failure: the server may have been started with another model', async () => {
  const generator = open('status-503', { model: null });
  await expect(eventsOf(generator.generate(REQUEST, NEVER))).rejects.toThrow('503');
  expect(generator.model).toBeNull();
});

test('leaves out parameters that the model refuses by name, and remembers them', async () => {
  const generator = open('picky');
  expect(textOf(await eventsOf(generator.generate(REQUEST, NEVER)))).toBe(SERVER_TEXT);
  expect(textOf(await eventsOf(generator.generate(REQUEST, NEVER)))).toBe(SERVER_TEXT);
  const chats = await chatsOf('picky');
  expect(chats).toHaveLength(5);
  expect(chats.at(-1)).toMatchObject({ body: { max_completion_tokens: REQUEST.maxTokens } });
});

describe('whether the endpoint thinks', () => {
  test.each([
    ['auto', undefined],
    ['on', { enable_thinking: true }],
    ['off', { enable_thinking: false }],
  ] as const)('with %s it is asked for %s', async (thinking, wanted) => {
    await eventsOf(open('no-usage', { thinking }).generate(REQUEST, NEVER));
    const { body } = (await chatsOf('no-usage')).at(-1)!;
    expect(Object.getOwnPropertyDescriptor(body, 'chat_template_kwargs')?.value).toEqual(wanted);
  });

  test('is left to one that does not know how to be asked, which is remembered', async () => {
    const generator = open('strict', { thinking: 'off' });
    expect(textOf(await eventsOf(generator.generate(REQUEST, NEVER)))).toBe(SERVER_TEXT);
    expect(textOf(await eventsOf(generator.generate(REQUEST, NEVER)))).toBe(SERVER_TEXT);
    const chats = await chatsOf('strict');
    expect(chats.map(({ body }) => Object.hasOwn(Object(body), 'chat_template_kwargs'))).toEqual([true, false, false]);
  });
});

test('an endpoint that goes away before the second try has had the passages', async () => {
  const leaving = createServer((request, response) => {
    leaving.close();
    const error = { message: 'unsupported', param: 'temperature' };
    request.resume().on('end', () => response.writeHead(400, { connection: 'close' }).end(JSON.stringify({ error })));
  }).listen(0, '127.0.0.1');
  await once(leaving, 'listening');
  const address = leaving.address();
  const port = typeof address === 'object' ? address?.port : null;
  const asked = eventsOf(open('ok', { baseUrl: `http://127.0.0.1:${port}/v1` }).generate(REQUEST, NEVER));
  await expect(asked).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE', isRetryable: true });
});

test('gives up when the model keeps refusing a parameter that was left out', async () => {
  const asked = eventsOf(open('stubborn').generate(REQUEST, NEVER));
  await expect(asked).rejects.toThrow("400: Unsupported parameter: 'max_tokens'");
  expect(await chatsOf('stubborn')).toHaveLength(2);
});

test('leaves out the last passages when all of them would not fit, never the best one', async () => {
  const used = async (request: GenerateRequest): Promise<GeneratorEvent | undefined> =>
    (await eventsOf(open('ok', { contextTokens: 1000 }).generate(request, NEVER)))[0];
  expect(await used(longRequest(4, 700))).toMatchObject({ usedRanks: [1, 2] });
  expect(await used(longRequest(2, 7000))).toMatchObject({ usedRanks: [1] });
});

describe('a context that the endpoint states', () => {
  const request = { ...longRequest(4, 700), maxTokens: 100 };

  test.each(['context-1600', 'context-words-1600'] as const)(
    'is learnt from its refusal: one retry with fewer passages, and none for the next question: %s',
    async (manner) => {
      const generator = open(manner);
      const events = await eventsOf(generator.generate(request, NEVER));
      expect(textOf(events)).toBe(SERVER_TEXT);
      const started = events.filter(({ type }) => type === 'started');
      expect(started).toMatchObject([{ usedRanks: [1, 2, 3, 4] }, { usedRanks: [1, 2, 3] }]);
      expect(await chatsOf(manner)).toHaveLength(2);

      const next = await eventsOf(generator.generate(request, NEVER));
      expect(next.filter(({ type }) => type === 'started')).toMatchObject([{ usedRanks: [1, 2, 3] }]);
      expect(await chatsOf(manner)).toHaveLength(3);
    },
  );

  test('is read from the list of models, before anything is sent', async () => {
    const events = await eventsOf(open('lists-context-1000', { model: null }).generate(request, NEVER));
    expect(events[0]).toMatchObject({ usedRanks: [1, 2] });
    expect(textOf(events)).toBe(SERVER_TEXT);
  });

  test('gets no second question whose best passage is known not to fit', async () => {
    const generator = open('context-600');
    const asked = (): Promise<unknown> => eventsOf(generator.generate(request, NEVER));
    await expect(asked()).rejects.toMatchObject({ code: 'PROMPT_TOO_LONG' });
    const message = expect.stringContaining('has a context of 600 tokens');
    await expect(asked()).rejects.toMatchObject({ code: 'PROMPT_TOO_LONG', message });
    expect(await chatsOf('context-600')).toHaveLength(1);
  });

  test('limits the answer instead of the passages', async () => {
    await eventsOf(open('ok', { contextTokens: 2048 }).generate({ ...request, maxTokens: 4096 }, NEVER));
    const { body } = (await chatsOf('ok')).at(-1)!;
    expect(body).toMatchObject({ max_tokens: expect.any(Number) });
    expect(Reflect.get(Object(body), 'max_tokens')).toBeLessThan(1100);
    expect(JSON.stringify(body)).toContain('[3]');
  });
});

test('reads lists of content parts, and keeps the thoughts among them apart', async () => {
  const events = await eventsOf(open('parts').generate(REQUEST, NEVER));
  expect(textOf(events)).toBe(SERVER_TEXT);
  expect(events.find(({ type }) => type === 'thinking')).toMatchObject({ text: 'Vou pensar nisso [1] longamente.' });
});

test('an answer without a finish_reason is complete if the stream says that it is', async () => {
  const events = await eventsOf(open('no-reason').generate(REQUEST, NEVER));
  expect(textOf(events)).toBe(SERVER_TEXT);
  expect(events.at(-1)).toMatchObject({ type: 'finished', reason: 'STOP' });
});

test('shows the name of a file that is served, never its path, and asks for it by its path', async () => {
  const generator = open('path-model', { model: null });
  await eventsOf(generator.generate(REQUEST, NEVER));
  expect(generator.model).toBe('llama-3.Q4_K_M');
  expect(generator.health().message).toMatch(/^llama-3\.Q4_K_M at /);
  expect(await chatsOf('path-model')).toMatchObject([{ body: { model: '/var/models/llama-3.Q4_K_M.gguf' } }]);
  expect(open('ok', { model: 'meta-llama/Llama-3.1-8B' }).model).toBe('meta-llama/Llama-3.1-8B');
});

describe('gives the reason and the next step', () => {
  test.each<[Manner, RegExp, object]>([
    [
      'status-401',
      /127\.0\.0\.1:\d+ responded with 401: the server's reason for 401; check OPENAI_API_KEY/,
      { isRetryable: false },
    ],
    ['status-404', /responded with 404: the server's reason.*check OPENAI_MODEL/, { isRetryable: false }],
    ['status-429', /responded with 429: the server's reason.*ask again later/, { isRetryable: true }],
    ['status-503', /responded with 503: the server's reason.*its log/, { isRetryable: true }],
    ['html-502', /responded with 502: a web page; .*its log/, { isRetryable: true }],
    ['html', /responded with text\/html instead of an event stream.*OPENAI_BASE_URL/, { isRetryable: false }],
    ['redirect', /responded with 307.*the address that it redirects to/, { isRetryable: false }],
    ['too-long', /maximum context length is 512; ask a shorter question/, { code: 'PROMPT_TOO_LONG' }],
    ['not-json', /malformed/, { isRetryable: true }],
  ])('when the endpoint does as in %s', async (manner, message, rest) => {
    const before = await chatsOf(manner);
    const asked = eventsOf(open(manner).generate(REQUEST, NEVER));
    await expect(asked).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      ...rest,
      message: expect.stringMatching(message),
    });
    expect(await chatsOf(manner)).toHaveLength(before.length + 1);
  });

  test.each<[Manner, RegExp]>([
    ['cut', /did not finish its answer/],
    ['unfinished', /did not finish its answer/],
    ['error-in-stream', /did not finish its answer: out of memory/],
    ['filtered', /content_filter/],
  ])('when the answer stops in the middle: %s', async (manner, message) => {
    const events: GeneratorEvent[] = [];
    const asked = async (): Promise<void> => {
      for await (const event of open(manner).generate(REQUEST, NEVER)) events.push(event);
    };
    await expect(asked()).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE', message: expect.stringMatching(message) });
    expect(textOf(events)).toBe('A resposta');
  });

  test('when nothing listens', async () => {
    const baseUrl = (await abandonedUrl()).replace('127.0.0.1', 'localhost');
    await expect(eventsOf(open('ok', { baseUrl }).generate(REQUEST, NEVER))).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      isRetryable: true,
      message: expect.stringMatching(/^localhost:\d+ cannot be reached \(ECONNREFUSED\)/),
    });
  });

  test('when no name leads to it', async () => {
    const asked = eventsOf(open('ok', { baseUrl: 'http://nobody.invalid/v1', model: null }).generate(REQUEST, NEVER));
    await expect(asked).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
  });

  test('when no model is served', async () => {
    const asked = eventsOf(open('no-models', { model: null }).generate(REQUEST, NEVER));
    await expect(asked).rejects.toMatchObject({ message: expect.stringContaining('OPENAI_MODEL') });
  });

  test('without a key that the endpoint repeats', async () => {
    const asked = eventsOf(open('status-401', { apiKey: 'reason' }).generate(REQUEST, NEVER));
    await expect(asked).rejects.toMatchObject({ message: expect.stringContaining("the server's (key) for 401") });
  });
});

test.each<Manner>(['endless', 'silent'])(
  'an abort ends the call with its reason and closes the connection: %s',
  async (manner) => {
    const leaves = new AbortController();
    const reason = new Error('has gone');
    const asked = eventsOf(open(manner).generate(REQUEST, leaves.signal));
    const outcome = asked.catch((error: unknown) => error);
    await vi.waitFor(async () => expect(await chatsOf(manner)).toMatchObject([{ wasLeft: false }]), 20_000);
    leaves.abort(reason);
    expect(await outcome).toBe(reason);
    await vi.waitFor(async () => expect(await chatsOf(manner)).toMatchObject([{ wasLeft: true }]), 20_000);
  },
);
