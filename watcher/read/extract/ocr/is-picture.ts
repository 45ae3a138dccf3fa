// oxlint-disable-next-line no-control-regex -- magic numbers contain control characters so that no text begins with them
const PICTURE = /^(?:\x89PNG|\xFF\xD8\xFF|GIF8[79]a|RIFF[^]{4}WEBP|II\*\0|MM\0\*)/;

/** Whether a file is a picture whose text can be recognised, by its first bytes: PNG, JPEG, GIF, WebP or TIFF. */
export function isPicture(bytes: Buffer): boolean {
  return PICTURE.test(bytes.toString('latin1', 0, 16));
}
