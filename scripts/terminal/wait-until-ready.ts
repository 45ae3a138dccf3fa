import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '#shared/config.ts';

const ASK_EVERY_MS = 200;

/**
 * Waits until both services report that they are ready. What another askbox answers on the same ports does not count.
 * @param instance the id that the services were started with.
 * @returns false if `isWanted` turns false first.
 */
export async function waitUntilReady(config: Config, instance: string, isWanted: () => boolean): Promise<boolean> {
  const urls = [localUrlOf(config.watcherHost, config.watcherPort), apiUrlOf(config)];
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

function localUrlOf(listensOn: string, port: number): string {
  const host = ['0.0.0.0', '::'].includes(listensOn) ? '127.0.0.1' : listensOn;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function isReady(url: string, instance: string): Promise<boolean> {
  const get = (path: string): Promise<Response> => fetch(`${url}${path}`, { signal: AbortSignal.timeout(2000) });
  try {
    const alive: unknown = await (await get('/healthz')).json();
    const isOurs = typeof alive === 'object' && alive !== null && 'instance' in alive && alive.instance === instance;
    return isOurs && (await get('/readyz')).ok;
  } catch {
    return false; // not listening yet, which is what we wait for
  }
}
