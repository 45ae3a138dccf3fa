/**
 * Measures what our way of generating costs, as ratios of paired measurements within one run, with one thread and a
 * model of 28 million random weights, which is deleted at the end. Linux only: the CPU time of other processes is read
 * from /proc.
 *
 *   npm run bench -- generate [--rounds 5] [--pairs 30] [--model <file>] [--against <folder>] [--only-pieces]
 *                             [--only-first-words] [--json]
 *
 * The first word is waited for while the watcher reads files as fast as it can and, before and after that, while it is
 * paused, --pairs times, with the model in --model if that is given. --only-first-words measures nothing else.
 * --against is another checkout of askbox, with its node_modules: what a streamed piece costs is measured there as well, in
 * turns. --only-pieces measures nothing else.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { randomNumbers } from '#shared/testing/random-numbers.ts';
import type { GenerateRequest } from '../graphql-api/generate/generator.ts';
import { promptOf } from '../graphql-api/generate/prompt.ts';
import { writeRandomModel } from '../tests/fixtures/tiny-llama.ts';
import { openChatSession } from './generate/chat-session.ts';
import { openStreams } from './generate/events.ts';
import { openFirstWords } from './generate/first-words.ts';
import { openOurModel, type OurModel } from './generate/our-model.ts';
import { anonymousMBOf, cpuMsOf, median, ownCpuMs } from './generate/processes.ts';
import { openPieceStreams, type PieceWriter } from './generate/streamed-pieces.ts';

const { values: flags } = parseArgs({
  args: process.argv.slice(3),
  options: {
    rounds: { type: 'string', default: '5' },
    pairs: { type: 'string', default: '30' },
    model: { type: 'string' },
    against: { type: 'string' },
    'only-pieces': { type: 'boolean', default: false },
    'only-first-words': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const CONTEXT_TOKENS = 4096;
const ANSWER_TOKENS = 128;
/** About a thousand tokens with the rest of the prompt, since the model's tokens are bytes. */
const PASSAGE_CHARS = 500;
const TOKENS_OF_PAIR = 256;
const EVENTS = 3000;

