/** Width and height of a picture, in pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Returns the size that a PNG, JPEG, GIF or WebP states, so that a small file of a huge picture is not decoded. Null if
 * it states none where it should.
 */
export function pictureSize(bytes: Buffer): Size | null {
  const beginning = bytes.toString('latin1', 0, 16);
  if (bytes.length < 30) return null;
  if (beginning.startsWith('\x89PNG')) return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (beginning.startsWith('GIF8')) return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  if (beginning.startsWith('\xFF\xD8')) return sizeOfJpeg(bytes);
  return sizeOfWebp(bytes, beginning.slice(12));
}

/** Goes from segment to segment to the one that begins a frame. */
function sizeOfJpeg(bytes: Buffer): Size | null {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    const hasNoLength = marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    at += hasNoLength ? (marker === 0xff ? 1 : 2) : 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

function sizeOfWebp(bytes: Buffer, chunk: string): Size | null {
  if (chunk === 'VP8 ') return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  if (chunk === 'VP8L') {
    const bits = bytes.readUInt32LE(21);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (chunk !== 'VP8X') return null;
  return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
}
