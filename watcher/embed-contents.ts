import type { ContentId } from '#shared/document.ts';
import type { Embedder } from '#shared/embedder/embedder.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { embeddedTextOf } from '#shared/text/embedded-text.ts';

/** Embedded and stored together: enough to pack short ones, few enough that a kill costs about a second. */
const BATCH_CHUNKS = 32;

export interface EmbedContentsParts {
  readonly store: Pick<StoreWriter, 'missingVectors' | 'findVectors' | 'putVectors'>;
  readonly embedder: Embedder;
  /** So many more chunks of a content have their vector. */
  readonly onStored: (content: ContentId, chunks: number) => void;
  /** Asked after each batch: whether newer documents wait, which come first. */
  readonly isOutdated: () => boolean;
}

export interface EmbeddedPass {
  /** Texts that the model has read. */
  readonly embedded: number;
  /** Texts that had been embedded before: in an older version of the file, or in another one. */
  readonly reused: number;
  /** Of the embedded ones, those that were longer than the model's window. */
  readonly windowed: number;
  /** False when it stopped for newer documents. */
  readonly isComplete: boolean;
}

/**
 * Gives every published chunk a vector in the embedder's space that has none there, newest documents first. What is
 * stored stays when it is stopped or killed. Throws what the store and the embedder throw.
 */
export async function embedContents(parts: EmbedContentsParts, signal: AbortSignal): Promise<EmbeddedPass> {
  const { store, embedder, onStored, isOutdated } = parts;
  const { space } = embedder;
  let [embedded, reused, windowed] = [0, 0, 0];
  for await (const batch of batchesOf(store.missingVectors(space, signal), BATCH_CHUNKS)) {
    const texts = new Map(
      batch.map(({ chunk, title, embeddedTextHash }) => [embeddedTextHash, embeddedTextOf({ ...chunk, title })]),
    );
    const vectors = new Map(await store.findVectors(space, [...texts.keys()], signal));
    reused += vectors.size;

    const unknown = [...texts].filter(([hash]) => !vectors.has(hash));
    const made = await embedder.embed(
      unknown.map(([, text]) => text),
      'passage',
      signal,
    );
    unknown.forEach(([hash], index) => vectors.set(hash, made.vectors[index]!));
    embedded += unknown.length;
    windowed += made.windowedTexts;

    for (const [content, chunks] of Map.groupBy(batch, ({ chunk }) => chunk.contentId)) {
      const rows = chunks.map(({ chunk, embeddedTextHash }) => ({
        ordinal: chunk.ordinal,
        vector: vectors.get(embeddedTextHash)!,
      }));
      await store.putVectors(space, content, rows, signal);
      onStored(content, rows.length);
    }
    if (isOutdated()) return { embedded, reused, windowed, isComplete: false };
  }
  return { embedded, reused, windowed, isComplete: true };
}

async function* batchesOf<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
