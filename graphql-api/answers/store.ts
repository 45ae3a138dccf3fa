import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { AskboxError, messageOf } from '#shared/errors.ts';
import {
  allRows,
  firstRow,
  hasResultCode,
  headerOf,
  inTransaction,
  openDatabase,
  SQLITE_BUSY,
  SQLITE_FULL,
  WAL_PRAGMAS,
} from '#shared/sqlite.ts';
import { openConversationStore, type ConversationStore } from './conversation-store.ts';
import type { EndedAnswer } from './event-log.ts';
import { expiryOf, lookAtClock, type SeenClock } from './retention.ts';
import type { AnswerState, Rating } from './state.ts';

/** What a repeated request is compared with. */
interface KnownRequest {
  readonly answerId: string;
  /** SHA-256 of everything that was asked with it. */
  readonly inputHash: string;
}

/**
 * The answers on disk (SQLite): ended ones can be read again, and unfinished ones are saved so that a restart can mark
 * them as failed. Every method takes a few milliseconds at most and never waits for a lock: it throws SQLite's
 * SQLITE_BUSY instead, and the caller tries again later.
 */
export interface AnswersStore extends Disposable {
  /** Adds an answer that has just started. @param request.id null if the caller gave none. */
  insert(answer: AnswerState, request: { id: string | null; inputHash: string }): void;
  /** Overwrites a saved answer. @param lastSequence of the newest event that a reader may have received. */
  save(answer: AnswerState, lastSequence: number): void;
  /** Changes the rating of a saved answer; an unknown id does not matter. A comment that it replaces is overwritten. */
  rate(id: string, rating: Rating, comment: string | null): void;
  /** Returns undefined for an unknown answer. */
  find(id: string): EndedAnswer | undefined;
  /** Returns undefined for an unknown request. */
  findRequest(requestId: string): KnownRequest | undefined;
  /** The conversations that answers belong to. */
  readonly conversations: ConversationStore;
  /** Returns a few of the answers, in the order of their positions. @param after the last position seen, 0 at first. */
  page(after: number): readonly { readonly position: number; readonly answer: AnswerState }[];
  /** Deletes these answers and overwrites what they occupied; unknown ids do not matter. At most 50 ids. */
  delete(ids: readonly string[]): void;
  /**
   * Empties the write-ahead log if anything was deleted or rated since the last time: it still holds what was deleted.
   * @returns false if another process is reading or the disk is full, so that it has to be tried again.
   */
  emptyLog(): boolean;
  /** Deletes a few expired answers, or gives a little free space back to the disk. @returns whether there is more to do. */
  tidy(): boolean;
}

/** Where a store takes the time from. */
export interface StoreClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that cannot be set. */
  readonly monotonic: () => number;
}

/** Most ids that are deleted, and answers that expire, in one call: about 5 ms when they are long. */
export const DELETED_AT_ONCE = 50;
/** Answers of one page: together they are parsed in a few milliseconds. */
const PAGE_ANSWERS = 8;
/** Pages of 4 KiB given back to the disk in one call: about 2 ms. */
const VACUUM_PAGES = 128;
/** Free pages are reused, so only many of them are given back: more than these, and more than a quarter of the file. */
const KEPT_FREE_PAGES = 64;
/** How many ended answers stay when they are kept in memory only, about 10 MB. */
const KEPT_IN_MEMORY = 200;
/** How stale the time that is remembered for the next start may be. */
const CLOCK_SAVED_MS = 3_600_000;
/** How long the start waits for another process, such as a backup. Nothing is served yet. */
const START_BUSY_MS = 5_000;

/** Readers may have received events after the last save, so an answer cut off by a kill ends above any of them. */
const SEQUENCE_GAP = 1_000_000;
/** 2 added conversations. */
const FORMAT = 2;
/** `PRAGMA auto_vacuum` of a file whose free pages can be given back in slices. */
const INCREMENTAL = 2;

