import { detectFormat } from './detect-format.ts';
import { ExtractError } from './extract-error.ts';
import type { Extraction, SourceFile } from './extraction.ts';
import { openOcr, type Ocr } from './ocr/ocr.ts';

/**
 * Turns the bytes of a file into text with blocks and location marks. Parsers are loaded when they are first needed.
 * @param onProgress receives 0 once the parser has been loaded and then, for formats with pages only, the share of the
 * file that has been read, up to 1.
 * @param depth how many files the file is in: 0 for a file of the inbox, 1 for an attachment of a message there.
 * @param ocr what of it may be recognised. Default: all, up to 200 pages.
 * @throws ExtractError when the content can never be read, or not without what `ocr` postpones; any other error is a bug in
 * askbox.
 */
export async function extract(
  file: SourceFile,
  onProgress: (share: number) => void = () => {},
  depth = 0,
  ocr: Ocr = openOcr(),
): Promise<Extraction> {
  if (file.bytes.length === 0) {
    throw new ExtractError('EMPTY', file.path, 'it is empty; write something into it or copy it again');
  }
  const extraction = await read(file, onProgress, depth, ocr);
  if (extraction.text.trim() === '') {
    throw new ExtractError('NO_TEXT', file.path, 'it contains no text; add some, or save the text as .docx or .pdf');
  }
  return extraction;
}

async function read(
  file: SourceFile,
  onProgress: (share: number) => void,
  depth: number,
  ocr: Ocr,
): Promise<Extraction> {
  const format = await detectFormat(file);
  const load = async <Parser>(parser: Promise<Parser>): Promise<Parser> => {
    const loaded = await parser;
    onProgress(0);
    return loaded;
  };
  const { readsHidden = false } = file;
  const extractPart = (part: SourceFile): Promise<Extraction> =>
    extract({ ...part, readsHidden }, () => {}, depth + 1, ocr);
  switch (format) {
    case 'pdf':
      return await (await load(import('./pdf/pdf.ts'))).extractPdf(file, onProgress, ocr);
    case 'picture':
      return await (await load(import('./ocr/picture.ts'))).extractPicture(file, onProgress, ocr);
    case 'docx':
      return await (await load(import('./docx/docx.ts'))).extractDocx(file, extractPart, depth);
    case 'eml':
      return await (await load(import('./mail/eml.ts'))).extractEml(file, extractPart, depth);
    case 'mbox':
      return await (await load(import('./mail/mbox.ts'))).extractMbox(file, extractPart, depth);
    case 'msg':
      return await (await load(import('./mail/msg.ts'))).extractMsg(file, extractPart, depth);
    case 'mhtml':
      return await (await load(import('./mail/mhtml.ts'))).extractMhtml(file, extractPart, depth);
    case 'xlsx':
    case 'xls':
      return await (await load(import('./spreadsheet/workbook.ts'))).extractWorkbook(file, format);
    case 'odf':
      return await (await load(import('./odf/odf.ts'))).extractOdf(file);
    case 'pptx':
      return await (await load(import('./pptx/pptx.ts'))).extractPptx(file, extractPart, depth);
    case 'epub':
      return await (await load(import('./epub.ts'))).extractEpub(file);
    case 'zip':
      return await (await load(import('./archive/zip-archive.ts'))).extractZip(file, extractPart, depth);
    case 'doc':
    case 'ppt':
      return await (await load(import('./old-office/old-office.ts'))).extractOldOffice(file, format, extractPart);
    case 'csv':
      return (await load(import('./spreadsheet/csv.ts'))).extractCsv(file);
    case 'rtf':
      return (await load(import('./rtf/rtf.ts'))).extractRtf(file);
    case 'tar':
      return await (await load(import('./archive/tar-archive.ts'))).extractTar(file, extractPart, depth);
    case 'gzip':
      return await (await load(import('./archive/tar-archive.ts'))).extractGzip(file, extractPart, depth);
    case 'html':
      return (await load(import('./html/html.ts'))).extractHtml(file);
    case 'subtitles':
      return (await load(import('./subtitles/subtitles.ts'))).extractSubtitles(file);
    case 'notebook':
      return (await load(import('./notebook/notebook.ts'))).extractNotebook(file);
    case 'json':
      return (await load(import('./json/json.ts'))).extractJson(file);
    case 'nfe':
      return (await load(import('./records/nfe.ts'))).extractNfe(file);
    case 'ofx':
      return (await load(import('./records/ofx.ts'))).extractOfx(file);
    case 'markdown':
      return (await load(import('./markdown.ts'))).extractMarkdown(file);
    case 'text':
      return (await load(import('./text.ts'))).extractText(file);
  }
}
