import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { codeOf } from '#shared/errors.ts';
import { detectLanguage } from '#shared/text/language.ts';
import { chunk } from './chunk/chunk.ts';
import { ExtractError, FileUnreadable, tooLarge } from './extract/extract-error.ts';
import type { FileReading, FileToRead } from './extract-messages.ts';
import { extract } from './extract/extract.ts';

/**
 * Reads a file from its bytes to its chunks.
 * @param onProgress share of the file that was read, up to 1.
 * @throws FileUnreadable, or ExtractError with the verdict on its bytes.
 */
export async function readFile(
  { file, path, maxBytes }: FileToRead,
  onProgress: (share: number) => void,
): Promise<FileReading> {
  const bytes = await readBytes(file, path, maxBytes);
  const extraction = await extract({ path, bytes }, onProgress);
  const { text, title, mediaType, pageCount, warnings } = extraction;
  return {
    bytesSha256: createHash('sha256').update(bytes).digest('hex'),
    content: { textLength: text.length, title, mediaType, language: detectLanguage(text), pageCount, warnings },
    chunks: chunk(extraction),
  };
}

async function readBytes(file: string, path: string, maxBytes: number): Promise<Buffer> {
  try {
    // Between the scan and now a link or a pipe may have taken the file's place: neither is followed, neither blocks.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (!stat.isFile()) throw new FileUnreadable(path, 'EFTYPE');
    if (stat.size > maxBytes) throw tooLarge(path, stat.size, maxBytes);
    return await readUpTo(handle, stat.size);
  } catch (error) {
    if (error instanceof FileUnreadable || error instanceof ExtractError) throw error;
    throw new FileUnreadable(path, codeOf(error) ?? 'EIO');
  }
}

/** Not to the end: a file that grows all the while has none, and its new version is read anyway. */
async function readUpTo(handle: FileHandle, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  let length = 0;
  while (length < sizeBytes) {
    const { bytesRead } = await handle.read(bytes, length, sizeBytes - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}
