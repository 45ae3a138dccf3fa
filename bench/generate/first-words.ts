import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { randomNumbers } from '#shared/testing/random-numbers.ts';
import { questionOf, writeNotes } from '../load/notes.ts';
import { postQuery } from '../load/probe.ts';
import { startServices, type Services } from '../load/services.ts';

/** How long a person waited for the first word, in milliseconds. */
interface FirstWordTimes {
  /** While documents were being read as fast as the watcher can. */
  readonly busyMs: number;
  /** While ingestion was paused, before and after that: what differs between them is not ours. */
  readonly quietMs: readonly [number, number];
}

/** An API with a model, and a watcher that has many files to read. */
export interface FirstWords extends AsyncDisposable {
  measure(): Promise<FirstWordTimes>;
}

/** Each is asked about once in a while, so that no prompt is one that the model has read before. */
const NOTES = 100;
const NOTES_IN_PROMPT = 2;
/** More than a watcher reads during 30 measurements. */
const FILES = 4000;
const WORDS_OF_FILE = 5000;
/** Until the watcher is at full speed, or has ended what it had begun. */
const SETTLE_MS = 1500;
const GIVE_UP_MS = 300_000;

const ASK = `subscription ($input: AskInput!) {
  ask(input: $input) {
    ... on AnswerDelta { text }
    ... on AnswerCompleted { answer { answeredBy { kind } } }
    ... on AnswerFailed { error { message } }
  }
}`;
interface AskEvent {
  readonly text?: string;
  readonly answer?: { readonly answeredBy: { readonly kind: string } };
  readonly error?: { readonly message: string };
}

/**
 * Starts the services, and resolves when the model is ready and the notes that are asked about are searchable.
 * @param folder for everything that is written. @param model a .gguf file.
 */
export async function openFirstWords(folder: string, model: string): Promise<FirstWords> {
  await using opened = new AsyncDisposableStack();
  mkdirSync(folder, { recursive: true });
  const settings = {
    ASKBOX_GENERATOR_ORDER: 'local',
    ASKBOX_MODEL: model,
    ASKBOX_THREADS: '1',
    ASKBOX_GPU: 'none',
    ASKBOX_FIRST_TOKEN_MS: String(GIVE_UP_MS),
  };
  const services = opened.use(await startServices(folder, { settings, isWatched: false }));
  const { url, inbox } = services;
  writeNotes(path.join(inbox, 'notes'), 0, NOTES);
  await until(services, async () => (await readCount(services, '[READY]')) >= NOTES);
  await until(services, async () =>
    JSON.stringify(await query(services, '{ health { components { message } } }')).includes(' on CPU'),
  );
  await query(services, 'mutation { pauseIngestion { queued } }');
  writeFiles(path.join(inbox, 'files'));
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  opened.defer(() => client.dispose());
  const closing = opened.move();

  let asked = 0;
  const ask = (): Promise<number> => Promise.race([firstWordMs(client, questionOf(asked++ % NOTES)), services.died]);
  await ask();
  async function measureQuiet(): Promise<number> {
    await query(services, 'mutation { pauseIngestion { queued } }');
    await sleep(SETTLE_MS);
    return ask();
  }
  async function measureBusy(): Promise<number> {
    await query(services, 'mutation { resumeIngestion { queued } }');
    await sleep(SETTLE_MS);
    const ms = await ask();
    if ((await readCount(services, '[DISCOVERED, STABLE]')) === 0) throw new Error('the watcher ran out of files');
    return ms;
  }

  return {
    async measure() {
      const before = await measureQuiet();
      const busyMs = await measureBusy();
      return { busyMs, quietMs: [before, await measureQuiet()] };
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** Reads a short answer to its end. */
async function firstWordMs(client: Client, question: string): Promise<number> {
  const startedAt = performance.now();
  let firstMs: number | null = null;
  const input = { question, maxSources: NOTES_IN_PROMPT, maxTokens: 4, temperature: 0 };
  let last: AskEvent | undefined;
  for await (const { data, errors } of client.iterate<{ ask: AskEvent }>({ query: ASK, variables: { input } })) {
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    last = data?.ask;
    if (last?.text !== undefined) firstMs ??= performance.now() - startedAt;
  }
  if (firstMs === null || last?.answer?.answeredBy.kind !== 'LOCAL') throw new Error(JSON.stringify(last));
  return firstMs;
}

/** Writes files of made-up words, so that they hold none of the notes' words. */
function writeFiles(folder: string): void {
  mkdirSync(folder);
  const random = randomNumbers(20_263);
  const syllables = 'wo ky zu xi ju vy ho que'.split(' ');
  const syllable = (): string => syllables[Math.floor(random() * syllables.length)]!;
  const words = Array.from({ length: 2000 }, () => `${syllable()}${syllable()}${syllable()}`);
  for (let file = 0; file < FILES; file++) {
    const text = Array.from({ length: WORDS_OF_FILE }, (_, at) => {
      const word = words[Math.floor(random() * words.length)]!;
      return at % 12 === 11 ? `${word}.\n` : `${word} `;
    });
    writeFileSync(path.join(folder, `arquivo-${file}.txt`), text.join(''));
  }
}

async function readCount(services: Services, status: string): Promise<number> {
  const data = await query(services, `{ documents(first: 1, filter: { status: ${status} }) { totalCount } }`);
  return Number(/"totalCount":(\d+)/.exec(JSON.stringify(data))?.[1] ?? 0);
}

async function query({ url, died }: Services, text: string): Promise<unknown> {
  const { data, errors } = await Promise.race([postQuery(url, text, {}, AbortSignal.timeout(60_000)), died]);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** Also while the services start, when nothing can be asked yet. */
async function until(services: Services, isTrue: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (!(await Promise.race([isTrue().catch(() => false), services.died]))) {
    if (performance.now() > giveUpAt) throw new Error('the notes or the model did not become ready');
    await sleep(200);
  }
}
