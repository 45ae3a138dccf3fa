import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { PRIVATE_FILE } from '#shared/data-dir.ts';
import { codeOf } from '#shared/errors.ts';

/**
 * Returns the secret that the API sends to the internal endpoint. The first call creates the file, readable by this
 * user only; later calls return the same secret.
 */
export function openInternalKey(file: string): string {
  // Written completely before it gets its name, so that a kill leaves no empty key.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: PRIVATE_FILE });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, 'utf8').trim();
}
