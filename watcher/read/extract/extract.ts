import { detectFormat } from './detect-format.ts';
import { ExtractError } from './extract-error.ts';
import type { Extraction, SourceFile } from './extraction.ts';

/**
 * Turns the bytes of a file into text with places. Parsers load when the first file of their kind comes.
 * @param onProgress share of the file that was read, up to 1; formats without pages never call it.
 * @throws ExtractError for what can never be read; whatever else is thrown is a fault of ours.
 */
export async function extract(file: SourceFile, onProgress: (share: number) => void = () => {}): Promise<Extraction> {
  if (file.bytes.length === 0) {
    throw new ExtractError('EMPTY', file.path, 'it is empty; write something into it or copy it again');
  }
  const extraction = await read(file, onProgress);
  if (extraction.text.trim() === '') {
    throw new ExtractError('NO_TEXT', file.path, 'it holds no text; add some, or save the text as .docx or .pdf');
  }
  return extraction;
}

async function read(file: SourceFile, onProgress: (share: number) => void): Promise<Extraction> {
  const format = await detectFormat(file);
  switch (format) {
    case 'pdf':
      return await (await import('./pdf/pdf.ts')).extractPdf(file, onProgress);
    case 'docx':
      return await (await import('./docx.ts')).extractDocx(file);
    case 'html':
      return (await import('./html/html.ts')).extractHtml(file);
    case 'markdown':
      return (await import('./markdown.ts')).extractMarkdown(file);
    case 'text':
      return (await import('./text.ts')).extractText(file);
  }
}
