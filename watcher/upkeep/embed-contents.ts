import type { ContentId } from '#shared/document.ts';
import type { Embedded, Embedder } from '#shared/embedder/embedder.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { embeddedTextOf } from '#shared/text/embedded-text.ts';
import { batchesOf } from '#shared/batches.ts';

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
  /** Texts that the model cannot make a vector of: their chunks are found by their words alone. The next pass tries again. */
  readonly refused: number;
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
  let [embedded, reused, windowed, refused] = [0, 0, 0, 0];
  for await (const batch of batchesOf(store.missingVectors(space, signal), BATCH_CHUNKS)) {
    const texts = new Map(
      batch.map(({ chunk, title, embeddedTextHash }) => [embeddedTextHash, embeddedTextOf({ ...chunk, title })]),
    );
    const vectors = new Map(await store.findVectors(space, [...texts.keys()], signal));
    reused += vectors.size;

    const unknown = [...texts].filter(([hash]) => !vectors.has(hash));
    const made = await embedPassages(
      embedder,
      unknown.map(([, text]) => text),
      signal,
    );
    for (const [index, [hash]] of unknown.entries()) {
      const vector = made.vectors[index];
      if (vector === undefined) refused += 1;
      else vectors.set(hash, vector);
    }
    embedded += unknown.length;
    windowed += made.windowedTexts;

    for (const [content, chunks] of Map.groupBy(batch, ({ chunk }) => chunk.contentId)) {
      const rows = chunks.flatMap(({ chunk, embeddedTextHash }) => {
        const vector = vectors.get(embeddedTextHash);
        return vector === undefined ? [] : { ordinal: chunk.ordinal, vector };
      });
      await store.putVectors(space, content, rows, signal);
      onStored(content, rows.length);
    }
    if (isOutdated()) return { embedded, reused, windowed, refused, isComplete: false };
  }
  return { embedded, reused, windowed, refused, isComplete: true };
}

interface EmbeddedPassages extends Omit<Embedded, 'vectors'> {
  /** In the order of the texts; undefined for one that the model refuses. */
  readonly vectors: readonly (Float32Array | undefined)[];
}

/** One text that the model fails at must not keep all others from their vectors: it is found by halving. */
async function embedPassages(
  embedder: Embedder,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<EmbeddedPassages> {
  try {
    return await embedder.embed(texts, 'passage', signal);
  } catch (error) {
    // When it cannot read the empty text either, the model is at fault.
    await embedder.embed([''], 'passage', signal).catch(() => Promise.reject(error));
    if (texts.length === 1) return { vectors: [undefined], windowedTexts: 0 };
    const middle = Math.floor(texts.length / 2);
    const first = await embedPassages(embedder, texts.slice(0, middle), signal);
    const second = await embedPassages(embedder, texts.slice(middle), signal);
    return {
      vectors: [...first.vectors, ...second.vectors],
      windowedTexts: first.windowedTexts + second.windowedTexts,
    };
  }
}
