import { randomUUID } from 'node:crypto';
import { AskboxError } from '#shared/errors.ts';

/** The client that asks. */
export interface Asker {
  /** Clients of one address share a limit. */
  readonly address: string;
  /** Aborts when its connection is gone; answers that were asked for over one connection have the same signal. */
  readonly signal: AbortSignal;
}

/** How many answers may be unfinished at the same time. */
export interface MaxUnfinished {
  readonly total: number;
  /** Of all clients of one address. */
  readonly perAddress: number;
  readonly perConnection: number;
}

/**
 * Programs on this machine, and clients behind a proxy, share one address: its limit leaves room for 50 of them, and
 * the total for clients of other addresses. One connection can hold a third of what its address may.
 */
const MAX_UNFINISHED: MaxUnfinished = { total: 96, perAddress: 64, perConnection: 20 };

/** Who asked for the unfinished answers, and whether one may ask for another. */
export class Askers {
  readonly #max: MaxUnfinished;
  readonly #askers = new Map<string, Asker>();

  constructor(max = MAX_UNFINISHED) {
    this.#max = max;
  }

  /** @throws AskboxError OVERLOADED if too many answers are unfinished, of this client or of all. */
  refuseIfOverloaded(asker: Asker): void {
    const same = (key: keyof Asker): number =>
      this.#askers
        .values()
        .filter((other) => other[key] === asker[key])
        .toArray().length;
    const held = [
      { count: this.#askers.size, max: this.#max.total, of: '' },
      { count: same('address'), max: this.#max.perAddress, of: ' for this address' },
      { count: same('signal'), max: this.#max.perConnection, of: ' for this connection' },
    ].find(({ count, max }) => count >= max);
    if (held === undefined) return;
    const message = `${held.count} answers are already being written or waiting${held.of}; ask again in a moment`;
    throw new AskboxError('OVERLOADED', message, { isRetryable: true });
  }

  /** An answer was started for a client. */
  started(answerId: string, asker: Asker): void {
    this.#askers.set(answerId, asker);
  }

  /** An answer has ended. */
  ended(answerId: string): void {
    this.#askers.delete(answerId);
  }
}

/** Returns a client that shares its address and connection with nobody. */
export function newAsker(): Asker {
  return { address: randomUUID(), signal: new AbortController().signal };
}
