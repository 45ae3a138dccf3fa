import { raceAbort } from '../../abort.ts';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { ContentId, ContentSummary, PublishedDocument } from '../../document.ts';
import { StoreError } from '../../errors.ts';
import { scrubDatabase } from '../../scrub/scrub-database.ts';
import { allRows, firstRow, inTransaction, statementCache } from '../../sqlite.ts';
import { withStoreErrors } from './errors.ts';
import { ensureSpace, findSpace } from './spaces.ts';
import { CHUNK_COLUMNS, type ChunkRow, chunkOf, KNOWN_SPACES, sparseBlobs, vectorBlob, vectorOf } from './rows.ts';
import type {
  ChunkToEmbed,
  ChunkToStore,
  ChunkVector,
  Publication,
  Removal,
  StoreWriter,
  StoredContent,
  VectorSpace,
} from '../store.ts';
import { UnembeddedContents, type UnembeddedContent } from '../unembedded-contents.ts';
import { requireDimensions } from '../vector-dimensions.ts';

// Longer than any late write can take to arrive, and than the ledger keeps its own record of a removal.
const TOMBSTONE_DAYS = 7;
/** Old tombstones that one call deletes; the next calls delete the rest. Some hundred thousand may expire at once. */
const SWEPT_AT_ONCE = 1000;

/** Rows of a long list that are read at once: some milliseconds in which nothing else runs. */
const PAGE = 1000;

/** The writer's port on an open store. Every method that changes something is one transaction. */
export class SqliteWriter implements StoreWriter {
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #statement: (sql: string) => StatementSync;
  /** The scrub that is running; writes wait for its end rather than for its lock, which would block the event loop. */
  #scrubbing: Promise<void> | undefined;
  readonly #unembedded = new UnembeddedContents();

  /** @param db open and of our format. The writer closes it. */
  constructor(file: string, db: DatabaseSync) {
    this.#file = file;
    this.#db = db;
    this.#statement = statementCache(db);
  }

  get lastRevision(): number {
    return this.#read(() => this.#number('SELECT last_revision FROM meta'));
  }

