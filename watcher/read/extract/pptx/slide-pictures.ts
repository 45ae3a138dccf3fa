import type { SourceFile } from '../extraction.ts';
import { LARGE_PICTURE_AREA } from '../ocr/picture-parts.ts';
import { walkXml } from '../xml.ts';
import { relationsOf, type Entries } from './relations.ts';

/** Returns the names in the archive of the pictures that a slide shows in a large size, in the order of the slide. */
export function largePicturesOn(file: SourceFile, entries: Entries, name: string, slide: Buffer): readonly string[] {
  const ids: string[] = [];
  let isPicture = false;
  let id = '';
  walkXml(file, slide, {
    open(element, attributes) {
      if (element === 'p:pic') [isPicture, id] = [true, ''];
      else if (!isPicture) return;
      else if (element === 'a:blip') id = attributes['r:embed'] ?? '';
      else if (element === 'a:ext' && Number(attributes['cx']) * Number(attributes['cy']) >= LARGE_PICTURE_AREA)
        ids.push(id);
    },
    close(element) {
      if (element === 'p:pic') isPicture = false;
    },
    text() {},
  });
  if (ids.length === 0) return [];
  const targets = new Map(relationsOf(file, entries, name).map((relation) => [relation.id, relation.target]));
  return ids.flatMap((each) => targets.get(each) ?? []);
}