/**
 * Opens the file, creating it if needed. Marks answers that the last process left unfinished as FAILED. What is deleted
 * is overwritten; a file of an older askbox, which did not do that, is rewritten once.
 * @param keepDays answers older than this are deleted by `tidy`. 0 keeps the last 200 in memory, until the store is
 * closed.
 * @throws AskboxError ANSWERS_UNREADABLE
 */
export function openAnswersStore(
  file: string,
  keepDays: number,
  clock: StoreClock = { now: Date.now, monotonic: () => performance.now() },
): AnswersStore {
  const isKept = keepDays > 0;
  if (isKept) mkdirSync(path.dirname(file), { recursive: true });
  const db = openAnswers(isKept ? file : ':memory:');
  const insert = db.prepare(
    `INSERT INTO answers (id, request_id, input_hash, last_sequence, is_ended, created_at, answer, conversation_id, turn)
     VALUES (?, ?, ?, 0, 0, ?, ?, ?, ?)`,
  );
  const update = db.prepare('UPDATE answers SET last_sequence = ?, is_ended = ?, answer = ? WHERE id = ?');
  const rate = db.prepare(
    "UPDATE answers SET answer = json_set(answer, '$.rating', ?, '$.ratingComment', ?) WHERE id = ?",
  );
  const find = db.prepare('SELECT answer, last_sequence FROM answers WHERE id = ?');
  const findRequest = db.prepare('SELECT id, input_hash FROM answers WHERE request_id = ?');
  const page = db.prepare(
    `SELECT rowid AS position, answer, last_sequence FROM answers WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE_ANSWERS}`,
  );
  const remove = db.prepare('DELETE FROM answers WHERE id = ?');
  const expired = db.prepare(
    `SELECT id FROM answers WHERE created_at < ? ORDER BY created_at LIMIT ${DELETED_AT_ONCE}`,
  );
  const surplus = db.prepare(
    `SELECT id FROM answers WHERE is_ended = 1 ORDER BY created_at DESC LIMIT ${DELETED_AT_ONCE} OFFSET ${KEPT_IN_MEMORY}`,
  );
  const space = db.prepare(
    'SELECT freelist_count AS free, page_count AS pages FROM pragma_freelist_count, pragma_page_count',
  );
  const checkpoint = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
  const saveClock = db.prepare('INSERT OR REPLACE INTO clock (id, seen_ms, doubted_ms) VALUES (1, ?, ?)');

  // A file that was just rewritten has the old pages in its log.
  let isLogEmpty = false;
  let savedClock = savedClockOf(db);
  let seenClock = savedClock ?? { seenMs: newestOf(db) ?? clock.now(), doubtedMs: 0 };
  let lookedAt = clock.monotonic();

  const conversations = openConversationStore(db, () => (isLogEmpty = false));
  const save = (answer: AnswerState, lastSequence: number): void => {
    update.run(lastSequence, answer.endedAt === null ? 0 : 1, JSON.stringify(answer), answer.id);
  };
  const deleteAll = (ids: readonly string[]): void => {
    if (ids.length === 0) return;
    inTransaction(db, 'IMMEDIATE', () => {
      for (const id of ids) remove.run(id);
    });
    isLogEmpty = false;
  };
  const idsOf = (rows: readonly { readonly id: string }[]): readonly string[] => rows.map(({ id }) => id);

  const checkClock = (): void => {
    const now = clock.monotonic();
    seenClock = lookAtClock(seenClock, clock.now(), now - lookedAt);
    lookedAt = now;
    const isFresh =
      savedClock !== undefined &&
      Math.abs(seenClock.seenMs - savedClock.seenMs) < CLOCK_SAVED_MS &&
      seenClock.doubtedMs >= savedClock.doubtedMs &&
      seenClock.doubtedMs - savedClock.doubtedMs < CLOCK_SAVED_MS;
    if (isFresh) return;
    saveClock.run(seenClock.seenMs, seenClock.doubtedMs);
    savedClock = seenClock;
  };
  /** Returns whether there may be more. */
  const deleteExpired = (): boolean => {
    if (!isKept) {
      deleteAll(idsOf(allRows(surplus)));
      conversations.deleteSurplus();
      return false;
    }
    checkClock();
    const expiry = expiryOf(seenClock, keepDays);
    const ids = idsOf(allRows(expired, expiry));
    deleteAll(ids);
    return ids.length === DELETED_AT_ONCE || conversations.deleteExpired(expiry);
  };
  /** Returns whether there is more. */
  const giveBackSpace = (): boolean => {
    const { free, pages } = firstRow<{ free: number; pages: number }>(space) ?? { free: 0, pages: 0 };
    if (free <= KEPT_FREE_PAGES || free * 4 < pages) return false;
    db.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
    isLogEmpty = false;
    return true;
  };

  unlessBusyOrFull(() => {
    const unended = db.prepare('SELECT answer, last_sequence FROM answers WHERE is_ended = 0');
    for (const { answer, lastSequence } of allRows<AnswerRow>(unended).map(endedOf)) save(answer, lastSequence);
    deleteExpired();
  });
  db.exec('PRAGMA busy_timeout = 0');

  return {
    insert(answer, request) {
      if (!isKept) deleteExpired();
      const { id, turn, createdAt } = answer;
      const { conversationId = null, number = null } = turn ?? {};
      inTransaction(db, 'IMMEDIATE', () => {
        insert.run(id, request.id, request.inputHash, createdAt, JSON.stringify(answer), conversationId, number);
        if (conversationId !== null) conversations.touch(conversationId, createdAt);
      });
    },
    save,
    rate(id, rating, comment) {
      rate.run(rating, comment, id);
      isLogEmpty = false;
    },
    conversations,
    find(id) {
      const row = firstRow<AnswerRow>(find, id);
      return row === undefined ? undefined : endedOf(row);
    },
    findRequest(requestId) {
      const row = firstRow<{ id: string; input_hash: string }>(findRequest, requestId);
      return row === undefined ? undefined : { answerId: row.id, inputHash: row.input_hash };
    },
    page: (after) =>
      allRows<AnswerRow & { readonly position: number }>(page, after).map((row) => ({
        position: row.position,
        answer: endedOf(row).answer,
      })),
    delete: deleteAll,
    emptyLog() {
      if (isLogEmpty) return true;
      unlessBusyOrFull(() => (isLogEmpty = firstRow<{ busy: number }>(checkpoint)?.busy === 0));
      return isLogEmpty;
    },
    tidy: () => deleteExpired() || giveBackSpace(),
    [Symbol.dispose]: () => db.close(),
  };
}

