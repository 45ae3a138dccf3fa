import path from 'node:path';
import { messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { hashFile } from './hash-file.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { FolderFile } from '../ledger/action.ts';

/**
 * Hashes files once more that were read within the grain of their times: an edit right after the reading has left no
 * trace in the signature. Those whose bytes are others than were read begin again.
 * @returns how many do.
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
      if (bytesSha256 === undefined) continue; // it has changed or gone by now, which the next scan sees
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
