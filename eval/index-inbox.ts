import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig, type Config } from '#shared/config.ts';
import { silentLog } from '#shared/log.ts';
import { openStoreReader } from '#shared/store/open-store.ts';
import type { StoreReader } from '#shared/store/store.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { DocumentReplica, keepUpToDate } from '../graphql-api/documents/replica.ts';
import { dropCollections, freePorts } from '../tests/fixtures/run-askbox.ts';

/** Longest wait for one more file to be indexed. */
const GIVE_UP_MS = 60_000;

/** Where files are indexed, and what embeds them. */
export interface IndexOptions {
  /** A Qdrant server, on which temporary collections are used; the embedded store if omitted. */
  readonly qdrantUrl?: string | undefined;
  /** Folder of the embedding model; nothing is embedded if omitted. */
  readonly embedder?: string | undefined;
  /** Folder that keeps the index, so that the next run reads and embeds only what has changed; none if omitted. */
  readonly keptIn?: string | undefined;
}

/** A folder for an inbox and its index. */
export interface EvalFolder {
  readonly path: string;
  /** The settings of both services that use it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** An inbox that a watcher has indexed. */
export interface IndexedInbox {
  readonly config: Config;
  readonly reader: StoreReader;
  /** Returns the READY and FAILED documents, as the watcher sees them now. */
  readonly documents: () => Iterable<DocumentState>;
}

/**
 * Fills an inbox and waits until a separate watcher has read every file, also those that fail. What is not kept is
 * deleted when `opened` is disposed of.
 * @param fill writes the files into the folder, with the present time, and returns how many there are.
 * @throws Error if the watcher exits, or a minute passes without progress.
 */
export async function indexInbox(
  opened: AsyncDisposableStack,
  fill: (inbox: string) => number,
  options: IndexOptions,
): Promise<IndexedInbox> {
  const folder = openFolder(opened, options);
  const [port] = await freePorts(1);
  const environment = { ...folder.environment, ASKBOX_WATCHER_PORT: String(port) };
  const config = parseConfig(environment, folder.path);
  rmSync(config.inbox, { recursive: true, force: true });
  mkdirSync(config.inbox);
  const fileCount = fill(config.inbox);
  const oldestMs = oldestIn(config.inbox);

  let fault = '';
  const watcher = spawn(process.execPath, [path.join(import.meta.dirname, '../watcher/main.ts')], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  watcher.stderr.on('data', (bytes: Buffer) => (fault += String(bytes)));
  const ended = new Promise<void>((resolve) => watcher.once('exit', () => resolve()));
  opened.defer(async () => {
    watcher.kill('SIGTERM');
    await ended;
  });

  const replica = new DocumentReplica([]);
  opened.use(keepUpToDate(replica, { ...config, log: silentLog }));

  let doneCount = 0;
  let giveUpAt = performance.now() + GIVE_UP_MS;
  while (doneCount < fileCount) {
    await sleep(50);
    if (watcher.exitCode !== null) throw new Error(`the watcher ended with code ${watcher.exitCode}: ${fault}`);
    const count = [...replica.documents()].filter((document) => isDone(document, oldestMs, options)).length;
    if (count > doneCount) giveUpAt = performance.now() + GIVE_UP_MS;
    if (performance.now() > giveUpAt) throw new Error(`only ${count} of ${fileCount} files were indexed`);
    doneCount = count;
  }
  // Only now: the watcher may have had to bring a kept store up to date.
  const reader = opened.use(await openStoreReader(config, AbortSignal.timeout(GIVE_UP_MS)));
  return { config, reader, documents: () => replica.documents() };
}

/**
 * Creates a folder, which is deleted when `opened` is disposed of unless it is kept; so are the collections in Qdrant.
 */
export function openFolder(
  opened: AsyncDisposableStack,
  { qdrantUrl, embedder = 'none', keptIn }: IndexOptions,
): EvalFolder {
  const folder = keptIn === undefined ? mkdtempSync(path.join(os.tmpdir(), 'askbox-eval-')) : path.resolve(keptIn);
  if (keptIn === undefined) opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  else mkdirSync(folder, { recursive: true });
  const environment = {
    ASKBOX_INBOX: path.join(folder, 'inbox'),
    ASKBOX_DATA: path.join(folder, 'data'),
    ASKBOX_EMBEDDER: embedder === 'none' ? embedder : path.resolve(embedder),
  };
  // One that is set has to be there.
  mkdirSync(environment.ASKBOX_INBOX, { recursive: true });
  if (qdrantUrl === undefined) return { path: folder, environment: { ...environment, ASKBOX_STORE: 'sqlite' } };

  const collection = `askbox-eval-${randomUUID()}`;
  opened.defer(() => dropCollections(qdrantUrl, collection));
  return { path: folder, environment: { ...environment, QDRANT_URL: qdrantUrl, ASKBOX_COLLECTION: collection } };
}

/** Returns the time of the oldest file in whole milliseconds, as the watcher has it. */
function oldestIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.floor(Math.min(...files.map(({ parentPath, name }) => statSync(path.join(parentPath, name)).mtimeMs)));
}

function isDone(document: DocumentState, oldestMs: number, { embedder }: IndexOptions): boolean {
  const { status, modifiedAt, chunkCount, embeddedChunks } = document;
  // In a kept index it may be the state of the last run, before the first scan of this one.
  if (Date.parse(modifiedAt) < oldestMs) return false;
  if (status === 'FAILED') return true;
  return status === 'READY' && (embedder === undefined || embeddedChunks === chunkCount);
}
