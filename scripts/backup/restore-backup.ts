import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '#shared/config.ts';
import { PRIVATE_FOLDER, prepareDataDir } from '#shared/data-dir.ts';
import { hasResultCode, openDatabase, SQLITE_BUSY, SQLITE_LOCKED } from '#shared/sqlite.ts';
import { copyPlain, settle } from './copy-part.ts';
import { checkFile, readManifest, type Manifest } from './manifest.ts';
import { BESIDE_DATABASES, DATABASES, FILES, STORE, TRASH } from './parts.ts';
import { uploadStore } from './server-store.ts';
import type { Words } from './words.ts';

/** What a restore has done. */
export interface Restored {
  readonly manifest: Manifest;
  /** Where what was in the data folder is now; null if nothing was. */
  readonly movedTo: string | null;
}

/**
 * Brings a backup back into the data folder. Checks every byte of it first, and again of the copy: until both are right,
 * nothing in the data folder changes. Models and other files there stay. With Qdrant, the passages go to the server, before
 * anything in the data folder changes.
 * @param folder absolute; the backup.
 * @param isForced whether what is in the data folder may be moved aside.
 * @throws Error for people; errors of the file system.
 */
export async function restoreBackup(
  config: Config,
  folder: string,
  isForced: boolean,
  words: Words,
): Promise<Restored> {
  const manifest = readManifest(folder, words);
  checkStopped(config, words);
  const present = presentParts(config);
  if (present.length > 0 && !isForced) throw new Error(words.notForced(config.dataDir));
  for (const file of manifest.files) await checkFile(folder, file, words);

  prepareDataDir(config.dataDir, config.modelsDir);
  const staged = await mkdtemp(path.join(config.dataDir, 'restoring-'));
  try {
    for (const file of manifest.files) {
      await copyPlain(path.join(folder, file.path), path.join(staged, file.path));
      await settle(path.join(staged, file.path));
      await checkFile(staged, file, words);
    }
    checkStopped(config, words);
    if (config.qdrant !== null) await uploadStore(config, staged, isForced, words);
    const movedTo = present.length > 0 ? await moveAside(config) : null;
    for (const name of partsIn(config)) {
      if (existsSync(path.join(staged, name))) await rename(path.join(staged, name), path.join(config.dataDir, name));
    }
    return { manifest, movedTo };
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** Moves what a restore would replace into a new folder beside it. @returns that folder. */
async function moveAside(config: Config): Promise<string> {
  const { dataDir } = config;
  const aside = path.join(dataDir, `before-restore-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
  mkdirSync(aside, { mode: PRIVATE_FOLDER });
  for (const name of presentParts(config)) await rename(path.join(dataDir, name), path.join(aside, name));
  return aside;
}

/** Returns the names of what is in a data folder and would be in the way of a backup. */
function presentParts(config: Config): readonly string[] {
  const names = partsIn(config);
  const beside = names.flatMap((name) => BESIDE_DATABASES.map((suffix) => name + suffix));
  return [...names, ...beside].filter((name) => existsSync(path.join(config.dataDir, name)));
}

/** Returns what a restore puts into a data folder. With Qdrant, a file of passages there is an old one and stays. */
function partsIn({ qdrant }: Config): readonly string[] {
  return [...DATABASES, ...FILES, TRASH].filter((name) => name !== STORE || qdrant === null);
}

/** @throws Error for people if a service, or another program, has one of the databases open. */
function checkStopped({ dataDir }: Config, words: Words): void {
  for (const name of DATABASES) {
    if (isOpenElsewhere(path.join(dataDir, name))) throw new Error(words.running(path.join(dataDir, name)));
  }
}

/**
 * A service keeps a lock on a database with a write-ahead log for as long as it has it open, also while it does nothing,
 * so that no other process can lock it exclusively. Ports would say less: another askbox may use them.
 */
function isOpenElsewhere(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    using db = openDatabase(file, {}, (opened) => opened);
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
    return false;
  } catch (error) {
    // A damaged one is no obstacle: it may be why there is a restore.
    return hasResultCode(error, SQLITE_BUSY, SQLITE_LOCKED);
  }
}
