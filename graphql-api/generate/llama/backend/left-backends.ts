import type { Config } from '#shared/config.ts';
import { NOTHING_LEFT_BEFORE, type LeftBefore } from './left-before.ts';

/** Parent side: which of the library's backends are no longer tried, because processes died on them. */

/** One of the library's ways to compute on a graphics card. */
export type Backend = Exclude<Config['gpu'], 'auto' | 'none'>;

/** A backend that is no longer tried. */
export interface LeftBackend {
  readonly backend: Backend;
  /** What happened on it, with the library's own words if there were any. */
  readonly reason: string;
}

/** The end of a model process that nobody wanted, or that it hung. */
export interface Death {
  /** What it computed on or was trying to open; null for the CPU, and when it had not begun to. */
  readonly backend: Backend | null;
  /** Whether it had taken requests. */
  readonly wasReady: boolean;
  /** How many processes have died since an answer was last completed, with this one. */
  readonly deaths: number;
  /** The signal, the exit code, or that it made no progress. */
  readonly how: string;
  /** Whether it was killed because it made no progress. */
  readonly hasHung: boolean;
  /** The library's own words; null if there were none. */
  readonly lastWords: string | null;
}

/** Decides from the deaths of processes which backends are left. */
export interface LeftBackends {
  /** In the order in which they were left. */
  readonly all: readonly LeftBackend[];
  /** Judges a death. Returns true if its backend is left because of it. */
  judge(death: Death): boolean;
  /** Leaves a backend on which the library reported an error. For this run only: it may have been short of memory. */
  leave(it: LeftBackend): void;
  /** Notes that an answer was completed on a backend, which proves that it can compute. */
  prove(backend: Backend | null): void;
}

/** Signals that people and the system send to end a process. A library that fails ends its process differently. */
const SENT_BY_OTHERS: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);

/** @param before what is remembered from earlier runs. Default: nothing, and nothing is written down. */
export function openLeftBackends(before: LeftBefore = NOTHING_LEFT_BEFORE): LeftBackends {
  const lasting = [...before.recall()];
  const left = [...lasting];
  const proven = new Set<Backend>();

  /**
   * How many deaths in a row a backend is granted. A process computes before it is ready, so a death before that is
   * nearly always the backend's. Later, the first one may have been chance. If answers were completed on the backend,
   * a process that dies while it writes has more likely met a prompt that the library cannot stand. And a driver that
   * compiles code for a card takes minutes the first time, without a sign of life, but keeps what it has compiled.
   */
  function deathsGranted({ backend, wasReady, hasHung }: Death): number {
    const isProven = backend !== null && proven.has(backend);
    if (isProven && wasReady) return Infinity;
    return isProven || wasReady || hasHung ? 1 : 0;
  }

  return {
    all: left,
    judge(death) {
      const { backend, how, lastWords, wasReady, deaths } = death;
      if (backend === null || SENT_BY_OTHERS.has(how) || deaths <= deathsGranted(death)) return false;
      const when = wasReady ? 'before an answer was complete' : 'before the model was ready';
      const it = { backend, reason: `its process ended ${when} (${how})${lastWords === null ? '' : `: ${lastWords}`}` };
      left.push(it);
      if (death.hasHung) return true;
      lasting.push(it);
      before.remember(lasting);
      return true;
    },
    leave(it) {
      left.push(it);
    },
    prove(backend) {
      if (backend !== null) proven.add(backend);
    },
  };
}
