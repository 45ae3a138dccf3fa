import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { pause } from '../waiting/wake.ts';

const DAY_MS = 86_400_000;
const PASS_EVERY_MS = 10 * 60_000;
/** A clock that jumps ahead makes everything old at once; within this time somebody or NTP may set it right. */
const DOUBT_MS = 3_600_000;
/** The name of a folder that moveToTrash has made. */
const NAME = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)(-\d+)?$/;

/** Deletes from the trash what has been there for longer than it is kept. */
export class TrashRetention {
  readonly #trashDir: string;
  readonly #keepMs: number;
  /** Since when each folder has been seen to be too old, by a clock that nobody can set. */
  readonly #oldSince = new Map<string, number>();

  /** @param keepDays how long something is kept after its deletion; 0 keeps nothing. */
  constructor(trashDir: string, keepDays: number) {
    this.#trashDir = trashDir;
    this.#keepMs = keepDays * DAY_MS;
  }

  /**
   * Deletes what was too old at this pass and at all passes of the last hour. Folders that askbox has not made stay.
   * @param nowMs the time since 1970. @param monotonicMs of a clock that only runs forward, such as performance.now().
   * @returns how many deletions of documents it has ended.
   */
  async pass(nowMs: number, monotonicMs: number): Promise<number> {
    const old = (await namesIn(this.#trashDir)).filter((name) => {
      const deletedMs = timeOf(name);
      return deletedMs !== undefined && nowMs - deletedMs >= this.#keepMs;
    });
    for (const name of this.#oldSince.keys()) if (!old.includes(name)) this.#oldSince.delete(name);
    let deleted = 0;
    for (const name of old) {
      const since = this.#oldSince.get(name) ?? monotonicMs;
      this.#oldSince.set(name, since);
      if (monotonicMs - since < DOUBT_MS) continue;
      await rm(path.join(this.#trashDir, name), { recursive: true, force: true });
      this.#oldSince.delete(name);
      deleted += 1;
    }
    return deleted;
  }
}

/** Empties the trash in the background until it is disposed. @param keepDays as for TrashRetention. */
export function keepEmptyingTrash(trashDir: string, keepDays: number, log: Log): AsyncDisposable {
  const stop = new AbortController();
  const retention = new TrashRetention(trashDir, keepDays);
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        const deleted = await retention.pass(Date.now(), performance.now());
        if (deleted > 0) log.info({ deleted, keepDays }, 'emptied the trash of what was kept long enough');
      } catch (error) {
        log.error({ reason: messageOf(error) }, 'the trash cannot be emptied; trying again in ten minutes');
      }
      await pause(PASS_EVERY_MS, stop.signal);
    }
  };
  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

async function namesIn(trashDir: string): Promise<readonly string[]> {
  return readdir(trashDir).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []; // nothing was ever deleted
    throw error;
  });
}

/** Returns when the document was deleted, in milliseconds since 1970; undefined for a folder of somebody else. */
function timeOf(name: string): number | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}:${match[2]}:${match[3]}.${match[4]}`);
  return Number.isNaN(ms) ? undefined : ms;
}
