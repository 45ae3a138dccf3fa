import type { ChunkId, ContentId } from '../../document.ts';
import type { Hit } from '../store.ts';

type FoundChunk = Omit<Hit, 'score'>;

/** UTF-16 code units that are kept: at most 24 MB, about 10,000 chunks. */
const MAX_CHARS = 12_000_000;
/** What a document counts beside its chunk's text. */
const DOCUMENT_CHARS = 300;

/**
 * The chunks that the last searches found, with their documents: questions about the same documents find them again,
 * and reading 100 of them costs as much CPU as searching 50,000. The chunks found longest ago are dropped first. The
 * owner has to call `forget` or `clear` as soon as documents change.
 */
export class RecentChunks {
  readonly #maxChars: number;
  /** The chunk that was found longest ago comes first. */
  readonly #found = new Map<ChunkId, FoundChunk>();
  #chars = 0;

  /** @param maxChars for tests. */
  constructor(maxChars = MAX_CHARS) {
    this.#maxChars = maxChars;
  }

  /** Returns a chunk that is kept; undefined for any other. */
  find(id: ChunkId): FoundChunk | undefined {
    const found = this.#found.get(id);
    if (found === undefined) return undefined;
    this.#found.delete(id);
    this.#found.set(id, found);
    return found;
  }

  /** Keeps a chunk, and drops others as needed. */
  keep(found: FoundChunk): void {
    this.#drop(found.chunk.id);
    this.#found.set(found.chunk.id, found);
    this.#chars += charsOf(found);
    for (const id of this.#found.keys()) {
      if (this.#chars <= this.#maxChars) return;
      this.#drop(id);
    }
  }

  /** Drops the chunks of contents that were published, withdrawn or replaced somewhere. */
  forget(contents: ReadonlySet<ContentId>): void {
    for (const [id, { chunk }] of this.#found) if (contents.has(chunk.contentId)) this.#drop(id);
  }

  /** Drops everything. */
  clear(): void {
    this.#found.clear();
    this.#chars = 0;
  }

  #drop(id: ChunkId): void {
    const found = this.#found.get(id);
    if (found === undefined) return;
    this.#found.delete(id);
    this.#chars -= charsOf(found);
  }
}

function charsOf({ chunk, documents }: FoundChunk): number {
  return chunk.text.length + documents.length * DOCUMENT_CHARS;
}
