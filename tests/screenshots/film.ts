import { createCanvas, GifEncoder, loadImage } from '@napi-rs/canvas';

/** The outline of a pointer, from its tip. */
const POINTER = [0, 0, 0, 17, 4, 13.4, 6.7, 19.6, 9.6, 18.3, 7, 12.3, 12.2, 12.3] as const;

/** A place in a picture, in pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A picture of the film. */
export interface Frame {
  readonly png: Buffer;
  readonly ms: number;
  /** Where the pointer is drawn, which a browser without a window does not have. */
  readonly pointer: Place;
}

/** Returns an animated GIF. Each picture after the first holds only the rectangle that has changed. */
export async function makeGif(frames: readonly Frame[], size: { width: number; height: number }): Promise<Buffer> {
  const pixels = await Promise.all(frames.map((frame) => drawn(frame, size)));
  using encoder = new GifEncoder(size.width, size.height, { repeat: 0, quality: 1 });
  let waiting: { readonly data: Uint8ClampedArray; readonly box: Box; ms: number } | undefined;
  const add = (): void => {
    if (waiting === undefined) return;
    const { box, data, ms } = waiting;
    encoder.addFrame(Uint8Array.from(data), box.width, box.height, { delay: ms, left: box.left, top: box.top });
  };
  for (const [index, data] of pixels.entries()) {
    const ms = frames[index]?.ms ?? 0;
    const before = pixels[index - 1];
    const box = before === undefined ? { left: 0, top: 0, ...size } : changedBox(before, data, size.width);
    if (box === null && waiting !== undefined) waiting.ms += ms;
    if (box === null) continue;
    add();
    waiting = { data: cut(data, size.width, box), box, ms };
  }
  add();
  return encoder.finish();
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

async function drawn({ png, pointer }: Frame, size: { width: number; height: number }): Promise<Uint8ClampedArray> {
  const context = createCanvas(size.width, size.height).getContext('2d');
  context.drawImage(await loadImage(png), 0, 0);
  context.translate(pointer.x, pointer.y);
  context.beginPath();
  for (let i = 0; i < POINTER.length; i += 2) context.lineTo(POINTER[i] ?? 0, POINTER[i + 1] ?? 0);
  context.closePath();
  context.fillStyle = 'black';
  context.fill();
  context.strokeStyle = 'white';
  context.lineWidth = 1.2;
  context.stroke();
  return context.getImageData(0, 0, size.width, size.height).data;
}

/** Returns the smallest rectangle outside of which the pictures are equal; null if they are equal everywhere. */
function changedBox(before: Uint8ClampedArray, after: Uint8ClampedArray, width: number): Box | null {
  const [old, now] = [before, after].map(({ buffer }) => new Uint32Array(buffer));
  if (old === undefined || now === undefined) return null;
  let [left, right, top, bottom] = [width, -1, -1, -1];
  for (const [index, pixel] of now.entries()) {
    if (pixel === old[index]) continue;
    const [x, y] = [index % width, Math.floor(index / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    if (top === -1) top = y;
    bottom = y;
  }
  return top === -1 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function cut(data: Uint8ClampedArray, width: number, box: Box): Uint8ClampedArray {
  const out = new Uint8ClampedArray(box.width * box.height * 4);
  for (let row = 0; row < box.height; row += 1) {
    const start = ((box.top + row) * width + box.left) * 4;
    out.set(data.subarray(start, start + box.width * 4), row * box.width * 4);
  }
  return out;
}
