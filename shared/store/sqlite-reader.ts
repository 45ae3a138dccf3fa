import type { DatabaseSync } from 'node:sqlite';
import type { Chunk, ChunkId, ContentId, DocumentId, PublishedDocument } from '../document.ts';
import { StoreError } from '../errors.ts';
import type { ProjectedHit } from './projection.ts';
import { withStoreErrors } from './sqlite-errors.ts';
import { SqliteProjection, readActiveSpace } from './sqlite-projection.ts';
import {
  CHUNK_COLUMNS,
  type ChunkRow,
  DOCUMENT_COLUMNS,
  type DocumentRow,
  allRows,
  chunkOf,
  documentOf,
  firstRow,
  weightOf,
} from './sqlite-rows.ts';
import { inTransaction } from './sqlite-transaction.ts';
import type { Hit, SearchRequest, SearchResult, StoreReader, StoreStats, VectorSpaces } from './store.ts';

const PUBLISHED = 'contents.id IN (SELECT content FROM documents)';

/** The reader's port on an open store. Every call reads one snapshot, whatever the writer does meanwhile. */
export class SqliteReader implements StoreReader {
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #index: SqliteProjection;

  /** @param db open, of our format, and from now on the reader's to close. */
  constructor(file: string, db: DatabaseSync) {
    this.#file = file;
    this.#db = db;
    this.#index = new SqliteProjection(file, db);
  }

  async search(request: SearchRequest, signal?: AbortSignal): Promise<SearchResult> {
    return this.#snapshot(signal, () => {
      this.#index.refresh();
      const { projection } = this.#index;
      const { sparse, dense, contents, limit } = request;
      this.#checkSpace(dense);
      return {
        sparse: this.#hits(sparse === undefined ? [] : projection.searchSparse(sparse, weightOf, contents, limit)),
        dense: this.#hits(dense === undefined ? [] : projection.searchDense(dense.vector, contents, limit)),
      };
    });
  }

  async spaces(signal?: AbortSignal): Promise<VectorSpaces> {
    return this.#snapshot(signal, () => {
      const active = readActiveSpace(this.#db);
      const spaces = allRows<{ name: string; dimensions: number }>(
        this.#db.prepare('SELECT name, dimensions FROM spaces ORDER BY id'),
      );
      const share = firstRow<{ share: number | null }>(
        this.#db.prepare(
          `SELECT avg(EXISTS (SELECT 1 FROM vectors WHERE chunk = chunks.id AND space = active_space)) AS share
           FROM chunks JOIN contents ON contents.id = content, meta WHERE ${PUBLISHED}`,
        ),
      );
      return {
        active,
        filling: spaces.filter(({ name }) => name !== active?.name).map((space) => ({ ...space })),
        embeddedShare: share?.share ?? 0,
      };
    });
  }

  async findChunk(id: ChunkId, signal?: AbortSignal): Promise<Hit | undefined> {
    return this.#snapshot(signal, () => this.#hits([{ chunkId: id, score: 0 }])[0]);
  }

  async neighbours(content: ContentId, from: number, to: number, signal?: AbortSignal): Promise<readonly Chunk[]> {
    return this.#snapshot(signal, () => this.#chunks(content, 'ordinal BETWEEN ? AND ?', from, to));
  }

  async text(content: ContentId, startChar: number, endChar: number, signal?: AbortSignal): Promise<string> {
    return this.#snapshot(signal, () => {
      let text = '';
      let atChar = Math.max(0, startChar);
      for (const chunk of this.#chunks(content, 'end_char > ? AND start_char < ?', startChar, endChar)) {
        // Neighbours may overlap: a chunk gives only what the ones before it did not.
        text += chunk.text.slice(Math.max(0, atChar - chunk.startChar), endChar - chunk.startChar);
        atChar = Math.max(atChar, chunk.endChar);
      }
      return text;
    });
  }

  async findDocument(id: DocumentId, signal?: AbortSignal): Promise<PublishedDocument | undefined> {
    return this.#snapshot(signal, () => this.#documents('document_id = ?', id)[0]);
  }

  async documents(signal?: AbortSignal): Promise<readonly PublishedDocument[]> {
    return this.#snapshot(signal, () => this.#documents('TRUE'));
  }

  async stats(signal?: AbortSignal): Promise<StoreStats> {
    return this.#snapshot(signal, () => {
      const stats = firstRow<StoreStats>(
        this.#db.prepare(
          `SELECT (SELECT count(*) FROM documents WHERE content IS NOT NULL) AS documents,
             (SELECT coalesce(sum(chunk_count), 0) FROM contents WHERE ${PUBLISHED}) AS chunks,
             (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS sizeBytes`,
        ),
      );
      return { documents: 0, chunks: 0, sizeBytes: 0, ...stats };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#db.isOpen) this.#db.close();
  }

  #snapshot<Result>(signal: AbortSignal | undefined, read: () => Result): Result {
    signal?.throwIfAborted();
    return withStoreErrors(this.#file, () => inTransaction(this.#db, 'DEFERRED', read));
  }

  #checkSpace(dense: SearchRequest['dense']): void {
    if (dense === undefined) return;
    const active = readActiveSpace(this.#db);
    const { space, vector } = dense;
    if (active?.name === space.name && active.dimensions === vector.length) return;
    throw new StoreError(
      'SPACE_MISMATCH',
      `a vector of ${space.name} (${vector.length} numbers) cannot be searched in ${active === null ? 'a store without vectors' : `${active.name} (${active.dimensions})`}; embed the question with the active model`,
    );
  }

  /** Reads what was found; a chunk that is not published is left out. */
  #hits(found: readonly ProjectedHit[]): Hit[] {
    const findChunk = this.#db.prepare(
      `SELECT ${CHUNK_COLUMNS} FROM chunks JOIN contents ON contents.id = content WHERE chunk_id = ?`,
    );
    const documentsOf = new Map<ContentId, readonly PublishedDocument[]>();
    return found.flatMap(({ chunkId, score }) => {
      const row = firstRow<ChunkRow>(findChunk, chunkId);
      if (row === undefined) return [];
      const chunk = chunkOf(row);
      const documents = documentsOf.get(chunk.contentId) ?? this.#documents('content_id = ?', chunk.contentId);
      documentsOf.set(chunk.contentId, documents);
      return documents.length === 0 ? [] : [{ chunk, documents, score }];
    });
  }

  /** Chunks of a published content, in order. */
  #chunks(content: ContentId, condition: string, ...values: readonly number[]): Chunk[] {
    const select = this.#db.prepare(
      `SELECT ${CHUNK_COLUMNS} FROM chunks JOIN contents ON contents.id = content
       WHERE content_id = ? AND ${PUBLISHED} AND ${condition} ORDER BY ordinal`,
    );
    return allRows<ChunkRow>(select, content, ...values).map(chunkOf);
  }

  /** Published documents, in the order of paths. */
  #documents(condition: string, ...values: readonly string[]): PublishedDocument[] {
    const select = this.#db.prepare(
      `SELECT ${DOCUMENT_COLUMNS} FROM documents JOIN contents ON contents.id = documents.content WHERE ${condition}`,
    );
    // SQLite would order by UTF-8 bytes, which is another order beyond the basic plane.
    return allRows<DocumentRow>(select, ...values)
      .map(documentOf)
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }
}
