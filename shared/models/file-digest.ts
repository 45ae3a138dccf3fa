import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** The size and the digests of a file. */
export interface FileDigest {
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /**
   * The git blob id of these bytes, which the hub uses as the etag of small files: SHA-1 with a header, in hexadecimal.
   */
  readonly gitBlob: string;
}

/** Reads a whole file and returns its digests. @throws the error of the file system, or the signal's reason. */
export async function digestOf(file: string, signal?: AbortSignal): Promise<FileDigest> {
  const { size: sizeBytes } = await stat(file);
  const sha256 = createHash('sha256');
  const gitBlob = createHash('sha1').update(`blob ${sizeBytes}\0`);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, ...(signal && { signal }) })) {
    sha256.update(chunk as Buffer); // a stream without an encoding yields buffers
    gitBlob.update(chunk as Buffer);
  }
  return { sizeBytes, sha256: sha256.digest('hex'), gitBlob: gitBlob.digest('hex') };
}
