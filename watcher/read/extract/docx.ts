import mammoth from 'mammoth';
import { parseFragment } from 'parse5';
import { messageOf } from '#shared/errors.ts';
import { ExtractError } from './extract-error.ts';
import type { Extraction, SourceFile } from './extraction.ts';
import { addHtmlBlocks } from './html/html-blocks.ts';
import { openTextBuilder } from './text-builder.ts';
import { checkZip } from './zip.ts';

/**
 * Extracts a Word document by way of mammoth's HTML. Pictures are dropped; nothing outside the file is ever opened.
 * @throws ExtractError DAMAGED, ENCRYPTED, TOO_LARGE
 */
export async function extractDocx(file: SourceFile): Promise<Extraction> {
  await checkZip(file);
  const builder = openTextBuilder(file.path);
  addHtmlBlocks(builder, parseFragment(await htmlOf(file)));
  return builder.build({
    title: builder.firstHeading,
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    pageCount: null,
    warnings: [],
  });
}

async function htmlOf(file: SourceFile): Promise<string> {
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer: file.bytes },
      {
        externalFileAccess: false,
        convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })),
        styleMap: ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => h2:fresh"],
      },
    );
    return value;
  } catch (error) {
    throw new ExtractError(
      'DAMAGED',
      file.path,
      `its content is damaged (${messageOf(error)}); open it in a word processor and save it again`,
      { cause: error },
    );
  }
}