function openAnswers(file: string): DatabaseSync {
  return openDatabase(file, { timeoutMs: START_BUSY_MS }, (db) => {
    try {
      // Only possible before there are tables. What is deleted is overwritten with zeros.
      db.exec(`PRAGMA auto_vacuum = INCREMENTAL; ${WAL_PRAGMAS}; PRAGMA secure_delete = ON`);
      const format = headerOf(db).userVersion;
      if (format > FORMAT)
        throw new Error(`it was written by a newer askbox (format ${format}, this one knows ${FORMAT})`);
      inTransaction(db, 'IMMEDIATE', () => {
        if (format === 1) db.exec(ADDED_COLUMNS);
        db.exec(TABLES);
      });
      overwriteOldAnswers(db);
      return db;
    } catch (error) {
      const message = `cannot read the saved answers in ${file}: ${messageOf(error)}; move the file away to start with none`;
      throw new AskboxError('ANSWERS_UNREADABLE', message, { cause: error });
    }
  });
}

/** A file of an older askbox still has all answers that it deleted. Rewrites such a file: a second for 70 MB. */
function overwriteOldAnswers(db: DatabaseSync): void {
  if (firstRow<{ auto_vacuum: number }>(db.prepare('PRAGMA auto_vacuum'))?.auto_vacuum === INCREMENTAL) return;
  // Otherwise the next start tries again; until then the answers can be used as they are.
  unlessBusyOrFull(() => db.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM'));
}

/** Does the work if that is possible now. What it may not have done must not matter. */
function unlessBusyOrFull(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!hasResultCode(error, SQLITE_BUSY, SQLITE_FULL)) throw error;
  }
}

