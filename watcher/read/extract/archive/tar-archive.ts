import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { extract as openTar } from 'tar-stream';
import { messageOf } from '#shared/errors.ts';
import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import type { ExtractPart, Parts } from '../parts.ts';
import { inflatedLimitOf, inflatesTooMuch } from '../zip.ts';
import { extractArchive, isFileOfUser } from './archive-parts.ts';

const MAX_ENTRIES = 10_000;

/** Returns whether the bytes are a tar archive. */
export function isTar(bytes: Buffer): boolean {
  return bytes.toString('latin1', 257, 262) === 'ustar';
}

/**
 * Extracts the files in a tar archive as parts of one document, each under its path in the archive.
 * @param extract extracts one file. @param depth of `file`: 0 for a file of the inbox.
 * @throws ExtractError DAMAGED, TOO_LARGE above 10,000 files, NO_TEXT
 */
export async function extractTar(file: SourceFile, extract: ExtractPart, depth: number): Promise<Extraction> {
  return await extractArchive(file, 'application/x-tar', {
    extract,
    depth,
    readParts: (parts) => readTar(file, file.bytes, parts),
  });
}

/**
 * Extracts a compressed tar archive as `extractTar` does, and any other compressed file as the one part that it is.
 * @throws ExtractError DAMAGED, TOO_LARGE for a bomb, NO_TEXT
 */
export async function extractGzip(file: SourceFile, extract: ExtractPart, depth: number): Promise<Extraction> {
  const bytes = await inflate(file);
  return await extractArchive(file, 'application/gzip', {
    extract,
    depth,
    async readParts(parts) {
      if (isTar(bytes)) await readTar(file, bytes, parts);
      else await parts.add(path.posix.basename(file.path).replace(/\.gz$/i, ''), bytes);
    },
  });
}

async function inflate(file: SourceFile): Promise<Buffer> {
  const limitBytes = inflatedLimitOf(file.bytes.length);
  try {
    return await promisify(gunzip)(file.bytes, { maxOutputLength: limitBytes });
  } catch (error) {
    if (error instanceof RangeError) throw inflatesTooMuch(file, limitBytes);
    throw damaged(file, error);
  }
}

async function readTar(file: SourceFile, bytes: Buffer, parts: Parts): Promise<void> {
  const tar = openTar();
  tar.end(bytes);
  let entryCount = 0;
  try {
    for await (const entry of tar) {
      const { name, type } = entry.header;
      if (++entryCount > MAX_ENTRIES) {
        const reason = `it contains more than ${MAX_ENTRIES} files; unpack it and drop the files`;
        throw new ExtractError('TOO_LARGE', file.path, reason);
      }
      const pieces: Buffer[] = [];
      for await (const piece of entry) pieces.push(piece as Buffer); // tar-stream emits Buffers
      // Links and devices have no content of their own.
      if (type === 'file' && isFileOfUser(name))
        await parts.add(path.posix.join('/', name).slice(1), Buffer.concat(pieces));
    }
  } catch (error) {
    if (error instanceof ExtractError) throw error;
    throw damaged(file, error);
  }
}

function damaged(file: SourceFile, cause: unknown): ExtractError {
  const reason = `it is damaged or cut short (${messageOf(cause)}); copy or pack it again`;
  return new ExtractError('DAMAGED', file.path, reason, { cause });
}
