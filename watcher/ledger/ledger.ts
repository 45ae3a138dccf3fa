import type { SQLInputValue } from 'node:sqlite';
import type { ContentId, ContentSummary } from '#shared/document.ts';
import { applyAction } from './apply-action.ts';
import { LedgerContents } from './contents.ts';
import { LedgerDatabase } from './database.ts';
import { documentOf, LONGEST_RETRY_MS, type LedgerDocument, type LedgerError, type LedgerRow } from './document.ts';
import { LedgerEmbedding } from './embedding.ts';
import type { Action } from './action.ts';
import { eventSql, isIn, type Event } from './states.ts';
import { transition } from './transition.ts';

/**
 * What the watcher knows of the folder and has done about it; also the queue of what is left to do. Every method is one
 * durable transaction, so a kill leaves the state before it or after it. All times are milliseconds since 1970.
 */
export class Ledger implements Disposable {
  /** Another one when the ledger was made anew. */
  readonly watcherId: string;
  /** Where a ledger that was damaged or of another version has been moved to; null: there was none. */
  readonly setAside: string | null;
  readonly contents: LedgerContents;
  /** How far contents have been embedded. */
  readonly embedding: LedgerEmbedding;
  readonly #db: LedgerDatabase;
  #publications = 0;

  /**
   * Opens or makes the ledger; a damaged one is moved aside and made anew from the folder.
   * @throws AskboxError ALREADY_RUNNING, LEDGER_UNUSABLE
   */
  constructor(file: string) {
    this.#db = LedgerDatabase.open(file);
    this.setAside = this.#db.setAside;
    this.contents = new LedgerContents(this.#db);
    this.embedding = new LedgerEmbedding(this.#db);
    this.watcherId = this.#db.one<{ id: string }>('SELECT watcher_id AS id FROM meta')!.id;
    this.#restart();
  }

  [Symbol.dispose](): void {
    this.#db[Symbol.dispose]();
  }

  /** Calls back after every change of a document, at most once a transaction. Returns how to stop that. */
  onChange(listener: () => void): () => void {
    return this.#db.onChange(listener);
  }

  // ------------------------------------------------------------------------------------------------ looking

  get seq(): number {
    return this.#db.one<{ seq: number }>('SELECT seq FROM meta')!.seq;
  }

  /** Removals up to this sequence number have been forgotten. */
  get sweptSeq(): number {
    return this.#db.one<{ seq: number }>('SELECT swept_seq AS seq FROM meta')!.seq;
  }

  find(path: string): LedgerDocument | undefined {
    return this.#rows('WHERE path = ?', path)[0];
  }

  /** All but the removed, in no particular order. */
  documents(): readonly LedgerDocument[] {
    return this.#rows(`WHERE state <> 'REMOVED'`);
  }

  /** The next so many after this path, in the order of paths' bytes; for who must not stop everything else for long. */
  documentsAfter(path: string, limit: number): readonly LedgerDocument[] {
    return this.#rows(`WHERE path > ? AND state <> 'REMOVED' ORDER BY path LIMIT ?`, path, limit);
  }

  /** What has changed after `seq`, removals included, oldest change first. */
  changedSince(seq: number, limit: number): readonly LedgerDocument[] {
    return this.#rows('WHERE seq > ? ORDER BY seq LIMIT ?', seq, limit);
  }

  /** So many at most of those that have to rest before they are read. */
  discovered(limit: number): readonly LedgerDocument[] {
    return this.#rows(`WHERE state = 'DISCOVERED' LIMIT ?`, limit);
  }

  /** The smallest file that waits to be read. */
  nextToRead(maxSizeBytes: number, now: number): LedgerDocument | undefined {
    return this.#rows(
      `WHERE state = 'STABLE' AND size_bytes <= ? AND (retry_ms IS NULL OR retry_ms NOT BETWEEN ? AND ?)
       AND missing_since_ms IS NULL ORDER BY size_bytes, seq LIMIT 1`,
      maxSizeBytes,
      now + 1,
      now + LONGEST_RETRY_MS,
    )[0];
  }

  /** Paths that the store may still answer with although they must not: removed, or condemned for good. */
  toWithdraw(): readonly LedgerDocument[] {
    return this.#rows(`WHERE ${eventSql('startWithdrawing').guard} AND store_revision > 0 ORDER BY seq`);
  }

  countUnfinished(): number {
    return this.#db.one<{ n: number }>(
      `SELECT count(*) AS n FROM documents WHERE state NOT IN ('READY', 'FAILED', 'REMOVED')`,
    )!.n;
  }

