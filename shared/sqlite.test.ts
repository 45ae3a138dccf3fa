import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  allRows,
  eachRow,
  firstRow,
  hasResultCode,
  headerOf,
  inTransaction,
  openDatabase,
  resultCodeOf,
  SQLITE_BUSY,
  SQLITE_CANTOPEN,
  SQLITE_FULL,
  SQLITE_NOTADB,
  SQLITE_READONLY,
  statementCache,
  WAL_PRAGMAS,
} from './sqlite.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-sqlite-'));
  file = path.join(folder, 'some.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(options: { isReadOnly?: boolean } = {}): DatabaseSync {
  return openDatabase(file, options, (db) => db);
}

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

describe('opening a database', () => {
  test('returns what the set-up returns, and leaves the database open', () => {
    const result = openDatabase(':memory:', {}, (db) => ({ db }));
    expect(result.db.isOpen).toBe(true);
    result.db.close();
  });

  test('closes the database when the set-up throws', () => {
    let opened: DatabaseSync | undefined;
    const failing = (): unknown =>
      openDatabase(file, {}, (db) => {
        opened = db;
        throw new Error('wrong version');
      });
    expect(failing).toThrow('wrong version');
    expect(opened?.isOpen).toBe(false);
  });

  test('does not create a file that is to be read only', () => {
    expect(resultCodeOf(errorOf(() => open({ isReadOnly: true })))).toBe(SQLITE_CANTOPEN);
  });

  test('waits for a lock only if it was asked to', () => {
    using unhurried = openDatabase(':memory:', { timeoutMs: 1234 }, (db) => db);
    using hasty = openDatabase(':memory:', {}, (db) => db);
    expect(firstRow(unhurried.prepare('PRAGMA busy_timeout'))).toEqual({ timeout: 1234 });
    expect(firstRow(hasty.prepare('PRAGMA busy_timeout'))).toEqual({ timeout: 0 });
  });

  test('turns on the write-ahead log', () => {
    using db = open();
    db.exec(WAL_PRAGMAS);
    expect(firstRow(db.prepare('PRAGMA journal_mode'))).toEqual({ journal_mode: 'wal' });
    expect(firstRow(db.prepare('PRAGMA synchronous'))).toEqual({ synchronous: 1 });
  });
});

test('reads the header of an empty file and of one with tables', () => {
  using db = open();
  expect(headerOf(db)).toEqual({ applicationId: 0, userVersion: 0, isEmpty: true });
  db.exec('CREATE TABLE letters (letter TEXT) STRICT; PRAGMA application_id = 7; PRAGMA user_version = 3');
  expect(headerOf(db)).toEqual({ applicationId: 7, userVersion: 3, isEmpty: false });
});

describe('a transaction', () => {
  test('keeps what it wrote when it returns', () => {
    using db = lettersDatabase();
    expect(inTransaction(db, 'IMMEDIATE', () => db.prepare('INSERT INTO letters VALUES (?)').run('d').changes)).toBe(1);
    expect(db.isTransaction).toBe(false);
    expect(letters(db)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('undoes what it wrote when it throws, and throws the same error', () => {
    using db = lettersDatabase();
    const failure = new Error('no');
    const thrown = errorOf(() =>
      inTransaction(db, 'IMMEDIATE', () => {
        db.exec('DELETE FROM letters');
        throw failure;
      }),
    );
    expect(thrown).toBe(failure);
    expect(db.isTransaction).toBe(false);
    expect(letters(db)).toEqual(['a', 'b', 'c']);
  });

  test('throws the first error when SQLite has ended the transaction already', () => {
    using db = lettersDatabase();
    const thrown = errorOf(() =>
      inTransaction(db, 'IMMEDIATE', () => {
        db.exec('ROLLBACK');
        throw new Error('the disk is full');
      }),
    );
    expect(thrown).toMatchObject({ message: 'the disk is full' });
  });
});

describe('rows', () => {
  test('come all at once, one by one, or only the first', () => {
    using db = lettersDatabase();
    const after = db.prepare('SELECT letter FROM letters WHERE letter > ? ORDER BY letter');
    expect(allRows<Letter>(after, 'a')).toEqual([{ letter: 'b' }, { letter: 'c' }]);
    expect([...eachRow<Letter>(after, 'a')]).toEqual([{ letter: 'b' }, { letter: 'c' }]);
    expect(firstRow<Letter>(after, 'a')).toEqual({ letter: 'b' });
    expect(firstRow<Letter>(after, 'c')).toBeUndefined();
  });

  test('are read by a statement that is prepared once', () => {
    using db = lettersDatabase();
    const statement = statementCache(db);
    expect(statement('SELECT 1')).toBe(statement('SELECT 1'));
    expect(statement('SELECT 1')).not.toBe(statement('SELECT 2'));
  });
});

describe('a result code', () => {
  test('is that of a lock, of a full disk, of a file that may not be written, and of one that is no database', () => {
    using db = lettersDatabase();
    using other = open();
    using reading = open({ isReadOnly: true });
    db.exec('BEGIN EXCLUSIVE');
    expect(resultCodeOf(errorOf(() => other.exec('BEGIN EXCLUSIVE')))).toBe(SQLITE_BUSY);
    db.exec('COMMIT; PRAGMA max_page_count = 2');
    const fill = db.prepare('INSERT INTO letters VALUES (?)');
    expect(resultCodeOf(errorOf(() => fill.run('x'.repeat(100_000))))).toBe(SQLITE_FULL);
    expect(resultCodeOf(errorOf(() => reading.exec('DELETE FROM letters')))).toBe(SQLITE_READONLY);
    const notes = path.join(folder, 'notes.txt');
    writeFileSync(notes, 'not a database '.repeat(100));
    expect(resultCodeOf(errorOf(() => openDatabase(notes, {}, headerOf)))).toBe(SQLITE_NOTADB);
  });

  test('is the primary one of an extended code', () => {
    const busySnapshot = Object.assign(new Error('database is locked'), { errcode: 517 });
    expect(resultCodeOf(busySnapshot)).toBe(SQLITE_BUSY);
    expect(hasResultCode(busySnapshot, SQLITE_FULL, SQLITE_BUSY)).toBe(true);
    expect(hasResultCode(busySnapshot, SQLITE_FULL)).toBe(false);
  });

  test('is undefined for what SQLite did not throw', () => {
    expect(resultCodeOf(new Error('no'))).toBeUndefined();
    expect(resultCodeOf({ errcode: 5 })).toBeUndefined();
    expect(resultCodeOf(undefined)).toBeUndefined();
    expect(hasResultCode(new Error('no'), SQLITE_BUSY)).toBe(false);
  });
});

interface Letter {
  readonly letter: string;
}

function lettersDatabase(): DatabaseSync {
  const db = open();
  db.exec(`CREATE TABLE letters (letter TEXT NOT NULL) STRICT; INSERT INTO letters VALUES ('a'), ('b'), ('c')`);
  return db;
}

function letters(db: DatabaseSync): string[] {
  return allRows<Letter>(db.prepare('SELECT letter FROM letters ORDER BY letter')).map(({ letter }) => letter);
}
