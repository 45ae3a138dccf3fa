import type { SQLInputValue } from 'node:sqlite';
import type { ContentId, ContentSummary } from '#shared/document.ts';
import type { Removal } from '#shared/store/store.ts';
import { applyAction } from './apply-action.ts';
import { LedgerContents } from './contents.ts';
import { LedgerDatabase, type ChangeListener } from './database.ts';
import type { LedgerDocument, LedgerError } from './document.ts';
import { documentsOf, presentDocuments } from './documents-of.ts';
import { LedgerEmbedding } from './embedding.ts';
import type { Action } from './action.ts';
import { LedgerQueue } from './queue.ts';
import { eventSql, isIn, type Event } from './states.ts';
import { transition } from './transition.ts';

/**
 * What the watcher knows about the folder and has done about it. It is also the queue of what is left to do. Every method is one
 * transaction, so a kill leaves the state before it or after it. All times are milliseconds since 1970.
 */
export class Ledger implements Disposable {
  /** Changes when the ledger is created again. */
  readonly watcherId: string;
  /** Where a ledger that was damaged or of an unknown version was moved to; null if there was none. */
  readonly setAside: string | null;
  readonly contents: LedgerContents;
  /** What is left to do. */
  readonly queue: LedgerQueue;
  /** How far contents have been embedded. */
  readonly embedding: LedgerEmbedding;
  readonly #db: LedgerDatabase;
  #publications = 0;

  /**
   * Opens or creates the ledger. A damaged one is moved aside and rebuilt from the folder.
   * @throws AskboxError ALREADY_RUNNING, LEDGER_UNUSABLE
   */
  constructor(file: string) {
    this.#db = LedgerDatabase.open(file);
    this.setAside = this.#db.setAside;
    this.contents = new LedgerContents(this.#db);
    this.queue = new LedgerQueue(this.#db, this.contents);
    this.embedding = new LedgerEmbedding(this.#db);
    this.watcherId = this.#db.one<{ id: string }>('SELECT watcher_id AS id FROM meta')!.id;
    this.#restart();
  }

  [Symbol.dispose](): void {
    this.#db[Symbol.dispose]();
  }

  /**
   * Calls `listener` with the events of every change of documents, once a transaction. Returns a function that ends this.
   */
  onChange(listener: ChangeListener): () => void {
    return this.#db.onChange(listener);
  }

  /** Runs `work`, whatever methods it calls, in one transaction. For many rows at a time: each commit costs about 0.1 ms. */
  inOneChange<T>(work: () => T): T {
    return this.#db.change(work);
  }

  // ------------------------------------------------------------------------------------------------ reading

  /** The sequence number of the latest change. */
  get seq(): number {
    return this.#db.one<{ seq: number }>('SELECT seq FROM meta')!.seq;
  }

  /** Removals up to this sequence number are forgotten: a follower that was away since before it needs a snapshot. */
  get sweptSeq(): number {
    return this.#db.one<{ seq: number }>('SELECT swept_seq AS seq FROM meta')!.seq;
  }

  /** Removed documents are found as well, for as long as their tombstone is kept. */
  find(path: string): LedgerDocument | undefined {
    return this.#rows('WHERE path = ?', path)[0];
  }

  /** Returns all documents except removed ones, in no particular order. */
  documents(): readonly LedgerDocument[] {
    return presentDocuments(this.#db);
  }

  /** Returns the next `limit` documents after this path, in the byte order of paths, for work that is done in slices. */
  documentsAfter(path: string, limit: number): readonly LedgerDocument[] {
    return this.#rows(`WHERE path > ? AND state <> 'REMOVED' ORDER BY path LIMIT ?`, path, limit);
  }

  /** Returns what has changed after `seq`, removals included, oldest change first. */
  changedSince(seq: number, limit: number): readonly LedgerDocument[] {
    return this.#rows('WHERE seq > ? ORDER BY seq LIMIT ?', seq, limit);
  }

  /** Returns at most `limit` of the documents that are still in their quiet time. */
  discovered(limit: number): readonly LedgerDocument[] {
    return this.#rows(`WHERE state = 'DISCOVERED' LIMIT ?`, limit);
  }

  /** device:inode of the folder that was last accepted as the inbox; null before the first scan. */
  get inboxIdentity(): string | null {
    return this.#db.one<{ identity: string | null }>('SELECT inbox_identity AS identity FROM meta')!.identity;
  }

  /** Whether reading was paused by hand. Survives a restart. */
  get isPaused(): boolean {
    return this.#db.one<{ paused: number }>('SELECT is_paused AS paused FROM meta')!.paused === 1;
  }

  // ------------------------------------------------------------------------------------------------ writing

  setPaused(isPaused: boolean): void {
    this.#db.change(() => this.#db.run('UPDATE meta SET is_paused = ?', Number(isPaused)));
  }

  setInboxIdentity(identity: string): void {
    this.#db.run('UPDATE meta SET inbox_identity = ?', identity);
  }

  /** Makes all later sequence numbers larger than `seq`: a new ledger must not fall behind the store's revisions. */
  raiseSeq(seq: number): void {
    this.#db.run('UPDATE meta SET seq = max(seq, ?)', seq);
  }

  /** Writes what a scan of the folder found. */
  apply(actions: readonly Action[], now: number): void {
    if (actions.length > 0) this.#db.change(() => actions.forEach((action) => applyAction(this.#db, action, now)));
  }

  /** Starts reading a document. @returns false if there is nothing to read any more: another lane has it, or it changed or went. */
  startReading(document: LedgerDocument): boolean {
    return this.#step('startReading', document);
  }

  /**
   * Starts reading a searchable document again for the pages that are to be recognised.
   * @returns false if anything has happened to it since it was looked up.
   */
  startRecognizing({ path, signature, seq }: LedgerDocument): boolean {
    return this.#db.change(() =>
      transition(this.#db, 'startRecognizing', { path, signature, seq }, { attempts: 1, retry_ms: null }),
    );
  }

  /**
   * Notes the hash of the bytes that are being read.
   * @param isTrusted whether the signature they were read under proves them unchanged (see scan-inbox.ts).
   * @returns false if the file has changed or gone meanwhile; there is no point in reading on then.
   */
  hashed(document: LedgerDocument, bytesSha256: string, contentId: ContentId, isTrusted: boolean): boolean {
    return this.#db.change(() => {
      const columns = { bytes_sha256: bytesSha256, content_id: contentId, is_trusted: Number(isTrusted) };
      const isTaken = this.#step('hashed', document, columns);
      if (isTaken) this.contents.wanted(contentId);
      return isTaken;
    });
  }

  /** Notes that the content was read and its chunks are about to be stored. */
  startStoring(document: LedgerDocument, content: ContentSummary): void {
    this.#db.change(() => {
      this.contents.describe(content);
      this.#step('startStoring', document);
    });
  }

