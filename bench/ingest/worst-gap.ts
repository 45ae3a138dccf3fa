import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Environment of a process whose event loop is watched; see gaps.ts. */
export function watchingGaps(gapsFile: string): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import=${new URL('gaps.ts', import.meta.url).href}`, GAPS_FILE: gapsFile };
}

/** The longest time in which the process's event loop did not turn since this was called last. @param signal sends it SIGUSR2. */
export async function worstGapMs(gapsFile: string, signal: () => void): Promise<number> {
  rmSync(gapsFile, { force: true });
  signal();
  while (!existsSync(gapsFile) || readFileSync(gapsFile, 'utf8') === '') await sleep(10);
  return Number(readFileSync(gapsFile, 'utf8'));
}
