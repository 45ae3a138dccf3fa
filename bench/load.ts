/**
 * Measures an API under load: 200 WebSocket clients, 50 of them asking and the others following changes, while 300 files
 * are dropped and indexed; three times, each after a quiet phase that the load is compared with. Answers are quotes,
 * without a model or an embedder. The clients are a process of their own; this one sends the requests that are timed.
 * Exits with 1 if a target is missed. Not on Windows. Takes a few minutes, 15 at most.
 *
 *   npm run bench -- load [--pause 0] [--json]
 *
 * --pause is how many milliseconds a client waits between an answer and its next question.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ClientsReport } from './load/clients-process.ts';
import { figuresOf, type Probes, type Repetition } from './load/figures.ts';
import { writeNotes } from './load/notes.ts';
import { postQuery, probeHealth, probeSearch } from './load/probe.ts';
import { bareEnvironment, startServices, type Services } from './load/services.ts';

const { values: flags } = parseArgs({
  args: process.argv.slice(3),
  options: { pause: { type: 'string', default: '0' }, json: { type: 'boolean', default: false } },
});

const REPETITIONS = 3;
const ASKERS = 50;
const FOLLOWERS = 150;
const FILES = 300;
const PROBE_EVERY_MS = 250;
const QUIET_MS = 10_000;
/** The load lasts at least this long, so that there are enough requests for a 95th percentile. */
const LOAD_AT_LEAST_MS = 15_000;
/** Files that are not searchable by then are missing in the figures. */
const LOAD_AT_MOST_MS = 120_000;
/** Between the end of the clients and the measurement of the memory. */
const REST_MS = 5_000;
/** How long the files of the previous repetition may still take before the next one. */
const SETTLE_MS = 120_000;
const GIVE_UP_MS = 900_000;

const COUNT = '{ documents(first: 1, filter: { status: [READY] }) { totalCount } }';

const work = mkdtempSync(path.join(os.tmpdir(), 'askbox-bench-'));
let isAllMet = false;
try {
  await using services = await startServices(work);
  const tooLate = AbortSignal.timeout(GIVE_UP_MS);
  const givingUp = once(tooLate, 'abort').then(() => Promise.reject(tooLate.reason));
  const repetitions = await Promise.race([measure(services), services.died, givingUp]);

  const figures = figuresOf(repetitions, FILES);
  isAllMet = Object.values(figures).every(({ isMet }) => isMet !== false);
  const rows = Object.entries(figures).map(([name, { value, target, isMet }]) => {
    return [
      name,
      { value: Number(value.toFixed(2)), target, met: isMet === null ? '' : isMet ? 'yes' : 'NO' },
    ] as const;
  });
  console.table(Object.fromEntries(rows));
  if (flags.json) console.log(JSON.stringify(Object.fromEntries(rows.map(([name, { value }]) => [name, value]))));
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exit(isAllMet ? 0 : 1);

async function measure(services: Services): Promise<readonly Repetition[]> {
  writeNotes(path.join(services.inbox, 'base'), 0, FILES);
  const repetitions: Repetition[] = [];
  for (let n = 1; n <= REPETITIONS; n++) {
    const searchable = await untilSearchable(services, n * FILES, SETTLE_MS);
    if (searchable < n * FILES) throw new Error(`only ${searchable} of ${n * FILES} files are searchable`);
    const idle = await probeWhile(services, () => sleep(QUIET_MS));
    repetitions.push({ idle, ...(await putUnderLoad(services, n)) });
    console.log(`repetition ${n} of ${REPETITIONS} is done`);
  }
  return repetitions;
}

/** Connects the clients and drops the files at the same moment. */
async function putUnderLoad(services: Services, n: number): Promise<Omit<Repetition, 'idle'>> {
  const args = [services.url, ASKERS, FOLLOWERS, flags.pause, FILES].map(String);
  const script = path.join(import.meta.dirname, 'load/clients-process.ts');
  const clients = fork(script, args, { env: bareEnvironment, execArgv: [] });
  let indexing = { seconds: 0, files: 0 };
  let report: ClientsReport | undefined;
  const load = await probeWhile(services, async () => {
    const startedMs = performance.now();
    writeNotes(path.join(services.inbox, `drop-${n}`), n * FILES, FILES);
    const files = (await untilSearchable(services, (n + 1) * FILES, LOAD_AT_MOST_MS)) - n * FILES;
    const ms = performance.now() - startedMs;
    indexing = { seconds: ms / 1000, files };
    await sleep(Math.max(0, LOAD_AT_LEAST_MS - ms));
    report = await finish(clients);
  });
  await sleep(REST_MS);
  return { load, clients: report!, indexing, residentMB: services.residentMB() };
}

/** Lets the open answers end, and ends the clients. */
async function finish(clients: ChildProcess): Promise<ClientsReport> {
  clients.send('finish');
  // `as`: the clients send this one message.
  const [report] = (await Promise.race([
    once(clients, 'message'),
    once(clients, 'exit').then(([code]) => Promise.reject(new Error(`the clients exited with ${code}`))),
  ])) as [ClientsReport];
  clients.disconnect();
  return report;
}

/** Times requests while `work` runs. Those that are under way at its end are waited for. */
async function probeWhile(services: Services, work: () => Promise<unknown>): Promise<Probes> {
  await services.worstGapMs();
  const health = probeHealth(services.url, PROBE_EVERY_MS);
  const search = probeSearch(services.url, PROBE_EVERY_MS, FILES);
  await work();
  const [healthResult, searchResult] = await Promise.all([health.stop(), search.stop()]);
  return { health: healthResult, search: searchResult, worstGapMs: await services.worstGapMs() };
}

/** Waits until `count` documents are searchable, and returns how many are; fewer only after `atMostMs`. */
async function untilSearchable({ url }: Services, count: number, atMostMs: number): Promise<number> {
  const giveUpAt = performance.now() + atMostMs;
  let searchable = 0;
  while (searchable < count && performance.now() < giveUpAt) {
    await sleep(500);
    const leftMs = Math.ceil(Math.max(1000, giveUpAt - performance.now()));
    const response = await postQuery(url, COUNT, {}, AbortSignal.timeout(leftMs)).catch(() => ({ data: null }));
    searchable = Number(/"totalCount":(\d+)/.exec(JSON.stringify(response.data))?.[1] ?? searchable);
  }
  return searchable;
}
