import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { PRIVATE_FILE } from '#shared/data-dir.ts';
import { documentIdOf, type ContentId, type DocumentId } from '#shared/document.ts';
import { codeOf, messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import type { ErasedDocument } from '#shared/watcher-api/watcher-api.ts';
import type { DocumentDetails } from '../documents/document-details.ts';
import type { LedgerDocument } from '../ledger/document.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RecognizedPages } from '../read/recognized-pages.ts';
import { pauseReasonOf } from '../waiting/pauses.ts';
import { pause } from '../waiting/wake.ts';
import { checkIsFile, eraseFromTrash, pathsInTrash } from './trash.ts';

/** What erasing works on. */
export interface EraseParts {
  /** Absolute path of the inbox. */
  readonly inbox: string;
  readonly trashDir: string;
  /** Exists while something is being erased, so that a start after a kill finishes it. */
  readonly erasingFile: string;
  readonly ledger: Ledger;
  readonly details: DocumentDetails;
  readonly store: StoreWriter;
  readonly recognizedPages: RecognizedPages;
  /** Stops a lane that reads the document, and resolves when it writes nothing more. */
  readonly stopReading: (path: string) => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}

/** A scan that saw the file just before it was deleted has the ledger list it again until the next scan, 5 s later. */
const WAIT_FOR_SCAN_MS = 250;
const MAX_TRIES = 120;

/**
 * Erases a document for good: its file, its copies in the trash, its passages, its title and tags, and what the ledger
 * knows about it. May be repeated after an error. Must not run twice at the same time.
 * @param target.path null: the document is found by its id, also if it is only in the trash.
 * @throws CommandRefused NOT_FOUND, INVALID; CONFLICT if the file is missing and its removal is not confirmed (then
 * nothing is erased), or if the store does not respond; DISK_FULL if the databases cannot be rewritten.
 */
export async function eraseDocument(
  target: { readonly id: DocumentId; readonly path: string | null },
  parts: EraseParts,
): Promise<ErasedDocument> {
  const { ledger, details, log, now } = parts;
  const documentPath = target.path ?? (await findPath(target.id, parts));
  if (documentPath === undefined || !isInside(documentPath)) throw notFound(documentPath ?? target.id);
  const known = ledger.find(documentPath);
  const isInTrash = (await pathsInTrash(parts.trashDir)).includes(documentPath);
  if (known === undefined && !isInTrash && !details.has(documentPath)) throw notFound(documentPath);

  if (known !== undefined) await eraseFile(known, parts);
  writeFileSync(parts.erasingFile, '', { mode: PRIVATE_FILE });
  const chunkCounts = chunkCountsOf(known, ledger);
  try {
    if (known !== undefined && known.state !== 'REMOVED') ledger.apply([{ type: 'remove', path: documentPath }], now());
    await parts.stopReading(documentPath);
    parts.recognizedPages.keepOnly(ledger.queue.unreadContents());
    if (details.has(documentPath)) details.set(documentPath, { title: null, tags: [], url: null });
    await eraseFromTrash(parts.trashDir, documentPath);
    await eraseIndexed(documentPath, parts);
    ledger.scrub();
  } catch (error) {
    const reason = pauseReasonOf(error);
    if (reason === undefined) throw error;
    const message = `${documentPath} is removed but not erased yet: ${messageOf(error)}; repeat eraseDocument`;
    throw new CommandRefused(reason === 'DISK_FULL' ? 'DISK_FULL' : 'CONFLICT', message, { cause: error });
  }
  rmSync(parts.erasingFile, { force: true });
  // Without the path: the log may be kept for longer than the document.
  log.info({ id: documentIdOf(documentPath) }, 'erased a document');
  const contents = [...chunkCounts].filter(([id]) => ledger.contents.find(id) === undefined);
  return {
    id: documentIdOf(documentPath),
    path: documentPath,
    seq: ledger.seq,
    contents: contents.map(([id, chunkCount]) => ({ id, chunkCount })),
  };
}

/**
 * Rewrites ledger and store if a kill interrupted an erasure: what it had deleted may still be in their files. An error
 * is logged, and the next start tries again.
 */
export async function finishErasing(
  {
    erasingFile,
    ledger,
    store,
    recognizedPages,
    log,
  }: Pick<EraseParts, 'erasingFile' | 'ledger' | 'store' | 'recognizedPages' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  if (!existsSync(erasingFile)) return;
  try {
    recognizedPages.keepOnly(ledger.queue.unreadContents());
    ledger.scrub();
    await store.erase([], signal);
    rmSync(erasingFile);
  } catch (error) {
    signal.throwIfAborted();
    log.error({ err: error }, 'an interrupted erasure is not finished; it is tried again at the next start');
  }
}

async function findPath(id: DocumentId, { ledger, trashDir }: EraseParts): Promise<string | undefined> {
  const isWanted = (candidate: string): boolean => documentIdOf(candidate) === id;
  const live = ledger.documents().find((document) => isWanted(document.path));
  return live?.path ?? ledger.removedPaths().find(isWanted) ?? (await pathsInTrash(trashDir)).find(isWanted);
}

/** Whether a path from outside stays inside the folder that it is joined to. */
function isInside(documentPath: string): boolean {
  const isPlain = (name: string): boolean => name !== '' && name !== '.' && name !== '..' && !/[\0]/.test(name);
  return documentPath.split('/').every(isPlain) && !path.isAbsolute(documentPath);
}

/** Deletes the file of a document from the inbox. */
async function eraseFile({ path: documentPath, state }: LedgerDocument, { inbox }: EraseParts): Promise<void> {
  try {
    await checkIsFile(inbox, documentPath);
    await rm(path.join(inbox, documentPath));
  } catch (error) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
    // A link or folder that has taken the place of a removed document is another thing.
    if (state === 'REMOVED' && (isMissing || error instanceof CommandRefused)) return;
    if (!isMissing) throw error;
    const message = `${documentPath} is missing from the inbox and its removal is not confirmed, so nothing was erased; try again in a few seconds, or see npm run status`;
    throw new CommandRefused('CONFLICT', message, { field: 'path', cause: error });
  }
}

