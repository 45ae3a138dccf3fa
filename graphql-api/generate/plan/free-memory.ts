import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { namesIn } from '#shared/models/model-path.ts';
import type { CardMemory, Memory } from './plan.ts';

const MIB = 1024 ** 2;
const DRM = '/sys/class/drm';

/** Asks a program and returns what it prints. */
type Run = (program: string, args: readonly string[]) => Promise<string>;

const run: Run = async (program, args) => {
  const { stdout } = await promisify(execFile)(program, [...args], { timeout: 3000 });
  return stdout;
};

/**
 * Returns the free memory as the drivers see it, without the model library: it is asked while no model is loaded, or
 * while one runs elsewhere. Never throws; a card whose driver says nothing (Intel, and any on Windows but NVIDIA's)
 * counts as none.
 * @param ask default: starts the program, with a deadline of 3 s.
 * @param drm where Linux lists graphics cards. Default: /sys/class/drm.
 */
export async function readFreeMemory(ask: Run = run, drm = DRM): Promise<Memory> {
  return { card: (await nvidiaCards(ask)) ?? amdCards(drm), ramBytes: process.availableMemory() };
}

async function nvidiaCards(ask: Run): Promise<CardMemory | null> {
  const query = ['--query-gpu=memory.free,memory.total', '--format=csv,noheader,nounits'];
  const text = await ask('nvidia-smi', query).catch(() => '');
  return cardsOf(
    text.split('\n').map((line) => {
      const [free, total] = line.split(',').map(Number);
      return { freeBytes: (free ?? Number.NaN) * MIB, totalBytes: (total ?? Number.NaN) * MIB };
    }),
  );
}

function amdCards(drm: string): CardMemory | null {
  return cardsOf(
    namesIn(drm)
      .filter((name) => /^card\d+$/.test(name))
      .map((name) => {
        const [used, total] = ['used', 'total'].map((what) =>
          readNumber(path.join(drm, name, 'device', `mem_info_vram_${what}`)),
        );
        return { freeBytes: total! - used!, totalBytes: total! };
      }),
  );
}

function readNumber(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return Number.NaN;
  }
}

/** Lines that are no numbers are left out. */
function cardsOf(all: readonly Pick<CardMemory, 'freeBytes' | 'totalBytes'>[]): CardMemory | null {
  const cards = all.filter(({ freeBytes, totalBytes }) => freeBytes >= 0 && totalBytes > 0);
  if (cards.length === 0) return null;
  const sum = (key: 'freeBytes' | 'totalBytes'): number => cards.reduce((bytes, card) => bytes + card[key], 0);
  return { freeBytes: sum('freeBytes'), totalBytes: sum('totalBytes'), cards: cards.length, isShared: false };
}
