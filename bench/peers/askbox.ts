import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openExtractor } from '../../watcher/read/extractor.ts';
import { checkChunks } from '../../eval/extraction/check-chunks.ts';
import { postQuery } from '../load/probe.ts';
import { startServices, type Services } from '../load/services.ts';
import { cpuMsOf } from '../generate/processes.ts';
import { cpuSecondsOfFamily } from './cpu-of-family.ts';
import { writeFolder, type MadeFile, type MadeFolder } from './folder.ts';
import type { Found, Texts } from './job.ts';

/** What one step took, with everything that it causes in both services. */
interface Step {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Everything that is measured of a running askbox. */
export interface AskboxSteps {
  readonly first: Step;
  readonly again: Step;
  /** While nothing changes. */
  readonly rest: Step;
  readonly edit: Step;
  readonly renames: Step;
  readonly found: Found;
}

const GIVE_UP_MS = 1_200_000;
const POLL_MS = 100;
/** After an edit the whole folder is scanned once more; what that costs counts as well. */
const REST_MS = 2000;
/** How long it is watched while nothing changes. */
const WATCHED_MS = 13_000;
const WARM_UP_QUERIES = 10;
const CPU_LIMIT_MS = 60_000;
const MAX_BYTES = 100_000_000;

/**
 * Measures both services, without a model, from their start on a folder that is full already.
 * @param renamed paths of files to rename, and their new paths.
 */
export async function measureAskbox(
  work: string,
  made: MadeFolder,
  renamed: readonly (readonly [from: string, to: string])[],
  queries: readonly string[],
): Promise<AskboxSteps> {
  const inbox = path.join(work, 'inbox');
  const at = (name: string): string => path.join(inbox, name);
  writeFolder(inbox, made);
  const count = made.files.length;

  const first = await started(work, ({ url }) => areReady(url, '**', count));
  // How the end of the first scan shows: this note is found by it, and read after it.
  writeFileSync(at('depois.md'), 'A palavra é quindrelim.');
  await sleep(REST_MS); // or the note would have to stay unchanged first
  let others: Omit<AskboxSteps, 'first' | 'again'> | undefined;
  const again = await started(
    work,
    ({ url }) => isFound(url, 'quindrelim'),
    async (services) => {
      await sleep(REST_MS);
      const rest = await step(services, () => sleep(WATCHED_MS), 0);
      const edit = await step(services, () => {
        writeFileSync(at(made.files[0]!.path), `${made.files[0]!.text}\nAgora com a palavra zafirolim.\n`);
        return until(() => isFound(services.url, 'zafirolim'));
      });
      const renames = await step(services, () => {
        for (const [from, to] of renamed) renameSync(at(from), at(to));
        return until(() => areReady(services.url, '**/novo-*', renamed.length));
      });
      others = { rest, edit, renames, found: await searchOverHttp(services, queries) };
    },
  );
  return { first, again, ...others! };
}

/** Starts the services, measures until `isDone`, then does the rest with them and stops them. */
async function started(
  work: string,
  isDone: (services: Services) => Promise<boolean>,
  rest: (services: Services) => Promise<void> = async () => {},
): Promise<Step> {
  const startedMs = performance.now();
  // As npm start has it, but of its own, so that the first start finds nothing compiled.
  const settings = { NODE_COMPILE_CACHE: path.join(work, 'compiled') };
  await using services = await startServices(work, { isWatched: false, settings });
  const measure = async (): Promise<Step> => {
    await until(() => isDone(services));
    const taken = { seconds: (performance.now() - startedMs) / 1000, cpuSeconds: cpuOf(services) };
    await rest(services);
    return taken;
  };
  return await Promise.race([measure(), services.died]);
}

async function step(services: Services, work: () => Promise<void>, restMs = REST_MS): Promise<Step> {
  const before = cpuOf(services);
  const startedMs = performance.now();
  await work();
  const seconds = (performance.now() - startedMs) / 1000;
  await sleep(restMs);
  return { seconds, cpuSeconds: cpuOf(services) - before };
}

function cpuOf({ apiPid, watcherPid }: Services): number {
  return cpuSecondsOfFamily([apiPid, watcherPid]);
}

const SEARCH = 'query ($query: String!) { search(query: $query, first: 3, mode: KEYWORD) { hits { chunk { text } } } }';

/** Searches as a program does, one query after another; the CPU time is that of the API. */
async function searchOverHttp({ url, apiPid }: Services, queries: readonly string[]): Promise<Found> {
  for (const query of queries.slice(0, WARM_UP_QUERIES)) await passagesFor(url, query);
  const beforeMs = cpuMsOf(apiPid);
  const passages: (readonly string[])[] = [];
  for (const query of queries) passages.push(await passagesFor(url, query));
  return { cpuMsEach: (cpuMsOf(apiPid) - beforeMs) / queries.length, passages };
}

async function passagesFor(url: string, query: string): Promise<readonly string[]> {
  const { search } = await ask<{ search: { hits: { chunk: { text: string } }[] } }>(url, SEARCH, { query });
  return search.hits.map(({ chunk }) => chunk.text);
}

async function isFound(url: string, word: string): Promise<boolean> {
  return (await passagesFor(url, word)).some((text) => text.includes(word));
}

const READY = `query ($paths: [String!]) {
  documents(first: 1, filter: { status: [READY], paths: $paths }) { totalCount }
  stats { ingestion { queued } }
}`;

async function areReady(url: string, glob: string, count: number): Promise<boolean> {
  const { documents, stats } = await ask<{
    documents: { totalCount: number };
    stats: { ingestion: { queued: number } };
  }>(url, READY, { paths: [glob] });
  return documents.totalCount >= count && stats.ingestion.queued === 0;
}

/** @throws Error with the GraphQL errors. */
async function ask<Data>(url: string, query: string, variables: Record<string, unknown>): Promise<Data> {
  const { data, errors } = await postQuery(url, query, variables, AbortSignal.timeout(GIVE_UP_MS));
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data as Data; // `as`: the caller names the type that its query returns
}

/** Also while the API does not answer yet. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > giveUpAt) throw new Error(`not done within ${GIVE_UP_MS} ms`);
    await sleep(POLL_MS);
  }
}

/** Reads all files in the extraction process of the watcher, one after another. */
export async function readWithAskbox(
  folder: string,
  files: readonly MadeFile[],
): Promise<{ readonly texts: Texts; readonly cpuSeconds: number }> {
  // Processes that have ended count as well: the extraction process is replaced now and then.
  const before = cpuSecondsOfFamily([process.pid]);
  const own = process.cpuUsage();
  const texts: Record<string, string> = {};
  {
    await using extractor = openExtractor();
    for (const file of files) {
      const toRead = { file: path.join(folder, file.path), path: file.path, maxBytes: MAX_BYTES };
      const options = { signal: new AbortController().signal, cpuLimitMs: CPU_LIMIT_MS };
      const reading = await extractor.read(toRead, options).catch(() => null);
      if (reading !== null) texts[file.path] = checkChunks(reading.chunks, reading.content.textLength).text;
    }
  }
  const { user, system } = process.cpuUsage(own);
  return { texts, cpuSeconds: cpuSecondsOfFamily([process.pid]) - before - (user + system) / 1e6 };
}
