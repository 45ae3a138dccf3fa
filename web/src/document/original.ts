import { apiKey, keyHeader } from '../api/key.ts';
import { fileName } from './place-name.ts';

/** Returns the address of a file in the folder, as it is. It needs the header of the key. */
export function addressOf(path: string): string {
  return `/inbox/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * Saves the original of a file with the browser. With a key it is fetched as a whole first, because a link cannot carry
 * the key.
 * @throws Error if the server does not send it.
 */
export async function saveOriginal(path: string): Promise<void> {
  const address = `${addressOf(path)}?download`;
  if (apiKey.value === null) return followLink(address, path);
  const response = await fetch(address, { headers: keyHeader() });
  if (!response.ok) throw new Error(`the server responded with ${response.status}`);
  const url = URL.createObjectURL(await response.blob());
  followLink(url, path);
  // The browser has its own reference as soon as it has started to save.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function followLink(href: string, path: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = fileName(path);
  link.click();
}
