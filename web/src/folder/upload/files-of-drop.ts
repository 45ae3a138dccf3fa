import type { Chosen } from './upload-queue.ts';

/** Returns the files of a drop, those of dropped folders included, with their paths below what was dropped. */
export async function filesOfDrop(transfer: DataTransfer): Promise<readonly Chosen[]> {
  // Items are empty once the event is over, so all of them are read before the first wait.
  const dropped = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const chosen: Chosen[] = [];
  for (const { entry, file } of dropped) {
    if (entry !== null) await addEntry(entry, chosen);
    else if (file !== null) chosen.push({ file, path: file.name });
  }
  return chosen;
}

async function addEntry(entry: FileSystemEntry, chosen: Chosen[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  if (isFile(entry)) {
    chosen.push({ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) });
    return;
  }
  if (!isFolder(entry)) return;
  const reader = entry.createReader();
  // A reader gives about a hundred entries at a time, and none at the end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return;
    for (const each of entries) await addEntry(each, chosen);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
