import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Chunk, ChunkId, ContentId, DocumentId, PublishedDocument } from '../../document.ts';
import { StoreError } from '../../errors.ts';
import { allRows, firstRow, inTransaction, statementCache } from '../../sqlite.ts';
import type { ProjectedHit } from './projection/projection.ts';
import { withStoreErrors } from './errors.ts';
import { SqliteProjection } from './load-projection.ts';
import { CHUNK_JSON, DOCUMENT_JSON, packResult, type PublishedChunk } from './packed-result.ts';
import { type FoundChunk, type FoundDocuments, RecentChunks } from './projection/recent-chunks.ts';
import {
  CHUNK_COLUMNS,
  type ChunkRow,
  DOCUMENT_COLUMNS,
  type DocumentRow,
  KNOWN_SPACES,
  chunkOf,
  documentOf,
} from './rows.ts';
import type { Hit, SearchRequest, StoreStats, VectorSpace, VectorSpaces } from '../store.ts';

const PUBLISHED = 'contents.id IN (SELECT content FROM documents)';

/**
 * The methods of StoreReader on an open store, synchronous: for a thread that may block (see thread.ts).
 * Every call reads one snapshot, whatever the writer does meanwhile.
 */
export class SqliteReader {
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #projection: SqliteProjection;
  readonly #recent = new RecentChunks();
  /** Each statement is prepared once: a search reads many rows by the same few. */
  readonly #prepare: (sql: string) => StatementSync;

  /** @param db open and of our format. `close` closes it. */
  constructor(file: string, db: DatabaseSync) {
    this.#file = file;
    this.#db = db;
    this.#prepare = statementCache(db);
    this.#projection = new SqliteProjection(file, this.#prepare, this.#recent);
  }

