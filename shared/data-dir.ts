import { accessSync, constants, mkdirSync } from 'node:fs';
import { AskboxError } from './errors.ts';

/**
 * Creates the folder for askbox's own files if needed, and checks that this process may write there. May be called
 * repeatedly.
 * @throws AskboxError DATA_UNWRITABLE
 */
export function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const user = process.getuid === undefined ? 'this user' : `user ${process.getuid()}`;
    const message = `cannot write to ASKBOX_DATA, ${dataDir}; allow ${user} to write there (chown), or choose another folder`;
    throw new AskboxError('DATA_UNWRITABLE', message, { cause: error });
  }
}
