import { isUtf8 } from 'node:buffer';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The searchable paths, each with the texts of its chunks in order. */
export type Index = ReadonlyMap<string, readonly string[]>;

/** Lists files and folders, without hidden and temporary ones, and without following links. The inbox itself is ''. */
export function walkInbox(inbox: string): { readonly files: readonly string[]; readonly folders: readonly string[] } {
  const files: string[] = [];
  const folders = [''];
  for (const folder of folders) {
    for (const rawName of readdirSync(path.join(inbox, folder), { encoding: 'buffer' })) {
      const name = String(rawName);
      if (!isUtf8(rawName) || /^\.|^~\$|~$|\.(?:tmp|part|crdownload)$/.test(name)) continue;
      const inside = path.posix.join(folder, name);
      const stats = lstatSync(path.join(inbox, inside));
      if (stats.isDirectory()) folders.push(inside);
      else if (stats.isFile()) files.push(inside);
    }
  }
  return { files, folders };
}

/** Returns what the index must hold for this folder, computed as simply as possible and without the watcher's code. */
export function expectedIndex(inbox: string): Index {
  const leavesLogsOut = existsSync(path.join(inbox, '.inboxignore'));
  const index = new Map<string, readonly string[]>();
  for (const file of walkInbox(inbox).files) {
    // The torture test's rules exclude `*.log`, including folders of that name.
    if (leavesLogsOut && file.split('/').some((name) => name.endsWith('.log'))) continue;
    const text = readFileSync(path.join(inbox, file), 'latin1');
    const chunks = text.split(/\n\s*\n/).flatMap((paragraph) => paragraph.trim() || []);
    if (chunks.length > 0 && !text.startsWith('\x89PNG')) index.set(file, chunks);
  }
  return index;
}

/** Returns a sentence for each difference. */
export function differences(expected: Index, found: Index): readonly string[] {
  const problems: string[] = [];
  for (const [file, chunks] of expected) {
    const stored = found.get(file);
    if (stored === undefined) problems.push(`${JSON.stringify(file)} is not searchable`);
    else if (stored.length !== chunks.length)
      problems.push(`${JSON.stringify(file)} has ${stored.length} chunks instead of ${chunks.length}`);
    else if (stored.some((chunk, ordinal) => chunk !== chunks[ordinal]))
      problems.push(`${JSON.stringify(file)} is found with another text`);
  }
  for (const file of found.keys())
    if (!expected.has(file)) problems.push(`${JSON.stringify(file)} is still searchable`);
  return problems;
}
