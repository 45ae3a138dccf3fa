import { signal } from '@preact/signals';

const KEPT_AS = 'askbox-key';

/** The key of this server (ASKBOX_API_KEY), kept while the tab is open; null if it needs none, or none was given yet. */
export const apiKey = signal<string | null>(sessionStorage.getItem(KEPT_AS));

/** Whether the server has refused the key, or wants one; the page then shows nothing but the form for it. */
export const isLocked = signal(false);

/** Keeps a key that the server has accepted. The playground of the same server uses it too. */
export function keepKey(key: string): void {
  sessionStorage.setItem(KEPT_AS, key);
  apiKey.value = key;
  isLocked.value = false;
}

/** Forgets a key that the server refuses. */
export function forgetKey(): void {
  sessionStorage.removeItem(KEPT_AS);
  apiKey.value = null;
  isLocked.value = true;
}

/** Returns the header that carries the key, if there is one. */
export function keyHeader(key = apiKey.value): Readonly<Record<string, string>> {
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

/** What came of knocking at the server: it lets us in, wants another key, or does not respond. */
export type Knock = 'open' | 'locked' | 'away';

/** Asks the server whether it accepts this key. @param key null for none. */
export async function knock(key: string | null): Promise<Knock> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...keyHeader(key) },
      body: '{"query":"{ __typename }"}',
    });
    if (response.ok) return 'open';
    return response.status === 401 ? 'locked' : 'away';
  } catch {
    // A key with characters that no header can have is wrong, too.
    return key !== null && /[^\x20-\x7e]/.test(key) ? 'locked' : 'away';
  }
}
