import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { allRows, headerOf, inTransaction, openDatabase } from '#shared/sqlite.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import { importDetailsJson } from './import-details.ts';
import { unreadableDetails } from './unreadable-details.ts';

/** What is known of a document that its file does not say. */
export interface DocumentDetail {
  /** Null if none was set: the document shows the title from its file. */
  readonly title: string | null;
  readonly tags: readonly string[];
  /** The web address that the file was fetched from; null for other files. Set once, by askbox. */
  readonly url: string | null;
}

/** The paths of a renamed file, whose details move with it. */
export interface DetailMove {
  readonly from: string;
  readonly to: string;
}

const NOTHING: DocumentDetail = { title: null, tags: [], url: null };
/** 'askd' in ASCII, in the header of the file. Distinguishes it from the database of another program. */
const APPLICATION_ID = 0x61_73_6b_64;
const VERSION = 2;
const SCHEMA = `
  CREATE TABLE details (
    path TEXT PRIMARY KEY,
    title TEXT,
    tags TEXT NOT NULL,                        -- JSON
    url TEXT
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${VERSION};
`;
/** Version 1 had no addresses. */
const MIGRATE_FROM_1 = `ALTER TABLE details ADD COLUMN url TEXT; PRAGMA user_version = ${VERSION}`;
/** How long a call waits for a program that has the file open, such as a backup. */
const BUSY_TIMEOUT_MS = 1000;
const MAX_TITLE_CHARS = 300;
const MAX_TAG_CHARS = 60;
const MAX_TAGS = 50;

/**
 * The titles and tags that users have set and the addresses that pages were fetched from, by path. They cannot be derived from the files, so they are kept in a small
 * database of their own, which survives the loss of the ledger. A change writes one row, however many there are. Details
 * of a missing file are kept in case it comes back.
 */
export class DocumentDetails implements Disposable {
  readonly #db: DatabaseSync;
  readonly #details: Map<string, DocumentDetail>;

  /**
   * Opens or creates the file. Titles and tags of earlier versions, in `details.json` beside it, are taken over once.
   * @throws AskboxError DETAILS_UNREADABLE rather than discard what users wrote.
   */
  constructor(file: string) {
    this.#db = open(file);
    try {
      importDetailsJson(join(dirname(file), 'details.json'), (details) => this.#import(details));
      this.#details = readAll(file, this.#db);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    if (this.#db.isOpen) this.#db.close();
  }

  /** Returns the details of a path; no title and no tags if none were set. */
  find(path: string): DocumentDetail {
    return this.#details.get(path) ?? NOTHING;
  }

  /** Returns whether a title or tags were set for a path. */
  has(path: string): boolean {
    return this.#details.has(path);
  }

  /**
   * Changes the details of a path, durably once it returns. Fields left out of the change stay as they are.
   * @throws CommandRefused BLANK, TOO_LONG, INVALID
   */
  set(path: string, change: Partial<DocumentDetail>): void {
    this.#write([[path, { ...this.find(path), ...readDetail(change) }]]);
  }

  /** Moves details to the new paths of renamed files, durably once it returns. */
  move(moves: readonly DetailMove[]): void {
    this.#write(
      moves.flatMap(({ from, to }) => [
        [to, this.find(from)],
        [from, NOTHING],
      ]),
    );
  }

  /** Writes the file first and memory after it, so that both agree even if the disk is full. */
  #write(changes: readonly (readonly [path: string, detail: DocumentDetail])[]): void {
    inTransaction(this.#db, 'IMMEDIATE', () => {
      const put = this.#db.prepare('INSERT OR REPLACE INTO details (path, title, tags, url) VALUES (?, ?, ?, ?)');
      const remove = this.#db.prepare('DELETE FROM details WHERE path = ?');
      for (const [path, detail] of changes) {
        if (isNothing(detail)) remove.run(path);
        else put.run(path, detail.title, JSON.stringify(detail.tags), detail.url);
      }
    });
    for (const [path, detail] of changes) {
      if (isNothing(detail)) this.#details.delete(path);
      else this.#details.set(path, detail);
    }
  }

  /** Does not replace what is there: it was written later. */
  #import(details: ReadonlyMap<string, DocumentDetail>): void {
    inTransaction(this.#db, 'IMMEDIATE', () => {
      const add = this.#db.prepare('INSERT INTO details (path, title, tags) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
      for (const [path, { title, tags }] of details) add.run(path, title, JSON.stringify(tags));
    });
  }
}

