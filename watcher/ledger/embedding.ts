import type { ContentId } from '#shared/document.ts';
import type { LedgerDatabase } from './database.ts';

/**
 * How many chunks of each content have a vector, as far as the store has confirmed it; part of the ledger, for people to
 * see. The store itself knows which are missing.
 */
export class LedgerEmbedding {
  readonly #db: LedgerDatabase;

  constructor(db: LedgerDatabase) {
    this.#db = db;
  }

  /** In the space that the content was embedded in last. */
  chunksOf(content: ContentId): number {
    return this.#db.one<{ n: number }>('SELECT embedded_chunks AS n FROM contents WHERE id = ?', content)?.n ?? 0;
  }

  /** Chunks of documents that answer, and those of them without a vector. */
  count(): { readonly chunks: number; readonly missing: number } {
    return this.#db.one<{ chunks: number; missing: number }>(
      `SELECT coalesce(sum(n), 0) AS chunks, coalesce(sum(n - min(n, embedded_chunks)), 0) AS missing FROM (
         SELECT summary ->> 'chunkCount' AS n, embedded_chunks FROM contents
         WHERE id IN (SELECT live_content_id FROM documents WHERE state <> 'REMOVED'))`,
    )!;
  }

  /** So many more chunks have a vector in the space. Those of another space count no more. */
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

  /** Nothing that answers lacks a vector in the space; puts right what a kill left uncounted. */
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

  /** Followers of the documents are to see it. */
  #touch(content: ContentId): void {
    for (const { path } of this.#db.all<{ path: string }>(
      'SELECT path FROM documents WHERE live_content_id = ?',
      content,
    )) {
      this.#db.run('UPDATE documents SET seq = ? WHERE path = ?', this.#db.nextSeq(), path);
    }
  }
}
