import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { signatureOf } from './scan-inbox.ts';

/** A link or a pipe that has taken the file's place must neither be followed nor make us wait. */
const SAFE_OPEN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * SHA-256 of a file's bytes, in hexadecimal; undefined when it is no longer, or ceases to be, the file of this signature.
 * @throws the errors of opening and reading.
 */
export async function hashFile(file: string, signature: string, signal: AbortSignal): Promise<string | undefined> {
  await using handle = await open(file, SAFE_OPEN);
  const isUnchanged = async (): Promise<boolean> => signatureOf(await handle.stat({ bigint: true })) === signature;
  if (!(await isUnchanged())) return undefined;
  const hash = createHash('sha256');
  for await (const bytes of handle.createReadStream({ autoClose: false, signal })) hash.update(bytes as Buffer);
  return (await isUnchanged()) ? hash.digest('hex') : undefined;
}
