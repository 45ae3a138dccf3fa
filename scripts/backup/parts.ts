import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';

// What of ASKBOX_DATA is in a backup. Left out is what costs only time or belongs to a machine: models, `recognized`,
// `internal.key`, `left-backends.json`, `ledger.db.holder` and ledgers that were set aside.

/** The watcher's ledger, which no other process can read while the watcher runs. */
export const LEDGER = 'ledger.db';

/** The passages. With Qdrant they are on the server; a backup has them in this file all the same. */
export const STORE = 'store.db';

/**
 * Databases, in the order in which they are copied: what the ledger lists as stored is then in the later copy of the
 * store. The audit at the next start finds what changed in between.
 */
export const DATABASES: readonly string[] = [LEDGER, 'details.db', 'answers.db', STORE];

/** Identifies this installation among those that use the same server. */
export const STORE_OWNER = 'store-owner.id';

/**
 * Small files: titles and tags of an early version, the owner of Qdrant's collections, a declined offer of a model, and
 * the mark of an erasure that the next start has to finish.
 */
export const FILES: readonly string[] = ['details.json', STORE_OWNER, 'no-llama', 'erasing'];

/** Deleted documents that can still be restored. */
export const TRASH = 'trash';

/** What SQLite keeps beside a database; without it, it would spoil the one that takes its place. */
export const BESIDE_DATABASES = ['-wal', '-shm', '-journal'];

/** Returns whether a path of a manifest, with `/` between its folders, is one that a backup can have. */
export function isPart(file: string): boolean {
  if ([...DATABASES, ...FILES].includes(file)) return true;
  const [first, ...rest] = file.split('/');
  const isPlain = rest.every((name) => !['', '.', '..'].includes(name) && !/[\\\0]/.test(name));
  return first === TRASH && rest.length > 0 && isPlain;
}

/** Returns the regular files below the trash of a data folder, with `/` between folders; links are not followed. */
export function filesInTrash(dataDir: string): readonly string[] {
  const walk = (folder: string): readonly string[] =>
    readdirSync(path.join(dataDir, folder), { withFileTypes: true }).flatMap((entry) => {
      const inside = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return walk(inside);
      return entry.isFile() && isPart(inside) ? [inside] : [];
    });
  return lstatSync(path.join(dataDir, TRASH), { throwIfNoEntry: false })?.isDirectory() === true ? walk(TRASH) : [];
}
