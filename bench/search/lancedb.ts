import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { MadeDocument } from './corpus.ts';

const PACKAGES = ['@lancedb/lancedb@0.39.0', 'apache-arrow@18.1.0'];

interface Row {
  readonly id: string;
  readonly doc: string;
  readonly text: string;
  readonly vector: readonly number[];
  readonly [column: string]: unknown;
}

/** LanceDB as its documentation shows for hybrid search: one table, vectors without an index, a full-text index. */
export interface LanceTable {
  add(documents: readonly MadeDocument[]): Promise<void>;
  /** Builds the full-text index, after everything has been added. */
  index(): Promise<void>;
  /** Replaces all chunks of a document in one commit. */
  replace(made: MadeDocument): Promise<void>;
  /** Searches by keywords and by vector, fused by LanceDB's own reciprocal rank fusion. */
  search(text: string, vector: Float32Array, limit: number): Promise<readonly unknown[]>;
  close(): void;
}

/**
 * Installs LanceDB into the folder, outside our packages, and opens a database there.
 * @returns the table, or why LanceDB could not be installed.
 */
export async function openLanceTable(folder: string): Promise<LanceTable | string> {
  const install = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', ...PACKAGES];
  const npm = spawnSync('npm', install, { encoding: 'utf8', shell: process.platform === 'win32' });
  if (npm.status !== 0) return `npm could not install ${PACKAGES.join(' and ')} (${npm.stderr.trim().slice(-200)})`;
  // Declares only what is used: the package is not installed where types are checked.
  const lancedb = createRequire(path.join(folder, 'package.json'))('@lancedb/lancedb') as Lance;
  const database = await lancedb.connect(path.join(folder, 'database'));
  const reranker = await lancedb.rerankers.RRFReranker.create();
  let table: Table | undefined;
  return {
    async add(documents) {
      const rows = documents.flatMap(rowsOf);
      if (table === undefined) table = await database.createTable('chunks', rows);
      else await table.add(rows);
    },
    async index() {
      const config = lancedb.Index.fts({ language: 'Portuguese', stem: true, asciiFolding: true });
      await table?.createIndex('text', { config });
      await table?.createIndex('doc');
    },
    async replace(made: MadeDocument) {
      const merge = table!.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll();
      await merge.whenNotMatchedBySourceDelete({ where: `doc = '${made.document.path}'` }).execute(rowsOf(made));
    },
    async search(text, vector, limit) {
      const nearest = table!.query().nearestTo(vector).distanceType('cosine');
      return nearest
        .fullTextSearch(text, { columns: ['text'] })
        .rerank(reranker)
        .limit(limit)
        .toArray();
    },
    close() {
      table?.close();
      database.close();
    },
  };
}

function rowsOf({ document, chunks, vectors }: MadeDocument): Row[] {
  return chunks.map(({ id, text }, i) => ({ id, doc: document.path, text, vector: Array.from(vectors[i]!) }));
}

interface Lance {
  connect(folder: string): Promise<{ createTable(name: string, rows: readonly Row[]): Promise<Table>; close(): void }>;
  readonly Index: { fts(options: object): unknown };
  readonly rerankers: { readonly RRFReranker: { create(): Promise<unknown> } };
}

interface Table {
  add(rows: readonly Row[]): Promise<unknown>;
  createIndex(column: string, options?: { readonly config: unknown }): Promise<void>;
  mergeInsert(on: string): Merge;
  query(): Query;
  close(): void;
}

interface Merge {
  whenMatchedUpdateAll(): Merge;
  whenNotMatchedInsertAll(): Merge;
  whenNotMatchedBySourceDelete(options: { readonly where: string }): Merge;
  execute(rows: readonly Row[]): Promise<unknown>;
}

interface Query {
  nearestTo(vector: Float32Array): Query;
  distanceType(type: string): Query;
  fullTextSearch(text: string, options: { readonly columns: readonly string[] }): Query;
  rerank(reranker: unknown): Query;
  limit(limit: number): Query;
  toArray(): Promise<readonly unknown[]>;
}
