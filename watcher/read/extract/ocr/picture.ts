import { loadImage } from '@napi-rs/canvas';
import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { openTextBuilder } from '../text-builder.ts';
import { WHY_LEFT, type Ocr } from './ocr.ts';
import { readByOcr } from './ocr-warnings.ts';
import { pictureSize } from './picture-size.ts';
import { MAX_PIXELS, rasterOf, type Raster } from './raster.ts';
import { openRecognizer } from './recognizer.ts';

const MEDIA_TYPES: readonly (readonly [beginning: string, mediaType: string])[] = [
  ['\x89PNG', 'image/png'],
  ['\xFF\xD8', 'image/jpeg'],
  ['GIF8', 'image/gif'],
  ['RIFF', 'image/webp'],
];

/**
 * Recognises the text of a PNG, JPEG, GIF (its first picture) or WebP.
 * @throws OcrPostponed, or ExtractError UNSUPPORTED_TYPE while recognition is off, DAMAGED, TOO_LARGE above 64 million pixels, NO_TEXT
 */
export async function extractPicture(file: SourceFile, ocr: Ocr): Promise<Extraction> {
  if (ocr.mode === 'off') throw new ExtractError('UNSUPPORTED_TYPE', file.path, `it is a picture, and ${WHY_LEFT.off}`);
  checkSize(file);
  if (!ocr.takePage()) throw new ExtractError('NO_TEXT', file.path, WHY_LEFT[ocr.mode]);
  const picture = await decode(file);
  await using recognizer = openRecognizer();
  const text = await recognizer.recognize(picture);
  ocr.pageDone();
  if (text === null) {
    throw new ExtractError(
      'NO_TEXT',
      file.path,
      'no text was recognised in this picture; if it has text, scan it again at 300 dpi, or photograph it closer and straight',
    );
  }
  const builder = openTextBuilder(file.path);
  for (const paragraph of text.paragraphs) builder.addBlock('paragraph', paragraph);
  const beginning = file.bytes.toString('latin1', 0, 4);
  return builder.build({
    title: null,
    mediaType: MEDIA_TYPES.find(([magic]) => beginning.startsWith(magic))?.[1] ?? 'application/octet-stream',
    pageCount: null,
    warnings: [readByOcr([1], [text])],
  });
}

function checkSize(file: SourceFile): void {
  const size = pictureSize(file.bytes);
  if (size === null) throw damaged(file);
  if (size.width * size.height > MAX_PIXELS) {
    const what = `it has ${size.width} × ${size.height} pixels, more than ${MAX_PIXELS / 1e6} million`;
    throw new ExtractError('TOO_LARGE', file.path, `${what}; save it smaller and drop it again`);
  }
}

async function decode(file: SourceFile): Promise<Raster> {
  try {
    return rasterOf(await loadImage(file.bytes));
  } catch (cause) {
    throw damaged(file, cause);
  }
}

function damaged(file: SourceFile, cause?: unknown): ExtractError {
  return new ExtractError('DAMAGED', file.path, 'it is no complete picture; copy it again', { cause });
}