  /** device:inode of the folder that was last known to be the inbox; null before the first scan. */
  get inboxIdentity(): string | null {
    return this.#db.one<{ identity: string | null }>('SELECT inbox_identity AS identity FROM meta')!.identity;
  }

  /** Whether somebody has paused the reading; it outlives a restart. */
  get isPaused(): boolean {
    return this.#db.one<{ paused: number }>('SELECT is_paused AS paused FROM meta')!.paused === 1;
  }

  // ------------------------------------------------------------------------------------------------ doing

  setPaused(isPaused: boolean): void {
    this.#db.change(() => this.#db.run('UPDATE meta SET is_paused = ?', Number(isPaused)));
  }

  setInboxIdentity(identity: string): void {
    this.#db.run('UPDATE meta SET inbox_identity = ?', identity);
  }

  /**
   * What contents and verdicts are made with from now on. Another pipeline has every document read anew, another limit of
   * size every one that failed; what answers goes on answering until then.
   */
  adoptPipeline(pipeline: string, maxFileBytes: number): void {
    this.#db.change(() => {
      const before = this.#db.one<{ pipeline: string | null; max: number | null }>(
        'SELECT pipeline, max_file_bytes AS max FROM meta',
      )!;
      this.#db.run('UPDATE meta SET pipeline = ?, max_file_bytes = ?', pipeline, maxFileBytes);
      if (before.pipeline !== null && before.pipeline !== pipeline) this.#queueAgain(this.documents());
      else if (before.max !== null && before.max !== maxFileBytes)
        this.#queueAgain(this.#rows(`WHERE state = 'FAILED'`));
    });
  }

  /**
   * Has documents read anew from their bytes, whatever the store holds; the present version answers until then.
   * What has not been read yet, and what can never be opened, stays as it is.
   */
  reread(documents: readonly LedgerDocument[]): void {
    this.#db.change(() => {
      for (const { contentId } of this.#queueAgain(documents)) {
        if (contentId !== null) this.contents.doubt(contentId);
      }
    });
  }

  #queueAgain(documents: readonly LedgerDocument[]): readonly LedgerDocument[] {
    const queued = documents.filter(
      ({ state, error }) =>
        (state === 'READY' || state === 'FAILED') && error?.code !== 'NOT_A_FILE' && error?.code !== 'BAD_NAME',
    );
    const asNew = { attempts: 0, error_code: null, error_message: null, retry_ms: null };
    return queued.filter(({ path }) => transition(this.#db, 'readAgain', { path }, asNew));
  }

  /** Later sequence numbers are above `seq`: a writer that lost its ledger must not fall behind the store's revisions. */
  raiseSeq(seq: number): void {
    this.#db.run('UPDATE meta SET seq = max(seq, ?)', seq);
  }

  /** Takes in what a scan of the folder means. */
  apply(actions: readonly Action[], now: number): void {
    if (actions.length > 0) this.#db.change(() => actions.forEach((action) => applyAction(this.#db, action, now)));
  }

  /** @returns false when it is no longer there to be read: another lane has it, or its file has changed or gone. */
  startReading(document: LedgerDocument): boolean {
    return this.#step('startReading', document);
  }

  /**
   * The bytes are known.
   * @param isTrusted whether the signature they were read under says all there is to say of them (see scan-inbox.ts).
   * @returns false when the file has changed or gone meanwhile; reading on is of no use then.
   */
  hashed(document: LedgerDocument, bytesSha256: string, contentId: ContentId, isTrusted: boolean): boolean {
    return this.#db.change(() => {
      const columns = { bytes_sha256: bytesSha256, content_id: contentId, is_trusted: Number(isTrusted) };
      const isTaken = this.#step('hashed', document, columns);
      if (isTaken) this.contents.wanted(contentId);
      return isTaken;
    });
  }

  startStoring(document: LedgerDocument, content: ContentSummary): void {
    this.#db.change(() => {
      this.contents.describe(content);
      this.#step('startStoring', document);
    });
  }

  /**
   * The revision to publish the document under: above every earlier one, and durable before the store is asked.
   * @returns undefined when it must not be published: it was removed meanwhile, or its next version is being read or is
   *   searchable already. A version whose file has changed, but is not being read yet, is published: it is newer than what is there.
   */
  startPublishing({ path, signature }: LedgerDocument): number | undefined {
    return this.#db.change(() => {
      const isOther = `state IN ('EXTRACTING', 'STORING') AND signature <> ?`;
      if (this.#db.one(`SELECT 1 FROM documents WHERE path = ? AND ${isOther}`, path, signature)) return undefined;
      return this.#startChange('startPublishing', path);
    });
  }

  /**
   * The revision to withdraw a path under, as `startPublishing`.
   * @returns undefined when there is nothing to withdraw any more: the file was put back, or is being read once more.
   */
  startWithdrawing(path: string): number | undefined {
    return this.#db.change(() => this.#startChange('startWithdrawing', path));
  }

  /** Notes before the store is asked that it may have the path from now on, under a revision that is in no other use. */
  #startChange(event: 'startPublishing' | 'startWithdrawing', path: string): number | undefined {
    const revision = this.#db.nextSeq();
    return transition(this.#db, event, { path }, { store_revision: revision }) ? revision : undefined;
  }

  /** How many times this process has published: when it grows, there may be text without a vector. */
  get publications(): number {
    return this.#publications;
  }

  /**
   * The store has this content under the path, unless a later publication or withdrawal has begun.
   * @returns whether the document is ready; false when its file has changed meanwhile: its next version is already due.
   */
  published(document: LedgerDocument, contentId: ContentId, revision: number, now: number): boolean {
    const { path, signature } = document;
    return this.#db.change(() => {
      this.contents.published(contentId);
      this.#publications++;
      const live = { live_content_id: contentId, indexed_ms: now };
      const asNew = { attempts: 0, error_code: null, error_message: null, retry_ms: null };
      const subject = { path, store_revision: revision };
      if (transition(this.#db, 'published', { ...subject, signature }, { ...live, ...asNew })) return true;
      transition(this.#db, 'publishedOlder', subject, live);
      return false;
    });
  }

  /** The store no longer has this path, unless a later publication or withdrawal has begun. */
  withdrawn(path: string, revision: number): void {
    const subject = { path, store_revision: revision };
    this.#db.change(() => transition(this.#db, 'withdrawn', subject, { live_content_id: null, store_revision: 0 }));
  }

  /** Reading has ended in an error. @param attempts how often the extractor has died over these bytes. */
  failed(document: LedgerDocument, error: LedgerError, attempts: number): void {
    const { code, message, retryMs } = error;
    const columns = { error_code: code, error_message: message, attempts, retry_ms: retryMs };
    this.#step(retryMs === null ? 'failForGood' : 'failForNow', document, columns);
  }

  /** Back into the queue, not before `retryMs` (null: at once). */
  putBack(document: LedgerDocument, retryMs: number | null, attempts: number): void {
    this.#step('putBack', document, { retry_ms: retryMs, attempts });
  }

  /** The bytes are not those that were scanned: begin again with the next scan. */
  startOver(document: LedgerDocument, now: number): void {
    this.#step('startOver', document, { observed_ms: now, content_id: null, bytes_sha256: null });
  }

  /** Something that is shown with the document has changed elsewhere: followers of the feed are to see it. */
  touch(path: string): void {
    this.#db.change(() => this.#db.run('UPDATE documents SET seq = ? WHERE path = ?', this.#db.nextSeq(), path));
  }

  /** Hashed once more, long enough after its last change: from now on the signature speaks for the bytes. */
  verified(document: LedgerDocument): void {
    this.#db.run(
      'UPDATE documents SET is_trusted = 1 WHERE path = ? AND signature = ?',
      document.path,
      document.signature,
    );
  }

  /** The store does not have what it should, unless something has happened to the document since: a ready one is read again. */
  lostFromStore({ path, seq }: LedgerDocument): void {
    this.#db.change(() => transition(this.#db, 'lostFromStore', { path, seq }, { live_content_id: null }));
  }

  /**
   * The store lacks chunks of a content that should be whole: every document that answers with it is read again.
   * @returns whether it was taken for whole until now.
   */
  contentLost(id: ContentId): boolean {
    return this.#db.change(() => {
      const wasStored = this.contents.findStored(id) !== undefined;
      this.contents.doubt(id);
      for (const document of this.#rows(`WHERE state = 'READY' AND live_content_id = ?`, id))
        this.lostFromStore(document);
      return wasStored;
    });
  }

  /**
   * The store has this path. One that the ledger does not know becomes a document that the next scan will find missing, so that
   * it goes the way of every removal; a removed one is withdrawn again.
   * @returns whether the ledger did not know that the store may have the path.
   */
  foundInStore(
    { path, content, revision }: { path: string; content: ContentId; revision: number },
    now: number,
  ): boolean {
    return this.#db.change(() => {
      const known = this.#db.one<{ revision: number }>(
        'SELECT store_revision AS revision FROM documents WHERE path = ?',
        path,
      );
      if (known === undefined) {
        this.#db.run(
          `INSERT INTO documents (path, seq, state, signature, is_trusted, size_bytes, modified_ms, created_ms, observed_ms,
             missing_since_ms, content_id, live_content_id, store_revision)
           VALUES (?1, ?2, 'READY', '', 1, 0, ?3, ?3, ?3, ?3, ?4, ?4, ?5)`,
          path,
          this.#db.nextSeq(),
          now,
          content,
          revision,
        );
        return true;
      }
      if (known.revision > 0) return false;
      return transition(this.#db, 'foundInStore', { path }, { store_revision: revision });
    });
  }

  /** Forgets removals that every reader of the feed has had time to hear of. */
  sweep(before: number): void {
    this.#db.transaction(() => {
      const isOld = `${isIn(['REMOVED'])} AND store_revision = 0 AND observed_ms < ?`;
      this.#db.run(
        `UPDATE meta SET swept_seq = max(swept_seq, (SELECT coalesce(max(seq), 0) FROM documents WHERE ${isOld}))`,
        before,
      );
      this.#db.run(`DELETE FROM documents WHERE ${isOld}`, before);
    });
  }

  // ------------------------------------------------------------------------------------------------ inside

  /** Whatever was under way when the last process ended begins again; nothing of it was visible. Followers of the feed see it. */
  #restart(): void {
    this.#db.change(() => {
      for (const { path } of this.#rows(`WHERE ${eventSql('restart').guard}`))
        transition(this.#db, 'restart', { path });
    });
  }

  /** One step of the lane that reads a document, if the file is still the one that was scanned. */
  #step(event: Event, { path, signature }: LedgerDocument, columns: Record<string, SQLInputValue> = {}): boolean {
    return this.#db.change(() => transition(this.#db, event, { path, signature }, columns));
  }

  #rows(where: string, ...values: SQLInputValue[]): readonly LedgerDocument[] {
    return this.#db.all<LedgerRow>(`SELECT * FROM documents ${where}`, ...values).map(documentOf);
  }
}
