import { codeOf, messageOf, StoreError } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { hasResultCode, SQLITE_FULL } from '#shared/sqlite.ts';
import { pause } from './wake.ts';

/** Why documents wait, the most severe reason first: that is the one shown. */
const REASONS = [
  'INBOX_MISSING',
  'IGNORE_UNREADABLE',
  'DISK_FULL',
  'STORE_DOWN',
  'INBOX_REPLACED',
  'INBOX_EMPTIED',
  'BY_HAND',
] as const;

/** Why documents wait; `explainPause` says each in a sentence. */
export type PauseReason = (typeof REASONS)[number];

/** These hold back only removals: new files are still read. */
const HOLDS_REMOVALS: readonly PauseReason[] = ['INBOX_REPLACED', 'INBOX_EMPTIED'];

/** Keeps the reasons why loops wait. Each loop sets its own reason and clears it. */
export class Pauses {
  readonly #reasons = new Map<unknown, PauseReason>();

  /**
   * Sets the reason why an owner waits, in place of its previous one.
   * @param owner any value that only this caller uses. @param reason null: it no longer waits.
   */
  set(owner: unknown, reason: PauseReason | null): void {
    if (reason === null) this.#reasons.delete(owner);
    else this.#reasons.set(owner, reason);
  }

  /** The reason why this owner waits; null when it does not. */
  of(owner: unknown): PauseReason | null {
    return this.#reasons.get(owner) ?? null;
  }

  /** The most severe active reason; null when nothing is paused. */
  first(): PauseReason | null {
    const present = new Set(this.#reasons.values());
    return REASONS.find((reason) => present.has(reason)) ?? null;
  }

  /** Whether any owner waits for this reason. */
  has(reason: PauseReason): boolean {
    return [...this.#reasons.values()].includes(reason);
  }

  /** Whether no further document may be read. */
  get isReadingHeld(): boolean {
    return [...this.#reasons.values()].some((reason) => !HOLDS_REMOVALS.includes(reason));
  }
}

const BACKOFF_MS = { first: 250, max: 5000 };

/** What `whenPossible` needs in order to wait. */
export interface Patience {
  readonly pauses: Pauses;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Called at each failure after which the work is repeated. */
  readonly onPause: (reason: PauseReason) => void;
}

/**
 * Runs work, and repeats it while it fails for a reason that no document is to blame for, such as a store that is down.
 * Waits longer each time, up to 5 s, and keeps the reason in `pauses` meanwhile, so that other work waits as well.
 * Resolves early when the signal aborts.
 * @throws any other error of the work.
 */
export async function whenPossible(work: () => Promise<void>, patience: Patience): Promise<void> {
  const { pauses, signal, log, onPause } = patience;
  const owner = {};
  try {
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        await work();
        if (tries > 0) log.info({ reason: pauses.of(owner) }, 'resumed');
        return;
      } catch (error) {
        if (signal.aborted) return;
        const reason = pauseReasonOf(error);
        if (reason === undefined) throw error;
        onPause(reason);
        if (pauses.first() !== reason) log.error({ reason, message: messageOf(error) }, 'paused');
        pauses.set(owner, reason);
      }
      await pause(Math.min(BACKOFF_MS.first * 2 ** tries, BACKOFF_MS.max) * (0.5 + Math.random() / 2), signal);
    }
  } finally {
    pauses.set(owner, null);
  }
}

/** Returns why everything has to wait after this error; undefined when the error concerns one document or is a bug. */
export function pauseReasonOf(error: unknown): PauseReason | undefined {
  if (isDiskFull(error)) return 'DISK_FULL';
  // No document is to blame for any other failure of the store.
  if (error instanceof StoreError && error.code !== 'CONTENT_INCOMPLETE') return 'STORE_DOWN';
  const code = codeOf(error);
  return code === 'INBOX_MISSING' || code === 'IGNORE_UNREADABLE' ? code : undefined;
}

/** Whether the disk of the ledger or of the embedded store is full. */
function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '')) return true;
  return hasResultCode(error, SQLITE_FULL) || (error instanceof StoreError && isDiskFull(error.cause));
}
