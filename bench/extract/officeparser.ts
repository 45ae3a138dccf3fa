import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version that is measured beside us. */
export const OFFICEPARSER = 'officeparser@8.1.1';

const PROCESS_FILE = fileURLToPath(new URL('officeparser-process.ts', import.meta.url));
const INSTALL_MS = 120_000;

/**
 * Installs officeparser from npm into a folder, without running scripts of packages.
 * @returns null if it is installed, otherwise why not.
 */
export function installOfficeparser(folder: string): string | null {
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', OFFICEPARSER];
  const { status, stderr, error } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', timeout: INSTALL_MS });
  if (status === 0) return null;
  return error?.message ?? stderr.trim().split('\n')[0] ?? 'npm failed';
}

/**
 * Returns the CPU seconds that officeparser takes for each file in its own process, not counting the start of that process.
 * @param warmUp is read first, so that what is loaded for the others costs none of them.
 * @returns null for a file that it cannot read; none at all if the process fails.
 */
export function secondsOfOfficeparser(
  folder: string,
  warmUp: readonly string[],
  files: readonly string[],
): readonly (number | null)[] {
  const args = [PROCESS_FILE, folder, ...warmUp, ...files];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 10_000_000 });
  if (status !== 0) return [];
  // Printed by our own process file.
  const seconds = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as readonly (number | null)[];
  return seconds.slice(-files.length);
}
