import type { ChunkId, ContentId } from '../../document.ts';
import { RecentValues } from '../../recent-values.ts';
import type { FoundChunk } from './packed-result.ts';

/** UTF-16 code units that are kept: at most 24 MB, about 7,000 chunks. */
const MAX_CHARS = 12_000_000;

/**
 * The chunks that the last searches found, with their documents: questions about the same documents find them again,
 * and reading 100 of them costs as much CPU as searching 50,000. The chunks found longest ago are dropped first. The
 * owner has to call `forget` or `clear` as soon as documents change.
 */
export class RecentChunks {
  readonly #found: RecentValues<ChunkId, FoundChunk>;

  /** @param maxChars for tests. */
  constructor(maxChars = MAX_CHARS) {
    this.#found = new RecentValues(maxChars);
  }

  /** Returns a chunk that is kept; undefined for any other. */
  find(id: ChunkId): FoundChunk | undefined {
    return this.#found.find(id);
  }

  /** Keeps a chunk, and drops others as needed. */
  keep(found: FoundChunk): void {
    this.#found.keep(found.id, found, found.chunk.length + found.documents.length);
  }

  /** Drops the chunks of contents that were published, withdrawn or replaced somewhere. */
  forget(contents: ReadonlySet<ContentId>): void {
    this.#found.dropWhere(({ contentId }) => contents.has(contentId));
  }

  /** Drops everything. */
  clear(): void {
    this.#found.clear();
  }
}
