import type { Chunk, ChunkId, ContentId, ContentSummary, DocumentId, PublishedDocument } from '../document.ts';
import type { SparseVector } from '../text/sparse.ts';

/**
 * The ports of the store. A driver implements both; the watcher is the only caller of the writer, the API reads.
 * Both ask for an AbortSignal with every call that may take a while; an aborted call rejects with the signal's reason.
 * A store that cannot be reached rejects with StoreError STORE_UNAVAILABLE. The contract suite is store-contract.ts.
 */

/** Vectors are comparable within one space only. */
export interface VectorSpace {
  /** Model, revision, dtype and prefixes in one string. */
  readonly name: string;
  readonly dimensions: number;
}

/** A chunk as the watcher stores it. */
export interface ChunkToStore {
  readonly chunk: Chunk;
  /** In the active text space: the analyser version that the store was opened with. */
  readonly sparse: SparseVector;
  /** SHA-256 of the text that is embedded (title, headings and text): equal hashes never need a second embedding. */
  readonly embeddedTextHash: string;
}

export interface ChunkToEmbed {
  readonly chunk: Chunk;
  /** Of its content: it is embedded with the text, as the headings are. */
  readonly title: string | null;
  readonly embeddedTextHash: string;
}

export interface ChunkVector {
  readonly ordinal: number;
  /** Unit length. */
  readonly vector: Float32Array;
}

export interface StoreWriter extends AsyncDisposable {
  /** The highest revision ever published here, so that a writer that lost its ledger goes on above it. 0 when new. */
  readonly lastRevision: number;

  /**
   * Stores chunks of a content, unseen by readers until the content is published. Idempotent: a chunk that is there
   * stays as it is. Call it as often as needed; a content may be continued after a crash.
   */
  putChunks(content: ContentSummary, chunks: readonly ChunkToStore[], signal?: AbortSignal): Promise<void>;

  /** How many chunks of a content are stored; 0 for an unknown one. */
  countChunks(content: ContentId, signal?: AbortSignal): Promise<number>;

  /**
   * The commit: from now on the path answers with this content, and no longer with the one before.
   * A revision at or below the path's own is ignored. Rejects with CONTENT_INCOMPLETE unless exactly
   * `content.chunkCount` chunks are there. Readers see the old content or the new one, never parts of both.
   */
  publish(document: PublishedDocument, revision: number, signal?: AbortSignal): Promise<void>;

  /** The path answers no more. Leaves a tombstone with the revision, so that a late `publish` cannot bring it back. */
  unpublish(path: string, revision: number, signal?: AbortSignal): Promise<void>;

  /** Chunks of published contents that have no vector in this space, newest documents first. */
  missingVectors(space: VectorSpace, signal?: AbortSignal): AsyncIterable<ChunkToEmbed>;

  /** Vectors already known for embedded texts, by their hash; what is unknown is left out. */
  findVectors(
    space: VectorSpace,
    textHashes: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Float32Array>>;

  /** Rejects with SPACE_MISMATCH when a vector's length is not the space's. Idempotent. */
  putVectors(
    space: VectorSpace,
    content: ContentId,
    vectors: readonly ChunkVector[],
    signal?: AbortSignal,
  ): Promise<void>;

  /** From now on dense search uses this space. The first space that receives vectors is active by itself. */
  activate(space: VectorSpace, signal?: AbortSignal): Promise<void>;

  /** Deletes every other space with its vectors; the active one is left alone. */
  forgetSpacesBut(space: VectorSpace, signal?: AbortSignal): Promise<void>;

  /** Deletes contents with chunks and vectors. A content that a published path refers to is left alone. */
  collect(contents: readonly ContentId[], signal?: AbortSignal): Promise<void>;

  /** Every content that has at least one chunk here, for the audit. In no particular order. */
  contents(signal?: AbortSignal): AsyncIterable<StoredContent>;

  /** Every path with its revision, tombstones included (`content` is null), for the audit. */
  publications(signal?: AbortSignal): AsyncIterable<Publication>;
}

export interface StoredContent {
  readonly id: ContentId;
  readonly storedChunks: number;
  readonly isPublished: boolean;
}

export interface Publication {
  readonly path: string;
  readonly revision: number;
  readonly content: ContentId | null;
}

export interface SearchRequest {
  /** Asks the keyword arm. */
  readonly sparse?: SparseVector;
  /** Asks the meaning arm, with a vector of unit length; a space that is not the active one rejects with SPACE_MISMATCH. */
  readonly dense?: { readonly space: VectorSpace; readonly vector: Float32Array };
  /** Only these contents; everything published when left out. An empty list finds nothing. */
  readonly contents?: readonly ContentId[];
  /** Per arm. */
  readonly limit: number;
}

export interface Hit {
  readonly chunk: Chunk;
  /** The paths that answer with this chunk's content: at least one. */
  readonly documents: readonly PublishedDocument[];
  /** BM25 in the keyword arm, cosine in the meaning arm: comparable within one arm of one result only. */
  readonly score: number;
}

export interface SearchResult {
  /** Best first; empty when the arm was not asked. Ties by chunk id, so that results repeat. */
  readonly sparse: readonly Hit[];
  readonly dense: readonly Hit[];
}

export interface VectorSpaces {
  readonly active: VectorSpace | null;
  /** Spaces that are being filled beside the active one. */
  readonly filling: readonly VectorSpace[];
  /** Share of the published chunks that have a vector in the active space, 0 to 1; 0 without an active space. */
  readonly embeddedShare: number;
}

export interface StoreStats {
  readonly documents: number;
  /** Published ones. */
  readonly chunks: number;
  readonly sizeBytes: number;
}

export interface StoreReader extends AsyncDisposable {
  /** Finds chunks of published contents. Never returns one of an unpublished or replaced content. */
  search(request: SearchRequest, signal?: AbortSignal): Promise<SearchResult>;
  spaces(signal?: AbortSignal): Promise<VectorSpaces>;
  /** Undefined for an unknown or unpublished chunk. */
  findChunk(id: ChunkId, signal?: AbortSignal): Promise<Hit | undefined>;
  /** Chunks of a published content by ordinal, both ends included, as far as they exist; in order. */
  neighbours(content: ContentId, from: number, to: number, signal?: AbortSignal): Promise<readonly Chunk[]>;
  /** The extracted text between two offsets, cut to what exists; '' for a content that is not published. */
  text(content: ContentId, startChar: number, endChar: number, signal?: AbortSignal): Promise<string>;
  findDocument(id: DocumentId, signal?: AbortSignal): Promise<PublishedDocument | undefined>;
  /** Every published document, in the order of paths (code units). */
  documents(signal?: AbortSignal): Promise<readonly PublishedDocument[]>;
  stats(signal?: AbortSignal): Promise<StoreStats>;
}
