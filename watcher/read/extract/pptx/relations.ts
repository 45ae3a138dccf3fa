import path from 'node:path';
import type { SourceFile } from '../extraction.ts';
import { walkXml } from '../xml.ts';

/** Files of an Office archive by their names in it. */
export type Entries = ReadonlyMap<string, Buffer>;

/** What a file of an Office archive refers to. */
export interface Relation {
  readonly id: string;
  /** The last word of the relation's type, such as `notesSlide`. */
  readonly type: string;
  /** Name in the archive. */
  readonly target: string;
}

/** Returns what a file of an Office archive refers to inside the archive. @param name of the file. */
export function relationsOf(file: SourceFile, entries: Entries, name: string): readonly Relation[] {
  const folder = path.posix.dirname(name);
  const bytes = entries.get(`${folder}/_rels/${path.posix.basename(name)}.rels`);
  const relations: Relation[] = [];
  if (bytes === undefined) return relations;
  walkXml(file, bytes, {
    open(element, { Id: id = '', Type: type = '', Target: target = '', TargetMode: mode }) {
      if (element !== 'Relationship' || mode === 'External') return;
      const resolved = target.startsWith('/') ? target.slice(1) : path.posix.join(folder, target);
      relations.push({ id, type: path.posix.basename(type), target: resolved });
    },
    close() {},
    text() {},
  });
  return relations;
}
