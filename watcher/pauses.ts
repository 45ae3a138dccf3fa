import { codeOf, StoreError } from '#shared/errors.ts';

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

  /** Whether no further document may be taken. */
  get holdReading(): boolean {
    return [...this.#reasons.values()].some((reason) => !HOLDS_REMOVALS.includes(reason));
  }
}

const SQLITE_FULL = 13;

/** What everything has to wait for because of this error; undefined when it is somebody's fault instead. */
export function pauseReasonOf(error: unknown): PauseReason | undefined {
  if (isDiskFull(error)) return 'DISK_FULL';
  if (error instanceof StoreError && error.isRetryable) return 'STORE_DOWN';
  const code = codeOf(error);
  return code === 'INBOX_MISSING' || code === 'IGNORE_UNREADABLE' ? code : undefined;
}

/** Of the ledger's disk, or of the embedded store's. */
function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '')) return true;
  const isFull = 'errcode' in error && Number(error.errcode) % 256 === SQLITE_FULL;
  return isFull || (error instanceof StoreError && isDiskFull(error.cause));
}
