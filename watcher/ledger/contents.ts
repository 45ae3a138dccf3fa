import type { ContentId, ContentSummary } from '#shared/document.ts';
import type { LedgerDatabase } from './database.ts';

/** What the ledger knows about contents: which are complete in the store, and which nothing refers to any more. */
export class LedgerContents {
  readonly #db: LedgerDatabase;

  constructor(db: LedgerDatabase) {
    this.#db = db;
  }

  /** The summary of a content that has been read; undefined otherwise. */
  find(id: ContentId): ContentSummary | undefined {
    const row = this.#db.one<{ summary: string | null }>('SELECT summary FROM contents WHERE id = ?', id);
    // We wrote it ourselves, from a ContentSummary.
    return row?.summary ? (JSON.parse(row.summary) as ContentSummary) : undefined;
  }

  /** The summary of a content that is complete in the store; undefined otherwise. */
  findStored(id: ContentId): ContentSummary | undefined {
    const row = this.#db.one('SELECT 1 FROM contents WHERE id = ? AND is_stored = 1', id);
    return row === undefined ? undefined : this.find(id);
  }

  /**
   * Returns the next `limit` contents after this id that are complete in the store, by id, each with its number of chunks.
   * For work that is done in slices; '' starts it.
   */
  storedAfter(id: ContentId, limit: number): readonly { readonly id: ContentId; readonly chunks: number }[] {
    return this.#db.all(
      `SELECT id, summary ->> 'chunkCount' AS chunks FROM contents WHERE id > ? AND is_stored = 1 ORDER BY id LIMIT ?`,
      id,
      limit,
    );
  }

  /** Notes that a file has these bytes. */
  wanted(id: ContentId): void {
    this.#db.run('INSERT INTO contents (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET orphaned_ms = NULL', id);
  }

  /** Notes what was read. */
  describe(content: ContentSummary): void {
    this.#db.run('UPDATE contents SET summary = ? WHERE id = ?', JSON.stringify(content), content.id);
  }

  /** Notes that the store has confirmed every chunk. */
  stored(id: ContentId): void {
    this.#db.run('UPDATE contents SET is_stored = 1 WHERE id = ?', id);
  }

  /** Notes that the store lacks chunks of it: until it is published again, the store's count of them proves nothing. */
  markDamaged(id: ContentId): void {
    this.#db.run('UPDATE contents SET is_stored = 0, is_damaged = 1 WHERE id = ?', id);
  }

  /** Whether all chunks have to be stored again, whatever the store counts. */
  isDamaged(id: ContentId): boolean {
    return this.#db.one('SELECT 1 FROM contents WHERE id = ? AND is_damaged = 1', id) !== undefined;
  }

  /** Notes that the store has published it, and with that confirmed that it is complete. */
  published(id: ContentId): void {
    this.#db.run('UPDATE contents SET is_damaged = 0 WHERE id = ?', id);
  }

  /** Notes that the store has chunks of this content. If nothing refers to it, it will be collected. */
  noteInStore(id: ContentId, now: number): void {
    this.#db.run('INSERT INTO contents (id, orphaned_ms) VALUES (?, ?) ON CONFLICT (id) DO NOTHING', id, now);
  }

  /** Returns up to 500 contents that nothing has referred to since `before`. Notes with `now` those that have just lost their last file. */
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

  /** Marks contents as incomplete before the store deletes them. @returns those that are still not wanted. */
  startCollecting(ids: readonly ContentId[]): readonly ContentId[] {
    return this.#db.transaction(() =>
      ids.filter(
        (id) => this.#db.run('UPDATE contents SET is_stored = 0 WHERE id = ? AND orphaned_ms IS NOT NULL', id) > 0,
      ),
    );
  }

  /** Forgets contents that the store has deleted, unless they are wanted again. */
  collected(ids: readonly ContentId[]): void {
    this.#db.transaction(() => {
      for (const id of ids) this.#db.run('DELETE FROM contents WHERE id = ? AND orphaned_ms IS NOT NULL', id);
    });
  }
}
