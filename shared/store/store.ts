import type { Chunk, ChunkId, ContentId, ContentSummary, DocumentId, PublishedDocument } from '../document.ts';
import type { SparseVector } from '../text/sparse.ts';

/**
 * The two ports of the store. A driver implements both: the watcher writes, the API reads. Every driver passes the
 * contract suite in testing/store-contract.ts.
 *
 * Promised by both ports:
 * - A write is visible to every reader's next call once its promise has resolved.
 * - Every call takes an AbortSignal; an aborted call rejects with the signal's reason.
 * - A store that cannot be reached, or is locked, rejects with StoreError STORE_UNAVAILABLE.
 * - Closing twice is allowed.
 *
 * Not promised:
 * - A rejected or aborted write may still take effect, even some time after the rejection. Every write is idempotent
 *   and revisions make a late publication harmless, so the caller simply repeats the call.
 * - No driver retries; retrying-store.ts does.
 * - Two calls may see different states: there is no snapshot across calls, nor across the items of an iteration. A
 *   change made during an iteration may or may not be in it.
 * - Nothing here prevents a second writer, which is not supported; the lock of the watcher's ledger does.
 * - A power failure may undo the last writes. The watcher's audit finds that out and repeats them.
 */

/** A model's way of embedding. Vectors are comparable within one space only. */
export interface VectorSpace {
  /** Model, revision, dtype, pooling, tokenizer and prefixes in one string; unique in a store. */
  readonly name: string;
  readonly dimensions: number;
}

/** A chunk as the watcher stores it. */
export interface ChunkToStore {
  readonly chunk: Chunk;
  /** Term weights, computed by the analyser version that the store was opened with. */
  readonly sparse: SparseVector;
  /** SHA-256 of the text that is embedded (title, headings and text). Chunks with equal hashes can share a vector. */
  readonly embeddedTextHash: string;
}

/** A stored chunk that has no vector yet, with everything that is needed to embed it. */
export interface ChunkToEmbed {
  readonly chunk: Chunk;
  /** The content's title, which is embedded with the text as the headings are; null if it has none. */
  readonly title: string | null;
  /** See ChunkToStore. */
  readonly embeddedTextHash: string;
}

/** The vector of one chunk of a content. */
export interface ChunkVector {
  readonly ordinal: number;
  /** Of unit length. A driver may store it in lower precision; findVectors then returns the rounded vector. */
  readonly vector: Float32Array;
}

/** Writes to the store. A document becomes searchable in two steps: putChunks as often as needed, then publish once. */
export interface StoreWriter extends AsyncDisposable {
  /**
   * The highest revision that was ever published or unpublished in this store, 0 in a new one. A watcher that has lost
   * its ledger continues above it.
   */
  readonly lastRevision: number;

  /**
   * Stores chunks of a content. Readers do not see them until the content is published. A chunk that is already stored
   * stays as it is. May be called several times for one content, also after a crash. Not atomic: a call that fails may
   * have stored some of the chunks.
   */
  putChunks(content: ContentSummary, chunks: readonly ChunkToStore[], signal?: AbortSignal): Promise<void>;

  /** Returns how many chunks of a content are stored; 0 for an unknown content. */
  countChunks(content: ContentId, signal?: AbortSignal): Promise<number>;

  /**
   * Makes a content searchable under the document's path, in place of the content that was published there before. This
   * is the commit: readers see the old content or the new one, never parts of both and never neither. Ignored if the
   * path already has this revision or a higher one.
   * Rejects with CONTENT_INCOMPLETE, and leaves the old content published, unless exactly `content.chunkCount` chunks
   * with the ordinals from 0 on are stored.
   */
  publish(document: PublishedDocument, revision: number, signal?: AbortSignal): Promise<void>;

  /**
   * Removes a path from the results, whether or not it was ever published. Leaves a tombstone with the revision, so
   * that a late `publish` of a lower one cannot bring the path back. Ignored if the path already has this revision or a
   * higher one. A driver may delete tombstones that are more than 7 days old.
   */
  unpublish(path: string, revision: number, signal?: AbortSignal): Promise<void>;

  /**
   * Does for many paths what `unpublish` does for one, each with its own revision, at a fraction of the cost. Not
   * atomic: a call that fails may have removed some of the paths. SQLite blocks the thread for all of them, so the
   * caller passes at most a few hundred at a time.
   */
  unpublishAll(removals: readonly Removal[], signal?: AbortSignal): Promise<void>;

