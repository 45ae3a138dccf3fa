import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { signatureOf } from './scan-inbox.ts';

/** How files of the inbox are opened: a link that has replaced one is not followed, and a pipe does not block. */
export const SAFE_OPEN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const READ_BYTES = 1 << 20;

/**
 * Returns the SHA-256 of a file's bytes, in hexadecimal; undefined when the file does not have this signature, before
 * or after it was read.
 * @throws the errors of opening and reading the file, and the signal's reason when it aborts.
 */
export async function hashFile(file: string, signature: string, signal: AbortSignal): Promise<string | undefined> {
  await using handle = await open(file, SAFE_OPEN);
  const stats = await handle.stat({ bigint: true });
  if (signatureOf(stats) !== signature) return undefined;
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, Number(stats.size) + 1));
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
  }
  const after = await handle.stat({ bigint: true });
  return signatureOf(after) === signature ? hash.digest('hex') : undefined;
}