  /** Returns the result as JSON; see unpackResult. */
  search(request: SearchRequest): ReturnType<typeof packResult> {
    return this.#snapshot(() => {
      this.#projection.refresh();
      this.#checkSpace(request.dense);
      const arms = this.#projection.search(request);
      return packResult(arms, this.#readFound([...arms.sparse, ...arms.dense]));
    });
  }

  knownSpaces(): readonly VectorSpace[] {
    return this.#snapshot(() => allRows<VectorSpace>(this.#prepare(KNOWN_SPACES)));
  }

  spaces(): VectorSpaces {
    return this.#snapshot(() => {
      const active = this.#activeSpace();
      const spaces = allRows<VectorSpace>(this.#prepare('SELECT name, dimensions FROM spaces ORDER BY id'));
      // Counted in memory, where it is loaded for searching anyway. On disk it would cost a look-up per chunk.
      this.#projection.refresh();
      return {
        active,
        filling: spaces.filter(({ name }) => name !== active?.name),
        embeddedShare: this.#projection.embeddedShare(),
      };
    });
  }

  findChunk(id: ChunkId): Hit | undefined {
    return this.#snapshot(() => {
      const select = this.#prepare(
        `SELECT ${CHUNK_COLUMNS} FROM chunks JOIN contents ON contents.id = content WHERE chunk_id = ?`,
      );
      const chunk = allRows<ChunkRow>(select, id).map(chunkOf)[0];
      const documents = chunk === undefined ? [] : this.#documents('content_id = ?', chunk.contentId);
      return chunk === undefined || documents.length === 0 ? undefined : { chunk, documents, score: 0 };
    });
  }

  neighbours(content: ContentId, from: number, to: number): readonly Chunk[] {
    return this.#snapshot(() => this.#chunks(content, 'ordinal BETWEEN ? AND ?', from, to));
  }

  text(content: ContentId, startChar: number, endChar: number): string {
    return this.#snapshot(() => {
      let text = '';
      let atChar = Math.max(0, startChar);
      for (const chunk of this.#chunks(content, 'end_char > ? AND start_char < ?', startChar, endChar)) {
        // Neighbours may overlap: each chunk adds only what the ones before it did not contain.
        text += chunk.text.slice(Math.max(0, atChar - chunk.startChar), endChar - chunk.startChar);
        atChar = Math.max(atChar, chunk.endChar);
      }
      return text;
    });
  }

  findDocument(id: DocumentId): PublishedDocument | undefined {
    return this.#snapshot(() => this.#documents('document_id = ?', id)[0]);
  }

  documents(): readonly PublishedDocument[] {
    return this.#snapshot(() => this.#documents('TRUE'));
  }

  stats(): StoreStats {
    return this.#snapshot(() => {
      const stats = firstRow<StoreStats>(
        this.#prepare(
          `SELECT (SELECT count(*) FROM documents WHERE content IS NOT NULL) AS documents,
             (SELECT coalesce(sum(chunk_count), 0) FROM contents WHERE ${PUBLISHED}) AS chunks,
             (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS sizeBytes`,
        ),
      );
      return { documents: 0, chunks: 0, sizeBytes: 0, ...stats };
    });
  }

  close(): void {
    this.#db.close();
  }

  #snapshot<Result>(read: () => Result): Result {
    return withStoreErrors(this.#file, () => inTransaction(this.#db, 'DEFERRED', read));
  }

  #checkSpace(dense: SearchRequest['dense']): void {
    if (dense === undefined) return;
    const active = this.#projection.activeSpace;
    const { space, vector } = dense;
    if (active?.name === space.name && active.dimensions === vector.length) return;
    throw new StoreError(
      'SPACE_MISMATCH',
      `a vector of ${space.name} (${vector.length} numbers) cannot be searched in ${active === null ? 'a store without vectors' : `${active.name} (${active.dimensions})`}; embed the question with the active model`,
    );
  }

  /** Reads the active space from the file, so it also works before the first search has loaded anything. */
  #activeSpace(): VectorSpace | null {
    const active = 'SELECT name, dimensions FROM spaces JOIN meta ON active_space = spaces.id';
    return firstRow<VectorSpace>(this.#prepare(active)) ?? null;
  }

  /** Returns the chunks that are published, by id. Reads only what no recent search has read. */
  #readFound(hits: readonly ProjectedHit[]): ReadonlyMap<ChunkId, PublishedChunk> {
    const chunks = this.#findChunks(hits);
    const documents = this.#findDocuments(new Set(chunks.map(({ content }) => content)));
    const found = new Map<ChunkId, PublishedChunk>();
    for (const { id, content, json } of chunks) {
      const published = documents.get(content);
      if (published === undefined) continue;
      const { contentId } = published;
      this.#recent.keepChunk({ id, contentId, content, json });
      found.set(id, { id, contentId, chunk: json, documents: published.json });
    }
    return found;
  }

  /** Returns chunks, published or not, in no particular order. */
  #findChunks(hits: readonly ProjectedHit[]): Omit<FoundChunk, 'contentId'>[] {
    const found: Omit<FoundChunk, 'contentId'>[] = [];
    const rows = new Map<ChunkId, number>();
    for (const { chunkId, chunkRow } of hits) {
      const recent = this.#recent.findChunk(chunkId);
      if (recent === undefined) rows.set(chunkId, chunkRow);
      else found.push(recent);
    }
    if (rows.size === 0) return found;
    // By row, which costs half as much as by id. A content that was deleted and stored again between two refreshes has
    // other rows, and the old ones may now be those of another content.
    for (const chunk of this.#readChunks('id', [...rows.values()])) if (rows.delete(chunk.id)) found.push(chunk);
    return rows.size === 0 ? found : [...found, ...this.#readChunks('chunk_id', [...rows.keys()])];
  }

  /** @param column what `values` are compared with. */
  #readChunks(
    column: 'id' | 'chunk_id',
    values: readonly (number | string)[],
  ): readonly Omit<FoundChunk, 'contentId'>[] {
    const select = this.#prepare(
      `SELECT chunk_id AS id, content, ${CHUNK_JSON} AS json FROM json_each(?) JOIN chunks ON chunks.${column} = value`,
    );
    return allRows(select, JSON.stringify(values));
  }

  /** Returns the documents of contents, without those that are not published. Both are by the content's row. */
  #findDocuments(contents: ReadonlySet<number>): ReadonlyMap<number, FoundDocuments> {
    const found = new Map<number, FoundDocuments>();
    const missing: number[] = [];
    for (const content of contents) {
      const recent = this.#recent.findDocuments(content);
      if (recent === undefined) missing.push(content);
      else found.set(content, recent);
    }
    if (missing.length === 0) return found;
    const select = this.#prepare(
      `SELECT documents.content, content_id AS contentId, documents.path, ${DOCUMENT_JSON} AS json
       FROM json_each(?) JOIN documents ON documents.content = value JOIN contents ON contents.id = documents.content`,
    );
    const rows = allRows<FoundDocuments & { readonly path: string }>(select, JSON.stringify(missing));
    for (const [content, published] of Map.groupBy(rows, (row) => row.content)) {
      const json = `[${published
        .toSorted(byPath)
        .map((document) => document.json)
        .join(',')}]`;
      const read = { contentId: published[0]!.contentId, content, json };
      found.set(content, read);
      this.#recent.keepDocuments(read);
    }
    return found;
  }

  /** Returns chunks of a published content, in order; none of another content. */
  #chunks(content: ContentId, condition: string, ...values: readonly number[]): Chunk[] {
    const select = this.#prepare(
      `SELECT ${CHUNK_COLUMNS} FROM chunks JOIN contents ON contents.id = content
       WHERE content_id = ? AND ${PUBLISHED} AND ${condition} ORDER BY ordinal`,
    );
    return allRows<ChunkRow>(select, content, ...values).map(chunkOf);
  }

  /** Returns published documents, ordered by path. */
  #documents(condition: string, ...values: readonly string[]): PublishedDocument[] {
    const select = this.#prepare(
      `SELECT ${DOCUMENT_COLUMNS} FROM documents JOIN contents ON contents.id = documents.content WHERE ${condition}`,
    );
    return allRows<DocumentRow>(select, ...values)
      .map(documentOf)
      .toSorted(byPath);
  }
}

/** SQLite would order by UTF-8 bytes, which differs from code units for characters beyond the basic plane. */
function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}
