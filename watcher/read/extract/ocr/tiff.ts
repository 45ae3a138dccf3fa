import { createCanvas, ImageData } from '@napi-rs/canvas';
import UTIF from 'utif2';
import { MAX_PIXELS, rasterOf, type Raster } from './raster.ts';

/** More pages are not read: a chain of pages may lead back to its beginning. */
const MAX_TIFF_PAGES = 2000;

/** One page of a TIFF, not decoded yet. */
export interface TiffPage {
  readonly width: number;
  readonly height: number;
  /** Throws if it is damaged. */
  decode(): Raster;
}

/** Returns the pages of a TIFF; null if it is damaged. */
export function tiffPages(bytes: Buffer): readonly TiffPage[] | null {
  try {
    if (!isChainSound(bytes)) return null;
    return UTIF.decode(bytes).flatMap((page) => {
      const [width, height] = [firstOf(page.t256), firstOf(page.t257)];
      if (width === null || height === null) return []; // a directory of metadata
      return {
        width,
        height,
        decode() {
          if (width * height > MAX_PIXELS) throw new Error('it has too many pixels');
          UTIF.decodeImage(bytes, page);
          const picture = createCanvas(width, height);
          const rgba = new Uint8ClampedArray(UTIF.toRGBA8(page));
          picture.getContext('2d').putImageData(new ImageData(rgba, width, height), 0, 0);
          return rasterOf(picture);
        },
      };
    });
  } catch {
    return null;
  }
}

/** Follows the directories of the pages, which UTIF would follow for ever. */
function isChainSound(bytes: Buffer): boolean {
  const isLittle = bytes.toString('latin1', 0, 2) === 'II';
  const short = (at: number): number => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const long = (at: number): number => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  let at = long(4);
  for (let page = 0; page < MAX_TIFF_PAGES; page++) {
    at = long(at + 2 + short(at) * 12);
    if (at === 0) return true;
  }
  return false;
}

function firstOf(tag: unknown): number | null {
  const first: unknown = Array.isArray(tag) || ArrayBuffer.isView(tag) ? Object.values(tag)[0] : null;
  return typeof first === 'number' && first > 0 ? first : null;
}
