/** A part of a file, in bytes. */
export interface ByteRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/**
 * Returns the part that a `Range` header asks for, at most up to the end of the file. Undefined for the whole file: if
 * there is no header, if it has another unit or is malformed, or if it lists several ranges, which a server may ignore
 * (RFC 9110, section 14.2). Null if no byte of the file is in the range.
 */
export function byteRangeOf(header: string | undefined, sizeBytes: number): ByteRange | undefined | null {
  const [, first, last] = /^bytes=\s*(\d{1,15})?-(\d{1,15})?\s*$/i.exec(header ?? '') ?? [];
  if (first === undefined) {
    if (last === undefined) return undefined;
    const start = Math.max(0, sizeBytes - Number(last));
    return start < sizeBytes ? { start, end: sizeBytes } : null;
  }
  const start = Number(first);
  const end = last === undefined ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (last !== undefined && Number(last) < start) return undefined;
  return start < sizeBytes ? { start, end } : null;
}
