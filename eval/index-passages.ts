import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig, type Config } from '#shared/config.ts';
import { chunkIdOf, contentIdOf, documentIdOf } from '#shared/document.ts';
import { silentLog } from '#shared/log.ts';
import { openStoreReader, openStoreWriter } from '#shared/store/open-store.ts';
import { detectLanguage } from '#shared/text/language.ts';
import { chunkVector } from '#shared/text/sparse.ts';
import { DocumentReplica, documentsOfStore, keepUpToDate } from '../graphql-api/document-replica.ts';
import type { RetrieveParts } from '../graphql-api/retrieve/rank-passages.ts';

/** Longest wait for one more passage to be indexed. */
const GIVE_UP_MS = 60_000;

/** Passages that can be searched, until it is disposed of. */
export interface IndexedPassages extends RetrieveParts, AsyncDisposable {}

/** A path says nothing: its words must not answer. */
const pathOf = (passage: number): string => `p${passage}.txt`;

/** Which passage a document is. */
export const passageOf = (documentPath: string): number => Number(documentPath.slice(1, -'.txt'.length));

/**
 * Puts each passage as a file into a temporary inbox, and waits until a watcher of our own has indexed them all.
 * @param qdrantUrl of a server that holds them meanwhile, in collections of their own; the embedded store when left out.
 * @throws Error when a file cannot be read, the watcher ends, or a minute goes by without progress.
 */
export async function indexByWatcher(passages: readonly string[], qdrantUrl?: string): Promise<IndexedPassages> {
  await using opened = new AsyncDisposableStack();
  const folder = openFolder(opened, qdrantUrl);
  const environment = { ...folder.environment, ASKBOX_WATCHER_PORT: String(await freePort()) };
  const config = parseConfig(environment, folder.path);
  mkdirSync(config.inbox);
  passages.forEach((text, passage) => writeFileSync(path.join(config.inbox, pathOf(passage)), text));

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

  const reader = opened.use(await openStoreReader(config, AbortSignal.timeout(GIVE_UP_MS)));
  const replica = new DocumentReplica([]);
  opened.use(keepUpToDate(replica, { ...config, log: silentLog }));

  let readyCount = 0;
  let giveUpAt = performance.now() + GIVE_UP_MS;
  while (readyCount < passages.length) {
    await sleep(50);
    const documents = [...replica.documents()];
    const failed = documents.find(({ status }) => status === 'FAILED');
    if (failed !== undefined) throw new Error(`${failed.path} was not indexed: ${failed.error?.message}`);
    if (watcher.exitCode !== null) throw new Error(`the watcher ended with code ${watcher.exitCode}: ${fault}`);
    const count = documents.filter(({ status }) => status === 'READY').length;
    if (count > readyCount) giveUpAt = performance.now() + GIVE_UP_MS;
    if (performance.now() > giveUpAt) throw new Error(`only ${count} of ${passages.length} passages were indexed`);
    readyCount = count;
  }
  const closing = opened.move();
  return {
    reader,
    documents: () => replica.documents(),
    embedQuestion: async () => null,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** Stores each passage as one chunk of a document of its own: what the chunker does to them is left out. */
export async function indexWhole(passages: readonly string[], qdrantUrl?: string): Promise<IndexedPassages> {
  await using opened = new AsyncDisposableStack();
  const folder = openFolder(opened, qdrantUrl);
  const config = parseConfig(folder.environment, folder.path);
  await storeWhole(config, passages);
  const reader = opened.use(await openStoreReader(config));
  const documents = await documentsOfStore(reader, new AbortController().signal);
  const closing = opened.move();
  const embedQuestion = async (): Promise<null> => null;
  return { reader, documents: () => documents, embedQuestion, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

async function storeWhole(config: Config, passages: readonly string[]): Promise<void> {
  mkdirSync(config.dataDir, { recursive: true });
  await using writer = await openStoreWriter(config);
  const at = new Date(0).toISOString();
  for (const [passage, text] of passages.entries()) {
    const id = contentIdOf(String(passage), 'whole');
    const content = {
      id,
      chunkCount: 1,
      textLength: text.length,
      title: null,
      mediaType: 'text/plain',
      language: detectLanguage(text),
      pageCount: null,
      warnings: [],
    };
    const chunk = {
      id: chunkIdOf(id, 0),
      contentId: id,
      ordinal: 0,
      text,
      startChar: 0,
      endChar: text.length,
      headings: [],
      marks: [],
    };
    const sparse = chunkVector({ title: null, headings: [], text });
    await writer.putChunks(content, [{ chunk, sparse, embeddedTextHash: chunk.id }]);
    const document = {
      id: documentIdOf(pathOf(passage)),
      path: pathOf(passage),
      title: pathOf(passage),
      content,
      bytesSha256: id,
      sizeBytes: text.length,
      createdAt: at,
      modifiedAt: at,
      indexedAt: at,
    };
    await writer.publish(document, passage + 1);
  }
}

function openFolder(
  opened: AsyncDisposableStack,
  qdrantUrl: string | undefined,
): {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
} {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-eval-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const environment = { ASKBOX_INBOX: path.join(folder, 'inbox'), ASKBOX_DATA: path.join(folder, 'data') };
  if (qdrantUrl === undefined) return { path: folder, environment: { ...environment, ASKBOX_STORE: 'sqlite' } };

  const collection = `askbox-eval-${randomUUID()}`;
  opened.defer(async () => {
    for (const part of ['chunks', 'documents']) {
      await fetch(new URL(`/collections/${collection}_${part}`, qdrantUrl), { method: 'DELETE' });
    }
  });
  return { path: folder, environment: { ...environment, QDRANT_URL: qdrantUrl, ASKBOX_COLLECTION: collection } };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free on 127.0.0.1');
  return address.port;
}
