import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client, type ClientOptions } from 'graphql-ws';
import WebSocket from 'ws';
import { parseConfig } from '#shared/config.ts';
import { chunkIdOf, contentIdOf, documentIdOf, type Chunk, type LocatorMark } from '#shared/document.ts';
import { silentLog, type Log } from '#shared/log.ts';
import { openStoreReader, openStoreWriter } from '#shared/store/open-store.ts';
import type { StoreReader, StoreWriter } from '#shared/store/store.ts';
import type { Tracing } from '#shared/tracing/tracing.ts';
import { chunkVector } from '#shared/text/sparse.ts';
import type { EngineEvent, Engines } from '../generate/engines/engines.ts';
import type { ShortText, ShortTextRequest } from '../generate/engines/short-text.ts';
import type { GenerateRequest } from '../generate/generator.ts';
import { DEFAULT_PATIENCE, type Patience } from '../server/client-limits.ts';
import { openApi, type OpenApiParts } from '../open-api.ts';
import { openPassageScorer } from '../rerank/passage-scorer.ts';
import { openQuestionEmbedder } from '../models/question-embedder.ts';

/** For tests: an API over a real store in a temporary folder, with engines that are scripted by the test. */
export interface TestApi extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly engines: TestEngines;
  readonly store: StoreWriter;
  /** Returns the `data` of a query over HTTP; throws the errors as JSON. */
  query<Data>(query: string, variables?: object): Promise<Data>;
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Returns a client over WebSocket, which is disposed of with the API. */
  client(options?: Partial<ClientOptions>): Client;
  /** Breaks the connection of every client without closing it properly. */
  dropConnections(): void;
  /** Closes the API and opens it again over the same files. */
  restart(): Promise<void>;
}

/** What a test may change about its API. */
export interface TestApiOptions {
  readonly config?: Partial<OpenApiParts['config']>;
  /** Default: silent. */
  readonly log?: Log;
  /** Default: none. */
  readonly reranker?: string;
  /** Default: none. */
  readonly tracing?: Tracing | null;
  /** Wraps the reader of the store, such as one that fails. */
  readonly reader?: (reader: StoreReader) => StoreReader;
  /** The present time. Default: that of the system. */
  readonly now?: () => Date;
  /** Default: that of the product. */
  readonly patience?: Partial<Patience>;
}

/** Starts an API on a free port, without a watcher unless the configuration names one. */
export async function startTestApi({
  config,
  log = silentLog,
  reranker = 'none',
  tracing = null,
  reader: wrap,
  now = () => new Date(),
  patience = {},
}: TestApiOptions = {}): Promise<TestApi> {
  await using opened = new AsyncDisposableStack();
  const { dir, store, reader } = opened.use(await openTestStore());
  const engines = new TestEngines();
  const questions = opened.use(openQuestionEmbedder({ embedder: 'none', modelsDir: dir }, reader, log));
  const scorer = opened.use(openPassageScorer({ reranker, modelsDir: dir, threads: 1 }, log));
  const internalKeyFile = path.join(dir, 'internal.key');
  writeFileSync(internalKeyFile, 'the key of this test');

  const open = (port: number): ReturnType<typeof openApi> =>
    openApi({
      config: {
        host: '127.0.0.1',
        apiKey: null,
        allowedHosts: [],
        mcpWrites: false,
        graceMs: 60_000,
        answersFile: path.join(dir, 'answers.db'),
        keepAnswersDays: 90,
        // Nothing listens on port 1.
        watcherUrl: 'http://127.0.0.1:1',
        internalKeyFile,
        instance: null,
        modelsDir: path.join(dir, 'models'),
        model: 'auto',
        modelUri: null,
        gpu: 'none',
        instructions: null,
        // Nothing listens on port 1 here either.
        hub: { endpoint: 'http://127.0.0.1:1', token: null, proxy: null },
        isOffline: false,
        ...config,
        port,
      },
      reader: wrap?.(reader) ?? reader,
      engines,
      questions,
      scorer,
      tracing,
      log,
      signal: new AbortController().signal,
      now,
      patience: { ...DEFAULT_PATIENCE, ...patience },
    });
  let api = await open(config?.port ?? 0);
  const { port } = api;
  const url = `http://127.0.0.1:${port}`;
  const clients: Client[] = [];
  const sockets = new Set<WebSocket>();
  class WatchedWebSocket extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols);
      sockets.add(this);
    }
  }
  const closing = opened.move();

  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return {
    url,
    port,
    engines,
    store,
    post,
    async query<Data>(query: string, variables: object = {}) {
      // The test knows the shape of the data that it selects.
      const { data, errors } = (await (await post({ query, variables })).json()) as { data: Data; errors?: unknown };
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data;
    },
    client(options = {}) {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WatchedWebSocket,
        retryAttempts: 0,
        ...options,
      });
      clients.push(client);
      return client;
    },
    dropConnections() {
      for (const socket of sockets) socket.terminate();
      sockets.clear();
    },
    async restart() {
      await api[Symbol.asyncDispose]();
      api = await open(port);
    },
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      for (const client of clients) await client.dispose();
      await closing.disposeAsync();
    },
  };
}

/** For tests: opens a real store in a temporary folder, which is deleted when the store is disposed of. */
export async function openTestStore(): Promise<
  AsyncDisposable & { readonly dir: string; readonly store: StoreWriter; readonly reader: StoreReader }
