import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { codeOf } from '../../errors.ts';

/** The id of this installation, by which its collections are told from those of another; made at the first call. */
export async function readOwner(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const owner = randomUUID();
  await writeFile(file, `${owner}\n`, { flag: 'wx' });
  return owner;
}
