import { setTimeout as sleep } from 'node:timers/promises';
import { AskboxError } from '#shared/errors.ts';
import { hasResultCode, SQLITE_BUSY, SQLITE_FULL } from '#shared/sqlite.ts';

/** How often a deletion is tried while another process has the lock. */
export const DELETE_RETRY_MS = 50;

const LOCKED = 'the saved answers are locked by another process, such as a backup; try again in a moment';

/** Reads from the store. @throws AskboxError OVERLOADED if another process has locked it. */
export function readUnlocked<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!hasResultCode(error, SQLITE_BUSY)) throw error;
    throw new AskboxError('OVERLOADED', LOCKED, { isRetryable: true, cause: error });
  }
}

/** Tries a change until no other process has the lock. @throws AskboxError OVERLOADED at the deadline, DISK_FULL */
export async function retryWhileLocked(change: () => void, deadline: number): Promise<void> {
  for (;;) {
    try {
      return change();
    } catch (error) {
      if (hasResultCode(error, SQLITE_FULL)) {
        const message = 'the disk is full, so the saved answers cannot be changed; free some space';
        throw new AskboxError('DISK_FULL', message, { cause: error });
      }
      if (!hasResultCode(error, SQLITE_BUSY)) throw error;
      if (performance.now() > deadline)
        throw new AskboxError('OVERLOADED', LOCKED, { isRetryable: true, cause: error });
    }
    await sleep(DELETE_RETRY_MS);
  }
}
