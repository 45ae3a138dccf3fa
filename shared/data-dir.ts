import { accessSync, chmodSync, constants, lstatSync, mkdirSync, readdirSync, type Stats } from 'node:fs';
import path from 'node:path';
import { AskboxError } from './errors.ts';

/** Mode of every folder in which askbox keeps data of people: closed to other users, whatever the umask. */
export const PRIVATE_FOLDER = 0o700;
/** Mode of every file in which askbox keeps data of people. */
export const PRIVATE_FILE = 0o600;

/**
 * Creates the folder for askbox's own files if needed, checks that this process may write there, and closes it with
 * everything in it to other users. May be called repeatedly.
 * @param modelsDir left as it is if it is inside: models are no data of people, and several users may share them.
 * @throws AskboxError DATA_UNWRITABLE
 */
export function prepareDataDir(dataDir: string, modelsDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: PRIVATE_FOLDER });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const user = process.getuid === undefined ? 'this user' : `user ${process.getuid()}`;
    const message = `cannot write to ASKBOX_DATA, ${dataDir}; allow ${user} to write there (chown), or choose another folder`;
    throw new AskboxError('DATA_UNWRITABLE', message, { cause: error });
  }
  // Modes say nothing on Windows, where a folder inherits its access rights.
  if (process.platform !== 'win32') closeFolder(dataDir, modelsDir);
}

/** Closes what older versions left open. A folder comes after its entries, so a closed one need not be looked through. */
function closeFolder(folder: string, modelsDir: string): void {
  for (const name of readdirSync(folder)) {
    const entry = path.join(folder, name);
    const stats = lstatSync(entry, { throwIfNoEntry: false }); // the other service may have deleted it
    if (stats === undefined || entry === modelsDir) continue;
    if (stats.isFile()) setMode(entry, stats, PRIVATE_FILE);
    else if (stats.isDirectory() && !isOpen(stats, PRIVATE_FOLDER)) continue;
    else if (stats.isDirectory()) closeFolder(entry, modelsDir);
  }
  setMode(folder, lstatSync(folder), PRIVATE_FOLDER);
}

function setMode(entry: string, stats: Stats, mode: number): void {
  if (!isOpen(stats, mode)) return;
  try {
    chmodSync(entry, mode);
  } catch {
    // Another user owns it, as root owns the folder of a volume in Docker, or the disk knows no modes. What we create
    // ourselves is closed all the same.
  }
}

/** Whether the mode allows anything to other users. */
function isOpen(stats: Stats, mode: number): boolean {
  return (stats.mode & 0o777 & ~mode) !== 0;
}
