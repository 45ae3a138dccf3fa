import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { openParts, type ExtractPart, type Parts } from '../parts.ts';
import { openTextBuilder } from '../text-builder.ts';

/** Files that systems put beside those of their users. */
const NOT_OF_THE_USER = /(?:^|\/)(?:__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i;

/** Returns whether an entry of an archive is a file that a person put there. */
export function isFileOfUser(name: string): boolean {
  return name !== '' && !name.endsWith('/') && !NOT_OF_THE_USER.test(name);
}

/**
 * Extracts an archive whose files `readParts` adds one after another.
 * @throws ExtractError NO_TEXT if none of the files can be read, with the reasons; and what `readParts` throws.
 */
export async function extractArchive(
  file: SourceFile,
  mediaType: string,
  options: { readonly extract: ExtractPart; readonly depth: number; readParts(parts: Parts): Promise<void> },
): Promise<Extraction> {
  const builder = openTextBuilder(file.path);
  const parts = openParts(file, builder, options.extract, options.depth);
  await options.readParts(parts);
  const warnings = parts.warnings();
  if (builder.length === 0) {
    const reasons = warnings.map(({ message }) => message).join('; ');
    const what = reasons === '' ? 'it contains no files; drop the files themselves' : reasons;
    throw new ExtractError('NO_TEXT', file.path, what);
  }
  return builder.build({ title: null, mediaType, pageCount: null, warnings });
}
