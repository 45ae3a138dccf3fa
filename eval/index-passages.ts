import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseConfig, type Config } from '#shared/config.ts';
import { chunkIdOf, contentIdOf, documentIdOf, type ContentId } from '#shared/document.ts';
import { chooseEmbedder } from '#shared/embedder/choose-embedder.ts';
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import { silentLog } from '#shared/log.ts';
import { openStoreReader, openStoreWriter } from '#shared/store/open-store.ts';
import type { StoreReader, StoreWriter } from '#shared/store/store.ts';
import { detectLanguage } from '#shared/text/language.ts';
import { chunkVector } from '#shared/text/sparse.ts';
import { documentsOfStore } from '../graphql-api/documents/replica.ts';
import { openQuestionEmbedder } from '../graphql-api/models/question-embedder.ts';
import type { RetrieveParts } from '../graphql-api/retrieve/rank-passages.ts';
import { embedContents } from '../watcher/upkeep/embed-contents.ts';
import { indexInbox, openFolder, type IndexOptions } from './index-inbox.ts';

/** An index of passages that can be searched until it is disposed. */
export interface IndexedPassages extends RetrieveParts, AsyncDisposable {}

/** Paths carry no words, because words of the path are searched too. */
const pathOf = (passage: number): string => `p${passage}.txt`;

/** Returns the index of the passage that a document was made from. */
export const passageOf = (documentPath: string): number => Number(documentPath.slice(1, -'.txt'.length));

/**
 * Writes each passage as a file into a temporary inbox, and waits until a separate watcher has indexed them all.
 * @throws Error if a file could not be read, the watcher exits, or a minute passes without progress.
 */
export async function indexByWatcher(passages: readonly string[], options: IndexOptions): Promise<IndexedPassages> {
  await using opened = new AsyncDisposableStack();
  const { config, reader, documents } = await indexInbox(
    opened,
    (inbox) => {
      passages.forEach((text, passage) => writeFileSync(path.join(inbox, pathOf(passage)), text));
      return passages.length;
    },
    options,
  );
  const failed = [...documents()].find(({ status }) => status === 'FAILED');
  if (failed !== undefined) throw new Error(`${failed.path} was not indexed: ${failed.error?.message}`);
  const embedQuestion = await openQuestions(opened, config, reader);
  const closing = opened.move();
  return {
    reader,
    documents,
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