/** Returns what the last process remembered; undefined in a file of an older askbox, or a new one. */
function savedClockOf(db: DatabaseSync): SeenClock | undefined {
  const row = firstRow<{ seen_ms: number; doubted_ms: number }>(db.prepare('SELECT seen_ms, doubted_ms FROM clock'));
  return row && { seenMs: row.seen_ms, doubtedMs: row.doubted_ms };
}

/** Returns when the newest answer was asked for, in milliseconds since 1970; undefined if there is none. */
function newestOf(db: DatabaseSync): number | undefined {
  const newest = firstRow<{ at: string | null }>(db.prepare('SELECT max(created_at) AS at FROM answers'))?.at ?? null;
  return newest === null ? undefined : Date.parse(newest);
}

/** What format 1 lacks. */
const ADDED_COLUMNS =
  'ALTER TABLE answers ADD COLUMN conversation_id TEXT; ALTER TABLE answers ADD COLUMN turn INTEGER';

const TABLES = `
  CREATE TABLE IF NOT EXISTS answers (
    id TEXT PRIMARY KEY,
    request_id TEXT UNIQUE,
    input_hash TEXT NOT NULL,
    last_sequence INTEGER NOT NULL,
    is_ended INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    answer TEXT NOT NULL,
    conversation_id TEXT,
    turn INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS answers_by_age ON answers (created_at);
  CREATE TABLE IF NOT EXISTS clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seen_ms REAL NOT NULL,
    doubted_ms REAL NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS answers_by_turn ON answers (conversation_id, turn) WHERE conversation_id IS NOT NULL;
  CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY,
    title TEXT,
    filter TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS conversations_by_update ON conversations (updated_at, id);
  PRAGMA user_version = ${FORMAT};
`;

interface AnswerRow {
  readonly answer: string;
  readonly last_sequence: number;
}

/** What an answer has that was saved before there were these: remote endpoints, help with an abstention, evidence, ratings. */
const ADDED_FIELDS = {
  inventedMarkers: 0,
  turn: null,
  searchedFor: null,
  passagesLeftMachine: false,
  nearest: [],
  notSearched: null,
  unsupported: [],
  support: null,
  rating: null,
  ratingComment: null,
} as const;

type SavedAnswer = Omit<AnswerState, keyof typeof ADDED_FIELDS> & Partial<AnswerState>;

/** Returns the answer as it ended. One that has not was cut off, because those being written are read from memory. */
function endedOf(row: AnswerRow): EndedAnswer {
  // Written by `save` and `insert` above, in this format.
  const saved = JSON.parse(row.answer) as SavedAnswer;
  const answer: AnswerState = { ...ADDED_FIELDS, ...saved, error: presentError(saved.error) };
  return answer.endedAt === null
    ? { answer: cutOff(answer), lastSequence: row.last_sequence + SEQUENCE_GAP }
    : { answer, lastSequence: row.last_sequence };
}

/** Answers of the first version could end with a code that is the code of a request today. */
function presentError(error: AnswerState['error']): AnswerState['error'] {
  const code: string | undefined = error?.code;
  return error !== null && code === 'OVERLOADED' ? { ...error, code: 'INTERNAL' } : error;
}

/** Returns as FAILED an answer whose process ended while it was being written. */
function cutOff(answer: AnswerState): AnswerState {
  return {
    ...answer,
    status: 'FAILED',
    finishReason: 'ERROR',
    error: {
      code: 'SHUTTING_DOWN',
      message: 'askbox stopped while it was writing this answer; ask again',
      retryable: true,
    },
    endedAt: new Date().toISOString(),
  };
}
