import type { ContentId, ContentSummary } from '#shared/document.ts';
import type { LedgerDatabase } from './database.ts';

/** What the ledger knows of contents: which are whole in the store, and which nothing refers to any more. */
export class LedgerContents {
  readonly #db: LedgerDatabase;

  constructor(db: LedgerDatabase) {
    this.#db = db;
  }

  find(id: ContentId): ContentSummary | undefined {
    const row = this.#db.one<{ summary: string | null }>('SELECT summary FROM contents WHERE id = ?', id);
    // We wrote it ourselves, from a ContentSummary.
    return row?.summary ? (JSON.parse(row.summary) as ContentSummary) : undefined;
  }

  /** The summary of a content that is whole in the store. */
  findStored(id: ContentId): ContentSummary | undefined {
    const row = this.#db.one('SELECT 1 FROM contents WHERE id = ? AND is_stored = 1', id);
    return row === undefined ? undefined : this.find(id);
  }

  /** How many chunks each content has that is whole in the store. */
  storedChunks(): ReadonlyMap<ContentId, number> {
    const rows = this.#db.all<{ id: ContentId; chunks: number }>(
      `SELECT id, summary ->> 'chunkCount' AS chunks FROM contents WHERE is_stored = 1`,
    );
    return new Map(rows.map(({ id, chunks }) => [id, chunks]));
  }

  /** A file has these bytes. */
  wanted(id: ContentId): void {
    this.#db.run('INSERT INTO contents (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET orphaned_ms = NULL', id);
  }

  describe(content: ContentSummary): void {
    this.#db.run('UPDATE contents SET summary = ? WHERE id = ?', JSON.stringify(content), content.id);
  }

  /** The store has confirmed every chunk. */
  stored(id: ContentId): void {
    this.#db.run('UPDATE contents SET is_stored = 1 WHERE id = ?', id);
  }

  /** The store was found to lack chunks of it: what it counts proves nothing until it has published the content anew. */
  doubt(id: ContentId): void {
    this.#db.run('UPDATE contents SET is_stored = 0, is_doubted = 1 WHERE id = ?', id);
  }

  isDoubted(id: ContentId): boolean {
    return this.#db.one('SELECT 1 FROM contents WHERE id = ? AND is_doubted = 1', id) !== undefined;
  }

  published(id: ContentId): void {
    this.#db.run('UPDATE contents SET is_doubted = 0 WHERE id = ?', id);
  }

  /** The store has chunks of this content; one that nothing refers to will be collected. */
  noteInStore(id: ContentId, now: number): void {
    this.#db.run('INSERT INTO contents (id, orphaned_ms) VALUES (?, ?) ON CONFLICT (id) DO NOTHING', id, now);
  }

  /** Those that nothing has referred to since `before`. Those that have just lost their last file are noted with `now`. */
  orphaned(before: number, now: number): readonly ContentId[] {
    this.#db.run(
      `UPDATE contents SET orphaned_ms = ? WHERE orphaned_ms IS NULL
       AND NOT EXISTS (SELECT 1 FROM documents WHERE documents.content_id = contents.id)
       AND NOT EXISTS (SELECT 1 FROM documents WHERE documents.live_content_id = contents.id)`,
      now,
    );
    const rows = this.#db.all<{ id: ContentId }>('SELECT id FROM contents WHERE orphaned_ms <= ? LIMIT 500', before);
    return rows.map((row) => row.id);
  }

  /** Durably marks contents as no longer whole, before the store deletes them; those wanted again meanwhile are left out. */
  startCollecting(ids: readonly ContentId[]): readonly ContentId[] {
    return this.#db.transaction(() =>
      ids.filter(
        (id) => this.#db.run('UPDATE contents SET is_stored = 0 WHERE id = ? AND orphaned_ms IS NOT NULL', id) > 0,
      ),
    );
  }

  collected(ids: readonly ContentId[]): void {
    this.#db.transaction(() => {
      for (const id of ids) this.#db.run('DELETE FROM contents WHERE id = ? AND orphaned_ms IS NOT NULL', id);
    });
  }
}
