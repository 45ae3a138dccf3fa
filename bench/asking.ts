/**
 * Measures what many questions at once do to the event loop of the API:
 *
 *   npm run bench -- asking [--documents 300] [--askers 50] [--json]
 *
 * Documents of made-up text in an embedded store, the quotes engine, no HTTP. A turn is what happens between two chances
 * for anything else: its CPU time barely depends on the load of the machine, its length does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openSqliteReader, openSqliteWriter } from '#shared/store/sqlite/sqlite.ts';
import { chunkVector } from '#shared/text/sparse.ts';
import { writeAnswer, type AnswerParts } from '../graphql-api/answer.ts';
import { documentStateFromStore } from '../graphql-api/documents/replica.ts';
import { openQuotes } from '../graphql-api/generate/quotes.ts';
import { EVERYWHERE } from '../graphql-api/filters/passage-filter.ts';
import { openCorpus } from './search/corpus.ts';

const { values: flags } = parseArgs({
  args: process.argv.slice(3),
  options: {
    documents: { type: 'string', default: '300' },
    askers: { type: 'string', default: '50' },
    json: { type: 'boolean', default: false },
  },
});

const SEED = 20_261;
const CHUNKS_PER_DOCUMENT = 5;
const ROUNDS = 3;
const RESOLUTION_MS = 1;
const REST_MS = 50;

const corpus = openCorpus(SEED, undefined);
const signal = new AbortController().signal;
const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-bench-'));
try {
  const figures = await measure();
  if (flags.json) console.log(JSON.stringify(figures));
  else console.table(figures);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<Record<string, number>> {
  const file = path.join(folder, 'store.db');
  await using writer = await openSqliteWriter(file);
  for (let i = 0; i < Number(flags.documents); i++) {
    const { document, chunks } = corpus.makeDocument(`notas/nota-${i}.txt`, CHUNKS_PER_DOCUMENT);
    const prepared = chunks.map((chunk) => ({
      chunk,
      sparse: chunkVector({ title: null, headings: [], text: chunk.text }),
      embeddedTextHash: chunk.id,
    }));
    await writer.putChunks(document.content, prepared);
    await writer.publish(document, 1);
  }
  await using reader = await openSqliteReader(file);
  const documents = (await reader.documents()).map(documentStateFromStore);
  await using quotes = openQuotes();
  const parts: AnswerParts = {
    reader,
    documents: () => documents,
    embedQuestion: async () => null,
    scorePassages: async () => null,
    meaningOffBecause: () => null,
    now: () => new Date(),
    instructions: null,
    engines: { answer: (request, stop) => quotes.generate(request, stop) } as AnswerParts['engines'], // all that is used
  };

  const ask = async (): Promise<void> => {
    const request = { question: corpus.makeQuestion().text, filter: EVERYWHERE, maxSources: 8, temperature: 0 };
    for await (const _ of writeAnswer({ ...request, maxTokens: 512 }, parts, signal));
  };
  for (let i = 0; i < 20; i++) await ask();

  const askers = Number(flags.askers);
  const askTogether = () => Promise.all(Array.from({ length: askers }, ask));
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const cpuBefore = process.threadCpuUsage();
  const startedAt = performance.now();
  delay.enable();
  for (let round = 0; round < ROUNDS; round++) {
    await askTogether();
    await sleep(REST_MS);
  }
  delay.disable();
  const cpuMs = threadCpuMs(cpuBefore);
  const wallMs = performance.now() - startedAt;
  const longestTurnCpuMs = await longestTurn(askTogether);
  const figures = {
    mainThreadCpuMsPerAnswer: cpuMs / ROUNDS / askers,
    wallMsPerRound: wallMs / ROUNDS - REST_MS,
    longestTurnMs: delay.max / 1e6,
    longestTurnCpuMs,
  };
  const rounded = Object.entries(figures).map(([name, value]) => [name, Math.round(value * 10) / 10]);
  return { askers, ...Object.fromEntries(rounded) };
}

/** Returns the most CPU time that the main thread spent between two rounds of the event loop. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longestMs = 0;
  let before = process.threadCpuUsage();
  let isOver = false;
  const measureTurn = (): void => {
    longestMs = Math.max(longestMs, threadCpuMs(before));
    before = process.threadCpuUsage();
    if (!isOver) setImmediate(measureTurn);
  };
  setImmediate(measureTurn);
  await work();
  isOver = true;
  return longestMs;
}

function threadCpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
