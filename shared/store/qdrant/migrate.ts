import { batchesOf } from '../../batches.ts';
import type { ContentId } from '../../document.ts';
import { noteFormat } from './collections.ts';
import type { QdrantConnection } from './connection/connection.ts';
import { isOneOf } from './filters.ts';
import { eachPublication } from './publications.ts';

/** A content id has 64 letters. */
const CONTENTS_A_REQUEST = 256;

/**
 * Gives the chunks of published contents their language, which format 1 did not have; chunks that are not published get it
 * when they are. No file is read again. Readers that open meanwhile wait; after a crash the next start begins again.
 */
export async function addLanguages(connection: QdrantConnection, signal?: AbortSignal): Promise<void> {
  const contentsOf = new Map<string, Set<ContentId>>();
  for await (const { document } of eachPublication(connection, signal)) {
    if (document === null || document.content.language === null) continue;
    const { id, language } = document.content;
    contentsOf.set(language, (contentsOf.get(language) ?? new Set()).add(id));
  }
  const { call, chunks, writing } = connection;
  for (const [language, contents] of contentsOf) {
    for await (const batch of batchesOf(contents, CONTENTS_A_REQUEST)) {
      const filter = { must: [isOneOf('content', batch)] };
      await call('add the language of chunks', signal, (client) =>
        client.setPayload(chunks, { payload: { language }, filter, ...writing }),
      );
    }
  }
  await noteFormat(connection, signal);
}
