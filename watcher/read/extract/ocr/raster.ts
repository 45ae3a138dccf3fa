import { createCanvas, type Canvas, type Image } from '@napi-rs/canvas';

/** A picture in shades of grey: one byte a pixel, row by row from the top left, 0 black to 255 white. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * A picture of more pixels is not decoded: at four bytes each it would need more than 256 MB. Cameras of phones make 12
 * to 50 million, a page of A4 at 600 dpi has 35.
 */
export const MAX_PIXELS = 64_000_000;
/** The longer side that recognition gets: A4 at 300 dpi. More pixels cost time and give no more words. */
const MAX_SIDE = 3500;
/** Shorter pictures are enlarged, because letters of 10 pixels are misread: those of a screen are about that high. */
const MIN_SIDE = 1200;
const MAX_ENLARGEMENT = 3;

/** Draws a picture on white, in the size that is best for recognition. */
export function rasterOf(picture: Image | Canvas): Raster {
  const side = Math.max(picture.width, picture.height);
  const wanted = Math.min(MAX_SIDE, Math.max(side, Math.min(MIN_SIDE, side * MAX_ENLARGEMENT)));
  const width = Math.max(1, Math.round((picture.width * wanted) / side));
  const height = Math.max(1, Math.round((picture.height * wanted) / side));
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, width, height);
  return { width, height, pixels: greyOf(context.getImageData(0, 0, width, height).data) };
}

/** Returns the picture turned clockwise. */
export function turned({ width, height, pixels }: Raster, degrees: 90 | 180 | 270): Raster {
  if (degrees === 180) return { width, height, pixels: Uint8Array.from(pixels).reverse() };
  const result = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = degrees === 90 ? x * height + (height - 1 - y) : (width - 1 - x) * height + y;
      result[at] = pixels[y * width + x]!;
    }
  }
  return { width: height, height: width, pixels: result };
}

/** Returns the picture as a file in the format PGM, which costs no compression. */
export function pgmOf({ width, height, pixels }: Raster): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1'), pixels]);
}

/** Weighs red, green and blue as the eye does (ITU-R BT.601), in 256ths. */
function greyOf(rgba: Uint8ClampedArray): Uint8Array {
  const pixels = new Uint8Array(rgba.length / 4);
  for (let index = 0, at = 0; index < pixels.length; index++, at += 4) {
    pixels[index] = (rgba[at]! * 77 + rgba[at + 1]! * 150 + rgba[at + 2]! * 29) >> 8;
  }
  return pixels;
}
