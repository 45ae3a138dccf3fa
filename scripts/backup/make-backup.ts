import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { mkdtemp, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isInside, type Config } from '#shared/config.ts';
import { PRIVATE_FILE } from '#shared/data-dir.ts';
import { codeOf, messageOf } from '#shared/errors.ts';
import { digestOf } from '#shared/models/file-digest.ts';
import { copyDatabase, copyLedger, copyPlain, settle } from './copy-part.ts';
import { FORMAT, MANIFEST, manifestText, type BackedUpFile, type Manifest } from './manifest.ts';
import { DATABASES, FILES, filesInTrash, LEDGER, STORE } from './parts.ts';
import { downloadStore } from './server-store.ts';
import type { Words } from './words.ts';

/**
 * Copies what askbox keeps of people into a new folder, while the services run or not. The folder has its name only once
 * everything is in it.
 * @param folder absolute; must not exist, or be empty.
 * @param version of askbox, for the manifest.
 * @returns what was written.
 * @throws Error for people; errors of the file system and of SQLite. What was written by then is deleted.
 */
export async function makeBackup(config: Config, folder: string, version: string, words: Words): Promise<Manifest> {
  checkTarget(config, folder, words);
  const unfinished = await mkdtemp(`${folder}.unfinished-`); // with mode 0700
  try {
    const files: BackedUpFile[] = [];
    for (const name of await copyParts(config, unfinished, words)) {
      const file = path.join(unfinished, name);
      await settle(file);
      const { sizeBytes, sha256 } = await digestOf(file);
      files.push({ path: name, sizeBytes, sha256 });
    }
    const createdAt = new Date().toISOString();
    const manifest = {
      format: FORMAT,
      askbox: version,
      createdAt,
      inbox: config.inbox,
      store: 'sqlite',
      files,
    } as const;
    const manifestFile = path.join(unfinished, MANIFEST);
    await writeFile(manifestFile, manifestText(manifest), { mode: PRIVATE_FILE });
    await settle(manifestFile);
    if (existsSync(folder)) await rmdir(folder); // it is empty, and Windows does not replace it
    await rename(unfinished, folder);
    return manifest;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** Copies everything that is there. @returns the names of the copies, with `/` between folders. */
async function copyParts(config: Config, to: string, words: Words): Promise<readonly string[]> {
  const { dataDir, qdrant } = config;
  const copied: string[] = [];
  for (const name of DATABASES) {
    const isOnServer = name === STORE && qdrant !== null;
    const from = isOnServer ? qdrant.collection : path.join(dataDir, name);
    if (!isOnServer && !existsSync(from)) continue;
    try {
      if (name === LEDGER) await copyLedger(config, path.join(to, name));
      else if (isOnServer) await downloadStore(config, path.join(to, name));
      else copyDatabase(from, path.join(to, name));
    } catch (error) {
      throw new Error(words.cannotCopy(from, messageOf(error)), { cause: error });
    }
    copied.push(name);
  }
  for (const name of [...FILES, ...filesInTrash(dataDir)]) {
    try {
      await copyPlain(path.join(dataDir, name), path.join(to, name));
      copied.push(name);
    } catch (error) {
      // The trash may be emptied meanwhile; of the small files, most folders have none.
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
  return copied;
}

function checkTarget({ dataDir, inbox }: Config, folder: string, words: Words): void {
  if (!DATABASES.some((name) => existsSync(path.join(dataDir, name)))) throw new Error(words.nothingHere(dataDir));
  const parent = path.dirname(folder);
  // A disk that is not mounted would otherwise leave the backup on this one.
  if (!existsSync(parent)) throw new Error(words.noParent(parent));
  const real = path.join(realpathSync(parent), path.basename(folder));
  for (const own of [dataDir, inbox]) {
    if (existsSync(own) && isInside(real, realpathSync(own))) throw new Error(words.insideOwn(own));
  }
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory() || readdirSync(folder).length > 0) throw new Error(words.notEmpty(folder));
}
