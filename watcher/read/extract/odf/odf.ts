import type { Extraction, SourceFile } from '../extraction.ts';
import { addSheet, hiddenSheetsWarning } from '../spreadsheet/add-sheets.ts';
import { openTextBuilder } from '../text-builder.ts';
import { walkXml } from '../xml.ts';
import { unzip } from '../zip.ts';
import { addOdfText } from './odf-text.ts';
import { ExtractError } from '../extract-error.ts';
import { hiddenStylesOf, NOTHING_HIDDEN } from './odf-styles.ts';
import { sheetsOf } from './odf-sheets.ts';

/** 60 MB of content.xml take 6 s and 500 MB. */
const MAX_XML_BYTES = 60_000_000;

/**
 * Extracts an OpenDocument file: text (.odt) by headings, paragraphs, lists, tables, footnotes and comments;
 * presentations (.odp) slide by slide with their notes; spreadsheets (.ods) by sheets, cells as displayed. Hidden
 * slides, sheets and text are left out and counted; deleted text of tracked changes is never read.
 * @throws ExtractError DAMAGED, ENCRYPTED, TOO_LARGE
 */
export async function extractOdf(file: SourceFile): Promise<Extraction> {
  const entries = await unzip(
    file,
    (name) => /^(?:content\.xml|meta\.xml|mimetype|META-INF\/manifest\.xml)$/.test(name),
    {
      maxXmlBytes: MAX_XML_BYTES,
    },
  );
  if (entries.get('META-INF/manifest.xml')?.includes('encryption-data') === true) {
    throw new ExtractError('ENCRYPTED', file.path, 'it is password-protected; remove the password and drop it again');
  }
  const content = entries.get('content.xml')!; // detected by this name
  const mediaType = entries.get('mimetype')?.toString('latin1', 0, 100).trim() ?? '';
  const isSheets = mediaType.includes('spreadsheet') || content.includes('<office:spreadsheet');
  const builder = openTextBuilder(file.path);
  const hidden = file.readsHidden === true ? NOTHING_HIDDEN : hiddenStylesOf(file, content);
  const rest = { title: titleOf(file, entries.get('meta.xml')), mediaType, pageCount: null };
  if (isSheets) {
    const { sheets, hiddenNames } = sheetsOf(file, content, hidden);
    for (const sheet of sheets) addSheet(builder, sheet);
    return builder.build({ ...rest, warnings: hiddenSheetsWarning(hiddenNames) });
  }
  const warnings = addOdfText(file, builder, content, hidden);
  return builder.build({ ...rest, title: rest.title ?? builder.firstHeading, warnings });
}

function titleOf(file: SourceFile, meta: Buffer | undefined): string | null {
  if (meta === undefined) return null;
  let title = '';
  let isOpen = false;
  walkXml(file, meta, {
    open: (name) => (isOpen = name === 'dc:title'),
    close: () => (isOpen = false),
    text: (text) => void (isOpen && (title += text)),
  });
  return title.trim() === '' ? null : title;
}
