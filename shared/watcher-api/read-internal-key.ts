import { readFile } from 'node:fs/promises';
import { AskboxError, codeOf } from '../errors.ts';

/**
 * Reads the shared secret of the internal endpoint, which the watcher creates at its first start.
 * @throws AskboxError INTERNAL_KEY_MISSING, retryable, while the file is missing or empty; else the error of the file
 * system.
 */
export async function readInternalKey(file: string): Promise<string> {
  const key = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
  if (key.trim() !== '') return key.trim();
  throw new AskboxError(
    'INTERNAL_KEY_MISSING',
    `no key in ${file} yet; start the watcher, which creates it at its first start`,
    {
      isRetryable: true,
    },
  );
}
