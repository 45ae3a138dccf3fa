import type { BigIntStats } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '#shared/errors.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import type { LedgerDocument } from '../ledger/document.ts';
import { SAFE_OPEN } from '../scan/hash-file.ts';
import { signatureOf } from '../scan/scan-inbox.ts';
import { checkIsFile } from './trash.ts';

/** A file of the inbox that is open for reading. Disposing of it closes the file. */
export interface OpenFile extends AsyncDisposable {
  /** How many bytes it had when it was opened. */
  readonly sizeBytes: number;
  /** SHA-256 of its bytes, in hexadecimal; null while the watcher has not read the file as it is now. */
  readonly sha256: string | null;
  /**
   * Yields its bytes from `start` to `end` (exclusive), reading each piece only when it is asked for. Throws if the file
   * has become shorter, or is no longer the one that `sha256` names.
   */
  read(start: number, end: number): AsyncGenerator<Uint8Array>;
}

const PIECE_BYTES = 64 * 1024;

/**
 * Opens the file of a document. A path that the ledger has was found by a scan, so it is in the inbox and not ignored;
 * what has been put in its place since then, such as a link, is not followed.
 * @throws CommandRefused NOT_FOUND, INVALID if it is not a regular file, UNREADABLE if askbox may not read it.
 */
export async function openFile(inbox: string, document: LedgerDocument): Promise<OpenFile> {
  const file = path.join(inbox, document.path);
  try {
    await checkIsFile(inbox, document.path);
    await using opening = new AsyncDisposableStack();
    const handle = opening.use(await open(file, SAFE_OPEN));
    const stats = await handle.stat({ bigint: true });
    // A folder on the path may have become a link in between: then this is not the file that is there now.
    await checkIsFile(inbox, document.path);
    if (!isSameFile(stats, await lstat(file, { bigint: true }))) throw gone(document.path);

    const signature = signatureOf(stats);
    const sha256 = document.isTrusted && document.signature === signature ? document.bytesSha256 : null;
    const closing = opening.move();
    return {
      sizeBytes: Number(stats.size),
      sha256,
      async *read(start, end) {
        for (let position = start; position < end;) {
          const buffer = Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - position));
          const { bytesRead } = await handle.read({ buffer, position });
          position += bytesRead;
          const isLast = position >= end && sha256 !== null;
          if (bytesRead === 0 || (isLast && signatureOf(await handle.stat({ bigint: true })) !== signature)) {
            throw new Error(`${document.path} was changed while it was being read`);
          }
          yield buffer.subarray(0, bytesRead);
        }
      },
      [Symbol.asyncDispose]: () => closing.disposeAsync(),
    };
  } catch (error) {
    const errno = codeOf(error) ?? '';
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errno)) throw gone(document.path);
    if (['EACCES', 'EPERM'].includes(errno)) throw unreadable(document.path, errno);
    throw error;
  }
}

function isSameFile(one: BigIntStats, other: BigIntStats): boolean {
  return one.isFile() && one.dev === other.dev && one.ino === other.ino;
}

function gone(documentPath: string): CommandRefused {
  const message = `there is no ${documentPath} in the inbox; it may have just been removed`;
  return new CommandRefused('NOT_FOUND', message, { field: 'path' });
}

function unreadable(documentPath: string, errno: string): CommandRefused {
  const message = `askbox is not allowed to read ${documentPath} (${errno}); give the user that runs it permission`;
  return new CommandRefused('UNREADABLE', message, { field: 'path' });
}
