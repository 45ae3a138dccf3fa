import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '#shared/config.ts';

const ASK_EVERY_MS = 200;
const ANSWER_WITHIN_MS = 2000;

/**
 * Waits until both services report that they are ready. What another askbox answers on the same ports does not count.
 * @param instance the id that the services were started with.
 * @returns false if `isWanted` turns false first.
 */
export async function waitUntilReady(config: Config, instance: string, isWanted: () => boolean): Promise<boolean> {
  const urls = [watcherUrlOf(config), apiUrlOf(config)];
  while (isWanted()) {
    const answers = await Promise.all(urls.map((url) => isReady(url, instance)));
    if (answers.every(Boolean) && isWanted()) return true;
    await sleep(ASK_EVERY_MS);
  }
  return false;
}

/** Returns the URL at which this machine reaches the API, whatever address it listens on. */
export function apiUrlOf(config: Pick<Config, 'host' | 'port'>): string {
  return localUrlOf(config.host, config.port);
}

/** Returns the URL at which this machine reaches the watcher that it runs itself. */
export function watcherUrlOf(config: Pick<Config, 'watcherHost' | 'watcherPort'>): string {
  return localUrlOf(config.watcherHost, config.watcherPort);
}

function localUrlOf(listensOn: string, port: number): string {
  const host = ['0.0.0.0', '::'].includes(listensOn) ? '127.0.0.1' : listensOn;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function isReady(url: string, instance: string): Promise<boolean> {
  return (await findInstance(url)) === instance && (await get(`${url}/readyz`))?.ok === true;
}

/**
 * Returns the id that the service at a URL was started with: null if it has none or is no service of askbox, undefined
 * if nothing responds there.
 */
export async function findInstance(url: string): Promise<string | null | undefined> {
  const response = await get(`${url}/healthz`);
  if (response === undefined) return undefined;
  const alive: unknown = await response.json().catch(() => null);
  const hasInstance = typeof alive === 'object' && alive !== null && 'instance' in alive;
  return hasInstance && typeof alive.instance === 'string' ? alive.instance : null;
}

async function get(url: string): Promise<Response | undefined> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  } catch {
    return undefined; // not listening yet
  }
}
