import { signal } from '@preact/signals';
import { request } from '../api/client.ts';
import { HEALTH } from '../api/operations.ts';

/** A part of the service. */
interface Component {
  readonly name: string;
  readonly status: 'OK' | 'DEGRADED' | 'DOWN';
  readonly message: string;
}

/** How the parts of the service are; empty until that is known. */
export const components = signal<readonly Component[]>([]);

const CHECK_EVERY_MS = 15_000;

/** Asks for the health regularly while the page is seen. @returns what stops it. */
export function followHealth(): () => void {
  const check = (): void => {
    if (document.hidden) return;
    request<{ health: { components: readonly Component[] } }>(HEALTH).then(
      ({ health }) => (components.value = health.components),
      () => {}, // the connection says so itself
    );
  };
  const timer = setInterval(check, CHECK_EVERY_MS);
  document.addEventListener('visibilitychange', check);
  check();
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', check);
  };
}
