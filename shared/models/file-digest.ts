import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

export interface FileDigest {
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** The name that git, and the hub for its small files, gives to these bytes: SHA-1 with a header. */
  readonly gitBlob: string;
}

/** Reads a whole file. */
export async function digestOf(file: string, signal?: AbortSignal): Promise<FileDigest> {
  const { size: sizeBytes } = await stat(file);
  const sha256 = createHash('sha256');
  const gitBlob = createHash('sha1').update(`blob ${sizeBytes}\0`);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, ...(signal && { signal }) })) {
    sha256.update(chunk as Buffer); // a stream without encoding gives buffers
    gitBlob.update(chunk as Buffer);
  }
  return { sizeBytes, sha256: sha256.digest('hex'), gitBlob: gitBlob.digest('hex') };
}
