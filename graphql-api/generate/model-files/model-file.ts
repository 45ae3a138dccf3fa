import path from 'node:path';
import { findStats, namesIn } from '#shared/models/model-path.ts';

/** A model on the disk: a .gguf file, or all parts of a split one that are there. */
export interface ModelFile {
  /** Of a split model its first part, whether or not that is there. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Changes when one of its files does. */
  readonly stamp: string;
  readonly parts: readonly FilePart[];
}

/** One file of a model. */
interface FilePart {
  readonly file: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  /** Tells a file that was written over from another one that took its place. */
  readonly inode: number;
}

/** What has become of the files of a model since they were listed. */
export type FileFate =
  | 'same'
  /** One is no longer there. A process that has loaded it keeps what it has of it. */
  | 'removed'
  /** Another file has its path; a process that has loaded the old one keeps that. */
  | 'replaced'
  /** It was written over. A process reads its file while it computes, so that means nothing any more. */
  | 'overwritten';

const PART = /-(\d{5})-of-(\d{5})\.gguf$/;

/** Returns the model files in a folder, largest first; a split model once. */
export function listModelFiles(folder: string): readonly ModelFile[] {
  const names = namesIn(folder).filter((name) => name.endsWith('.gguf'));
  const first = new Set(names.map((name) => name.replace(PART, '-00001-of-$2.gguf')));
  return [...first]
    .flatMap((name) => findModelFile(path.join(folder, name), names) ?? [])
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes);
}

/**
 * Returns the model of a file, with the parts beside it that are there; undefined if there are none.
 * @param names in its folder. Default: they are listed.
 */
export function findModelFile(
  file: string,
  names: readonly string[] = namesIn(path.dirname(file)),
): ModelFile | undefined {
  const split = PART.exec(file);
  const paths =
    split?.[1] === '00001'
      ? names
          .filter((name) => name.replace(PART, '-00001-of-$2.gguf') === path.basename(file))
          .map((name) => path.join(path.dirname(file), name))
      : [file];
  const parts = paths.flatMap((each) => findPart(each) ?? []);
  if (parts.length === 0) return undefined;
  return {
    file,
    parts,
    sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    stamp: parts.map((part) => `${part.file}\n${part.sizeBytes}\n${part.mtimeMs}`).join('\n'),
  };
}

/** Returns what has become of a model since it was listed. */
export function fateOf({ parts }: ModelFile): FileFate {
  const fates = parts.map(fateOfPart);
  const order: readonly FileFate[] = ['overwritten', 'removed', 'replaced'];
  return order.find((fate) => fates.includes(fate)) ?? 'same';
}

function fateOfPart(before: FilePart): FileFate {
  const now = findPart(before.file);
  if (now === undefined) return 'removed';
  if (now.sizeBytes === before.sizeBytes) return now.mtimeMs === before.mtimeMs ? 'same' : 'replaced';
  return now.inode === before.inode ? 'overwritten' : 'replaced';
}

function findPart(file: string): FilePart | undefined {
  const stats = findStats(file);
  if (stats === undefined || !stats.isFile()) return undefined;
  return { file, sizeBytes: stats.size, mtimeMs: stats.mtimeMs, inode: stats.ino };
}
