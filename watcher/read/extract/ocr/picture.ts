import { loadImage } from '@napi-rs/canvas';
import type { DocumentWarning } from '#shared/document.ts';
import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { openTextBuilder } from '../text-builder.ts';
import { WHY_LEFT, type Ocr } from './ocr.ts';
import { pagesOf, readByOcr } from './ocr-warnings.ts';
import type { PageText } from './page-text.ts';
import { pictureSize } from './picture-size.ts';
import { MAX_PIXELS, rasterOf, type Raster } from './raster.ts';
import { openRecognizer } from './recognizer.ts';
import { tiffPages } from './tiff.ts';

const MEDIA_TYPES: readonly (readonly [beginning: string, mediaType: string])[] = [
  ['\x89PNG', 'image/png'],
  ['\xFF\xD8', 'image/jpeg'],
  ['GIF8', 'image/gif'],
  ['RIFF', 'image/webp'],
];
const TIFF = 'image/tiff';

/** A picture of a file that has one or, a TIFF, several. */
interface Picture {
  readonly width: number;
  readonly height: number;
  /** Throws if it is damaged. */
  decode(): Raster | Promise<Raster>;
}

/**
 * Recognises the text of a PNG, JPEG, GIF (its first picture), WebP or TIFF, whose pictures are pages.
 * @param onProgress called after every page with the share of the pages that have been read, up to 1.
 * @throws ExtractError UNSUPPORTED_TYPE while recognition is off, DAMAGED, TOO_LARGE above 64 million
 * pixels, NO_TEXT
 */
export async function extractPicture(
  file: SourceFile,
  onProgress: (share: number) => void,
  ocr: Ocr,
): Promise<Extraction> {
  if (ocr.mode === 'off') throw new ExtractError('UNSUPPORTED_TYPE', file.path, `it is a picture, and ${WHY_LEFT.off}`);
  const mediaType = mediaTypeOf(file);
  const pictures = picturesOf(file, mediaType);
  const texts = new Map<number, PageText>();
  const empty: number[] = [];
  const left: number[] = [];
  await using recognizer = openRecognizer();
  for (const [index, picture] of pictures.entries()) {
    const taken = ocr.takePage();
    if (taken === 'left') {
      left.push(index + 1);
      continue;
    }
    const text = taken === 'new' ? await recognizer.recognize(await decoded(file, picture)) : taken.text;
    if (text === null) empty.push(index + 1);
    else texts.set(index + 1, text);
    if (taken === 'new') ocr.pageDone(text);
    onProgress((index + 1) / pictures.length);
  }
  if (texts.size === 0) {
    throw new ExtractError('NO_TEXT', file.path, empty.length === 0 ? WHY_LEFT[ocr.mode] : NOTHING_RECOGNIZED);
  }

  const builder = openTextBuilder(file.path);
  for (const [pageNumber, { paragraphs }] of texts) {
    if (mediaType === TIFF) builder.mark({ pageNumber });
    for (const paragraph of paragraphs) builder.addBlock('paragraph', paragraph);
  }
  const warnings: readonly (DocumentWarning | null)[] = [
    readByOcr([...texts.keys()], [...texts.values()]),
    withoutText(empty, 'text recognition (OCR) found nothing to read'),
    withoutText(left, WHY_LEFT[ocr.mode]),
  ];
  return builder.build({
    title: null,
    mediaType,
    pageCount: mediaType === TIFF ? pictures.length : null,
    warnings: warnings.filter((warning) => warning !== null),
  });
}

const NOTHING_RECOGNIZED =
  'no text was recognised in this picture; if it has text, scan it again at 300 dpi, or photograph it closer and straight';

function mediaTypeOf({ bytes }: SourceFile): string {
  const beginning = bytes.toString('latin1', 0, 4);
  return MEDIA_TYPES.find(([magic]) => beginning.startsWith(magic))?.[1] ?? TIFF;
}

function picturesOf(file: SourceFile, mediaType: string): readonly Picture[] {
  const size = pictureSize(file.bytes);
  const single = size && { ...size, decode: async () => rasterOf(await loadImage(file.bytes)) };
  const pictures = mediaType === TIFF ? tiffPages(file.bytes) : single && [single];
  if (pictures === null || pictures.length === 0) throw damaged(file);
  const huge = pictures.find(({ width, height }) => width * height > MAX_PIXELS);
  if (huge === undefined) return pictures;
  const what = `it has ${huge.width} × ${huge.height} pixels, more than ${MAX_PIXELS / 1e6} million`;
  throw new ExtractError('TOO_LARGE', file.path, `${what}; save it smaller and drop it again`);
}

async function decoded(file: SourceFile, picture: Picture): Promise<Raster> {
  try {
    return await picture.decode();
  } catch (cause) {
    throw damaged(file, cause);
  }
}

function withoutText(pageNumbers: readonly number[], reason: string): DocumentWarning | null {
  if (pageNumbers.length === 0) return null;
  return { code: 'PAGES_WITHOUT_TEXT', count: pageNumbers.length, message: `${pagesOf(pageNumbers)}: ${reason}` };
}

function damaged(file: SourceFile, cause?: unknown): ExtractError {
  return new ExtractError('DAMAGED', file.path, 'it is no complete picture; copy it again', { cause });
}