  /**
   * Yields the chunks of published contents that have no vector in this space, contents of the highest revision first,
   * by ordinal within a content. Vectors may be written during the iteration. Rejects with SPACE_MISMATCH if the store
   * knows the space with other dimensions.
   */
  missingVectors(space: VectorSpace, signal?: AbortSignal): AsyncIterable<ChunkToEmbed>;

  /**
   * Returns the vectors that the space already has for these hashes of embedded texts. Unknown hashes are left out.
   * Rejects as missingVectors does.
   */
  findVectors(
    space: VectorSpace,
    textHashes: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Float32Array>>;

  /**
   * Stores vectors for chunks of a content. A chunk keeps its first vector in a space; chunks that are not stored are
   * skipped. The first space that receives vectors becomes active. Rejects with SPACE_MISMATCH if the length of a
   * vector is not the space's number of dimensions.
   */
  putVectors(
    space: VectorSpace,
    content: ContentId,
    vectors: readonly ChunkVector[],
    signal?: AbortSignal,
  ): Promise<void>;

  /** Returns all vector spaces: the active one first, if there is one. */
  knownSpaces(signal?: AbortSignal): Promise<readonly VectorSpace[]>;

  /** Makes this space the one that dense search uses, however many of its vectors are missing. */
  activate(space: VectorSpace, signal?: AbortSignal): Promise<void>;

  /** Deletes all spaces with their vectors, except this one and the active one. */
  forgetSpacesBut(space: VectorSpace, signal?: AbortSignal): Promise<void>;

  /** Deletes contents with their chunks and vectors. Contents that are published or unknown are skipped. */
  collect(contents: readonly ContentId[], signal?: AbortSignal): Promise<void>;

  /**
   * Deletes the tombstones of these paths, and erases for good what was deleted before, by this call or any other: once
   * it resolves, no file of the store holds any of it, write-ahead log included. A path that is published or unknown is
   * skipped. Only for paths whose late publications cannot arrive any more. Takes as long as copying the store; writes
   * wait meanwhile. A driver whose server keeps deleted points until it tidies up only deletes them.
   */
  erase(paths: readonly string[], signal?: AbortSignal): Promise<void>;

  /** Yields every content of which at least one chunk is stored, in no particular order. For the audit. */
  contents(signal?: AbortSignal): AsyncIterable<StoredContent>;

  /** Yields every path, including tombstones, in no particular order. For the audit. */
  publications(signal?: AbortSignal): AsyncIterable<Publication>;
}

/** A path to remove, and the revision of its tombstone. */
export interface Removal {
  readonly path: string;
  readonly revision: number;
}

/** What is stored of a content, for the audit. */
export interface StoredContent {
  readonly id: ContentId;
  readonly storedChunks: number;
  /** Whether at least one path is published with it. */
  readonly isPublished: boolean;
}

/** What the store has for a path, for the audit. */
export interface Publication {
  readonly path: string;
  readonly revision: number;
  /** Null for a tombstone. */
  readonly content: ContentId | null;
}

/** One search. Each arm runs only if its vector is given. */
export interface SearchRequest {
  /** Runs the keyword arm. */
  readonly sparse?: SparseVector;
  /** Runs the semantic arm, with a vector of unit length. Any space but the active one rejects with SPACE_MISMATCH. */
  readonly dense?: { readonly space: VectorSpace; readonly vector: Float32Array };
  /** Searches only these contents; all published ones if undefined. An empty list finds nothing. */
  readonly contents?: readonly ContentId[];
  /**
   * Searches only contents of this language, a BCP 47 tag as in ContentSummary; all languages if undefined. Unlike a list
   * of the language's contents, it makes no request larger.
   */
  readonly language?: string;
  /** The most hits per arm. */
  readonly limit: number;
}

/** A chunk that was found. */
export interface Hit {
  readonly chunk: Chunk;
  /** The documents that have this chunk's content, at least one, ordered by path. */
  readonly documents: readonly PublishedDocument[];
  /**
   * BM25 in the keyword arm, the cosine in the semantic arm. Comparable only within one arm of one result: drivers and
   * other states of the store give other numbers. 0 from findChunk.
   */
  readonly score: number;
}

/**
 * The hits of both arms, best first, ties ordered by chunk id so that results repeat. Empty for an arm that did not
 * run.
 */
export interface SearchResult {
  readonly sparse: readonly Hit[];
  readonly dense: readonly Hit[];
}

/** The vector spaces of a store. */
export interface VectorSpaces {
  /** The space that dense search uses; null until the first vector is stored. */
  readonly active: VectorSpace | null;
  /** The other spaces: those being filled, and old ones not yet deleted. */
  readonly filling: readonly VectorSpace[];
  /** The share of published chunks that have a vector in the active space, 0 to 1; 0 without an active space. */
  readonly embeddedShare: number;
}

/** Numbers for people to see. */
export interface StoreStats {
  readonly documents: number;
  /** Chunks of published contents. A driver may also count a content that is just being published or replaced. */
  readonly chunks: number;
  /** Size on disk; a rough estimate if the driver cannot measure it. */
  readonly sizeBytes: number;
}

/**
 * Reads the store. No call returns anything of a content that is not published, or that was replaced or removed before
 * the call. A content may be replaced between two calls, so a hit may be gone when its neighbours are asked for.
 */
export interface StoreReader extends AsyncDisposable {
  /**
   * Finds the best chunks of published contents. The semantic arm is approximate: it may miss a near chunk, and finds
   * none that has no vector yet. The keyword arm may leave out terms that are in a large share of all chunks.
   */
  search(request: SearchRequest, signal?: AbortSignal): Promise<SearchResult>;

