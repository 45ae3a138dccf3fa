import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { codeOf } from '#shared/errors.ts';

/** The secret that the API shows at the internal endpoint: made once, readable by this user only. */
export function openInternalKey(file: string): string {
  // Written whole before it gets its name: a kill in between leaves no empty key.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, 'utf8').trim();
}
