import type { ContentId, ContentSummary } from '#shared/document.ts';
import type { LedgerContents } from './contents.ts';
import type { LedgerDatabase } from './database.ts';
import { LONGEST_RETRY_MS, type LedgerDocument } from './document.ts';
import { documentsOf, presentDocuments } from './documents-of.ts';
import { affectedBy, NO_READING_SETTINGS, type ReadingSettings } from './reading-settings.ts';
import { eventSql } from './states.ts';
import { transition } from './transition.ts';

/** Searchable, with pages that are to be recognised. */
const IS_PARTIAL = `(state = 'READY' AND attempts > 0)`;

/** The part of the ledger that says what is left to do: which documents wait to be read, or read again, and which to be withdrawn. */
export class LedgerQueue {
  readonly #db: LedgerDatabase;
  readonly #contents: LedgerContents;

  constructor(db: LedgerDatabase, contents: LedgerContents) {
    this.#db = db;
    this.#contents = contents;
  }

  /**
   * Returns the smallest document up to a size that waits to be read, except those of `nextToReadAgain`.
   * @param avoided extensions of files that are left out, with their dot and in lower case. Only the thousand smallest
   * documents are considered then, so that a long queue of them costs little.
   */
  nextToRead(maxSizeBytes: number, now: number, avoided: readonly string[] = []): LedgerDocument | undefined {
    const next = this.#nextInQueue(
      'attempts = 0 AND size_bytes <= ?',
      maxSizeBytes,
      now,
      avoided.length > 0 ? 1000 : 1,
    );
    return next.find(({ path }) => !avoided.some((extension) => path.toLowerCase().endsWith(extension)));
  }

  /**
   * Returns the document to be read next of those over which the extractor has died: the one with the fewest attempts, and
   * among these the smallest. After all of them those that have only pages to recognise, each of which takes seconds, and
   * then those that are searchable but have such pages. Undefined while any other document waits.
   */
  nextToReadAgain(now: number): LedgerDocument | undefined {
    if (this.nextToRead(Number.MAX_SAFE_INTEGER, now) !== undefined) return undefined;
    // Only what has died waits until a time.
    const [died] = this.#nextInQueue('retry_ms IS NOT NULL AND attempts > ?', 0, now, 1);
    const [postponed] = died === undefined ? this.#nextInQueue('attempts > ?', 0, now, 1) : [];
    return (
      died ??
      postponed ??
      documentsOf(this.#db, `WHERE ${IS_PARTIAL} AND missing_since_ms IS NULL ORDER BY size_bytes, seq LIMIT 1`)[0]
    );
  }

  /** Returns how often the extractor has died over the same content under another path, at most. */
  deathsOverCopies({ path }: LedgerDocument, contentId: ContentId): number {
    return this.#db.one<{ deaths: number }>(
      `SELECT coalesce(max(attempts), 0) AS deaths FROM documents WHERE content_id = ? AND path <> ?`,
      contentId,
      path,
    )!.deaths;
  }

  #nextInQueue(condition: string, value: number, now: number, limit: number): readonly LedgerDocument[] {
    return documentsOf(
      this.#db,
      `WHERE state = 'STABLE' AND ${condition} AND (retry_ms IS NULL OR retry_ms NOT BETWEEN ? AND ?)
       AND missing_since_ms IS NULL ORDER BY attempts, size_bytes, seq LIMIT ?`,
      value,
      now + 1,
      now + LONGEST_RETRY_MS,
      limit,
    );
  }

  /**
   * Returns at most `limit` of the documents that the store may still hold although it must not: removed ones, and those
   * that failed for good. In no particular order, so that a part of many costs no sorting.
   */
  toWithdraw(limit: number): readonly LedgerDocument[] {
    return documentsOf(this.#db, `WHERE ${eventSql('startWithdrawing').guard} AND store_revision > 0 LIMIT ?`, limit);
  }

  /** The number of documents in the queue or in work, with those that have pages to recognise. */
  countUnfinished(): number {
    return this.#db.one<{ n: number }>(
      `SELECT count(*) AS n FROM documents WHERE state NOT IN ('READY', 'FAILED', 'REMOVED') OR ${IS_PARTIAL}`,
    )!.n;
  }

  /** The contents of documents that wait to be read or are being read. */
  unreadContents(): ReadonlySet<ContentId> {
    const rows = this.#db.all<{ id: ContentId }>(
      `SELECT content_id AS id FROM documents WHERE state IN ('STABLE', 'EXTRACTING', 'STORING') AND content_id IS NOT NULL`,
    );
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * Sets what contents and failures are made with from now on. A new pipeline queues every document again, a new size limit
   * every one that failed. The present versions stay searchable until then.
   */
  adoptPipeline(pipeline: string, maxFileBytes: number): void {
    this.#db.change(() => {
      const before = this.#db.one<{ pipeline: string | null; max: number | null }>(
        'SELECT pipeline, max_file_bytes AS max FROM meta',
      )!;
      this.#db.run('UPDATE meta SET pipeline = ?, max_file_bytes = ?', pipeline, maxFileBytes);
      if (before.pipeline !== null && before.pipeline !== pipeline) this.#queueAgain(presentDocuments(this.#db));
      else if (before.max !== null && before.max !== maxFileBytes)
        this.#queueAgain(documentsOf(this.#db, `WHERE state = 'FAILED'`));
    });
  }

  /**
   * Sets the settings that decide what documents become, and queues those again that a change of them affects. To be
   * called after `adoptPipeline`.
   */
  adoptReadingSettings(settings: ReadingSettings): void {
    this.#db.change(() => {
      const row = this.#db.one<{ json: string | null }>('SELECT reading_settings AS json FROM meta');
      // We wrote it ourselves, from ReadingSettings; those of an earlier version lack fields.
      const before = { ...NO_READING_SETTINGS, ...(JSON.parse(row?.json ?? '{}') as Partial<ReadingSettings>) };
      this.#db.run('UPDATE meta SET reading_settings = ?', JSON.stringify(settings));
      const isAffected = affectedBy(before, settings);
      if (isAffected === null) return;
      const contentOf = (id: ContentId | null): ContentSummary | undefined =>
        id === null ? undefined : this.#contents.find(id);
      this.#queueAgain(
        presentDocuments(this.#db).filter((document) => isAffected(document, contentOf(document.contentId))),
      );
    });
  }

  /**
   * Queues documents to be read again from their bytes, whatever the store holds. The present version stays searchable until
   * then. Documents that have not been read yet, or can never be opened, stay as they are.
   */
  reread(documents: readonly LedgerDocument[]): void {
    this.#db.change(() => {
      for (const { contentId } of this.#queueAgain(documents)) {
        if (contentId !== null) this.#contents.markDamaged(contentId);
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
}
