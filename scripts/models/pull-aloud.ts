import http from 'node:http';
import type { Config } from '#shared/config.ts';
import type { Model } from '#shared/models/catalogue.ts';
import type { HubAccess } from '#shared/models/hub/request.ts';
import { pullPatiently } from '#shared/models/hub/pull-patiently.ts';
import { formatSize } from './format-size.ts';
import { openProgress } from './pull-progress.ts';

export interface SpokenPull {
  readonly attempts: number;
  readonly isTerminal: boolean;
  readonly stepPercent: number;
  readonly signal: AbortSignal;
}

/** Pulls a model and says on standard output how it goes. @throws ModelError */
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
    onWait: () => say('another process is pulling it; waiting for that'),
    onRetry: ({ message }, waitMs) => {
      if (message !== lastMessage) say(`${message}; trying again in ${formatWait(waitMs)}`);
      lastMessage = message;
    },
  });
  const isNew = await pulling.finally(clear);
  say(isNew ? 'is here, complete and checked' : 'was here already');
}

/** May be called more than once. Node's own fetch takes the proxy of the environment, with its exceptions. */
function openAccess({ hub, isOffline }: Config): HubAccess {
  if (hub.proxy !== null) http.setGlobalProxyFromEnv(process.env);
  return { endpoint: hub.endpoint, token: hub.token, isOffline };
}

function formatWait(waitMs: number): string {
  return waitMs < 60_000 ? `${Math.ceil(waitMs / 1000)} s` : `${Math.round(waitMs / 60_000)} min`;
}

/** Name, size and licence, for whoever has to decide. */
export function describeModel({ name, sizeBytes, licence }: Model): string {
  return `${name} (${sizeBytes === 0 ? 'size as the hub says' : formatSize(sizeBytes)}, ${licence})`;
}
