import { readFile } from 'node:fs/promises';
import { AskboxError, codeOf } from '../errors.ts';

/**
 * The shared secret of the internal endpoint. The watcher makes it at its first start.
 * @throws AskboxError INTERNAL_KEY_MISSING, retryable, while there is none.
 */
export async function readInternalKey(file: string): Promise<string> {
  const key = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
  if (key.trim() !== '') return key.trim();
  throw new AskboxError('INTERNAL_KEY_MISSING', `no key in ${file} yet: the watcher makes it at its first start`, {
    isRetryable: true,
  });
}
