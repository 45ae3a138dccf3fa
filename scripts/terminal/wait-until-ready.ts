import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '#shared/config.ts';

const ASK_EVERY_MS = 200;

/** Waits until both services report that they are ready. @returns false if `isWanted` turns false first. */
export async function waitUntilReady(config: Config, isWanted: () => boolean): Promise<boolean> {
  const urls = [`${config.watcherUrl}/readyz`, `${apiUrlOf(config)}/readyz`];
  while (isWanted()) {
    const answers = await Promise.all(urls.map(isReady));
    if (answers.every(Boolean)) return true;
    await sleep(ASK_EVERY_MS);
  }
  return false;
}

/** Returns the URL at which this machine reaches the API, whatever address it listens on. */
export function apiUrlOf(config: Config): string {
  const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${config.port}`;
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false; // not listening yet, which is what we wait for
  }
}
