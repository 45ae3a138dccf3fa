import { countFolders, countTags } from '../documents/count-documents.ts';
import { ingestionOf } from '../documents/ingestion.ts';
import type { DocumentReplica } from '../documents/replica.ts';
import type { Context } from './context.ts';
import type { Resolvers } from './generated.ts';
import { readFirst } from './read-input.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';

/** Resolvers that count: documents, chunks, folders and tags. Each field costs one pass, and only if it is asked for. */
export const statsResolvers = {
  Stats: {
    documents: (replica) => [...replica.documents()].length,
    documentsByStatus: (replica) => {
      const groups = Map.groupBy(replica.documents(), ({ status }) => status);
      return [...groups].map(([status, { length }]) => ({ status, count: length }));
    },
    chunks: (replica) => sum(replica, ({ contentId, chunkCount }) => (contentId === null ? 0 : chunkCount)),
    bytes: (replica) => sum(replica, ({ sizeBytes }) => sizeBytes),
    folders: async (replica, { first }, { connection }) =>
      (await countFolders(replica.documents(), connection.signal)).slice(0, readFirst(first)),
    tags: async (replica, { first }, { connection }) =>
      (await countTags(replica.documents(), connection.signal)).slice(0, readFirst(first)),
    ingestion: (replica) => ingestionOf(replica),
  },
} satisfies Resolvers<Context>;

function sum(replica: DocumentReplica, valueOf: (document: DocumentState) => number): number {
  let total = 0;
  for (const document of replica.documents()) total += valueOf(document);
  return total;
}
