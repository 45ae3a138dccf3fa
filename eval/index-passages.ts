import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig, type Config } from '#shared/config.ts';
import { chunkIdOf, contentIdOf, documentIdOf, type ContentId } from '#shared/document.ts';
import { chooseEmbedder } from '#shared/embedder/choose-embedder.ts';
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import { silentLog } from '#shared/log.ts';
import { openStoreReader, openStoreWriter } from '#shared/store/open-store.ts';
import type { StoreReader, StoreWriter } from '#shared/store/store.ts';
import { detectLanguage } from '#shared/text/language.ts';
import { chunkVector } from '#shared/text/sparse.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { DocumentReplica, documentsOfStore, keepUpToDate } from '../graphql-api/documents/replica.ts';
import { openQuestionEmbedder } from '../graphql-api/models/question-embedder.ts';
import type { RetrieveParts } from '../graphql-api/retrieve/rank-passages.ts';
import { dropCollections, freePorts } from '../tests/fixtures/run-askbox.ts';
import { embedContents } from '../watcher/upkeep/embed-contents.ts';

/** Longest wait for one more passage to be indexed. */
const GIVE_UP_MS = 60_000;

/** An index of passages that can be searched until it is disposed. */
export interface IndexedPassages extends RetrieveParts, AsyncDisposable {}

/** Where passages are stored, and what embeds them. */
export interface IndexOptions {
  /** A Qdrant server, on which temporary collections are used; the embedded store if omitted. */
  readonly qdrantUrl?: string | undefined;
  /** Folder of the embedding model; nothing is embedded if omitted. */
  readonly embedder?: string | undefined;
}

/** Paths carry no words, because words of the path are searched too. */
const pathOf = (passage: number): string => `p${passage}.txt`;

/** Returns the index of the passage that a document was made from. */
export const passageOf = (documentPath: string): number => Number(documentPath.slice(1, -'.txt'.length));

/**
 * Writes each passage as a file into a temporary inbox, and waits until a separate watcher has indexed them all.
 * @throws Error if a file cannot be read, the watcher exits, or a minute passes without progress.
 */
export async function indexByWatcher(passages: readonly string[], options: IndexOptions): Promise<IndexedPassages> {
  await using opened = new AsyncDisposableStack();
  const folder = openFolder(opened, options);
  const [port] = await freePorts(1);
  const environment = { ...folder.environment, ASKBOX_WATCHER_PORT: String(port) };
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
    const count = documents.filter((document) => isDone(document, options)).length;
    if (count > readyCount) giveUpAt = performance.now() + GIVE_UP_MS;
    if (performance.now() > giveUpAt) throw new Error(`only ${count} of ${passages.length} passages were indexed`);
    readyCount = count;
  }
  const embedQuestion = await openQuestions(opened, config, reader);
  const closing = opened.move();
  return {
    reader,
    documents: () => replica.documents(),
    embedQuestion,
    scorePassages: async () => null,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/**
 * Stores each passage as a document with one chunk, without the watcher and the chunker.
 * @param embeddedShare the share of the passages to embed, 0 to 1.
 */
export async function indexWhole(
  passages: readonly string[],
  options: IndexOptions,
  embeddedShare: number,
): Promise<IndexedPassages> {
  await using opened = new AsyncDisposableStack();
  const folder = openFolder(opened, options);
  const config = parseConfig(folder.environment, folder.path);
  const embedded = await storeWhole(config, passages, embeddedShare);
  const reader = opened.use(await openStoreReader(config));
  const documents = (await documentsOfStore(reader, new AbortController().signal)).map((document) => ({
    ...document,
    embeddedChunks: document.contentId !== null && embedded.has(document.contentId) ? 1 : 0,
  }));
  const embedQuestion = await openQuestions(opened, config, reader);
  const closing = opened.move();
  return {
    reader,
    documents: () => documents,
    embedQuestion,
    scorePassages: async () => null,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** Stores the passages. @returns the contents that have a vector. */
async function storeWhole(
  config: Config,
  passages: readonly string[],
  embeddedShare: number,
): Promise<ReadonlySet<ContentId>> {
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
  return await embedShare(config, writer, embeddedShare * passages.length);
}

async function embedShare(config: Config, store: StoreWriter, wanted: number): Promise<ReadonlySet<ContentId>> {
  const embedded = new Set<ContentId>();
  if (config.embedder === 'none' || wanted === 0) return embedded;
  const choice = chooseEmbedder(config);
  if (choice.folder === null) throw new Error(choice.message);
  await using embedder = await openEmbedder(choice.folder, { known: choice.known, threads: 1 });
  const onStored = (content: ContentId): unknown => embedded.add(content);
  const isOutdated = (): boolean => embedded.size >= wanted;
  await embedContents({ store, embedder, onStored, isOutdated }, new AbortController().signal);
  return embedded;
}

function isDone({ status, chunkCount, embeddedChunks }: DocumentState, { embedder }: IndexOptions): boolean {
  return status === 'READY' && (embedder === undefined || embeddedChunks === chunkCount);
}

/** Embeds questions as the API does; the model is loaded before the first one. */
async function openQuestions(
  opened: AsyncDisposableStack,
  config: Config,
  reader: StoreReader,
): Promise<RetrieveParts['embedQuestion']> {
  const questions = opened.use(openQuestionEmbedder(config, reader, silentLog));
  await questions.firstCheck;
  return questions.embed;
}

function openFolder(
  opened: AsyncDisposableStack,
  { qdrantUrl, embedder = 'none' }: IndexOptions,
): {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
} {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-eval-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const environment = {
    ASKBOX_INBOX: path.join(folder, 'inbox'),
    ASKBOX_DATA: path.join(folder, 'data'),
    ASKBOX_EMBEDDER: embedder === 'none' ? embedder : path.resolve(embedder),
  };
  if (qdrantUrl === undefined) return { path: folder, environment: { ...environment, ASKBOX_STORE: 'sqlite' } };

  const collection = `askbox-eval-${randomUUID()}`;
  opened.defer(() => dropCollections(qdrantUrl, collection));
  return { path: folder, environment: { ...environment, QDRANT_URL: qdrantUrl, ASKBOX_COLLECTION: collection } };
}
