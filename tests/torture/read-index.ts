import { DatabaseSync } from 'node:sqlite';
import type { Index } from './expected-index.ts';

/** Reads what is searchable from the file of the SQLite store, without its driver. */
export function readSqliteIndex(file: string): Index {
  using db = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  const rows = db
    .prepare(
      `SELECT path, text FROM documents LEFT JOIN chunks ON chunks.content = documents.content
       WHERE documents.content IS NOT NULL ORDER BY path, ordinal`,
    )
    .all();
  return grouped(rows.map(({ path, text }) => [String(path), text === null ? null : String(text)]));
}

/** Reads what is searchable from a Qdrant server, without its driver. @param collection prefix of the collections. */
export async function readQdrantIndex(url: string, collection: string): Promise<Index> {
  const scroll = async (name: string): Promise<readonly Point[]> => {
    const response = await fetch(`${url}/collections/${collection}_${name}/points/scroll`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ limit: 1_000_000, offset: null, with_payload: true }),
    });
    const { result } = (await response.json()) as { result: { points: readonly Point[] } };
    return result.points;
  };
  const chunks = Map.groupBy(await scroll('chunks'), ({ payload }) => payload.content);
  const documents = (await scroll('documents')).filter(
    ({ payload }) => payload.kind === 'publication' && payload.content,
  );
  return grouped(
    documents.flatMap(({ payload: { path, content } }): [string, string | null][] => {
      const live = (chunks.get(content) ?? []).filter(({ payload }) => payload.live);
      if (live.length === 0) return [[path, null]];
      const inOrder = live.toSorted((a, b) => a.payload.ordinal - b.payload.ordinal);
      return inOrder.map(({ payload }) => [path, payload.text]);
    }),
  );
}

/** A point as the driver writes it: a publication has a path, a chunk has the other fields. */
interface Point {
  readonly payload: {
    readonly kind: string;
    readonly path: string;
    readonly content: string;
    readonly ordinal: number;
    readonly text: string;
    readonly live: boolean;
  };
}

/** Groups the texts by path. @param rows in order; null means that the path is published without a chunk. */
function grouped(rows: readonly (readonly [path: string, text: string | null])[]): Index {
  const index = new Map<string, string[]>();
  for (const [path, text] of rows) {
    const chunks = index.get(path) ?? [];
    if (text !== null) chunks.push(text.trim());
    index.set(path, chunks);
  }
  return index;
}
