import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '#shared/config.ts';
import { readInternalKey } from '#shared/watcher-api/read-internal-key.ts';
import { apiUrlOf, findInstance, watcherUrlOf } from './wait-until-ready.ts';

const TIMEOUT_MS = 2000;
/** The API of an askbox that is just starting listens a moment after its watcher. */
const PATIENCE = { tries: 20, pauseMs: 500 };

/**
 * Finds an askbox that `npm start` runs on this data folder and these ports. Its watcher accepts the key in our data
 * folder, which no other program knows, and its API was started together with it.
 * @returns the URL of its API; null if there is none: the ports are free, or something else uses them.
 */
export async function findRunning(config: Config): Promise<string | null> {
  const watcherUrl = watcherUrlOf(config);
  const instance = await findInstance(watcherUrl);
  if (typeof instance !== 'string' || !(await acceptsOurKey(watcherUrl, config.internalKeyFile))) return null;
  const url = apiUrlOf(config);
  for (let tries = 0; tries < PATIENCE.tries; tries++) {
    const found = await findInstance(url);
    if (found === instance) return url;
    if (found !== undefined) return null;
    await sleep(PATIENCE.pauseMs);
  }
  return null;
}

async function acceptsOurKey(watcherUrl: string, keyFile: string): Promise<boolean> {
  try {
    const headers = { authorization: `Bearer ${await readInternalKey(keyFile)}` };
    const response = await fetch(`${watcherUrl}/v1/documents`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // no key has been created here, or the watcher does not respond
  }
}
