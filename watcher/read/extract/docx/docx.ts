import { messageOf } from '#shared/errors.ts';
import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { hiddenTextWarning } from '../hidden-text.ts';
import { openPictureParts } from '../ocr/picture-parts.ts';
import { openParts, type ExtractPart } from '../parts.ts';
import { openTextBuilder } from '../text-builder.ts';
import { addWordBlocks } from './add-blocks.ts';
import { withHeadings } from './headings.ts';
import { openWordPackage } from './xml/word-package.ts';
import { readStories } from './stories.ts';
import { findWordTitle } from './title.ts';
import { XmlTooLarge } from './xml/xml-tree.ts';

/**
 * Extracts a Word document as people see it: numbers of lists and headings as printed, tables row by row, text boxes,
 * notes and comments after what they belong to, equations in one line, each header and footer once. Large pictures are
 * recognised. Deleted and hidden text is left out; nothing outside the file is ever opened.
 * @param depth how many files the document is in.
 * @throws ExtractError DAMAGED, ENCRYPTED, TOO_LARGE
 */
export async function extractDocx(file: SourceFile, extractPart: ExtractPart, depth: number): Promise<Extraction> {
  const builder = openTextBuilder(file.path);
  const parts = openParts(file, builder, extractPart, depth);
  const inside = { parts, pictures: openPictureParts(file, parts) };
  try {
    const pack = await openWordPackage(file);
    const { body, headers, footers, findAttached, hiddenChars } = readStories(pack, {
      readsHidden: file.readsHidden === true,
    });
    const content = withHeadings(body);
    await addWordBlocks(builder, headers, findAttached, inside);
    await addWordBlocks(builder, content, findAttached, inside);
    await addWordBlocks(builder, footers, findAttached, inside);
    return builder.build({
      title: findWordTitle(pack, content),
      mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      pageCount: null,
      warnings: [...hiddenTextWarning(hiddenChars()), ...parts.warnings()],
    });
  } catch (error) {
    if (error instanceof ExtractError) throw error;
    if (error instanceof XmlTooLarge) {
      throw new ExtractError('TOO_LARGE', file.path, `${error.message}; split it`, { cause: error });
    }
    throw new ExtractError(
      'DAMAGED',
      file.path,
      `its content is damaged (${messageOf(error)}); open it in a word processor and save it again`,
      { cause: error },
    );
  }
}
