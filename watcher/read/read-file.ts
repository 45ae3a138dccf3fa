import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { codeOf } from '#shared/errors.ts';
import { detectLanguage } from '#shared/text/language.ts';
import { chunk } from './chunk/chunk.ts';
import { ExtractError, FileUnreadable, tooLarge } from './extract/extract-error.ts';
import type { FileReading, FileToRead } from './extract-messages.ts';
import { extract } from './extract/extract.ts';
import { withStructure } from './structure/structure.ts';
import { fetchableLinkOf, LinkFound } from './extract/link/link.ts';
import { openOcr, OcrPostponed, type OnPageRecognized } from './extract/ocr/ocr.ts';

/**
 * Reads a file, extracts its text and cuts it into chunks.
 * @param onProgress receives the share of the file that has been read, up to 1.
 * @param onPageRecognized called after each page that was recognised, or had nothing to recognise.
 * @throws OcrPostponed when the mode `ocr` is `later` and the file has no text but what is to be recognised, LinkFound when links are
 * reported and it is one, FileUnreadable when the file cannot be opened or read, ExtractError when its content can never
 * be read.
 */
export async function readFile(
  { file, path, maxBytes, ocr, bytes: given, reportsLinks = false, readsHidden = false, knownPages }: FileToRead,
  onProgress: (share: number) => void,
  onPageRecognized: OnPageRecognized,
): Promise<FileReading> {
  const bytes = given === undefined ? await readBytes(file, path, maxBytes) : Buffer.from(given);
  const link = reportsLinks ? fetchableLinkOf(bytes, path) : null;
  if (link !== null) throw new LinkFound(path, link);
  const recognition = openOcr(ocr, onPageRecognized, knownPages);
  const extraction = await extract({ path, bytes, readsHidden }, onProgress, 0, recognition).then(
    withStructure,
    (error: unknown) => {
      const isPostponed = recognition.isPostponed && error instanceof ExtractError && error.code === 'NO_TEXT';
      throw isPostponed ? new OcrPostponed() : error;
    },
  );
  const { text, title, mediaType, pageCount, warnings } = extraction;
  return {
    bytesSha256: createHash('sha256').update(bytes).digest('hex'),
    content: { textLength: text.length, title, mediaType, language: detectLanguage(text), pageCount, warnings },
    chunks: chunk(extraction),
    isPartial: recognition.isPostponed,
  };
}

async function readBytes(file: string, path: string, maxBytes: number): Promise<Buffer> {
  try {
    // Since the scan, a link or a pipe may have replaced the file: these flags neither follow a link nor block on a
    // pipe.
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

/** Reads at most `sizeBytes`, because a file that keeps growing has no end; its new version is read later anyway. */
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
