import type { DatabaseSync } from 'node:sqlite';
import type { ContentId } from '../document.ts';
import { ANALYSER_VERSION } from '../text/analyser.ts';
import { Projection } from './projection.ts';
import { foreignStore } from './sqlite-errors.ts';
import { allRows, eachRow, firstRow, termsOf, vectorOf } from './sqlite-rows.ts';
import type { VectorSpace } from './store.ts';

interface Meta {
  readonly changes: number;
  readonly analyser_version: number;
  readonly active_space: number | null;
}

/** A projection that follows the store: it loads what was published and forgets what no longer is. */
export class SqliteProjection {
  readonly projection = new Projection();
  readonly #file: string;
  readonly #db: DatabaseSync;
  #seenChanges = -1;
  #spaceRow: number | null = null;
  #lastVectorRow = 0;

  constructor(file: string, db: DatabaseSync) {
    this.#file = file;
    this.#db = db;
  }

  /**
   * Brings the projection to the snapshot that the connection reads; cheap when nothing changed. To be called inside
   * the transaction that then reads the texts, so that both are of the same moment.
   * @throws StoreError STORE_FOREIGN when a writer of another version has analysed the store anew.
   */
  refresh(): void {
    const meta = firstRow<Meta>(this.#db.prepare('SELECT changes, analyser_version, active_space FROM meta'));
    if (meta?.analyser_version !== ANALYSER_VERSION) {
      throw foreignStore(this.#file, 'another version of askbox writes it; start watcher and API of the same version');
    }
    if (meta.changes === this.#seenChanges) return;
    this.#followSpace(meta.active_space);
    this.#followContents();
    this.#loadNewVectors();
    this.#seenChanges = meta.changes;
  }

  #followSpace(spaceRow: number | null): void {
    if (spaceRow === this.#spaceRow) return;
    this.projection.clearVectors();
    this.#spaceRow = spaceRow;
    this.#lastVectorRow = 0;
  }

  #followContents(): void {
    const published = new Map(
      allRows<{ id: number; content_id: ContentId }>(
        this.#db.prepare('SELECT id, content_id FROM contents WHERE id IN (SELECT content FROM documents)'),
      ).map((row) => [row.content_id, row.id]),
    );
    const loaded = this.projection.contentIds();
    for (const content of loaded.difference(published)) this.projection.remove(content);
    for (const [content, row] of published) {
      if (!loaded.has(content)) this.#loadContent(content, row);
    }
  }

  #loadContent(content: ContentId, row: number): void {
    const chunks = allRows<{ id: string; terms: Uint8Array; weights: Uint8Array }>(
      this.#db.prepare(
        `SELECT chunk_id AS id, terms, weights FROM chunks JOIN postings ON chunk = chunks.id
         WHERE content = ? ORDER BY ordinal`,
      ),
      row,
    );
    this.projection.add(
      content,
      chunks.map((chunk) => ({ ...chunk, terms: termsOf(chunk.terms) })),
    );
    // Vectors written before the last look, which #loadNewVectors passes over.
    this.#loadVectors('content = ? AND vectors.id <= ?', row, this.#lastVectorRow);
  }

  #loadNewVectors(): void {
    this.#loadVectors('vectors.id > ?', this.#lastVectorRow);
    const last = firstRow<{ id: number | null }>(this.#db.prepare('SELECT max(id) AS id FROM vectors'));
    this.#lastVectorRow = Math.max(this.#lastVectorRow, last?.id ?? 0);
  }

  #loadVectors(condition: string, ...values: readonly number[]): void {
    const select = this.#db.prepare(
      `SELECT content_id, ordinal, vector FROM vectors
       JOIN chunks ON chunks.id = vectors.chunk JOIN contents ON contents.id = chunks.content
       WHERE space = ? AND ${condition}`,
    );
    for (const row of eachRow<{ content_id: ContentId; ordinal: number; vector: Uint8Array }>(
      select,
      this.#spaceRow,
      ...values,
    )) {
      this.projection.setVector(row.content_id, row.ordinal, vectorOf(row.vector));
    }
  }
}

/** The space that dense search uses; null until the first vector. */
export function readActiveSpace(db: DatabaseSync): VectorSpace | null {
  const space = firstRow<{ name: string; dimensions: number }>(
    db.prepare('SELECT name, dimensions FROM spaces JOIN meta ON active_space = spaces.id'),
  );
  return space === undefined ? null : { name: space.name, dimensions: space.dimensions };
}
