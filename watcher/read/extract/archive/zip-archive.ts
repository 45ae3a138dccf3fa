import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import type { ExtractPart } from '../parts.ts';
import { eachFileInZip, undeclaredZipNames } from '../zip.ts';
import { extractArchive, isFileOfUser } from './archive-parts.ts';
import { zipNameDecoder } from './zip-names.ts';

/**
 * Extracts the files in a zip archive as parts of one document, each under its path in the archive.
 * @param extract extracts one file. @param depth of `file`: 0 for a file of the inbox.
 * @throws ExtractError DAMAGED, ENCRYPTED if all files are, TOO_LARGE for a zip bomb, NO_TEXT
 */
export async function extractZip(file: SourceFile, extract: ExtractPart, depth: number): Promise<Extraction> {
  return await extractArchive(file, 'application/zip', {
    extract,
    depth,
    async readParts(parts) {
      const encrypted: string[] = [];
      let readCount = 0;
      const decodeName = zipNameDecoder(await undeclaredZipNames(file));
      await eachFileInZip(file, {}, async ({ name: declaredName, undeclaredName, isEncrypted, read }) => {
        const name = undeclaredName === null ? declaredName : decodeName(undeclaredName).replaceAll('\\', '/');
        if (!isFileOfUser(name)) return;
        if (isEncrypted) {
          encrypted.push(name);
        } else {
          readCount++;
          await parts.add(name, await read(true));
        }
      });
      if (readCount === 0 && encrypted.length > 0) {
        const reason = 'it is password-protected; unpack it and drop the files';
        throw new ExtractError('ENCRYPTED', file.path, reason);
      }
      for (const name of encrypted) parts.leaveOut(name, 'it is password-protected; unpack it and drop it');
    },
  });
}
