import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { PRIVATE_FILE } from '../../data-dir.ts';
import { codeOf } from '../../errors.ts';

/**
 * Returns the random id of this installation, which distinguishes its collections from those of another one. Creates
 * the file at the first call.
 */
export async function readOwner(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const owner = randomUUID();
  await writeFile(file, `${owner}\n`, { flag: 'wx', mode: PRIVATE_FILE });
  return owner;
}
