import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { randomNumbers } from '#shared/testing/random-numbers.ts';
import { writeScriptedModel } from '../../tests/fixtures/tiny-llama.ts';
import { factOf, questionOf, writeNotes } from '../load/notes.ts';
import { postQuery } from '../load/probe.ts';
import { startServices, type Services } from '../load/services.ts';
import { startPacedEndpoint } from './paced-endpoint.ts';
import { cpuMsOf } from './processes.ts';

/** The CPU time of the API for each piece that a model writes, in milliseconds: of its whole process, the question included. */
interface CpuOfPieces {
  /** One answer, read by the client that asks. */
  readonly alone: number;
  /** One answer, read by the client that asks and by three more. */
  readonly fourReaders: number;
  /** Four answers at once, each read by the client that asks. */
  readonly fourAnswers: number;
}

/** An API with its watcher and a model, as users run them, and four clients. */
export interface PieceStreams extends AsyncDisposable {
  measure(): Promise<CpuOfPieces>;
}

/** What writes: an endpoint at a steady pace, or a scripted model in the process that the API starts for models, as fast as it can. */
export type PieceWriter = 'remote' | 'local';

/** A long answer. The cost of the question is spread over them. */
const PIECES = 1000;
/** About what an 8B model writes on a good graphics card. */
const PIECES_PER_SECOND = 200;
const WORDS_OF_SENTENCE = 12;
const NOTES = 50;
const GIVE_UP_MS = 60_000;

/** What the notes say. Only the first passage is cited: a slow machine is given no more than that. */
const FACTS = [
  `O prazo de garantia é de ${factOf(0)}, contados da data da compra [1].`,
  ' Desligue o aparelho da tomada antes da limpeza [1].',
  ' Antes do primeiro uso, leia este manual até o fim e guarde a nota fiscal [1].',
  ' A garantia não cobre quedas, oxidação nem reparos feitos por terceiros [1].',
];
const SYLLABLES = 'ba ce di fo gu la me ni ro tu pra cer vin lho gem sou'.split(' ');
const WRITTEN = makePieces();
const TEXT = WRITTEN.join('');

const EVENTS = `__typename
  ... on AnswerDelta { text offset }
  ... on AnswerCompleted { answer { id text citations { quote } } }
  ... on AnswerFailed { error { code message } }`;
const ASK = `subscription ($input: AskInput!) {
  ask(input: $input) { ${EVENTS} ... on AnswerStarted { answer { id } } }
}`;
const FOLLOW = `subscription ($id: ID!) { answerEvents(id: $id) { ${EVENTS} } }`;

