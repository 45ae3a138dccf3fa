import { locate, type Chunk, type LocatorMark } from '#shared/document.ts';
import type { DocumentChange } from '../documents/changes.ts';
import { selectInTurns } from '../turns/map-in-turns.ts';
import { cursorOf, notACursor, pageOf, pageOfDocuments, readCursor } from '../documents/list.ts';
import { documentStateFromStore } from '../documents/replica.ts';
import { mapInSteps, searchTurns } from '../turns/turns.ts';
import type { Context } from './context.ts';
import type { Locator, Resolvers } from './generated.ts';
import { badInput, readDocumentFilter, readFirst, readQuestion, readSearchFilter, within } from './read-input.ts';
import { excerptOf } from '../retrieve/excerpt.ts';
import { searchPassages } from '../retrieve/retrieve.ts';

const MAX_TEXT_CHARS = 20_000;
const MAX_CONTEXT_CHUNKS = 10;
/** Copies of one file that a chunk lists; operation-cost.ts counts on it. */
const MAX_COPIES = 20;

/** Resolvers that list, read and search documents and their chunks. */
export const documentResolvers = {
  Query: {
    search: async (_, { query, filter, first, mode }, { retrieval, semanticShortfall, connection }) => {
      const startedAt = performance.now();
      const question = readQuestion('query', query);
      const passages = await searchPassages(
        question,
        readSearchFilter(filter),
        readFirst(first),
        retrieval,
        connection.signal,
        mode,
      );
      const hitsInSteps = mapInSteps(passages, ({ rank, score, relevance, keyword, semantic, rerank, chunk }) => ({
        rank,
        score,
        scores: { keyword: keyword?.score ?? null, semantic: semantic?.score ?? null, rerank, relevance },
        chunk,
        excerpt: excerptOf(chunk, question).text,
      }));
      const hits = await searchTurns.run(hitsInSteps, connection.signal);
      const isFoundByMeaning = passages.some(({ semantic }) => semantic !== null);
      const notSemanticBecause = mode === 'KEYWORD' || isFoundByMeaning ? null : semanticShortfall();
      return { hits, notSemanticBecause, tookMs: Math.round(performance.now() - startedAt) };
    },
    document: (_, { id }, { replica }) => replica.find(id) ?? null,
    documentByPath: (_, { path }, { replica }) => replica.findByPath(path) ?? null,
    documents: async (_, { first, after, filter, orderBy }, { replica, connection }) => {
      const count = readFirst(first);
      const wanted = await selectInTurns(replica.documents(), readDocumentFilter(filter), connection.signal);
      return pageOfDocuments(wanted, orderBy, count, after ?? null, connection.signal);
    },
    chunk: async (_, { id }, { reader, connection }) => (await reader.findChunk(id, connection.signal))?.chunk ?? null,
  },

  Subscription: {
    documentChanged: {
      subscribe: (_, { filter }, { replica }) => replica.changes(readDocumentFilter(filter)),
      resolve: (change: DocumentChange) => change,
    },
  },

  DocumentChange: {
    documentId: ({ document }) => document.id,
    path: ({ document }) => document.path,
    document: ({ kind, document }) => (kind === 'REMOVED' ? null : document),
  },

  Document: {
    contentHash: ({ bytesSha256 }) => bytesSha256,
    tags: ({ tags }) => tags ?? [],
    progress: ({ id }, _, { replica }) => replica.progressOf(id),
    stale: (_, __, { replica }) => replica.staleBecause !== null,
    text: ({ contentId }, { start, end }, { reader, connection }) => {
      if (start < 0 || end < start)
        throw badInput('end', 'is before start, or start is before 0; give 0 <= start <= end');
      if (end - start > MAX_TEXT_CHARS) {
        throw badInput('end', `is more than ${MAX_TEXT_CHARS} characters after start; read the text in several parts`);
      }
      return contentId === null ? '' : reader.text(contentId, start, end, connection.signal);
    },
    chunks: async ({ contentId, chunkCount }, { first, after }, { reader, connection }) => {
      const count = readFirst(first);
      const from = after === null || after === undefined ? 0 : readOrdinal(after) + 1;
      // One more than requested, to see whether there is a next page.
      const chunks =
        contentId === null ? [] : await reader.neighbours(contentId, from, from + count, connection.signal);
      const edges = chunks.slice(0, count).map((node) => ({ node, cursor: cursorOf(node.ordinal) }));
      return pageOf(edges, chunks.length > count, chunkCount);
    },
  },

  Chunk: {
    documents: async ({ id, contentId }, _, { reader, replica, connection }) => {
      const copies = replica.withContent(contentId);
      if (copies.length > 0) return copies.slice(0, MAX_COPIES);
      // The replica may be a moment behind the store. It is asked first, because a page of chunks would call the store
      // once for each.
      const hit = await reader.findChunk(id, connection.signal);
      return (hit?.documents ?? [])
        .slice(0, MAX_COPIES)
        .map((document) => replica.find(document.id) ?? documentStateFromStore(document));
    },
    locator: ({ marks, startChar }) => locatorOf(locate(marks, startChar)),
    position: ({ ordinal }) => ordinal,
    wordCount: ({ text }) => text.match(/\S+/g)?.length ?? 0,
    pages: ({ marks }) => {
      const pages = marks.flatMap(({ pageNumber }) => pageNumber ?? []);
      return pages.length === 0 ? null : { first: Math.min(...pages), last: Math.max(...pages) };
    },
    previous: async (chunk, _, context) => (await neighbours(chunk, 1, 0, context)).at(-2) ?? null,
    next: async (chunk, _, context) => (await neighbours(chunk, 0, 1, context))[1] ?? null,
    context: (chunk, { before, after }, context) =>
      neighbours(
        chunk,
        within('before', before, 0, MAX_CONTEXT_CHUNKS),
        within('after', after, 0, MAX_CONTEXT_CHUNKS),
        context,
      ),
  },
} satisfies Resolvers<Context>;

/** Returns a place in the shape of the schema: what is unknown is null. */
export function locatorOf(place: Omit<LocatorMark, 'startChar'>): Locator {
  const { pageNumber = null, pageLabel = null, line = null, seconds = null } = place;
  const { part = null, sheet = null, cells = null, slide = null } = place;
  return { pageNumber, pageLabel, line, seconds, part, sheet, cells, slide };
}

/** Returns the chunk and its neighbours, in order. */
function neighbours(
  chunk: Chunk,
  before: number,
  after: number,
  { reader, connection }: Context,
): Promise<readonly Chunk[]> {
  const { contentId, ordinal } = chunk;
  return reader.neighbours(contentId, Math.max(0, ordinal - before), ordinal + after, connection.signal);
}

function readOrdinal(cursor: string): number {
  const ordinal = readCursor(cursor);
  if (typeof ordinal === 'number' && Number.isSafeInteger(ordinal) && ordinal >= 0) return ordinal;
  throw notACursor();
}