const rounds = Number(flags.rounds);
const random = randomNumbers(20_260);
const figures: Record<string, number> = { rounds };
const work = mkdtempSync(path.join(os.tmpdir(), 'askbox-bench-'));
const file = path.join(work, 'random.gguf');
try {
  if (!flags['only-pieces']) writeRandomModel(file);
  if (!flags['only-pieces'] && !flags['only-first-words']) {
    await measureSequences();
    await measureWrapper();
    await measureEvents();
  }
  if (!flags['only-pieces']) await measureFirstWords();
  if (!flags['only-first-words']) {
    await measurePieces('local');
    await measurePieces('remote');
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.table(figures);
if (flags.json) console.log(JSON.stringify(figures));

/** Asks four questions at once, of a model with four sequences and of one with a single sequence and a queue. */
async function measureSequences(): Promise<void> {
  await using four = await openOurModel(file, CONTEXT_TOKENS, 4);
  await using one = await openOurModel(file, CONTEXT_TOKENS, 1);
  await lastFirstWord(four);
  await lastFirstWord(one);
  const pairs = await Array.fromAsync({ length: rounds }, async () => ({
    four: await lastFirstWord(four),
    one: await lastFirstWord(one),
  }));
  figures['lastFirstWordOfFourMs'] = median(pairs.map((pair) => pair.four.wallMs));
  figures['lastFirstWordOfQueueMs'] = median(pairs.map((pair) => pair.one.wallMs));
  figures['lastFirstWordRatio'] = median(pairs.map((pair) => pair.four.wallMs / pair.one.wallMs));
  figures['lastFirstWordCpuRatio'] = median(pairs.map((pair) => pair.four.cpuMs / pair.one.cpuMs));
  figures['memoryOfFourMB'] = anonymousMBOf(four.pid);
  figures['memoryOfOneMB'] = anonymousMBOf(one.pid);
  figures['memoryRatio'] = anonymousMBOf(four.pid) / anonymousMBOf(one.pid);
}

/** Measures how long the last of four readers waits for its first word. The CPU time is that of the model's process. */
async function lastFirstWord(model: OurModel): Promise<{ readonly wallMs: number; readonly cpuMs: number }> {
  const startedMs = performance.now();
  const startedCpuMs = cpuMsOf(model.pid);
  let last = { wallMs: 0, cpuMs: 0 };
  const note = (): void => {
    last = { wallMs: performance.now() - startedMs, cpuMs: cpuMsOf(model.pid) - startedCpuMs };
  };
  await Promise.all(Array.from({ length: 4 }, () => model.ask(makeRequest(ANSWER_TOKENS), note)));
  return last;
}

/** Sends the same prompts to our process, including the way to it, and to the library's chat session. */
async function measureWrapper(): Promise<void> {
  await using ours = await openOurModel(file, CONTEXT_TOKENS, 1);
  await using theirs = await openChatSession(file, CONTEXT_TOKENS);
  const askOurs = async (request: GenerateRequest): Promise<number> => {
    const startedMs = cpuMsOf(ours.pid) + ownCpuMs();
    await ours.ask(request);
    return cpuMsOf(ours.pid) + ownCpuMs() - startedMs;
  };
  const askTheirs = async ({ language, question, passages, maxTokens }: GenerateRequest): Promise<number> => {
    const prompt = promptOf(language, question, passages);
    const startedMs = cpuMsOf(theirs.pid);
    await theirs.ask(prompt, maxTokens);
    return cpuMsOf(theirs.pid) - startedMs;
  };

  await askOurs(makeRequest(1));
  await askTheirs(makeRequest(1));
  const pairs = await Array.fromAsync({ length: rounds * 2 }, async () => {
    const [short, long] = [makeRequest(1), makeRequest(1 + TOKENS_OF_PAIR)];
    const prompt = { ours: await askOurs(short), theirs: await askTheirs(short) };
    const answer = { theirs: await askTheirs(long), ours: await askOurs(long) };
    const perToken = (side: 'ours' | 'theirs'): number => (answer[side] - prompt[side]) / TOKENS_OF_PAIR;
    return { prompt, token: { ours: perToken('ours'), theirs: perToken('theirs') } };
  });
  for (const part of ['prompt', 'token'] as const) {
    figures[`${part}CpuMs`] = median(pairs.map((pair) => pair[part].ours));
    figures[`${part}OfSessionCpuMs`] = median(pairs.map((pair) => pair[part].theirs));
    figures[`${part}CpuRatio`] = median(pairs.map((pair) => pair[part].ours / pair[part].theirs));
  }
}

/** Sends the events of an answer through graphql-ws, and the same JSON in bare frames. */
async function measureEvents(): Promise<void> {
  await using streams = await openStreams();
  await streams.events(EVENTS);
  await streams.frames(EVENTS);
  const pairs = await Array.fromAsync({ length: rounds }, async () => ({
    event: await streams.events(EVENTS),
    frame: await streams.frames(EVENTS),
  }));
  figures['eventCpuMicroseconds'] = median(pairs.map(({ event }) => event));
  figures['frameCpuMicroseconds'] = median(pairs.map(({ frame }) => frame));
  figures['eventPerFrameRatio'] = median(pairs.map(({ event, frame }) => event / frame));
}

/** Asks while files are being read at full speed, and before and after that while ingestion is paused: see `FirstWords`. */
async function measureFirstWords(): Promise<void> {
  await using words = await openFirstWords(path.join(work, 'first-words'), path.resolve(flags.model ?? file));
  const times = await Array.fromAsync({ length: Number(flags.pairs) }, () => words.measure());
  const meanOf = ([before, after]: readonly [number, number]): number => (before + after) / 2;
  const ratios = times.map(({ busyMs, quietMs }) => busyMs / meanOf(quietMs));
  figures['firstWordMs'] = median(times.map(({ quietMs }) => meanOf(quietMs)));
  figures['firstWordWhileReadingMs'] = median(times.map(({ busyMs }) => busyMs));
  figures['firstWordWhileReadingRatio'] = median(ratios);
  figures['firstWordWhileReadingRatioP95'] = percentile95(ratios);
  // Without any reading: as far as this is above 1, the ratio before it shows what else the machine does.
  figures['firstWordQuietRatioP95'] = percentile95(times.map(({ quietMs: [before, after] }) => after / before));
}

function percentile95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1]!;
}

/** Streams long answers through the API itself: see `PieceStreams`. */
async function measurePieces(writer: PieceWriter): Promise<void> {
  await using ours = await openPieceStreams(path.join(work, `${writer}-ours`), writer);
  const against = flags.against === undefined ? undefined : path.resolve(flags.against);
  await using theirs =
    against === undefined ? null : await openPieceStreams(path.join(work, `${writer}-against`), writer, against);
  await ours.measure();
  await theirs?.measure();
  const pairs = await Array.fromAsync({ length: rounds }, async () => ({
    ours: await ours.measure(),
    theirs: (await theirs?.measure()) ?? null,
  }));
  for (const which of ['alone', 'fourReaders', 'fourAnswers'] as const) {
    const name = `${writer}Piece${which.charAt(0).toUpperCase()}${which.slice(1)}`;
    figures[`${name}CpuMs`] = median(pairs.map((pair) => pair.ours[which]));
    if (theirs === null) continue;
    figures[`${name}AgainstCpuMs`] = median(pairs.map((pair) => pair.theirs![which]));
    figures[`${name}CpuRatio`] = median(pairs.map((pair) => pair.ours[which] / pair.theirs![which]));
  }
}

/**
 * Makes a request whose passage differs from all others from its first word on, so that only the prompt before it is
 * reused.
 */
function makeRequest(maxTokens: number): GenerateRequest {
  const letter = (): string => String.fromCodePoint(97 + Math.floor(random() * 26));
  const text = Array.from({ length: PASSAGE_CHARS }, letter).join('');
  const passage = { rank: 1, title: text.slice(0, 8), modifiedAt: '', headings: [], places: [], text };
  return { language: 'pt', question: 'Qual é o prazo?', passages: [passage], maxTokens, temperature: 0 };
}
