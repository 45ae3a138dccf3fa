import { existsSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '#shared/errors.ts';
import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import type { ExtractPart } from '../parts.ts';
import { convert } from './convert.ts';

/** What each kind of old file is called, what its successor is, and its media type. */
const KINDS = {
  doc: { what: 'an old Word document (.doc)', successor: 'docx', mediaType: 'application/msword' },
  ppt: { what: 'an old presentation (.ppt)', successor: 'pptx', mediaType: 'application/vnd.ms-powerpoint' },
} as const;

/** Where the installers of LibreOffice put it. The reading process has no environment, and so no PATH to search. */
const OFFICE_PLACES = [
  '/usr/bin/soffice',
  '/usr/local/bin/soffice',
  '/usr/lib/libreoffice/program/soffice',
  '/snap/bin/libreoffice',
  '/Applications/LibreOffice.app/Contents/MacOS/soffice',
  String.raw`C:\Program Files\LibreOffice\program\soffice.com`,
];

/**
 * Extracts a .doc or .ppt file by way of LibreOffice, if it is installed: the file that it converts to is read as that
 * format is.
 * @param extract extracts the converted file.
 * @param office path of LibreOffice's `soffice`; null if it is not installed.
 * @throws ExtractError UNSUPPORTED_TYPE without LibreOffice, DAMAGED if it cannot convert the file, and what the
 * successor's extractor throws.
 */
export async function extractOldOffice(
  file: SourceFile,
  kind: keyof typeof KINDS,
  extract: ExtractPart,
  office: string | null = findOffice(),
): Promise<Extraction> {
  const { what, successor, mediaType } = KINDS[kind];
  if (office === null) {
    throw new ExtractError(
      'UNSUPPORTED_TYPE',
      file.path,
      `it is ${what}; save it as .${successor} and drop that, or install LibreOffice and drop it again`,
    );
  }
  const bytes = await convert(office, file.bytes, kind, successor).catch((error: unknown) => {
    throw new ExtractError(
      'DAMAGED',
      file.path,
      `LibreOffice could not convert it (${messageOf(error)}); save it as .${successor} and drop that`,
      { cause: error },
    );
  });
  return { ...(await extract({ path: file.path, bytes })), mediaType };
}

function findOffice(): string | null {
  return OFFICE_PLACES.find((place) => path.isAbsolute(place) && existsSync(place)) ?? null;
}
