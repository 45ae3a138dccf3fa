import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PRIVATE_FILE } from '#shared/data-dir.ts';
import type { LeftBackend } from './left-backends.ts';

/**
 * Parent side: remembers across restarts of askbox which backends were left, so that not every start costs a crash. Only
 * for as long as nothing has changed that could change the outcome: the driver, the library, the model, the setting, and
 * the computer has not been restarted, which cures a card that failed to wake up. Only Linux has a name for the time
 * between two restarts; elsewhere nothing is remembered, and every start of askbox tries again.
 */

/** What was left before, and a place to write down what is. */
export interface LeftBefore {
  /** Empty if nothing was, or if something has changed since. */
  recall(): readonly LeftBackend[];
  /** Writes down all that are left. Never throws: what cannot be written is tried again. */
  remember(left: readonly LeftBackend[]): void;
}

/** Remembers nothing. */
export const NOTHING_LEFT_BEFORE: LeftBefore = { recall: () => [], remember() {} };

/** For more than one model, of which each may be replaced; the oldest are forgotten. */
const MAX_VERDICTS = 8;

const MODULES = path.join(import.meta.dirname, ...Array<string>(4).fill('..'), 'node_modules');

interface Verdict {
  readonly stamp: string;
  readonly left: readonly LeftBackend[];
}

/**
 * Opens the memory.
 * @param file where it is kept, in a folder that exists.
 * @param modelFile the model that the processes load.
 * @param setting which backends are allowed.
 */
export function openLeftBefore(file: string, modelFile: string, setting: string): LeftBefore {
  return {
    recall() {
      const stamp = stampOf(modelFile, setting);
      return stamp === null ? [] : (readVerdicts(file).find(({ stamp: known }) => known === stamp)?.left ?? []);
    },
    remember(left) {
      const stamp = stampOf(modelFile, setting);
      if (stamp === null) return;
      const others = readVerdicts(file).filter(({ stamp: known }) => known !== stamp);
      try {
        const verdicts = [...others, { stamp, left }].slice(-MAX_VERDICTS);
        writeFileSync(file, JSON.stringify(verdicts, null, 2), { mode: PRIVATE_FILE });
      } catch {
        // A full disk or a folder that is gone costs one more crash at the next start.
      }
    },
  };
}

function readVerdicts(file: string): readonly Verdict[] {
  try {
    const verdicts: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(verdicts) ? verdicts.filter(isVerdict) : [];
  } catch {
    return [];
  }
}

function isVerdict(value: unknown): value is Verdict {
  if (typeof value !== 'object' || value === null) return false;
  const { stamp, left } = value as Partial<Record<keyof Verdict, unknown>>; // every field is checked below
  return typeof stamp === 'string' && Array.isArray(left) && left.every(isLeft);
}

function isLeft(value: unknown): value is LeftBackend {
  if (typeof value !== 'object' || value === null) return false;
  const { backend, reason } = value as Partial<Record<keyof LeftBackend, unknown>>; // checked here
  return (backend === 'cuda' || backend === 'vulkan' || backend === 'metal') && typeof reason === 'string';
}

/** Returns what must be the same for an old verdict to hold; null if that is not known on this system. */
function stampOf(modelFile: string, setting: string): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const { size, mtimeMs } = statSync(modelFile);
    return JSON.stringify([boot, driverVersion(), libraryVersions(), modelFile, size, mtimeMs, setting]);
  } catch {
    return null;
  }
}

function driverVersion(): string {
  try {
    return readFileSync('/proc/driver/nvidia/version', 'utf8').split('\n')[0]!; // split returns at least one part
  } catch {
    return ''; // not by NVIDIA: an update usually takes a restart of the computer
  }
}

/** Changes whenever a package of the library is installed, also in the same version. */
function libraryVersions(): (number | null)[] {
  const packages = ['cuda', 'cuda-ext', 'vulkan'].map((name) => `@node-llama-cpp/linux-x64-${name}`);
  return ['node-llama-cpp', ...packages].map(
    (name) => statSync(path.join(MODULES, name, 'package.json'), { throwIfNoEntry: false })?.ctimeMs ?? null,
  );
}
