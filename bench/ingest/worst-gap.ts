import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Returns the environment for a process whose event loop is to be measured; see gaps.ts. */
export function watchingGaps(gapsFile: string): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import=${new URL('gaps.ts', import.meta.url).href}`, GAPS_FILE: gapsFile };
}

/**
 * Returns the longest delay of the process's event loop since the last call.
 * @param signal sends the process SIGUSR2.
 */
export async function worstGapMs(gapsFile: string, signal: () => void): Promise<number> {
  rmSync(gapsFile, { force: true });
  signal();
  while (!existsSync(gapsFile) || readFileSync(gapsFile, 'utf8') === '') await sleep(10);
  return Number(readFileSync(gapsFile, 'utf8'));
}
