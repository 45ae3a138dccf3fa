import http from 'node:http';
import type { Config } from '#shared/config.ts';
import type { Model } from '#shared/models/catalogue.ts';
import type { Language } from '#shared/text/language.ts';
import type { HubAccess } from '#shared/models/hub/request.ts';
import { pullPatiently } from '#shared/models/hub/pull-patiently.ts';
import { formatSize } from './format-size.ts';
import { openProgress } from './pull-progress.ts';

/** How often to try, and how to report progress. */
export interface SpokenPull {
  /** Gives up after this many failures in a row without a new byte; Infinity never gives up. */
  readonly attempts: number;
  /** Whether standard output is a terminal, whose last line can be overwritten. */
  readonly isTerminal: boolean;
  /** Without a terminal, a line is written every so many per cent. */
  readonly stepPercent: number;
  readonly signal: AbortSignal;
}

/** Pulls a model and reports its progress on standard output. @throws ModelError */
export async function pullAloud(model: Model, config: Config, spoken: SpokenPull): Promise<void> {
  const clear = (): void => void (spoken.isTerminal && process.stdout.write('\r\u001B[K')); // of the progress line
  const say = (text: string): void => {
    clear();
    console.log(`${model.name}: ${text}`);
  };
  let lastMessage = '';
  const pulling = pullPatiently(model, {
    hub: openAccess(config),
    modelsDir: config.modelsDir,
    attempts: spoken.attempts,
    signal: spoken.signal,
    onProgress: openProgress(model.name, { ...spoken, write: (text) => process.stdout.write(text) }),
    onWait: () => say('another process is pulling it; waiting for that to end'),
    onRetry: ({ message }, waitMs) => {
      if (message !== lastMessage) say(`${message}; trying again in ${formatWait(waitMs)}`);
      lastMessage = message;
    },
  });
  const isNew = await pulling.finally(clear);
  say(isNew ? 'is here, complete and checked' : 'was here already');
}

/** Sets the proxy of the environment, with its exceptions, for Node's own fetch. May be called more than once. */
function openAccess({ hub, isOffline }: Config): HubAccess {
  if (hub.proxy !== null) http.setGlobalProxyFromEnv(process.env);
  return { endpoint: hub.endpoint, token: hub.token, isOffline };
}

function formatWait(waitMs: number): string {
  return waitMs < 60_000 ? `${Math.ceil(waitMs / 1000)} s` : `${Math.round(waitMs / 60_000)} min`;
}

/** Returns the name, size and licence of a model, for a person who has to decide. */
export function describeModel({ name, sizeBytes, licence }: Model, language: Language = 'en'): string {
  const unknown = language === 'pt' ? 'tamanho desconhecido' : 'size unknown';
  return `${name} (${sizeBytes === 0 ? unknown : formatSize(sizeBytes, language)}, ${licence})`;
}
