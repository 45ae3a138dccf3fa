import type { Chunk, ChunkId, ContentId, PublishedDocument } from '../../document.ts';
import type { ProjectedHit } from './projection/projection.ts';
import type { Hit, SearchResult } from '../store.ts';

/**
 * How the result of a search crosses from the reader's thread to its caller. SQLite writes the JSON of each row, and
 * the thread only puts the pieces together: making an object of each row first, and JSON of that, costs twice as much.
 */

/** JSON of a chunk, for a SELECT from `chunks`; `contentId` is left out, see unpackResult. */
export const CHUNK_JSON = jsonObject({
  id: 'json_quote(chunks.chunk_id)',
  ordinal: 'chunks.ordinal',
  text: 'json_quote(chunks.text)',
  startChar: 'chunks.start_char',
  endChar: 'chunks.end_char',
  headings: 'chunks.headings',
  marks: 'chunks.marks',
});

/** JSON of a PublishedDocument, for a SELECT from `documents` joined with `contents`. */
export const DOCUMENT_JSON = jsonObject({
  id: 'json_quote(documents.document_id)',
  path: 'json_quote(documents.path)',
  title: 'json_quote(documents.title)',
  content: jsonObject({
    id: 'json_quote(contents.content_id)',
    chunkCount: 'contents.chunk_count',
    textLength: 'contents.text_length',
    title: 'json_quote(contents.title)',
    mediaType: 'json_quote(contents.media_type)',
    language: 'json_quote(contents.language)',
    pageCount: 'json_quote(contents.page_count)',
    warnings: 'contents.warnings',
  }),
  bytesSha256: 'json_quote(documents.bytes_sha256)',
  sizeBytes: 'documents.size_bytes',
  createdAt: 'json_quote(documents.created_at)',
  modifiedAt: 'json_quote(documents.modified_at)',
  indexedAt: 'json_quote(documents.indexed_at)',
});

/** Returns SQL for a JSON object. @param fields SQL for the JSON of each field. */
function jsonObject(fields: Record<string, string>): string {
  const parts = Object.entries(fields).map(([name, sql]) => `"${name}":' || ${sql} || '`);
  return `'{${parts.join(',')}}'`;
}

/** A chunk that was found, as JSON. */
export interface PublishedChunk {
  readonly id: ChunkId;
  readonly contentId: ContentId;
  /** What CHUNK_JSON selects. */
  readonly chunk: string;
  /** An array of what DOCUMENT_JSON selects. */
  readonly documents: string;
}

/** The result of a search. A chunk that both arms found is in it once, and so are the documents of a content. */
interface PackedResult {
  readonly contents: readonly { readonly id: ContentId; readonly documents: readonly PublishedDocument[] }[];
  /** Each with the index of its content before it. */
  readonly chunks: readonly (number | Omit<Chunk, 'contentId'>)[];
  /** The index of each hit's chunk, followed by its score. */
  readonly sparse: readonly number[];
  readonly dense: readonly number[];
}

/** JSON text of a `Value`, which is sent as it is. */
export interface ReadyJson<Value> {
  readonly readyJson: string;
  /** Never set: says what the text is of. */
  readonly value?: Value;
}

/** Returns the result of a search. @param found by chunk id; hits that are not in it are left out. */
export function packResult(
  arms: { readonly sparse: readonly ProjectedHit[]; readonly dense: readonly ProjectedHit[] },
  found: ReadonlyMap<ChunkId, PublishedChunk>,
): ReadyJson<PackedResult> {
  const contents = new Map<ContentId, number>();
  const chunks = new Map<ChunkId, number>();
  let [contentsJson, chunksJson] = ['', ''];
  const indexOf = ({ id, contentId, chunk, documents }: PublishedChunk): number => {
    const known = chunks.get(id);
    if (known !== undefined) return known;
    let content = contents.get(contentId);
    if (content === undefined) {
      contents.set(contentId, (content = contents.size));
      contentsJson += `${content === 0 ? '' : ','}{"id":"${contentId}","documents":${documents}}`;
    }
    chunksJson += `${chunks.size === 0 ? '' : ','}${content},${chunk}`;
    chunks.set(id, chunks.size);
    return chunks.size - 1;
  };
  const packed = (hits: readonly ProjectedHit[]): string =>
    hits
      .flatMap(({ chunkId, score }) => {
        const chunk = found.get(chunkId);
        return chunk === undefined ? [] : [indexOf(chunk), score];
      })
      .join(',');
  const [sparse, dense] = [packed(arms.sparse), packed(arms.dense)];
  return {
    readyJson: `{"contents":[${contentsJson}],"chunks":[${chunksJson}],"sparse":[${sparse}],"dense":[${dense}]}`,
  };
}

/** Returns what was packed. */
export function unpackResult({ contents, chunks, sparse, dense }: PackedResult): SearchResult {
  const found: Omit<Hit, 'score'>[] = [];
  for (let i = 0; i < chunks.length; i += 2) {
    const [content, chunk] = [chunks[i], chunks[i + 1]];
    // packResult puts an index before each chunk.
    if (typeof content !== 'number' || typeof chunk !== 'object') throw new TypeError('not a packed result');
    const { id: contentId, documents } = contents[content]!;
    found.push({ chunk: { ...chunk, contentId }, documents });
  }
  const unpacked = (arm: readonly number[]): Hit[] =>
    Array.from({ length: arm.length / 2 }, (_, i) => ({ ...found[arm[i * 2]!]!, score: arm[i * 2 + 1]! }));
  return { sparse: unpacked(sparse), dense: unpacked(dense) };
}
