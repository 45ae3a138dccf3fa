import type { ContentId } from '#shared/document.ts';
import type { Embedded, Embedder } from '#shared/embedder/embedder.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { embeddedTextOf } from '#shared/text/embedded-text.ts';
import { batchesOf } from '#shared/batches.ts';

/**
 * Chunks embedded and stored together: enough to pack short texts, few enough that a kill costs about a second of work.
 */
const BATCH_CHUNKS = 32;

/** What a pass over the published chunks works with. */
export interface EmbedContentsParts {
  readonly store: Pick<StoreWriter, 'knownSpaces' | 'missingVectors' | 'findVectors' | 'putVectors'>;
  readonly embedder: Embedder;
  /** Called after each stored batch with the number of chunks of a content that got a vector. */
  readonly onStored: (content: ContentId, chunks: number) => void;
  /** Called after each batch; true ends the pass, for example because newer documents should come first. */
  readonly isOutdated: () => boolean;
}

/** The result of one pass. */
export interface EmbeddedPass {
  /** Texts that were given to the model. */
  readonly embedded: number;
  /** Texts that were embedded before: in an older version of the file, in another file, or in an earlier space. */
  readonly reused: number;
  /** Embedded texts that were longer than the model's window. */
  readonly windowed: number;
  /**
   * Texts for which the model fails: their chunks are found by keywords only. The next pass tries again.
   */
  readonly refused: number;
  /** False if `isOutdated` ended the pass. */
  readonly isComplete: boolean;
}

/**
 * Gives a vector to every published chunk that has none in the embedder's space, newest documents first. Stored vectors
 * are kept when the pass is stopped or killed. Copies those of a space that only has another name for the same vectors.
 * @throws what the store and the embedder throw, and the signal's reason.
 */
export async function embedContents(parts: EmbedContentsParts, signal: AbortSignal): Promise<EmbeddedPass> {
  const { store, embedder, onStored, isOutdated } = parts;
  const { space } = embedder;
  const earlierSpaces = (await store.knownSpaces(signal)).filter(
    ({ name, dimensions }) => name !== space.name && dimensions === space.dimensions && embedder.makesVectorsOf(name),
  );
  let [embedded, reused, windowed, refused] = [0, 0, 0, 0];
  for await (const batch of batchesOf(store.missingVectors(space, signal), BATCH_CHUNKS)) {
    const texts = new Map(
      batch.map(({ chunk, title, embeddedTextHash }) => [embeddedTextHash, embeddedTextOf({ ...chunk, title })]),
    );
    const vectors = new Map<string, Float32Array>();
    for (const known of [space, ...earlierSpaces]) {
      const hashes = [...texts.keys()].filter((hash) => !vectors.has(hash));
      if (hashes.length === 0) break;
      for (const [hash, vector] of await store.findVectors(known, hashes, signal)) vectors.set(hash, vector);
    }
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
  /** In the order of the texts; undefined for a text for which the model fails. */
  readonly vectors: readonly (Float32Array | undefined)[];
}

/**
 * Embeds texts, and isolates by halving those for which the model fails, so that all others still get their vectors.
 */
async function embedPassages(
  embedder: Embedder,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<EmbeddedPassages> {
  try {
    return await embedder.embed(texts, 'passage', signal);
  } catch (error) {
    // If the model fails for the empty text too, the model is at fault and not the texts.
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
