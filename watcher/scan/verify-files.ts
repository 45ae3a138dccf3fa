import path from 'node:path';
import { messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { hashFile } from './hash-file.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { FolderFile } from '../ledger/action.ts';

/**
 * Hashes racy files again: those read so soon after their last change that a later edit may have left no trace in the
 * signature (see `PlanLimits.racyMs`). A file whose bytes have changed starts over; the signature of the others is
 * trusted from now on. A file that cannot be read is left to the next scan.
 * @returns how many start over.
 * @throws the signal's reason when it aborts.
 */
export async function verifyFiles(
  files: readonly FolderFile[],
  { inbox, ledger, now, log }: { inbox: string; ledger: Ledger; now: () => number; log: Log },
  signal: AbortSignal,
): Promise<number> {
  let changed = 0;
  for (const file of files) {
    const document = ledger.find(file.path);
    if (document?.state !== 'READY' || document.signature !== file.signature) continue;
    try {
      const bytesSha256 = await hashFile(path.join(inbox, file.path), file.signature, signal);
      if (bytesSha256 === undefined) continue; // it has changed or is gone by now, which the next scan finds
      if (bytesSha256 === document.bytesSha256) {
        ledger.verified(document);
      } else {
        ledger.startOver(document, now());
        changed += 1;
      }
    } catch (error) {
      signal.throwIfAborted();
      log.debug({ document: file.path, reason: messageOf(error) }, 'could not be verified, the next scan tries again');
    }
  }
  return changed;
}