  /** Returns all vector spaces, the active one first, if there is one. Costs less than `spaces`, which counts vectors. */
  knownSpaces(signal?: AbortSignal): Promise<readonly VectorSpace[]>;

  /** Returns the active vector space and the others. */
  spaces(signal?: AbortSignal): Promise<VectorSpaces>;

  /** Returns a chunk with its documents; undefined if it is unknown or unpublished. */
  findChunk(id: ChunkId, signal?: AbortSignal): Promise<Hit | undefined>;

  /**
   * Returns the chunks of a content whose ordinals are from `from` to `to`, both included, in order, as far as they
   * exist.
   */
  neighbours(content: ContentId, from: number, to: number, signal?: AbortSignal): Promise<readonly Chunk[]>;

  /**
   * Returns the extracted text of a content between two UTF-16 offsets, cut to what exists; '' for a content that is
   * not published.
   */
  text(content: ContentId, startChar: number, endChar: number, signal?: AbortSignal): Promise<string>;

  /** Returns a published document; undefined if it is unknown or unpublished. */
  findDocument(id: DocumentId, signal?: AbortSignal): Promise<PublishedDocument | undefined>;

  /** Returns every published document, ordered by path (by code units). */
  documents(signal?: AbortSignal): Promise<readonly PublishedDocument[]>;

  /** Counts what is published. */
  stats(signal?: AbortSignal): Promise<StoreStats>;
  /**
   * Returns what is wrong although the store works, a message for each: nodes of a cluster that are not used at present.
   * Empty for a store that consists of one server or file.
   */
  troubles(signal?: AbortSignal): Promise<readonly string[]>;
}

/** A path as it is copied into another store. */
export interface DocumentToCopy {
  readonly path: string;
  readonly revision: number;
  /** Null for a tombstone. */
  readonly document: PublishedDocument | null;
}

/** A chunk with everything that cannot be computed from its text without a model. */
export interface ChunkToCopy {
  readonly chunk: Chunk;
  /** See ChunkToStore. */
  readonly embeddedTextHash: string;
  /** Its vectors by the name of their space; those of spaces that are not known any more are left out. */
  readonly vectors: ReadonlyMap<string, Float32Array>;
}

/** Reads a store for a copy of it, by copyStore. Changes nothing that is stored. */
export interface StoreSource extends AsyncDisposable {
  /** Returns all vector spaces: the active one first, if there is one. */
  knownSpaces(signal?: AbortSignal): Promise<readonly VectorSpace[]>;
  /** Yields every path, including tombstones, in no particular order. */
  documents(signal?: AbortSignal): AsyncIterable<DocumentToCopy>;
  /** Yields the stored chunks of a content, in no particular order; none of an unknown one. */
  chunks(content: ContentId, signal?: AbortSignal): AsyncIterable<ChunkToCopy>;
}
