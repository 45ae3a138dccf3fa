import { existsSync } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DocumentId } from '#shared/document.ts';
import { codeOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import type {
  DocumentState,
  ErasedDocument,
  IngestionState,
  RemovedDocument,
  WatcherCommand,
  WatcherReplies,
} from '#shared/watcher-api/watcher-api.ts';
import { readDetail, type DocumentDetail, type DocumentDetails } from '../documents/document-details.ts';
import { documentStateFromLedger } from '../documents/document-state.ts';
import { eraseDocument } from './erase-document.ts';
import type { FetchedPage } from './fetch-page/fetch-page.ts';
import { checkNewPath } from './inbox-path.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerDocument } from '../ledger/document.ts';
import { openFile, type OpenFile } from './open-file.ts';
import { putFile } from './put-file.ts';
import type { RecognizedPages } from '../read/recognized-pages.ts';
import { restoreFile } from './restore-file.ts';
import { fileOf } from '../scan/scan-inbox.ts';
import type { FolderFile } from '../ledger/action.ts';
import { checkIsFile, moveToTrash } from './trash.ts';

/** The methods of InboxLoop that commands use; they are documented there. */
interface LoopControls {
  ingestion(): IngestionState;
  inboxProblem(): 'INBOX_MISSING' | 'INBOX_REPLACED' | null;
  pause(): void;
  resume(options: { readonly confirmRemovals: boolean }): void;
  reread(matches: (document: LedgerDocument) => boolean): readonly LedgerDocument[];
  hint(path: string): void;
  stopReading(path: string): Promise<void>;
}

/** What commands work on. */
export interface CommandParts {
  /** Absolute path of the inbox. */
  readonly inbox: string;
  /** Where removed files go; made when the first one does. */
  readonly trashDir: string;
  /** 0: removed files are deleted instead. */
  readonly keepTrashDays: number;
  readonly maxFileBytes: number;
  readonly ledger: Ledger;
  readonly details: DocumentDetails;
  readonly store: StoreWriter;
  readonly recognizedPages: RecognizedPages;
  /** Exists while something is being erased; see erase-document.ts. */
  readonly erasingFile: string;
  readonly loop: LoopControls;
  readonly fetchPage: (url: string) => Promise<FetchedPage>;
  readonly now: () => number;
  readonly log: Log;
}

type AddCommand = Extract<WatcherCommand, { type: 'add' }>;
type AddPageCommand = Extract<WatcherCommand, { type: 'addPage' }>;

/**
 * Carries out the commands that users give through the API. Files are changed first and the ledger immediately after,
 * so that the reply and the feed show the change; the next scan of the inbox reaches the same result.
 */
export class Commands {
  readonly #parts: CommandParts;
  /** Resolves when all erasures so far are done; each rewrites the databases as a whole. */
  #erased: Promise<unknown> = Promise.resolve();

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  /** Carries out a command and returns its reply. @throws CommandRefused */
  async run(command: WatcherCommand): Promise<WatcherReplies[WatcherCommand['type']]> {
    const { loop } = this.#parts;
    switch (command.type) {
      case 'add':
        return this.#add(command);
      case 'addPage':
        return this.#addPage(command);
      case 'reread':
        return this.#reread(new Set(command.paths));
      case 'remove':
        return this.#remove(command.path);
      case 'restore':
        return this.#restore(command.id);
      case 'erase':
        return this.#erase(command);
      case 'describe': {
        const { type: _, path: documentPath, ...change } = command;
        return this.#describe(documentPath, change);
      }
      case 'pause':
        loop.pause();
        return loop.ingestion();
      case 'resume':
        loop.resume({ confirmRemovals: command.confirmRemovals });
        return loop.ingestion();
    }
  }

  /**
   * Writes a file into the inbox, replacing the one of that path if there is one.
   * @param sizeBytes the size that the client announced; null if it announced none.
   * @throws CommandRefused, or what writing or the body throws; then no part of the file is left behind.
   */
  async put(
    filePath: string,
    body: AsyncIterable<Uint8Array>,
    sizeBytes: number | null,
  ): Promise<{ readonly document: DocumentState; readonly isNew: boolean }> {
    return this.#put(filePath, body, { sizeBytes, mustBeNew: false });
  }

  /** Opens the file of a document for reading; the caller closes it. @throws CommandRefused */
  async open(documentPath: string): Promise<OpenFile> {
    this.#checkInbox();
    return openFile(this.#parts.inbox, this.#find(documentPath));
  }

  async #add({ path: filePath, text, title, tags }: AddCommand): Promise<DocumentState> {
    readDetail({ title, tags }); // reject bad details before there is a file
    const bytes = Buffer.from(text);
    await this.#put(filePath, [bytes], { sizeBytes: bytes.length, mustBeNew: true });
    return this.#describe(filePath, { title, tags });
  }

  async #addPage({ url: given, name, title, tags }: AddPageCommand): Promise<DocumentState> {
    const { fetchPage, inbox } = this.#parts;
    readDetail({ title, tags });
    this.#checkInbox();
    await checkNewPath(`${name}.html`, inbox); // also before the page is fetched for nothing
    const { url, bytes, extension } = await fetchPage(given);
    const filePath = `${name}${extension}`;
    await this.#put(filePath, [bytes], { sizeBytes: bytes.length, mustBeNew: true });
    return this.#describe(filePath, { title, tags, url });
  }

  async #put(
    filePath: string,
    body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options: { readonly sizeBytes: number | null; readonly mustBeNew: boolean },
  ): Promise<{ readonly document: DocumentState; readonly isNew: boolean }> {
    const { inbox, maxFileBytes, log } = this.#parts;
    this.#checkInbox();
    await checkNewPath(filePath, inbox);
    const isNew = await putFile(inbox, filePath, body, { ...options, maxBytes: maxFileBytes });
    const document = await this.#observe(filePath);
    log.info({ document: filePath, bytes: document.sizeBytes }, 'put into the inbox');
    return { document, isNew };
  }

  async #restore(id: DocumentId): Promise<DocumentState> {
    const { inbox, trashDir, log } = this.#parts;
    this.#checkInbox();
    const filePath = await restoreFile(inbox, id, trashDir);
    const document = await this.#observe(filePath);
    log.info({ document: filePath, bytes: document.sizeBytes }, 'restored from the trash');
    return document;
  }

  /** Tells the ledger of a file that has just been put into the inbox. */
  async #observe(filePath: string): Promise<DocumentState> {
    const { inbox, ledger, loop, now } = this.#parts;
    const file = await statFile(inbox, filePath);
    if (file === undefined) throw notFound(filePath);
    // The file is complete, so there is no quiet time to wait for.
    ledger.apply([{ type: 'observe', file, quietMs: 0 }], now());
    loop.hint(filePath);
    return this.#stateOf(this.#find(filePath));
  }

  #reread(paths: ReadonlySet<string>): readonly DocumentState[] {
    const documents = this.#parts.loop.reread((document) => paths.has(document.path));
    return documents.map((document) => this.#stateOf(document));
  }

  async #remove(documentPath: string): Promise<RemovedDocument> {
    const { ledger, now, log, details } = this.#parts;
    this.#checkInbox();
    this.#find(documentPath);
    const trashed = await this.#removeFile(documentPath).catch((error: unknown) => {
      throw ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '') ? notFound(documentPath) : error;
    });
    ledger.apply([{ type: 'remove', path: documentPath }], now());
    if (trashed === null) log.info({ document: documentPath }, 'deleted');
    else log.info({ document: documentPath, trashed }, 'moved to the trash');
    // Not undefined: `remove` leaves a tombstone.
    return documentStateFromLedger(ledger.find(documentPath)!, ledger, details);
  }

  /** Returns where the file is now; null if it was deleted, because the trash keeps nothing. */
  async #removeFile(documentPath: string): Promise<string | null> {
    const { inbox, trashDir, keepTrashDays, now } = this.#parts;
    if (keepTrashDays > 0) return moveToTrash(inbox, documentPath, trashDir, now());
    await checkIsFile(inbox, documentPath);
    await rm(path.join(inbox, documentPath));
    return null;
  }

  #erase(target: Extract<WatcherCommand, { type: 'erase' }>): Promise<ErasedDocument> {
    const { loop } = this.#parts;
    const erasing = this.#erased.then(() => {
      this.#checkInbox();
      return eraseDocument(target, { ...this.#parts, stopReading: (documentPath) => loop.stopReading(documentPath) });
    });
    this.#erased = erasing.catch(() => {});
    return erasing;
  }

  #describe(documentPath: string, change: Partial<DocumentDetail>): DocumentState {
    const { ledger, details } = this.#parts;
    this.#find(documentPath);
    details.set(documentPath, change);
    ledger.touch(documentPath);
    return this.#stateOf(this.#find(documentPath));
  }

  /** Rejects changes while the inbox is missing or replaced: files would go to the wrong folder. */
  #checkInbox(): void {
    const { inbox, loop } = this.#parts;
    const reason = existsSync(inbox) ? loop.inboxProblem() : 'INBOX_MISSING'; // the loop only notices at its next scan
    if (reason === null) return;
    const problem = reason === 'INBOX_MISSING' ? 'the inbox is missing' : 'another folder is in the place of the inbox';
    throw new CommandRefused('CONFLICT', `${problem} (${reason}); npm run status says what to do`);
  }

  #find(documentPath: string): LedgerDocument {
    const document = this.#parts.ledger.find(documentPath);
    if (document === undefined || document.state === 'REMOVED') throw notFound(documentPath);
    return document;
  }

  #stateOf(document: LedgerDocument): DocumentState {
    const state = documentStateFromLedger(document, this.#parts.ledger, this.#parts.details);
    if ('status' in state) return state;
    throw notFound(document.path);
  }
}

function notFound(documentPath: string): CommandRefused {
  const message = `there is no ${documentPath} in the inbox; it may have just been removed`;
  return new CommandRefused('NOT_FOUND', message, { field: 'path' });
}

async function statFile(inbox: string, filePath: string): Promise<FolderFile | undefined> {
  try {
    return fileOf(filePath, await lstat(path.join(inbox, filePath), { bigint: true }));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
