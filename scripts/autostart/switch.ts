import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { codeOf } from '#shared/errors.ts';
import type { Command, LoginItem } from './login-item.ts';

/** Writes the item's file and switches it on; askbox starts at once. @throws Error with the system's own words. */
export function switchOn({ file, on }: LoginItem): void {
  if (file !== null) {
    mkdirSync(path.dirname(file.path), { recursive: true });
    writeFileSync(file.path, file.text);
  }
  for (const command of on) run(command);
}

/** Switches the item off, which stops askbox if the item started it, and removes the file. @throws Error as `switchOn`. */
export function switchOff({ file, off }: LoginItem): void {
  for (const command of off) run(command);
  if (file !== null) rmSync(file.path, { force: true });
}

/** Returns whether the system starts askbox at login, from this folder or another one. */
export function isOn({ isOn: command }: LoginItem): boolean {
  return attempt(command).status === 0;
}

/** Returns whether the item that is there is the one that this folder would make. */
export function isOwn({ file }: LoginItem): boolean {
  if (file === null) return true;
  try {
    return readFileSync(file.path, 'utf8') === file.text;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function run(command: Command): void {
  const { status, stderr, error } = attempt(command);
  if (status !== 0) throw new Error(`${command.join(' ')}: ${(stderr ?? '').trim() || (error?.message ?? status)}`);
}

function attempt([program, ...args]: Command) {
  return spawnSync(program, args, { encoding: 'utf8', windowsHide: true });
}
