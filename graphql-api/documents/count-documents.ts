import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { mapInTurns } from '../turns/map-in-turns.ts';

/**
 * Returns how many documents each folder has, its subfolders included, those with the most first; then by path.
 * Documents at the top of the inbox are in no folder.
 * @throws the reason of the signal, soon after it aborts.
 */
export async function countFolders(
  documents: Iterable<Pick<DocumentState, 'path'>>,
  signal: AbortSignal,
): Promise<readonly { readonly path: string; readonly count: number }[]> {
  const counted = await countInTurns(documents, ({ path }) => foldersAbove(path), signal);
  return counted.map(([path, count]) => ({ path, count }));
}

/** Returns how many documents have each tag; see `countFolders`. */
export async function countTags(
  documents: Iterable<Pick<DocumentState, 'tags'>>,
  signal: AbortSignal,
): Promise<readonly { readonly tag: string; readonly count: number }[]> {
  const counted = await countInTurns(documents, ({ tags }) => tags ?? [], signal);
  return counted.map(([tag, count]) => ({ tag, count }));
}

async function countInTurns<Item>(
  items: Iterable<Item>,
  keysOf: (item: Item) => readonly string[],
  signal: AbortSignal,
): Promise<readonly (readonly [key: string, count: number])[]> {
  const counts = new Map<string, number>();
  const add = (item: Item): void => {
    for (const key of keysOf(item)) counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  await mapInTurns(items, add, signal);
  return [...counts].toSorted(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1));
}

function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) folders.push(path.slice(0, end));
  return folders;
}
