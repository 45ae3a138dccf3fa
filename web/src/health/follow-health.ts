import { signal } from '@preact/signals';
import { request } from '../api/client.ts';
import { HEALTH, MODELS } from '../api/operations.ts';
import type { Model } from '../api/types.ts';

/** A part of the service. */
interface Component {
  readonly name: string;
  readonly status: 'OK' | 'DEGRADED' | 'DOWN';
  readonly message: string;
}

/** How the parts of the service are; empty until that is known. */
export const components = signal<readonly Component[]>([]);
/** The models; empty until they are known. */
export const models = signal<readonly Model[]>([]);

const CHECK_EVERY_MS = 15_000;
/** While a model is downloaded. */
const CHECK_DOWNLOAD_EVERY_MS = 1_500;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Asks for the health and the models regularly while the page is seen. @returns what stops it. */
export function followHealth(): () => void {
  document.addEventListener('visibilitychange', checkHealth);
  checkHealth();
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', checkHealth);
  };
}

/** Asks for the health and the models now. */
export function checkHealth(): void {
  clearTimeout(timer);
  if (document.hidden) return;
  const health = request<{ health: { components: readonly Component[] } }>(HEALTH).then((found) => {
    components.value = found.health.components;
  });
  const known = request<{ models: readonly Model[] }>(MODELS).then((found) => {
    models.value = found.models;
  });
  // A server that is away is seen from the connection.
  void Promise.allSettled([health, known]).then(() => {
    const isDownloading = models.value.some(({ state }) => state === 'DOWNLOADING');
    clearTimeout(timer);
    timer = setTimeout(checkHealth, isDownloading ? CHECK_DOWNLOAD_EVERY_MS : CHECK_EVERY_MS);
  });
}
