import { codeOf, messageOf, StoreError } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { hasResultCode, SQLITE_FULL } from '#shared/sqlite.ts';
import { pause } from './wake.ts';

/** Why documents wait. The first one that holds is shown. */
const REASONS = [
  'INBOX_MISSING',
  'IGNORE_UNREADABLE',
  'DISK_FULL',
  'STORE_DOWN',
  'INBOX_REPLACED',
  'INBOX_EMPTIED',
  'BY_HAND',
] as const;

export type PauseReason = (typeof REASONS)[number];

/** These hold back removals only: what is dropped meanwhile is read. */
const HOLDS_REMOVALS: readonly PauseReason[] = ['INBOX_REPLACED', 'INBOX_EMPTIED'];

/** Who waits for what. Each loop sets its own reason and takes it back. */
export class Pauses {
  readonly #reasons = new Map<unknown, PauseReason>();

  /** @param who any value of the caller's own; its former reason is replaced. @param reason null: it waits no longer. */
  set(who: unknown, reason: PauseReason | null): void {
    if (reason === null) this.#reasons.delete(who);
    else this.#reasons.set(who, reason);
  }

  of(who: unknown): PauseReason | null {
    return this.#reasons.get(who) ?? null;
  }

  /** The gravest reason; null when all goes on. */
  first(): PauseReason | null {
    const present = new Set(this.#reasons.values());
    return REASONS.find((reason) => present.has(reason)) ?? null;
  }

  /** Whether anybody waits for this reason. */
  has(reason: PauseReason): boolean {
    return [...this.#reasons.values()].includes(reason);
  }

  /** Whether no further document may be taken. */
  get holdReading(): boolean {
    return [...this.#reasons.values()].some((reason) => !HOLDS_REMOVALS.includes(reason));
  }
}

const BACKOFF_MS = { first: 250, max: 5000 };

export interface Patience {
  readonly pauses: Pauses;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Called at each failure that is waited out. */
  readonly onPause: (reason: PauseReason) => void;
}

/**
 * Repeats work that fails for a reason that is nobody's fault, such as a store that is down, ever less often, and lets
 * everything wait meanwhile. Ends early, without an error, when the signal aborts.
 * @throws whatever the work throws for another reason.
 */
export async function whenPossible(work: () => Promise<void>, patience: Patience): Promise<void> {
  const { pauses, signal, log, onPause } = patience;
  const who = {};
  try {
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        await work();
        if (tries > 0) log.info({ reason: pauses.of(who) }, 'goes on');
        return;
      } catch (error) {
        if (signal.aborted) return;
        const reason = pauseReasonOf(error);
        if (reason === undefined) throw error;
        onPause(reason);
        if (pauses.first() !== reason) log.error({ reason, message: messageOf(error) }, 'paused');
        pauses.set(who, reason);
      }
      await pause(Math.min(BACKOFF_MS.first * 2 ** tries, BACKOFF_MS.max) * (0.5 + Math.random() / 2), signal);
    }
  } finally {
    pauses.set(who, null);
  }
}

/** What everything has to wait for because of this error; undefined when it is somebody's fault instead. */
export function pauseReasonOf(error: unknown): PauseReason | undefined {
  if (isDiskFull(error)) return 'DISK_FULL';
  // Whatever else is wrong with the store, no document is to blame.
  if (error instanceof StoreError && error.code !== 'CONTENT_INCOMPLETE') return 'STORE_DOWN';
  const code = codeOf(error);
  return code === 'INBOX_MISSING' || code === 'IGNORE_UNREADABLE' ? code : undefined;
}

/** Of the ledger's disk, or of the embedded store's. */
function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '')) return true;
  return hasResultCode(error, SQLITE_FULL) || (error instanceof StoreError && isDiskFull(error.cause));
}