/** What EVENTS selects. */
interface StreamedEvent {
  readonly __typename: string;
  readonly text?: string;
  readonly offset?: number;
  readonly answer?: { readonly id: string; readonly text?: string; readonly citations?: readonly unknown[] };
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * Starts everything, and resolves when notes in its inbox are searchable.
 * @param folder for everything that it writes. @param checkout see `startServices`.
 */
export async function openPieceStreams(folder: string, writer: PieceWriter, checkout?: string): Promise<PieceStreams> {
  await using opened = new AsyncDisposableStack();
  mkdirSync(folder, { recursive: true });
  const endpoint = opened.use(await startPacedEndpoint(WRITTEN, PIECES_PER_SECOND));
  const model = path.join(folder, 'scripted.gguf');
  writeScriptedModel(model, { script: WRITTEN });
  const settings = {
    ASKBOX_GENERATOR_ORDER: writer,
    ...(writer === 'remote'
      ? { OPENAI_BASE_URL: endpoint.url, OPENAI_MODEL: 'paced' }
      : { ASKBOX_MODEL: model, ASKBOX_THREADS: '1', ASKBOX_SEQUENCES: '4', ASKBOX_GPU: 'none' }),
  };
  const options = { settings, isWatched: false, ...(checkout !== undefined && { checkout }) };
  const services = opened.use(await startServices(folder, options));
  writeNotes(path.join(services.inbox, 'notes'), 0, NOTES);
  await untilSearchable(services);
  const clients = Array.from({ length: 4 }, () => connect(services.url));
  for (const client of clients) opened.defer(() => client.dispose());
  const closing = opened.move();

  const perPiece = async (answers: number, work: () => Promise<unknown>): Promise<number> => {
    const startedMs = cpuMsOf(services.apiPid);
    await Promise.race([work(), services.died]);
    return (cpuMsOf(services.apiPid) - startedMs) / (answers * PIECES);
  };
  return {
    async measure() {
      const alone = await perPiece(1, () => ask(clients[0]!));
      const fourReaders = await perPiece(1, async () => {
        const following: Promise<void>[] = [];
        const [first, ...others] = clients;
        await ask(first!, (id) => following.push(...others.map((client) => read(client, FOLLOW, { id }))));
        await Promise.all(following);
      });
      const fourAnswers = await perPiece(4, () => Promise.all(clients.map((client) => ask(client))));
      return { alone, fourReaders, fourAnswers };
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** Asks a question and reads its answer. @param onStart called with the answer's id. */
function ask(client: Client, onStart: (id: string) => void = () => {}): Promise<void> {
  return read(client, ASK, { input: { question: questionOf(0), maxTokens: PIECES + 1, temperature: 0 } }, onStart);
}

/** Reads an answer. @throws Error if a part is missing, twice there or in the wrong place, or nothing is cited. */
async function read(
  client: Client,
  query: string,
  variables: Record<string, unknown>,
  onStart: (id: string) => void = () => {},
): Promise<void> {
  let text = '';
  let last: StreamedEvent | undefined;
  for await (const { data, errors } of client.iterate<Record<string, StreamedEvent>>({ query, variables })) {
    last = Object.values(data ?? {})[0];
    if (errors !== undefined || last === undefined) throw new Error(JSON.stringify(errors));
    if (last.__typename === 'AnswerStarted' && last.answer !== undefined) onStart(last.answer.id);
    if (last.__typename !== 'AnswerDelta') continue;
    if (last.offset !== text.length) throw new Error(`a delta begins at ${last.offset}, not at ${text.length}`);
    text += last.text;
  }
  if (last?.error !== undefined) throw new Error(`${last.error.code}: ${last.error.message}`);
  if (text !== TEXT || last?.answer?.text !== text) throw new Error(`the answer is not what was written: ${text}`);
  if (last.answer.citations?.length === 0) throw new Error('nothing is cited');
}

function connect(url: string): Client {
  return createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
}

/**
 * Returns an answer in pieces, no two of them equal: facts of the notes, and then sentences of random words, so that no
 * part is held back because it may be the beginning of a loop.
 */
function makePieces(): readonly string[] {
  const random = randomNumbers(20_262);
  const syllable = (): string => SYLLABLES[Math.floor(random() * SYLLABLES.length)]!;
  const words = new Set<string>();
  while (words.size < PIECES - FACTS.length) words.add(Array.from({ length: 3 }, syllable).join(''));
  const pieces = [...words].map((word, at) => {
    const isLast = (at + 1) % WORDS_OF_SENTENCE === 0 || at + 1 === words.size;
    const written = at % WORDS_OF_SENTENCE === 0 ? word.charAt(0).toUpperCase() + word.slice(1) : word;
    return ` ${written}${isLast ? ' [1].' : ''}`;
  });
  return [...FACTS, ...pieces];
}

async function untilSearchable({ url, died }: Services): Promise<void> {
  const query = '{ documents(first: 1, filter: { status: [READY] }) { totalCount } }';
  const giveUpAt = performance.now() + GIVE_UP_MS;
  const count = async (): Promise<number> => {
    const { data } = await postQuery(url, query, {}, AbortSignal.timeout(GIVE_UP_MS));
    return Number(/"totalCount":(\d+)/.exec(JSON.stringify(data))?.[1] ?? 0);
  };
  while ((await Promise.race([count().catch(() => 0), died])) < NOTES) {
    if (performance.now() > giveUpAt) throw new Error('the notes did not become searchable');
    await sleep(200);
  }
}