  async putChunks(content: ContentSummary, chunks: readonly ChunkToStore[], signal?: AbortSignal): Promise<void> {
    await this.#write(signal, () => {
      const contentRow = this.#ensureContent(content);
      const insertChunk = this.#statement(
        `INSERT INTO chunks (chunk_id, content, ordinal, text, start_char, end_char, headings, marks, embedded_text_hash)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
      );
      const insertPostings = this.#statement('INSERT INTO postings (chunk, terms, weights) VALUES (?, ?, ?)');
      for (const { chunk, sparse, embeddedTextHash } of chunks) {
        const inserted = firstRow<{ id: number }>(
          insertChunk,
          chunk.id,
          contentRow,
          chunk.ordinal,
          chunk.text,
          chunk.startChar,
          chunk.endChar,
          JSON.stringify(chunk.headings),
          JSON.stringify(chunk.marks),
          embeddedTextHash,
        );
        if (inserted === undefined) continue;
        const { terms, weights } = sparseBlobs(sparse);
        insertPostings.run(inserted.id, terms, weights);
      }
    });
  }

  async countChunks(content: ContentId, signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted();
    return this.#read(() =>
      this.#number('SELECT count(*) FROM chunks JOIN contents ON contents.id = content WHERE content_id = ?', content),
    );
  }

  async publish(document: PublishedDocument, revision: number, signal?: AbortSignal): Promise<void> {
    this.#unembedded.published(document.content.id, revision);
    await this.#write(signal, () => {
      if (this.#isStale(document.path, revision)) return;
      const contentRow = this.#ensureContent(document.content);
      const stored = this.#db
        .prepare('SELECT count(*) AS count, coalesce(max(ordinal), -1) AS last FROM chunks WHERE content = ?')
        .get(contentRow);
      const expected = document.content.chunkCount;
      if (stored?.['count'] !== expected || stored['last'] !== expected - 1) {
        throw new StoreError(
          'CONTENT_INCOMPLETE',
          `cannot publish ${document.path}: ${String(stored?.['count'])} of its ${expected} chunks are stored; store the rest first`,
        );
      }
      this.#db
        .prepare('INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)')
        .run(
          document.path,
          revision,
          contentRow,
          document.id,
          document.title,
          document.bytesSha256,
          document.sizeBytes,
          document.createdAt,
          document.modifiedAt,
          document.indexedAt,
          this.#noteChange(revision),
        );
    });
  }

  async unpublish(path: string, revision: number, signal?: AbortSignal): Promise<void> {
    await this.unpublishAll([{ path, revision }], signal);
  }

  async unpublishAll(removals: readonly Removal[], signal?: AbortSignal): Promise<void> {
    await this.#write(signal, () => {
      const now = new Date().toISOString();
      const insert = this.#statement(
        'INSERT OR REPLACE INTO documents (path, revision, changed, removed_at) VALUES (?, ?, ?, ?)',
      );
      for (const { path, revision } of removals) {
        if (this.#isStale(path, revision)) continue;
        insert.run(path, revision, this.#noteChange(revision), now);
      }
      this.#sweepTombstones();
    });
  }

  async *missingVectors(space: VectorSpace, signal?: AbortSignal): AsyncGenerator<ChunkToEmbed> {
    signal?.throwIfAborted();
    const spaceRow = this.#read(() => findSpace(this.#statement, space)) ?? 0;
    // No statement may stay open between two chunks, because the caller writes vectors in between.
    const contents = this.#unembedded.newestFirst(space.name, () => this.#contentsLackingVectors(spaceRow, signal));
    for await (const { content, isDone } of contents) {
      signal?.throwIfAborted();
      const missing = this.#read(() =>
        allRows<ChunkRow & { title: string | null; embedded_text_hash: string }>(
          this.#statement(
            `SELECT ${CHUNK_COLUMNS}, contents.title, chunks.embedded_text_hash
             FROM contents JOIN chunks ON contents.id = chunks.content
             WHERE content_id = ? AND EXISTS (SELECT 1 FROM documents WHERE documents.content = contents.id)
               AND NOT EXISTS (SELECT 1 FROM vectors WHERE chunk = chunks.id AND space = ?)
             ORDER BY ordinal`,
          ),
          content,
          spaceRow,
        ),
      );
      if (missing.length === 0) isDone();
      for (const row of missing) {
        signal?.throwIfAborted();
        yield { chunk: chunkOf(row), title: row.title, embeddedTextHash: row.embedded_text_hash };
      }
    }
  }

  async findVectors(
    space: VectorSpace,
    textHashes: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Float32Array>> {
    signal?.throwIfAborted();
    return this.#read(() => {
      const known = new Map<string, Float32Array>();
      const spaceRow = findSpace(this.#statement, space);
      if (spaceRow === undefined) return known;
      const find = this.#statement(
        `SELECT vector FROM chunks JOIN vectors ON chunk = chunks.id AND space = ?
         WHERE embedded_text_hash = ? LIMIT 1`,
      );
      for (const hash of textHashes) {
        const row = firstRow<{ vector: Uint8Array }>(find, spaceRow, hash);
        if (row !== undefined) known.set(hash, vectorOf(row.vector));
      }
      return known;
    });
  }

  async putVectors(
    space: VectorSpace,
    content: ContentId,
    vectors: readonly ChunkVector[],
    signal?: AbortSignal,
  ): Promise<void> {
    requireDimensions(space, vectors);
    await this.#write(signal, () => {
      const spaceRow = ensureSpace(this.#statement, space);
      const insert = this.#statement(
        `INSERT INTO vectors (chunk, space, vector)
         SELECT chunks.id, ?, ? FROM chunks JOIN contents ON contents.id = content WHERE content_id = ? AND ordinal = ?
         ON CONFLICT DO NOTHING`,
      );
      for (const { ordinal, vector } of vectors) insert.run(spaceRow, vectorBlob(vector), content, ordinal);
      this.#statement('UPDATE meta SET active_space = coalesce(active_space, ?)').run(spaceRow);
      this.#noteChange(0);
    });
  }

  async knownSpaces(signal?: AbortSignal): Promise<readonly VectorSpace[]> {
    signal?.throwIfAborted();
    return this.#read(() => allRows<VectorSpace>(this.#statement(KNOWN_SPACES)));
  }

  async activate(space: VectorSpace, signal?: AbortSignal): Promise<void> {
    await this.#write(signal, () => {
      this.#statement('UPDATE meta SET active_space = ?').run(ensureSpace(this.#statement, space));
      this.#noteChange(0);
    });
  }

  async forgetSpacesBut(space: VectorSpace, signal?: AbortSignal): Promise<void> {
    this.#unembedded.forget();
    await this.#write(signal, () => {
      const isOld = 'name <> ? AND id IS NOT (SELECT active_space FROM meta)';
      this.#statement(`DELETE FROM vectors WHERE space IN (SELECT id FROM spaces WHERE ${isOld})`).run(space.name);
      this.#statement(`DELETE FROM spaces WHERE ${isOld}`).run(space.name);
    });
  }

  async collect(contents: readonly ContentId[], signal?: AbortSignal): Promise<void> {
    await this.#write(signal, () => {
      const remove = this.#statement(
        `DELETE FROM contents WHERE content_id = ? AND id NOT IN (SELECT content FROM documents WHERE content = contents.id)`,
      );
      for (const content of contents) remove.run(content);
    });
  }

  async erase(paths: readonly string[], signal?: AbortSignal): Promise<void> {
    await this.#write(signal, () => {
      const remove = this.#statement('DELETE FROM documents WHERE path = ? AND content IS NULL RETURNING changed');
      const changes = paths.flatMap((path) => firstRow<{ changed: number }>(remove, path)?.changed ?? []);
      // Readers that have not seen these tombstones load everything again.
      const sweep = this.#statement('UPDATE meta SET swept_changes = max(swept_changes, ?)');
      for (const changed of changes) sweep.run(changed);
    });
    await this.#scrub(signal);
  }

  async *contents(signal?: AbortSignal): AsyncGenerator<StoredContent> {
    const sql = `SELECT contents.id AS row, content_id AS id, count(*) AS stored,
        EXISTS (SELECT 1 FROM documents WHERE documents.content = contents.id) AS published
      FROM contents JOIN chunks ON chunks.content = contents.id WHERE contents.id > ? GROUP BY contents.id
      ORDER BY contents.id LIMIT ${PAGE}`;
    for await (const row of this.#pages<{ row: number; id: string; stored: number; published: number }>(sql, signal)) {
      yield { id: row.id, storedChunks: row.stored, isPublished: row.published === 1 };
    }
  }

  async *publications(signal?: AbortSignal): AsyncGenerator<Publication> {
    const sql = `SELECT documents.rowid AS row, path, revision, content_id AS content
      FROM documents LEFT JOIN contents ON contents.id = content WHERE documents.rowid > ?
      ORDER BY documents.rowid LIMIT ${PAGE}`;
    type Row = { row: number; path: string; revision: number; content: string | null };
    for await (const { path, revision, content } of this.#pages<Row>(sql, signal)) yield { path, revision, content };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#db.isOpen) this.#db.close();
  }

  #read<Result>(call: () => Result): Result {
    return withStoreErrors(this.#file, call);
  }

  /** Looks through all chunks in their index, page by page, and lets others run after each page. */
  async *#contentsLackingVectors(spaceRow: number, signal: AbortSignal | undefined): AsyncGenerator<UnembeddedContent> {
    type Row = { content: number; ordinal: number; isEmbedded: number };
    const page = (content: number, ordinal: number): readonly Row[] =>
      this.#read(() =>
        allRows<Row>(
          this.#statement(
            `SELECT content, ordinal, EXISTS (SELECT 1 FROM vectors WHERE chunk = chunks.id AND space = ?) AS isEmbedded
             FROM chunks WHERE (content, ordinal) > (?, ?) ORDER BY content, ordinal LIMIT ${PAGE}`,
          ),
          spaceRow,
          content,
          ordinal,
        ),
      );
    for (let rows = page(0, -1); rows.length > 0; rows = page(rows.at(-1)!.content, rows.at(-1)!.ordinal)) {
      signal?.throwIfAborted();
      const lacking = new Set(rows.flatMap(({ content, isEmbedded }) => (isEmbedded === 0 ? content : [])));
      yield* this.#read(() => [...lacking].flatMap((row) => this.#findLatestPublication(row) ?? []));
      await setImmediate();
    }
  }

  /** Returns a content with the highest revision that it is published under; undefined if it is not. */
  #findLatestPublication(contentRow: number): UnembeddedContent | undefined {
    return firstRow<UnembeddedContent>(
      this.#statement(
        `SELECT content_id AS content, max(revision) AS revision
         FROM documents JOIN contents ON contents.id = documents.content WHERE contents.id = ? GROUP BY contents.id`,
      ),
      contentRow,
    );
  }

  /**
   * Yields all rows of a long list, page by page, and lets others run after each page.
   * @param sql selects a page of the rows above a number, which `row` has in its last row.
   */
  async *#pages<Row extends { readonly row: number }>(
    sql: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Row> {
    signal?.throwIfAborted();
    const page = (after: number): readonly Row[] => this.#read(() => allRows<Row>(this.#statement(sql), after));
    for (let rows = page(0); rows.length > 0; rows = page(rows.at(-1)!.row)) {
      for (const row of rows) {
        signal?.throwIfAborted();
        yield row;
      }
      await setImmediate();
    }
  }

  async #write(signal: AbortSignal | undefined, change: () => void): Promise<void> {
    while (this.#scrubbing !== undefined) await this.#scrubbing;
    signal?.throwIfAborted();
    withStoreErrors(this.#file, () => inTransaction(this.#db, 'IMMEDIATE', change));
    // The write blocked this thread: yield to the event loop before the next one.
    await setImmediate();
  }

  async #scrub(signal: AbortSignal | undefined): Promise<void> {
    while (this.#scrubbing !== undefined) await this.#scrubbing;
    signal?.throwIfAborted();
    const scrub = scrubDatabase(this.#file);
    this.#scrubbing = scrub.catch(() => {}).finally(() => (this.#scrubbing = undefined));
    try {
      await raceAbort(scrub, signal);
    } catch (error) {
      withStoreErrors(this.#file, () => {
        throw error;
      });
    }
  }

  #number(sql: string, ...values: readonly (string | number)[]): number {
    return Number(Object.values(this.#statement(sql).get(...values) ?? {})[0]);
  }

  #isStale(path: string, revision: number): boolean {
    return this.#number('SELECT coalesce(max(revision), -1) FROM documents WHERE path = ?', path) >= revision;
  }

  /**
   * Increments the change counter, so that readers refresh. Returns its new value.
   * @param revision of the path that changed; 0 if none did.
   */
  #noteChange(revision: number): number {
    return this.#number(
      'UPDATE meta SET changes = changes + 1, last_revision = max(last_revision, ?) RETURNING changes',
      revision,
    );
  }

  /** Deletes old tombstones; see load-projection.ts for what a reader does that has not seen one of them yet. */
  #sweepTombstones(): void {
    const oldest = new Date(Date.now() - TOMBSTONE_DAYS * 24 * 60 * 60 * 1000).toISOString();
    const expired = `SELECT rowid, changed FROM documents INDEXED BY tombstones WHERE content IS NULL AND removed_at < ?
      ORDER BY removed_at, rowid LIMIT ${SWEPT_AT_ONCE}`;
    this.#db
      .prepare(
        `UPDATE meta SET swept_changes = max(swept_changes, (SELECT coalesce(max(changed), 0) FROM (${expired})))`,
      )
      .run(oldest);
    this.#statement(`DELETE FROM documents WHERE rowid IN (SELECT rowid FROM (${expired}))`).run(oldest);
  }

  #ensureContent(content: ContentSummary): number {
    this.#db
      .prepare(
        `INSERT INTO contents (content_id, chunk_count, text_length, title, media_type, language, page_count, warnings)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      )
      .run(
        content.id,
        content.chunkCount,
        content.textLength,
        content.title,
        content.mediaType,
        content.language,
        content.pageCount,
        JSON.stringify(content.warnings),
      );
    return this.#number('SELECT id FROM contents WHERE content_id = ?', content.id);
  }
}
