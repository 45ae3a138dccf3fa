import type { Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';
import type { Chunk, ContentId, ContentSummary, PublishedDocument } from '../../document.ts';
import { StoreError } from '../../errors.ts';
import type { ChunkToStore, VectorSpace } from '../store.ts';
import type { SparseVector } from '../../text/sparse.ts';

/** Converts our types to the payloads and vectors of Qdrant's points, and back. */

/** Name of the sparse vector of a chunk. */
export const WORDS = 'words';

const MARK = z.object({
  startChar: z.number(),
  pageNumber: z.number().optional(),
  pageLabel: z.string().optional(),
  line: z.number().optional(),
  seconds: z.number().optional(),
  part: z.string().optional(),
  sheet: z.string().optional(),
  cells: z.string().optional(),
  slide: z.number().optional(),
});

const CHUNK = z.object({
  content: z.string(),
  ordinal: z.number(),
  text: z.string(),
  startChar: z.number(),
  endChar: z.number(),
  headings: z.array(z.string()),
  marks: z.array(MARK),
  embeddedTextHash: z.string(),
  /** The content's title; needed only to compute the words again when the analyser changes. */
  title: z.string().nullable(),
});

/** The fields to request when a chunk is read. `live`, `liveRevision` and `language` are only filtered by. */
export const CHUNK_FIELDS = Object.keys(CHUNK.shape);

type Payload = NonNullable<Schemas['Record']['payload']>;

/** Returns the point of a chunk. Readers do not see it: publishing sets `live`. */
export function chunkPoint(
  { chunk, sparse, embeddedTextHash }: ChunkToStore,
  { title, language }: Pick<ContentSummary, 'title' | 'language'>,
): Schemas['PointStruct'] {
  const { id, contentId, ordinal, text, startChar, endChar, headings, marks } = chunk;
  const payload: z.input<typeof CHUNK> = {
    content: contentId,
    ordinal,
    text,
    startChar,
    endChar,
    headings: [...headings],
    // JSON leaves out members that are undefined.
    marks: marks.map((mark) => ({ ...mark })),
    embeddedTextHash,
    title,
  };
  return { id, payload: { ...payload, language, live: false, liveRevision: 0 }, vector: { [WORDS]: sparseOf(sparse) } };
}

/** A chunk as it is stored, without its vectors. */
export interface StoredChunk {
  readonly chunk: Chunk;
  readonly embeddedTextHash: string;
  readonly title: string | null;
}

/** Parses the point of a chunk. @throws StoreError STORE_DAMAGED if it is not as we write it. */
export function chunkOf(point: Schemas['Record'] | Schemas['ScoredPoint']): StoredChunk {
  const { content, embeddedTextHash, title, ...rest } = parse(CHUNK, point);
  // By their type, zod's optional members may be undefined; parsed from JSON they never are.
  const chunk = { id: String(point.id), contentId: content, ...rest } as Chunk;
  return { chunk, embeddedTextHash, title };
}

const WARNING = z.object({
  code: z.enum(['PAGES_WITHOUT_TEXT', 'READ_BY_OCR', 'HIDDEN_TEXT_LEFT_OUT', 'PARTS_LEFT_OUT', 'ENCODING_GUESSED']),
  count: z.number(),
  message: z.string(),
});

const DOCUMENT = z.object({
  id: z.string(),
  path: z.string(),
  title: z.string(),
  content: z.object({
    id: z.string(),
    chunkCount: z.number(),
    textLength: z.number(),
    title: z.string().nullable(),
    mediaType: z.string(),
    language: z.string().nullable(),
    pageCount: z.number().nullable(),
    warnings: z.array(WARNING),
  }),
  bytesSha256: z.string(),
  sizeBytes: z.number(),
  createdAt: z.string(),
  modifiedAt: z.string(),
  indexedAt: z.string(),
}) satisfies z.ZodType<PublishedDocument>;

const PUBLICATION = z.object({
  path: z.string(),
  revision: z.number(),
  /** Null for a tombstone. */
  content: z.string().nullable(),
  document: DOCUMENT.nullable(),
});

/** What is published under a path. Of everything stored, this alone decides what readers see; see publish.ts. */
export interface StoredPublication {
  readonly path: string;
  readonly revision: number;
  /** Null for a tombstone, as is `document`. */
  readonly content: ContentId | null;
  readonly document: PublishedDocument | null;
}

/** Returns the payload of the point of a path. */
export function publicationPayload(publication: StoredPublication): Payload {
  return { kind: 'publication', ...publication };
}

/** Parses the point of a path. @throws StoreError STORE_DAMAGED if it is not as we write it. */
export function publicationOf(point: Schemas['Record']): StoredPublication {
  return parse(PUBLICATION, point);
}

const SPACE = z.object({ name: z.string(), dimensions: z.number() });

/** Returns the payload of the point of a vector space, or of the one that names the active space. */
export function spacePayload(kind: 'space' | 'activeSpace', { name, dimensions }: VectorSpace): Payload {
  return { kind, name, dimensions };
}

/** Parses either point of spacePayload. @throws StoreError STORE_DAMAGED if it is not as we write it. */
export function spaceOf(point: Schemas['Record']): VectorSpace {
  return parse(SPACE, point);
}

function parse<Result>(schema: z.ZodType<Result>, point: Schemas['Record'] | Schemas['ScoredPoint']): Result {
  const parsed = schema.safeParse(point.payload);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new StoreError(
    'STORE_DAMAGED',
    `point ${point.id} of the store is not as askbox writes it (${issue?.path.join('.')}: ${issue?.message}); stop askbox and delete its collections, they are rebuilt from the inbox`,
  );
}

/** Returns a sparse vector as the client sends it. */
export function sparseOf({ indices, values }: SparseVector): Schemas['SparseVector'] {
  return { indices: Array.from(indices), values: numbersOf(values) };
}

/** Returns a dense vector as the client sends it. A 32-bit number takes 17 digits in JSON, but 7 identify it. */
export function numbersOf(values: Float32Array): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(7)));
}