> {
  await using opened = new AsyncDisposableStack();
  const dir = mkdtempSync(path.join(tmpdir(), 'askbox-api-'));
  opened.defer(() => rmSync(dir, { recursive: true, force: true }));
  const config = parseConfig({ ASKBOX_DATA: dir }, dir);
  const store = opened.use(await openStoreWriter(config));
  const reader = opened.use(await openStoreReader(config));
  const closing = opened.move();
  return { dir, store, reader, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

/** What the scripted engine does next. */
type EngineStep = EngineEvent | { readonly type: 'error'; readonly error: Error };

/** Engines that emit what the test tells them to, and count what they did. */
class TestEngines implements Engines {
  /** All requests, in order. */
  readonly requests: GenerateRequest[] = [];
  /** How many answers were aborted by their caller. */
  aborted = 0;
  /** How many answers it has ended, or was left in. */
  ended = 0;
  /** How many passages fit into its prompt. */
  fitting = Infinity;
  /** Whether its model cannot be named any more. */
  removed = false;
  /** What its model writes when it is asked for a short text, or why it fails; null as long as it is too slow. */
  short: Partial<ShortText> | null = null;
  /** The prompts of all short texts. */
  readonly shortPrompts: string[] = [];
  #steps: EngineStep[] = [];
  #wake = (): void => {};

  health(): ReturnType<Engines['health']> {
    return {
      status: 'OK',
      message: 'a test answers',
      kind: 'LOCAL',
      model: 'test',
      fallback: { status: 'OK', message: '' },
    };
  }

  models(): ReturnType<Engines['models']> {
    return [{ kind: 'LOCAL', name: 'test', state: 'READY', contextTokens: 4096, isDefault: true, error: null }];
  }

  whyNot(model: string): string | null {
    return model === 'test' && !this.removed ? null : `is ${model}, which is no model here`;
  }

  whyUnused(): string | null {
    return null;
  }

  /** Emits deltas of the current answer, or of the next one. */
  say(...words: readonly string[]): void {
    this.#push(...words.map((text) => ({ type: 'delta', text }) as const));
  }

  /** Emits thoughts of the current answer, or of the next one. */
  think(...thoughts: readonly string[]): void {
    this.#push(...thoughts.map((text) => ({ type: 'thinking', text }) as const));
  }

  async shortText({ prompt }: ShortTextRequest): Promise<ShortText | null> {
    if (this.short === null) return null;
    this.shortPrompts.push(prompt.user);
    return { model: 'test', haveLeft: false, text: null, failure: null, ...this.short };
  }

  finish(reason: 'STOP' | 'LOOP' | 'ABSTAINED' = 'STOP'): void {
    this.#push({ type: 'finished', reason, completionTokens: 7 });
  }

  fail(error: Error): void {
    this.#push({ type: 'error', error });
  }

  async *answer(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<EngineEvent> {
    this.requests.push(request);
    signal.addEventListener('abort', () => {
      this.aborted++;
      this.#wake();
    });
    try {
      yield { type: 'engine', kind: 'LOCAL', model: 'test', fallbackReason: null };
      yield {
        type: 'started',
        budgetTokens: 4096 - request.maxTokens,
        usedRanks: request.passages.slice(0, this.fitting).map(({ rank }) => rank),
        promptTokens: 42,
        firstTokenMs: null,
      };
      for (;;) {
        signal.throwIfAborted();
        const step = this.#steps.shift();
        if (step === undefined) {
          await new Promise<void>((resolve) => (this.#wake = resolve));
          continue;
        }
        if (step.type === 'error') throw step.error;
        yield step;
        if (step.type === 'finished') return;
      }
    } finally {
      this.ended++;
    }
  }

  #push(...steps: readonly EngineStep[]): void {
    this.#steps.push(...steps);
    this.#wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** Publishes a document of one chunk for each text. */
export async function publish(
  store: StoreWriter,
  filePath: string,
  texts: readonly string[],
  about: { title?: string; language?: string; mediaType?: string; modifiedAt?: string; pages?: boolean } = {},
): Promise<void> {
  const bytesSha256 = contentIdOf(texts.join('\n'), 'bytes');
  const contentId = contentIdOf(bytesSha256, 'test');
  const title = about.title ?? null;
  let startChar = 0;
  const chunks = texts.map((text, ordinal): Chunk => {
    const marks: LocatorMark[] = about.pages === true ? [{ startChar, pageNumber: ordinal + 1 }] : [];
    const endChar = startChar + text.length;
    const chunk = {
      id: chunkIdOf(contentId, ordinal),
      contentId,
      ordinal,
      text,
      startChar,
      endChar,
      headings: [],
      marks,
    };
    startChar = endChar;
    return chunk;
  });
  const content = {
    id: contentId,
    chunkCount: chunks.length,
    textLength: startChar,
    title,
    mediaType: about.mediaType ?? 'text/plain',
    language: about.language ?? 'pt',
    pageCount: about.pages === true ? texts.length : null,
    warnings: [],
  };
  await store.putChunks(
    content,
    chunks.map((chunk) => ({
      chunk,
      sparse: chunkVector({ title, headings: chunk.headings, text: chunk.text }),
      embeddedTextHash: chunk.id,
    })),
  );
  const at = about.modifiedAt ?? '2026-01-01T00:00:00.000Z';
  await store.publish(
    {
      id: documentIdOf(filePath),
      path: filePath,
      title: title ?? filePath,
      content,
      bytesSha256,
      sizeBytes: startChar,
      createdAt: at,
      modifiedAt: at,
      indexedAt: at,
    },
    ++revision,
  );
}

let revision = 0;

/** Waits until a condition holds; throws after 25 s. @param what names the condition in the error. */
export async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 25_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`not within 25 s: ${what}`);
    await sleep(2);
  }
}
