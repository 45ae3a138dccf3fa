import type { ChunkId, ContentId } from '../../../document.ts';
import { RecentValues } from '../../../recent-values.ts';

/** A chunk that was found, as JSON. */
export interface FoundChunk {
  readonly id: ChunkId;
  readonly contentId: ContentId;
  /** The row of its content. */
  readonly content: number;
  readonly json: string;
}

/** The documents of a content, ordered by path, as a JSON array. */
export interface FoundDocuments {
  readonly contentId: ContentId;
  /** The row of the content. */
  readonly content: number;
  readonly json: string;
}

/** UTF-16 code units of JSON that are kept of chunks: at most 24 MB, about 10,000 chunks. */
const MAX_CHUNK_CHARS = 12_000_000;
/** The same of documents: at most 6 MB, about 5,000 documents. */
const MAX_DOCUMENT_CHARS = 3_000_000;

/**
 * What the last searches read: questions about the same documents find the same chunks again, and new questions find
 * other chunks of the same documents. Reading 100 of each costs as much CPU as searching 50,000. What was found longest
 * ago is dropped first. The owner has to call `forget` or `clear` as soon as documents change.
 */
export class RecentChunks {
  readonly #chunks: RecentValues<ChunkId, FoundChunk>;
  /** By the row of the content. */
  readonly #documents: RecentValues<number, FoundDocuments>;

  /** @param maxChunkChars @param maxDocumentChars for tests. */
  constructor(maxChunkChars = MAX_CHUNK_CHARS, maxDocumentChars = MAX_DOCUMENT_CHARS) {
    this.#chunks = new RecentValues(maxChunkChars);
    this.#documents = new RecentValues(maxDocumentChars);
  }

  /** Returns a chunk that is kept; undefined for any other. */
  findChunk(id: ChunkId): FoundChunk | undefined {
    return this.#chunks.find(id);
  }

  /** Returns the documents of a content that are kept; undefined for any other. @param content its row. */
  findDocuments(content: number): FoundDocuments | undefined {
    return this.#documents.find(content);
  }

  /** Keeps a chunk, and drops others as needed. */
  keepChunk(found: FoundChunk): void {
    this.#chunks.keep(found.id, found, found.json.length);
  }

  /** Keeps all documents of a content, and drops others as needed. */
  keepDocuments(found: FoundDocuments): void {
    this.#documents.keep(found.content, found, found.json.length);
  }

  /** Drops what belongs to contents that were published, withdrawn or replaced somewhere. */
  forget(contents: ReadonlySet<ContentId>): void {
    this.#chunks.dropWhere(({ contentId }) => contents.has(contentId));
    this.#documents.dropWhere(({ contentId }) => contents.has(contentId));
  }

  /** Drops everything. */
  clear(): void {
    this.#chunks.clear();
    this.#documents.clear();
  }
}
