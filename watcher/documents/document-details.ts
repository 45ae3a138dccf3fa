import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { AskboxError, codeOf } from '#shared/errors.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';

/** What users have set for a document. */
export interface DocumentDetail {
  /** Null if none was set: the document shows the title from its file. */
  readonly title: string | null;
  readonly tags: readonly string[];
}

/** The paths of a renamed file, whose details move with it. */
export interface DetailMove {
  readonly from: string;
  readonly to: string;
}

const NOTHING: DocumentDetail = { title: null, tags: [] };
const VERSION = 1;
const MAX_TITLE_CHARS = 300;
const MAX_TAG_CHARS = 60;
const MAX_TAGS = 50;

/**
 * The titles and tags that users have set, by path. They cannot be derived from the files, so they are kept in a
 * separate, human-readable file and survive the loss of the ledger. Details of a missing file are kept in case it comes
 * back.
 */
export class DocumentDetails {
  readonly #file: string;
  readonly #details: Map<string, DocumentDetail>;

  /**
   * Reads the file; one that does not exist yet is empty.
   * @throws AskboxError DETAILS_UNREADABLE rather than discard what users wrote.
   */
  constructor(file: string) {
    this.#file = file;
    this.#details = read(file);
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
    const { title, tags } = { ...this.find(path), ...readDetail(change) };
    this.#write((details) =>
      title === null && tags.length === 0 ? details.delete(path) : details.set(path, { title, tags }),
    );
  }

  /** Moves details to the new paths of renamed files, durably once it returns. */
  move(moves: readonly DetailMove[]): void {
    this.#write((details) => {
      for (const { from, to } of moves) {
        details.set(to, details.get(from) ?? NOTHING);
        details.delete(from);
      }
    });
  }

  /** Changes the file first and memory after it, so that both agree even if the disk is full. */
  #write(change: (details: Map<string, DocumentDetail>) => void): void {
    const details = new Map(this.#details);
    change(details);
    const documents = [...details].map(([path, detail]) => ({ path, ...detail }));
    const draft = `${this.#file}.new`;
    writeFileSync(draft, `${JSON.stringify({ version: VERSION, documents }, null, 1)}\n`);
    const written = openSync(draft, 'r+');
    fsyncSync(written);
    closeSync(written);
    renameSync(draft, this.#file);
    change(this.#details);
  }
}

/**
 * Checks details given by a user and returns them in the form in which they are stored.
 * @throws CommandRefused BLANK, TOO_LONG, INVALID
 */
export function readDetail({ title, tags }: Partial<DocumentDetail>): Partial<DocumentDetail> {
  return {
    ...(title === undefined ? {} : { title: readTitle(title) }),
    ...(tags === undefined ? {} : { tags: readTags(tags) }),
  };
}

function read(file: string): Map<string, DocumentDetail> {
  try {
    const { version, documents } = JSON.parse(readFileSync(file, 'utf8'));
    if (version !== VERSION) throw new Error(`it has version ${version}`);
    // Only `#write` makes this file, and replaces it in one step, so its documents have this type.
    return new Map(
      (documents as (DocumentDetail & { path: string })[]).map(({ path, title, tags }) => [path, { title, tags }]),
    );
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return new Map();
    const message = `cannot read the titles and tags in ${file}; restore the file from a backup, or move it away to start without any`;
    throw new AskboxError('DETAILS_UNREADABLE', message, { cause: error });
  }
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
