import path from 'node:path';
import type { SourceFile } from '../extraction.ts';
import type { Parts } from '../parts.ts';
import { unzip } from '../zip.ts';
import { isPicture } from './is-picture.ts';

/**
 * A picture that an Office document shows at this size, about 8 × 8 cm, may well be a page or a table; smaller ones are
 * logos, icons and photos. In English Metric Units, 360,000 to the centimetre.
 */
export const LARGE_PICTURE_AREA = 2_880_000 ** 2;
/** Pictures of one document that are recognised: each takes 1 to 10 s. */
export const MAX_PICTURES = 50;

const PICTURE_NAME = /\.(?:png|jpe?g|gif|webp|tiff?)$/i;

/** The pictures inside an Office document, which is a zip archive. */
export interface PictureParts {
  /** Recognises a picture and adds its text as a part, once for each name. One that has none is left out and counted. */
  add(name: string): Promise<void>;
}

/** Opens the pictures of a document; the archive is only read for them when there is one. */
export function openPictureParts(file: SourceFile, parts: Parts): PictureParts {
  const added = new Set<string>();
  let pictures: Promise<ReadonlyMap<string, Buffer>> | null = null;
  return {
    async add(name) {
      if (added.has(name)) return;
      added.add(name);
      const partName = path.posix.basename(name);
      if (added.size > MAX_PICTURES) {
        return parts.leaveOut(partName, `at most ${MAX_PICTURES} pictures of a document are recognised; split it`);
      }
      pictures ??= unzip(file, (entry) => PICTURE_NAME.test(entry));
      const bytes = (await pictures).get(name);
      if (bytes === undefined || !isPicture(bytes)) parts.leaveOut(partName, 'it is a picture that cannot be read');
      else await parts.add(partName, bytes);
    },
  };
}
