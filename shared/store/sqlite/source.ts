import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { ContentId } from '../../document.ts';
import { StoreError } from '../../errors.ts';
import { allRows } from '../../sqlite.ts';
import type { ChunkToCopy, DocumentToCopy, StoreSource, VectorSpace } from '../store.ts';
import { withStoreErrors } from './errors.ts';
import { tryOpenForReading } from './open.ts';
import {
  CHUNK_COLUMNS,
  type ChunkRow,
  chunkOf,
  DOCUMENT_COLUMNS,
  documentOf,
  type DocumentRow,
  KNOWN_SPACES,
  vectorOf,
} from './rows.ts';
import { openSqliteWriter } from './sqlite.ts';

/** Rows that are read at once: some milliseconds in which nothing else runs. */
const PAGE = 256;

/**
 * Opens an embedded store for a copy of it. Migrates an older one.
 * @param file must exist.
 * @throws StoreError as openSqliteWriter does.
 */
export async function openSqliteSource(file: string): Promise<StoreSource> {
  await (await openSqliteWriter(file))[Symbol.asyncDispose]();
  const db = withStoreErrors(file, () => tryOpenForReading(file));
  if (db === undefined) throw new StoreError('STORE_UNAVAILABLE', `the store ${file} is being changed; try again`);
  return new SqliteSource(file, db);
}

/** The source's port on an open store. */
class SqliteSource implements StoreSource {
  readonly #file: string;
  readonly #db: DatabaseSync;

  /** @param db open and of our format. The source closes it. */
  constructor(file: string, db: DatabaseSync) {
    this.#file = file;
    this.#db = db;
  }

  async knownSpaces(signal?: AbortSignal): Promise<readonly VectorSpace[]> {
    signal?.throwIfAborted();
    return withStoreErrors(this.#file, () => allRows<VectorSpace>(this.#db.prepare(KNOWN_SPACES)));
  }

  async *documents(signal?: AbortSignal): AsyncGenerator<DocumentToCopy> {
    type Row = DocumentRow & { readonly row: number; readonly revision: number; readonly content: number | null };
    const sql = `SELECT documents.rowid AS row, documents.revision, documents.content, ${DOCUMENT_COLUMNS}
      FROM documents LEFT JOIN contents ON contents.id = content WHERE documents.rowid > ?
      ORDER BY documents.rowid LIMIT ${PAGE}`;
    for await (const row of this.#pages<Row>(sql, [], signal)) {
      yield { path: row.path, revision: row.revision, document: row.content === null ? null : documentOf(row) };
    }
  }

  async *chunks(content: ContentId, signal?: AbortSignal): AsyncGenerator<ChunkToCopy> {
    type Row = ChunkRow & { readonly row: number; readonly embedded_text_hash: string };
    const sql = `SELECT chunks.id AS row, chunks.embedded_text_hash, ${CHUNK_COLUMNS}
      FROM chunks JOIN contents ON contents.id = content WHERE contents.content_id = ? AND chunks.id > ?
      ORDER BY chunks.id LIMIT ${PAGE}`;
    const findVectors = this.#db.prepare(
      'SELECT name, vector FROM vectors JOIN spaces ON spaces.id = space WHERE chunk = ?',
    );
    for await (const row of this.#pages<Row>(sql, [content], signal)) {
      const vectors = allRows<{ name: string; vector: Uint8Array }>(findVectors, row.row);
      yield {
        chunk: chunkOf(row),
        embeddedTextHash: row.embedded_text_hash,
        vectors: new Map(vectors.map(({ name, vector }) => [name, vectorOf(vector)])),
      };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#db.close();
  }

  /** Yields all rows, and lets others run after each page. @param sql its last parameter is the last row of a page. */
  async *#pages<Row extends { readonly row: number }>(
    sql: string,
    parameters: readonly string[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Row> {
    const page = (after: number): readonly Row[] =>
      withStoreErrors(this.#file, () => allRows<Row>(this.#db.prepare(sql), ...parameters, after));
    for (let rows = page(0); rows.length > 0; rows = page(rows.at(-1)!.row)) {
      signal?.throwIfAborted();
      yield* rows;
      await setImmediate();
    }
  }
}
