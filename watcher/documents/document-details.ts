import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { AskboxError, codeOf } from '#shared/errors.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';

/** What people have said of a document. */
export interface DocumentDetail {
  /** Null: the file's own. */
  readonly title: string | null;
  readonly tags: readonly string[];
}

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
 * Titles and tags that people have set, by path. They are nowhere else, so they live in a readable file of their own,
 * beside the ledger that may be lost. A path that is gone keeps its details, in case the file comes back.
 */
export class DocumentDetails {
  readonly #file: string;
  readonly #details: Map<string, DocumentDetail>;

  /** @throws AskboxError DETAILS_UNREADABLE: what people wrote is never thrown away for being unreadable. */
  constructor(file: string) {
    this.#file = file;
    this.#details = read(file);
  }

  find(path: string): DocumentDetail {
    return this.#details.get(path) ?? NOTHING;
  }

  has(path: string): boolean {
    return this.#details.has(path);
  }

  /**
   * Durable when it returns. What is left out of the change stays as it is.
   * @throws CommandRefused BLANK, TOO_LONG, INVALID
   */
  set(path: string, change: Partial<DocumentDetail>): void {
    const { title, tags } = { ...this.find(path), ...readDetail(change) };
    this.#write((details) =>
      title === null && tags.length === 0 ? details.delete(path) : details.set(path, { title, tags }),
    );
  }

  /** The files have other paths now. Durable when it returns. */
  move(moves: readonly DetailMove[]): void {
    this.#write((details) => {
      for (const { from, to } of moves) {
        details.set(to, details.get(from) ?? NOTHING);
        details.delete(from);
      }
    });
  }

  /** What is known in memory is what is on the disk, also when the disk is full. */
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
 * What is wanted, as it is kept.
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
    if (version !== VERSION) throw new Error(`it is of version ${version}`);
    // We wrote it ourselves, in one piece.
    return new Map(
      (documents as (DocumentDetail & { path: string })[]).map(({ path, title, tags }) => [path, { title, tags }]),
    );
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return new Map();
    const message = `cannot read the titles and tags in ${file}; put a back-up in its place, or move it away to start without any`;
    throw new AskboxError('DETAILS_UNREADABLE', message, { cause: error });
  }
}

function readTitle(title: string | null): string | null {
  return title === null ? null : readWords('title', title, MAX_TITLE_CHARS);
}

/** Each once, in the order given. */
function readTags(tags: readonly string[]): readonly string[] {
  const read = [...new Set(tags.map((tag) => readWords('tags', tag, MAX_TAG_CHARS)))];
  if (read.length <= MAX_TAGS) return read;
  throw new CommandRefused('TOO_LONG', `${read.length} tags are too many; a document has at most ${MAX_TAGS}`, {
    field: 'tags',
  });
}

function readWords(field: 'title' | 'tags', given: string, maxChars: number): string {
  const words = given.normalize('NFC').trim();
  const what = field === 'title' ? 'the title' : 'a tag';
  if (words === '') throw new CommandRefused('BLANK', `${what} is empty; write something or leave it out`, { field });
  if (/\p{Cc}/u.test(words)) {
    throw new CommandRefused('INVALID', `${what} has a line break or another control character; leave it out`, {
      field,
    });
  }
  if (words.length > maxChars) {
    throw new CommandRefused('TOO_LONG', `${what} has ${words.length} characters; at most ${maxChars}`, { field });
  }
  return words;
}
