import { createHash } from 'node:crypto';
import type { Chunk, ContentSummary, PublishedDocument } from '../../document.ts';
import { chunkIdOf, contentIdOf, documentIdOf } from '../../document.ts';
import { chunkVector } from '../../text/sparse.ts';
import type { ChunkToStore, StoreWriter } from '../store.ts';

/** A small content for tests, as extraction and chunking would produce it. */
export interface TestContent {
  readonly summary: ContentSummary;
  readonly chunks: readonly ChunkToStore[];
  readonly text: string;
}

/**
 * Returns a content for tests.
 * @param name equal names give the same content id.
 * @param parts one chunk each; the text is all of them joined.
 * @param options.overlap how many characters of the previous part each chunk starts with.
 */
export function makeContent(
  name: string,
  parts: readonly string[],
  options: {
    readonly title?: string;
    readonly headings?: readonly string[];
    readonly overlap?: number;
    readonly language?: string | null;
  } = {},
): TestContent {
  const { title = null, headings = [], overlap = 0, language = 'pt' } = options;
  const text = parts.join('');
  const id = contentIdOf(name, 'test');
  const starts = parts.map((_, i) => parts.slice(0, i).join('').length);
  const chunks = parts.map((part, ordinal): ChunkToStore => {
    const startChar = Math.max(0, starts[ordinal]! - overlap);
    const endChar = starts[ordinal]! + part.length;
    const chunk: Chunk = {
      id: chunkIdOf(id, ordinal),
      contentId: id,
      ordinal,
      text: text.slice(startChar, endChar),
      startChar,
      endChar,
      headings,
      marks: [{ startChar, pageNumber: ordinal + 1 }],
    };
    const embedded = [title, ...headings, chunk.text].join('\n');
    return {
      chunk,
      sparse: chunkVector({ title, headings, text: chunk.text }),
      embeddedTextHash: createHash('sha256').update(embedded).digest('hex'),
    };
  });
  const summary: ContentSummary = {
    id,
    chunkCount: parts.length,
    textLength: text.length,
    title,
    mediaType: 'text/plain',
    language,
    pageCount: parts.length,
    warnings: [{ code: 'READ_BY_OCR', count: 1, message: 'one page was read by OCR' }],
  };
  return { summary, chunks, text };
}

/** Returns a document with this content, for tests. */
export function makeDocument(path: string, content: TestContent): PublishedDocument {
  return {
    id: documentIdOf(path),
    path,
    title: content.summary.title ?? path,
    content: content.summary,
    bytesSha256: '0'.repeat(64),
    sizeBytes: content.text.length,
    createdAt: '2026-01-01T00:00:00.000Z',
    modifiedAt: '2026-01-02T00:00:00.000Z',
    indexedAt: '2026-01-03T00:00:00.000Z',
  };
}

/** Stores all chunks of a content and publishes it under the path. */
export async function store(writer: StoreWriter, path: string, content: TestContent, revision: number): Promise<void> {
  await writer.putChunks(content.summary, content.chunks);
  await writer.publish(makeDocument(path, content), revision);
}
