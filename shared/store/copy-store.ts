import { batchesOf } from '../batches.ts';
import { StoreError } from '../errors.ts';
import type { ContentId, ContentSummary } from '../document.ts';
import { chunkVector } from '../text/sparse.ts';
import type {
  ChunkToCopy,
  ChunkToStore,
  ChunkVector,
  Removal,
  StoreSource,
  StoreWriter,
  VectorSpace,
} from './store.ts';

/** Chunks or paths that are written at once. */
const BATCH = 256;
/** How often documents are tried that were replaced while they were copied. */
const MAX_ROUNDS = 3;

/**
 * Copies all that is published into an empty store, of any driver, with its vectors, revisions and tombstones. The source
 * may change meanwhile: a document is copied as it was at some moment, whole, or not at all.
 * @returns the paths that were left out because they changed again and again.
 * @throws whatever the two stores throw; the target then holds a part.
 */
export async function copyStore(
  source: StoreSource,
  target: StoreWriter,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const spaces = await source.knownSpaces(signal);
  const copied = new Set<ContentId>();
  let due: ReadonlySet<string> | null = null;
  for (let round = 1; round <= MAX_ROUNDS && due?.size !== 0; round++) {
    const missed = new Set<string>();
    const tombstones: Removal[] = [];
    for await (const { path, revision, document } of source.documents(signal)) {
      if (due !== null && !due.has(path)) continue;
      if (document === null) {
        tombstones.push({ path, revision });
        continue;
      }
      if (!copied.has(document.content.id)) await copyContent(source, target, spaces, document.content, signal);
      const isWhole = await publishIfWhole(target, document, revision, signal);
      if (isWhole) copied.add(document.content.id);
      // A document that was replaced may come again, with its new content.
      if (isWhole) missed.delete(path);
      else missed.add(path);
    }
    for await (const batch of batchesOf(tombstones, BATCH)) await target.unpublishAll(batch, signal);
    due = missed;
  }
  const [active] = spaces;
  if (active !== undefined) await target.activate(active, signal);
  return [...(due ?? [])];
}

/** Empties a store, so that another one can be copied into it: documents, tombstones, and what was never published. */
export async function clearStore(store: StoreWriter, signal?: AbortSignal): Promise<void> {
  const paths: string[] = [];
  for await (const { path } of store.publications(signal)) paths.push(path);
  const revision = store.lastRevision + 1;
  for await (const batch of batchesOf(paths, BATCH)) {
    await store.unpublishAll(
      batch.map((path) => ({ path, revision })),
      signal,
    );
  }
  const contents: ContentId[] = [];
  for await (const { id } of store.contents(signal)) contents.push(id);
  for await (const batch of batchesOf(contents, BATCH)) await store.collect(batch, signal);
  if (paths.length > 0) await store.erase(paths, signal);
}

async function copyContent(
  source: StoreSource,
  target: StoreWriter,
  spaces: readonly VectorSpace[],
  content: ContentSummary,
  signal: AbortSignal | undefined,
): Promise<void> {
  for await (const batch of batchesOf(source.chunks(content.id, signal), BATCH)) {
    await target.putChunks(
      content,
      batch.map((chunk) => chunkToStore(chunk, content)),
      signal,
    );
    for (const space of spaces) {
      const vectors = batch.flatMap(({ chunk, vectors: known }): ChunkVector | [] => {
        const vector = known.get(space.name);
        return vector === undefined ? [] : { ordinal: chunk.ordinal, vector };
      });
      if (vectors.length > 0) await target.putVectors(space, content.id, vectors, signal);
    }
  }
}

/** @returns false if the source had not all of the content any more; what it had is deleted again. */
async function publishIfWhole(
  target: StoreWriter,
  document: Parameters<StoreWriter['publish']>[0],
  revision: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await target.publish(document, revision, signal);
    return true;
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'CONTENT_INCOMPLETE') throw error;
    await target.collect([document.content.id], signal);
    return false;
  }
}

function chunkToStore({ chunk, embeddedTextHash }: ChunkToCopy, { title }: ContentSummary): ChunkToStore {
  const { headings, text } = chunk;
  return { chunk, sparse: chunkVector({ title, headings, text }), embeddedTextHash };
}
