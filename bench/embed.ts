/**
 * Compares the speed of embedding with that of the bare runtime and of other libraries, in one run, each with one
 * thread:
 *
 *   npm run bench -- embed [--rounds 10] [--without-rivals] [--json]
 *
 * The model has the shape and size of multilingual-e5-small q8 and random weights, on which the time does not depend;
 * it is kept in the system's temporary folder. Texts are made up, about 200 tokens long, and new in every round.
 * Compare the CPU times, which are those of all threads: other load on the machine barely changes them.
 */
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Embedder } from '#shared/embedder/embedder.ts';
import { readEmbedderFolder } from '#shared/embedder/embedder-folder.ts';
import { openEmbeddingSession } from '#shared/embedder/onnx-session.ts';
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import { openTokens } from '#shared/embedder/tokens.ts';
import { installRivals, openRivals } from './embed/rivals.ts';
import { speedFolder } from './embed/speed-folder.ts';
import { inventTexts } from './embed/texts.ts';
import { costOnce } from './search/measure.ts';

const { values: flags } = parseArgs({
  args: process.argv.slice(3),
  options: {
    rounds: { type: 'string', default: '10' },
    'without-rivals': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const TEXTS_A_ROUND = 24;
const LOOP_TURNS = 5;
const LOOP_TEXTS = 20;
const PAIRS = 30;
const VOCABULARY_TEXTS = 2000;

const rounds = Number(flags.rounds);
const figures: Record<string, number> = {};
const modelFolder = speedFolder(inventTexts(VOCABULARY_TEXTS).join(' '));
const model = await readEmbedderFolder(modelFolder, null);
const encode = openTokens(model);

const rivalsFolder = mkdtempSync(path.join(os.tmpdir(), 'askbox-bench-'));
try {
  const reason = flags['without-rivals'] ? '--without-rivals is set' : installRivals(rivalsFolder);
  if (reason !== undefined) console.log(`transformers.js and LangChain.js are skipped: ${reason}`);
  await using embedder = await openEmbedder(modelFolder, { known: null, threads: 1 });
  await measureShares(embedder, reason === undefined);
  await measureLoop(embedder);
  await measureQuestions(embedder);
  measureMemory(reason === undefined ? ['ours', 'langchain'] : ['ours']);
} finally {
  rmSync(rivalsFolder, { recursive: true, force: true });
}
console.table(figures);
if (flags.json) console.log(JSON.stringify(figures));

/** Measures all ways in turn, round by round, with the same texts. */
async function measureShares(embedder: Embedder, hasRivals: boolean): Promise<void> {
  const raw = await openRaw();
  const session = await openEmbeddingSession(model.modelFile, 'MEAN', 1);
  const rivals = hasRivals ? await openRivals(rivalsFolder, modelFolder) : undefined;
  const cpuMs: Record<string, number[]> = {};
  const measure = async (name: string, work: () => unknown): Promise<void> => {
    (cpuMs[name] ??= []).push((await costOnce(work)).cpuMs);
  };
  const texts = inventTexts((rounds + 1) * TEXTS_A_ROUND);
  let tokens = 0;
  for (let round = 0; round <= rounds; round++) {
    const ofRound = texts.slice(round * TEXTS_A_ROUND, (round + 1) * TEXTS_A_ROUND);
    const ids = ofRound.map((text) => encode(text, 'passage')[0]!.ids);
    tokens += ids.flat().length;
    const feeds = ids.map(feedsOf);
    await measure('raw', () => inTurn(feeds, (feed) => raw.run(feed)));
    await measure('ofIds', () => inTurn(ids, (sequence) => session.run([sequence])));
    await measure('ofTexts', () => embedder.embed(ofRound, 'passage'));
    if (rivals === undefined) continue;
    await measure('pipeline', () => rivals.pipeline(ofRound));
    await measure('langchain', () => rivals.langchain(ofRound));
  }
  await raw.release();

  const shareOf = (name: string): number => median(cpuMs['raw']!.map((ms, round) => ms / cpuMs[name]![round]!));
  figures['tokensEach'] = tokens / texts.length;
  figures['rawCpuMsEach'] = median(cpuMs['raw']!) / TEXTS_A_ROUND;
  figures['shareOfRaw'] = shareOf('ofIds');
  figures['shareOfRawWithTokenizer'] = shareOf('ofTexts');
  if (rivals === undefined) return;
  figures['sharePipeline'] = shareOf('pipeline');
  figures['shareLangchain'] = shareOf('langchain');
}

/** Opens the bare runtime. With one thread it does not spin, and neither does ours. */
function openRaw(): Promise<InferenceSession> {
  return InferenceSession.create(model.modelFile, { intraOpNumThreads: 1, interOpNumThreads: 1 });
}

function feedsOf(ids: readonly number[]): Record<string, Tensor> {
  const tensorOf = (values: BigInt64Array): Tensor => new Tensor('int64', values, [1, ids.length]);
  return {
    input_ids: tensorOf(BigInt64Array.from(ids, BigInt)),
    attention_mask: tensorOf(new BigInt64Array(ids.length).fill(1n)),
    token_type_ids: tensorOf(new BigInt64Array(ids.length)),
  };
}

async function inTurn<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  for (const item of items) await work(item);
}

/** Returns the median without the first value, which is measured cold. */
function median(all: readonly number[]): number {
  const sorted = all.slice(1).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Measures the longest delay of the event loop while the process embeds and, in turn, while it is idle. */
async function measureLoop(embedder: Embedder): Promise<void> {
  const texts = inventTexts(LOOP_TEXTS);
  const worstMsOf = async (work: () => Promise<unknown>): Promise<number> => {
    const loop = monitorEventLoopDelay({ resolution: 5 });
    loop.enable();
    await work();
    loop.disable();
    return loop.max / 1e6;
  };
  const embeddingMs: number[] = [];
  const idleMs: number[] = [];
  for (let turn = 0; turn < LOOP_TURNS; turn++) {
    const startedMs = performance.now();
    embeddingMs.push(await worstMsOf(() => embedder.embed(texts, 'passage')));
    const sameMs = performance.now() - startedMs;
    idleMs.push(await worstMsOf(() => delay(sameMs)));
  }
  figures['embeddingLongestLoopStopMs'] = Math.max(...embeddingMs);
  figures['idleLongestLoopStopMs'] = Math.max(...idleMs);
}

/**
 * Measures a question while nothing else is embedded, while another process indexes, and behind passages of the same
 * process.
 */
async function measureQuestions(embedder: Embedder): Promise<void> {
  const questions = inventTexts(PAIRS + 1).map((text) => text.split(' ', 12).join(' '));
  const passages = inventTexts(20);
  const quietMs: number[] = [];
  const busyMs: number[] = [];
  const behindMs: number[] = [];
  const indexing = fork(path.join(import.meta.dirname, 'embed/indexing.ts'), [modelFolder]);
  try {
    const tell = async (message: 'start' | 'stop'): Promise<void> => {
      indexing.send(message);
      await once(indexing, 'message');
    };
    await once(indexing, 'message');
    for (const question of questions) {
      const ask = async (): Promise<number> => (await costOnce(() => embedder.embed([question], 'query'))).wallMs;
      quietMs.push(await ask());
      await tell('start');
      busyMs.push(await ask());
      await tell('stop');
      const stop = new AbortController();
      const waiting = embedder.embed(passages, 'passage', stop.signal).catch(() => {});
      behindMs.push(await ask());
      stop.abort();
      await waiting;
      // Lets the run in progress finish, so that the next question does not wait for it.
      await ask();
    }
  } finally {
    indexing.disconnect();
  }
  figures['questionMs'] = median(quietMs);
  figures['questionWhileOtherProcessIndexesMs'] = median(busyMs);
  figures['questionBehindPassagesMs'] = median(behindMs);
}

/** Measures the memory of a process that has embedded a hundred texts and does nothing else. */
function measureMemory(ways: readonly string[]): void {
  for (const way of ways) {
    const script = path.join(import.meta.dirname, 'embed/resident.ts');
    const child = spawnSync(process.execPath, [script, way, modelFolder, rivalsFolder], { encoding: 'utf8' });
    const { residentMB, peakMB, addedMB } = JSON.parse(child.stdout);
    figures[`${way}ResidentMB`] = residentMB;
    figures[`${way}AddedMB`] = addedMB;
    figures[`${way}PeakMB`] = peakMB;
  }
}
