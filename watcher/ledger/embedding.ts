import type { ContentId } from '#shared/document.ts';
import type { LedgerDatabase } from './database.ts';

/**
 * The part of the ledger that counts the chunks of each content that have a vector, as far as the store has confirmed it. The
 * counts are shown to people; the store itself knows which vectors are missing.
 */
export class LedgerEmbedding {
  readonly #db: LedgerDatabase;

  constructor(db: LedgerDatabase) {
    this.#db = db;
  }

  /** The chunks with a vector in the space that the content was embedded in last. */
  chunksOf(content: ContentId): number {
    return this.#db.one<{ n: number }>('SELECT embedded_chunks AS n FROM contents WHERE id = ?', content)?.n ?? 0;
  }

  /** The number of searchable chunks, and of those without a vector. */
  count(): { readonly chunks: number; readonly missing: number } {
    return this.#db.one<{ chunks: number; missing: number }>(
      `SELECT coalesce(sum(n), 0) AS chunks, coalesce(sum(n - min(n, embedded_chunks)), 0) AS missing FROM (
         SELECT summary ->> 'chunkCount' AS n, embedded_chunks FROM contents
         WHERE id IN (SELECT live_content_id FROM documents WHERE state <> 'REMOVED'))`,
    )!;
  }

  /** Counts chunks that got a vector in the space. Vectors of another space no longer count. */
  stored(space: string, content: ContentId, chunks: number): void {
    this.#db.change(() => {
      this.#db.run(
        `UPDATE contents SET embedded_space = ?1,
           embedded_chunks = CASE embedded_space WHEN ?1 THEN embedded_chunks + ?2 ELSE ?2 END WHERE id = ?3`,
        space,
        chunks,
        content,
      );
      this.#touch(content);
    });
  }

  /** Notes that every searchable chunk has a vector in the space, and corrects what a kill left uncounted. */
  complete(space: string): void {
    this.#db.change(() => {
      const miscounted = this.#db.all<{ id: ContentId }>(
        `UPDATE contents SET embedded_space = ?1, embedded_chunks = summary ->> 'chunkCount'
         WHERE (embedded_space IS NOT ?1 OR embedded_chunks <> summary ->> 'chunkCount')
           AND id IN (SELECT live_content_id FROM documents)
         RETURNING id`,
        space,
      );
      for (const { id } of miscounted) this.#touch(id);
    });
  }

  /** Shows the change to followers of the feed. */
  #touch(content: ContentId): void {
    for (const { path } of this.#db.all<{ path: string }>(
      'SELECT path FROM documents WHERE live_content_id = ?',
      content,
    )) {
      this.#db.run('UPDATE documents SET seq = ? WHERE path = ?', this.#db.nextSeq(), path);
    }
  }
}