/**
 * Checks details given by a user and returns them in the form in which they are stored.
 * @throws CommandRefused BLANK, TOO_LONG, INVALID
 */
export function readDetail({ title, tags, url }: Partial<DocumentDetail>): Partial<DocumentDetail> {
  return {
    ...(title === undefined ? {} : { title: readTitle(title) }),
    ...(tags === undefined ? {} : { tags: readTags(tags) }),
    ...(url === undefined ? {} : { url }),
  };
}

/** Opens the database, and creates its table in a new file. @throws AskboxError DETAILS_UNREADABLE */
function open(file: string): DatabaseSync {
  try {
    return openDatabase(file, { timeoutMs: BUSY_TIMEOUT_MS }, (db) => {
      const { applicationId, userVersion, isEmpty } = headerOf(db);
      if (!isEmpty && applicationId !== APPLICATION_ID) throw new Error('another program made it');
      if (!isEmpty && userVersion !== VERSION && userVersion !== 1) throw new Error(`it has version ${userVersion}`);
      // Without a write-ahead log, the file alone is a complete backup, and with secure_delete nothing is left of what
      // was deleted. FULL makes a change durable before its command is answered.
      db.exec('PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
      if (isEmpty) inTransaction(db, 'IMMEDIATE', () => db.exec(SCHEMA));
      else if (userVersion === 1) inTransaction(db, 'IMMEDIATE', () => db.exec(MIGRATE_FROM_1));
      const found = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
      if (found !== 'ok') throw new Error(`it is damaged: ${String(found)}`);
      return db;
    });
  } catch (error) {
    throw unreadableDetails(file, error);
  }
}

type Row = Pick<DocumentDetail, 'title' | 'url'> & { readonly path: string; readonly tags: string };

function readAll(file: string, db: DatabaseSync): Map<string, DocumentDetail> {
  try {
    const rows = allRows<Row>(db.prepare('SELECT path, title, tags, url FROM details'));
    return new Map(rows.map(({ path, title, tags, url }) => [path, { title, tags: JSON.parse(tags), url }]));
  } catch (error) {
    throw unreadableDetails(file, error);
  }
}

function isNothing({ title, tags, url }: DocumentDetail): boolean {
  return title === null && tags.length === 0 && url === null;
}

function readTitle(title: string | null): string | null {
  return title === null ? null : readWords('title', title, MAX_TITLE_CHARS);
}

/** Returns each tag once, in the order given. */
function readTags(tags: readonly string[]): readonly string[] {
  const read = [...new Set(tags.map((tag) => readWords('tags', tag, MAX_TAG_CHARS)))];
  if (read.length <= MAX_TAGS) return read;
  throw new CommandRefused('TOO_LONG', `${read.length} tags are too many; give at most ${MAX_TAGS}`, {
    field: 'tags',
  });
}

function readWords(field: 'title' | 'tags', given: string, maxChars: number): string {
  const words = given.normalize('NFC').trim();
  const what = field === 'title' ? 'the title' : 'a tag';
  if (words === '') throw new CommandRefused('BLANK', `${what} is empty; write something or leave it out`, { field });
  if (/\p{Cc}/u.test(words)) {
    throw new CommandRefused('INVALID', `${what} contains a line break or another control character; remove it`, {
      field,
    });
  }
  if (words.length > maxChars) {
    const message = `${what} has ${words.length} characters; shorten it to at most ${maxChars}`;
    throw new CommandRefused('TOO_LONG', message, { field });
  }
  return words;
}