  /**
   * Returns the revision to publish a document under: larger than every earlier one, and durable before the store is asked.
   * Undefined if it must not be published: it was removed meanwhile, or its next version is being read or already searchable.
   * A version whose file has changed but is not being read yet may be published: it is newer than the one in the store.
   */
  startPublishing({ path, signature }: LedgerDocument): number | undefined {
    return this.#db.change(() => {
      const isOther = `state IN ('EXTRACTING', 'STORING') AND signature <> ?`;
      if (this.#db.one(`SELECT 1 FROM documents WHERE path = ? AND ${isOther}`, path, signature)) return undefined;
      return this.#startChange('startPublishing', path);
    });
  }

  /**
   * Returns the revision to withdraw a path under, as `startPublishing` does. Undefined if there is nothing to withdraw any
   * more: the file was put back, or is being read again.
   */
  startWithdrawing(path: string): number | undefined {
    return this.#db.change(() => this.#startChange('startWithdrawing', path));
  }

  /**
   * Starts withdrawing up to `limit` of the paths that the store may still hold although it must not, in one transaction.
   * @returns the paths, each with its revision; empty if there is nothing to withdraw.
   */
  startWithdrawingNext(limit: number): readonly Removal[] {
    return this.#db.change(() =>
      this.queue.toWithdraw(limit).flatMap(({ path }) => {
        const revision = this.startWithdrawing(path);
        return revision === undefined ? [] : { path, revision };
      }),
    );
  }

  /** Notes that the store may have the path from now on, under a new revision. To be called before the store is asked. */
  #startChange(event: 'startPublishing' | 'startWithdrawing', path: string): number | undefined {
    const revision = this.#db.nextSeq();
    return transition(this.#db, event, { path }, { store_revision: revision }) ? revision : undefined;
  }

  /** How many times this process has published. When it grows, there may be text without a vector. */
  get publications(): number {
    return this.#publications;
  }

  /**
   * Notes that the store has published this content, unless a later publication or withdrawal has begun.
   * @param options.isPartial whether the document has pages to recognise. Default: false.
   * @returns whether the document is ready; false if its file has changed meanwhile, so that its next version is due.
   */
  published(
    document: LedgerDocument,
    contentId: ContentId,
    revision: number,
    now: number,
    { isPartial = false }: { readonly isPartial?: boolean } = {},
  ): boolean {
    const { path, signature } = document;
    return this.#db.change(() => {
      this.contents.published(contentId);
      this.#publications++;
      const live = { live_content_id: contentId, indexed_ms: now };
      const asNew = { attempts: Number(isPartial), error_code: null, error_message: null, retry_ms: null };
      const subject = { path, store_revision: revision };
      if (transition(this.#db, 'published', { ...subject, signature }, { ...live, ...asNew })) return true;
      transition(this.#db, 'publishedOlder', subject, live);
      return false;
    });
  }

  /** Notes that the store no longer has this path, unless a later publication or withdrawal has begun. */
  withdrawn(path: string, revision: number): void {
    const subject = { path, store_revision: revision };
    this.#db.change(() => transition(this.#db, 'withdrawn', subject, { live_content_id: null, store_revision: 0 }));
  }

  /** Notes of each path what `withdrawn` does, in one transaction. */
  withdrawnAll(removals: readonly Removal[]): void {
    this.#db.change(() => removals.forEach(({ path, revision }) => this.withdrawn(path, revision)));
  }

  /** Notes that reading ended in an error. @param attempts how often the extractor has died over these bytes. */
  failed(document: LedgerDocument, error: LedgerError, attempts: number): void {
    const { code, message, retryMs } = error;
    const columns = { error_code: code, error_message: message, attempts, retry_ms: retryMs };
    this.#step(retryMs === null ? 'failForGood' : 'failForNow', document, columns);
  }

  /** Puts a document back into the queue, to be read no earlier than `retryMs` (null: at once). */
  putBack(document: LedgerDocument, retryMs: number | null, attempts: number): void {
    this.#step('putBack', document, { retry_ms: retryMs, attempts });
  }

  /** Has the next scan begin again with a document whose bytes are not those that were scanned. */
  startOver(document: LedgerDocument, now: number): void {
    this.#step('startOver', document, { observed_ms: now, content_id: null, bytes_sha256: null });
  }

  /** Shows followers of the feed a change that is stored elsewhere, such as a title. */
  touch(path: string): void {
    this.#db.change(() => this.#db.run('UPDATE documents SET seq = ? WHERE path = ?', this.#db.nextSeq(), path));
  }

  /** Trusts the signature from now on: the file was hashed again, long enough after its last change. */
  verified(document: LedgerDocument): void {
    this.#db.run(
      'UPDATE documents SET is_trusted = 1 WHERE path = ? AND signature = ?',
      document.path,
      document.signature,
    );
  }

  /** Notes that the store lacks a document, unless something has happened to it since. A ready one is read again. */
  lostFromStore({ path, seq }: LedgerDocument): void {
    this.#db.change(() => transition(this.#db, 'lostFromStore', { path, seq }, { live_content_id: null }));
  }

  /**
   * Notes that the store lacks chunks of a content that should be complete. Every document that is live with it is read again.
   * @returns whether it was believed complete until now.
   */
  contentLost(id: ContentId): boolean {
    return this.#db.change(() => {
      const wasStored = this.contents.findStored(id) !== undefined;
      this.contents.markDamaged(id);
      for (const document of this.#rows(`WHERE state = 'READY' AND live_content_id = ?`, id))
        this.lostFromStore(document);
      return wasStored;
    });
  }

  /**
   * Notes that the store has published this path. One that the ledger does not know becomes a document that the next scan finds
   * missing, so that it is removed like any other; a removed one is withdrawn again.
   * @returns whether this was news: the ledger did not know that the store may have the path.
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

  /** Deletes the tombstones from before this time that the store has confirmed. */
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

  /** Returns the paths of all tombstones. */
  removedPaths(): readonly string[] {
    return this.#db
      .all<{ path: string }>(`SELECT path FROM documents WHERE ${isIn(['REMOVED'])}`)
      .map(({ path }) => path);
  }

  /**
   * Deletes the tombstone of one path without waiting for the 7 days. Followers that have not seen the removal yet start
   * from a snapshot.
   * @returns false if there is none, or if the store has not confirmed the removal yet.
   */
  forget(path: string): boolean {
    return this.#db.change(() => {
      const isConfirmed = `path = ? AND ${isIn(['REMOVED'])} AND store_revision = 0`;
      this.#db.run(
        `UPDATE meta SET swept_seq = max(swept_seq, (SELECT coalesce(max(seq), 0) FROM documents WHERE ${isConfirmed}))`,
        path,
      );
      return this.#db.run(`DELETE FROM documents WHERE ${isConfirmed}`, path) > 0;
    });
  }

  /** Rewrites the file without what was deleted, and deletes ledgers that were set aside. Blocks for about 10 ms a MB. */
  scrub(): void {
    this.#db.scrub();
  }

  /** Copies the database into a new file. Blocks for about 10 ms a MB. @returns its path; the caller deletes it. */
  copy(): string {
    return this.#db.copy();
  }

  // ------------------------------------------------------------------------------------------------ internals

  /** Queues what was in work when the last process ended; nothing of it was visible. Followers of the feed see it. */
  #restart(): void {
    this.#db.change(() => {
      for (const { path } of this.#rows(`WHERE ${eventSql('restart').guard}`))
        transition(this.#db, 'restart', { path });
    });
  }

  /** Takes a step of the lane that reads a document, if the file is still the one that was scanned. */
  #step(event: Event, { path, signature }: LedgerDocument, columns: Record<string, SQLInputValue> = {}): boolean {
    return this.#db.change(() => transition(this.#db, event, { path, signature }, columns));
  }

  #rows(where: string, ...values: SQLInputValue[]): readonly LedgerDocument[] {
    return documentsOf(this.#db, where, ...values);
  }
}
