import { ANALYSER_VERSION } from '../../text/analyser.ts';
import { chunkVector } from '../../text/sparse.ts';
import { noteAnalyser } from './collections.ts';
import type { QdrantConnection } from './connection/connection.ts';
import { CHUNK_FIELDS, WORDS, chunkOf, sparseOf } from './payload.ts';
import { eachPoint } from './publications.ts';

/** Points per request. */
const BATCH = 64;

/**
 * Computes the words of all chunks again if another version of the analyser made them. Text, title and headings are
 * stored, so no file has to be read again. Readers that open meanwhile wait; after a crash the next start begins again.
 * @param analyser the version that made the stored words; 0 if it was interrupted.
 */
export async function reanalyse(connection: QdrantConnection, analyser: number, signal?: AbortSignal): Promise<void> {
  if (analyser === ANALYSER_VERSION) return;
  await noteAnalyser(connection, 0, signal);
  let points: { readonly id: string; readonly vector: Record<string, ReturnType<typeof sparseOf>> }[] = [];
  const send = async (): Promise<void> => {
    const { call, chunks, writing } = connection;
    if (points.length > 0) {
      await call('replace the words of chunks', signal, (client) =>
        client.updateVectors(chunks, { points, ...writing }),
      );
    }
    points = [];
  };
  const scroll = { with_payload: CHUNK_FIELDS, limit: BATCH };
  for await (const point of eachPoint(connection, connection.chunks, scroll, signal)) {
    const { chunk, title } = chunkOf(point);
    const words = sparseOf(chunkVector({ title, headings: chunk.headings, text: chunk.text }));
    points.push({ id: chunk.id, vector: { [WORDS]: words } });
    if (points.length === BATCH) await send();
  }
  await send();
  await noteAnalyser(connection, ANALYSER_VERSION, signal);
}
