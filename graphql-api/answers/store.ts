import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { AskboxError, messageOf } from '#shared/errors.ts';
import { allRows, firstRow, headerOf, openDatabase, WAL_PRAGMAS } from '#shared/sqlite.ts';
import type { EndedAnswer } from './event-log.ts';
import type { AnswerState } from './state.ts';

/** What a repeated request is compared with. */
interface KnownRequest {
  readonly answerId: string;
  /** SHA-256 of everything that was asked with it. */
  readonly inputHash: string;
}

/**
 * The answers on disk (SQLite): ended ones can be read again, and unfinished ones are saved so that a restart can mark
 * them as failed.
 */
export interface AnswersStore extends Disposable {
  /** Adds an answer that has just started. @param request.id null if the caller gave none. */
  insert(answer: AnswerState, request: { id: string | null; inputHash: string }): void;
  /** Overwrites a saved answer. @param lastSequence of the newest event that a reader may have received. */
  save(answer: AnswerState, lastSequence: number): void;
  /** Returns undefined for an unknown answer. */
  find(id: string): EndedAnswer | undefined;
  /** Returns undefined for an unknown request. */
  findRequest(requestId: string): KnownRequest | undefined;
}

/** Readers may have received events after the last save, so an answer cut off by a kill ends above any of them. */
const SEQUENCE_GAP = 1_000_000;
const DAY_MS = 86_400_000;
const FORMAT = 1;

/**
 * Opens the file, creating it if needed. Marks answers that the last process left unfinished as FAILED, and deletes
 * answers older than `keepDays`, now and with every new answer.
 * @param keepDays 0 keeps answers only in memory, until the store is closed.
 * @throws AskboxError ANSWERS_UNREADABLE
 */
export function openAnswersStore(file: string, keepDays: number): AnswersStore {
  const isKept = keepDays > 0;
  if (isKept) mkdirSync(path.dirname(file), { recursive: true });
  const db = openAnswers(isKept ? file : ':memory:');
  const forgetOld = db.prepare('DELETE FROM answers WHERE created_at < ?');
  const insert = db.prepare(
    'INSERT INTO answers (id, request_id, input_hash, last_sequence, is_ended, created_at, answer) VALUES (?, ?, ?, 0, 0, ?, ?)',
  );
  const update = db.prepare('UPDATE answers SET last_sequence = ?, is_ended = ?, answer = ? WHERE id = ?');
  const find = db.prepare('SELECT answer, last_sequence FROM answers WHERE id = ?');
  const findRequest = db.prepare('SELECT id, input_hash FROM answers WHERE request_id = ?');

  const prune = (): void => {
    if (isKept) forgetOld.run(new Date(Date.now() - keepDays * DAY_MS).toISOString());
  };
  const save = (answer: AnswerState, lastSequence: number): void => {
    update.run(lastSequence, answer.endedAt === null ? 0 : 1, JSON.stringify(answer), answer.id);
  };

  prune();
  for (const row of allRows<AnswerRow>(db.prepare('SELECT answer, last_sequence FROM answers WHERE is_ended = 0'))) {
    const { answer, lastSequence } = savedOf(row);
    save(cutOff(answer), lastSequence + SEQUENCE_GAP);
  }

  return {
    insert(answer, request) {
      prune();
      insert.run(answer.id, request.id, request.inputHash, answer.createdAt, JSON.stringify(answer));
    },
    save,
    find(id) {
      const row = firstRow<AnswerRow>(find, id);
      return row === undefined ? undefined : savedOf(row);
    },
    findRequest(requestId) {
      const row = firstRow<{ id: string; input_hash: string }>(findRequest, requestId);
      return row === undefined ? undefined : { answerId: row.id, inputHash: row.input_hash };
    },
    [Symbol.dispose]: () => db.close(),
  };
}

function openAnswers(file: string): DatabaseSync {
  return openDatabase(file, {}, (db) => {
    try {
      db.exec(`${WAL_PRAGMAS}; PRAGMA busy_timeout = 5000`);
      const format = headerOf(db).userVersion;
      if (format > FORMAT)
        throw new Error(`it was written by a newer askbox (format ${format}, this one knows ${FORMAT})`);
      db.exec(TABLES);
      return db;
    } catch (error) {
      const message = `cannot read the saved answers in ${file}: ${messageOf(error)}; move the file away to start with none`;
      throw new AskboxError('ANSWERS_UNREADABLE', message, { cause: error });
    }
  });
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS answers (
    id TEXT PRIMARY KEY,
    request_id TEXT UNIQUE,
    input_hash TEXT NOT NULL,
    last_sequence INTEGER NOT NULL,
    is_ended INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    answer TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS answers_by_age ON answers (created_at);
  PRAGMA user_version = ${FORMAT};
`;

interface AnswerRow {
  readonly answer: string;
  readonly last_sequence: number;
}

/** Answers saved before there were remote endpoints lack one field. */
type SavedAnswer = Omit<AnswerState, 'passagesLeftMachine'> & { readonly passagesLeftMachine?: boolean };

function savedOf(row: AnswerRow): EndedAnswer {
  // Written by `save` and `insert` above, in this format.
  const saved = JSON.parse(row.answer) as SavedAnswer;
  return { answer: { passagesLeftMachine: false, ...saved }, lastSequence: row.last_sequence };
}

/** Returns as FAILED an answer whose process ended while it was being written. */
function cutOff(answer: AnswerState): AnswerState {
  return {
    ...answer,
    status: 'FAILED',
    finishReason: 'ERROR',
    error: { code: 'INTERNAL', message: 'askbox stopped while it was writing this answer; ask again', retryable: true },
    endedAt: new Date().toISOString(),
  };
}