/** Returns the number of chunks of each content that the document has or had, as far as it was read. */
function chunkCountsOf(document: LedgerDocument | undefined, ledger: Ledger): ReadonlyMap<ContentId, number> {
  const ids = [document?.contentId, document?.liveContentId].filter((id) => typeof id === 'string');
  return new Map(
    ids.flatMap((id) => {
      const content = ledger.contents.find(id);
      return content === undefined ? [] : [[id, content.chunkCount] as const];
    }),
  );
}

/** Erases a removed document from the store and the ledger. */
async function eraseIndexed(documentPath: string, { ledger, store, now }: EraseParts): Promise<void> {
  for (let tries = 1; ; tries++) {
    if (ledger.find(documentPath)?.state === 'REMOVED') {
      const revision = ledger.startWithdrawing(documentPath);
      if (revision !== undefined) {
        await store.unpublish(documentPath, revision);
        ledger.withdrawn(documentPath, revision);
      }
      await collectOrphans({ ledger, store, now });
      await store.erase([documentPath]);
    }
    if (ledger.find(documentPath) === undefined) break;
    if (ledger.forget(documentPath)) return;
    if (tries === MAX_TRIES) {
      const message = `${documentPath} is in the inbox again; delete it there or repeat eraseDocument`;
      throw new CommandRefused('CONFLICT', message, { field: 'path' });
    }
    await pause(WAIT_FOR_SCAN_MS, new AbortController().signal);
  }
  await collectOrphans({ ledger, store, now });
  await store.erase([documentPath]);
}

/** Deletes all contents that nothing refers to, without the grace that they have otherwise. */
async function collectOrphans({ ledger, store, now }: Pick<EraseParts, 'ledger' | 'store' | 'now'>): Promise<void> {
  for (;;) {
    const contents = ledger.contents.startCollecting(ledger.contents.orphaned(now(), now()));
    if (contents.length === 0) return;
    await store.collect(contents);
    ledger.contents.collected(contents);
  }
}

function notFound(document: string): CommandRefused {
  const message = `nothing is stored of ${document}; check the id or the path, which is relative to the inbox`;
  return new CommandRefused('NOT_FOUND', message, { field: 'path' });
}
