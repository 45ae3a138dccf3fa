import type { Chunk, ContentSummary, PublishedDocument } from '../../document.ts';
import { MAX_WEIGHT, type SparseVector } from '../../text/sparse.ts';

/** Converts our types to the rows of the tables in schema.ts, and back. */

/** The columns of ChunkRow, for a SELECT from `chunks` joined with `contents`. */
export const CHUNK_COLUMNS = `chunks.chunk_id, contents.content_id, chunks.ordinal, chunks.text, chunks.start_char,
  chunks.end_char, chunks.headings, chunks.marks`;

/** What CHUNK_COLUMNS selects. `headings` and `marks` are JSON. */
export interface ChunkRow {
  readonly chunk_id: string;
  readonly content_id: string;
  readonly ordinal: number;
  readonly text: string;
  readonly start_char: number;
  readonly end_char: number;
  readonly headings: string;
  readonly marks: string;
}

/** Returns the chunk of a row. */
export function chunkOf(row: ChunkRow): Chunk {
  return {
    id: row.chunk_id,
    contentId: row.content_id,
    ordinal: row.ordinal,
    text: row.text,
    startChar: row.start_char,
    endChar: row.end_char,
    headings: JSON.parse(row.headings),
    marks: JSON.parse(row.marks),
  };
}

/** The columns of DocumentRow, for a SELECT from `documents` joined with `contents`. */
export const DOCUMENT_COLUMNS = `documents.document_id, documents.path, documents.title, documents.bytes_sha256,
  documents.size_bytes, documents.created_at, documents.modified_at, documents.indexed_at, contents.content_id,
  contents.chunk_count, contents.text_length, contents.title AS content_title, contents.media_type, contents.language,
  contents.page_count, contents.warnings`;

/** What DOCUMENT_COLUMNS selects. `warnings` is JSON. */
export interface DocumentRow {
  readonly document_id: string;
  readonly path: string;
  readonly title: string;
  readonly bytes_sha256: string;
  readonly size_bytes: number;
  readonly created_at: string;
  readonly modified_at: string;
  readonly indexed_at: string;
  readonly content_id: string;
  readonly chunk_count: number;
  readonly text_length: number;
  readonly content_title: string | null;
  readonly media_type: string;
  readonly language: string | null;
  readonly page_count: number | null;
  readonly warnings: string;
}

/** Returns the published document of a row. */
export function documentOf(row: DocumentRow): PublishedDocument {
  return {
    id: row.document_id,
    path: row.path,
    title: row.title,
    content: contentOf(row),
    bytesSha256: row.bytes_sha256,
    sizeBytes: row.size_bytes,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
    indexedAt: row.indexed_at,
  };
}

function contentOf(row: DocumentRow): ContentSummary {
  return {
    id: row.content_id,
    chunkCount: row.chunk_count,
    textLength: row.text_length,
    title: row.content_title,
    mediaType: row.media_type,
    language: row.language,
    pageCount: row.page_count,
    warnings: JSON.parse(row.warnings),
  };
}

/**
 * A weight is stored in one byte, as a multiple of this. FaQuAD's nDCG@10 stays the same to the third digit, and the
 * postings are 40 % smaller.
 */
export const WEIGHT_STEP = MAX_WEIGHT / 255;

/** Returns a sparse vector as the two columns of `postings`. */
export function sparseBlobs(vector: SparseVector): { readonly terms: Uint8Array; readonly weights: Uint8Array } {
  return {
    terms: bytesOf(vector.indices),
    weights: Uint8Array.from(vector.values, (weight) => Math.max(1, Math.min(255, Math.round(weight / WEIGHT_STEP)))),
  };
}

/** Returns the term ids of a `terms` column. Shares the blob's memory. */
export function termsOf(blob: Uint8Array): Uint32Array {
  return new Uint32Array(blob.buffer, blob.byteOffset, blob.byteLength / Uint32Array.BYTES_PER_ELEMENT);
}

/** Returns a vector as the column of `vectors`: 16-bit floats. */
export function vectorBlob(vector: Float32Array): Uint8Array {
  return bytesOf(new Float16Array(vector));
}

/** Returns the vector of a `vector` column. */
export function vectorOf(blob: Uint8Array): Float32Array {
  return new Float32Array(halfFloatsOf(blob));
}

/** Returns the vector of a `vector` column. Shares the blob's memory. */
export function halfFloatsOf(blob: Uint8Array): Float16Array {
  return new Float16Array(blob.buffer, blob.byteOffset, blob.byteLength / Float16Array.BYTES_PER_ELEMENT);
}

/** Selects all vector spaces: the active one first, then the newest. */
export const KNOWN_SPACES = `SELECT name, dimensions FROM spaces
  ORDER BY id IS (SELECT active_space FROM meta) DESC, id DESC`;

function bytesOf(array: Uint32Array | Float16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
