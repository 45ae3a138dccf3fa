import { createWriteStream, writeFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, open, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Config } from '#shared/config.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '#shared/data-dir.ts';
import { hasResultCode, openDatabase, SQLITE_BUSY, SQLITE_LOCKED } from '#shared/sqlite.ts';
import { downloadLedger } from '#shared/watcher-api/watcher-commands.ts';

/** How long a copy waits for a lock that a service holds for one write. */
const BUSY_TIMEOUT_MS = 5000;

/**
 * Writes a database as it is at one moment into a new file, without anything that was deleted from it. The services go on
 * reading and writing meanwhile.
 * @param timeoutMs how long to wait for a lock of another process.
 * @throws SQLite's own errors.
 */
export function copyDatabase(from: string, to: string, timeoutMs = BUSY_TIMEOUT_MS): void {
  writeFileSync(to, '', { mode: PRIVATE_FILE, flag: 'wx' });
  using db = openDatabase(from, { isReadOnly: true, timeoutMs }, (opened) => opened);
  db.prepare('VACUUM INTO ?').run(to);
}

/**
 * Writes the ledger into a new file. A running watcher, which alone can read it, is asked for a copy.
 * @throws SQLite's own errors; AskboxError WATCHER_UNAVAILABLE if the process that has the lock gives no copy.
 */
export async function copyLedger(config: Config, to: string): Promise<void> {
  try {
    copyDatabase(config.ledgerFile, to, 0); // a watcher keeps the lock for as long as it runs
    return;
  } catch (error) {
    if (!hasResultCode(error, SQLITE_BUSY, SQLITE_LOCKED)) throw error;
  }
  await rm(to);
  const watcher = { url: config.watcherUrl, keyFile: config.internalKeyFile };
  const { body } = await downloadLedger(watcher, new AbortController().signal);
  if (body !== null) await pipeline(body, createWriteStream(to, { mode: PRIVATE_FILE, flags: 'wx' }));
}

/** Copies a file with its time into a new one that other users cannot read, in folders that are created. */
export async function copyPlain(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true, mode: PRIVATE_FOLDER });
  await copyFile(from, to);
  await chmod(to, PRIVATE_FILE);
  const { atime, mtime } = await stat(from);
  await utimes(to, atime, mtime);
}

/** Returns when the bytes of a file are on the disk, whatever happens to the machine afterwards. */
export async function settle(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
