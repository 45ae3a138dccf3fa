import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { namesIn } from '../model-path.ts';

const MIB = 1024 ** 2;
const DRM = '/sys/class/drm';

/** The memory of one graphics card, as its driver sees it. */
export interface GraphicsCard {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Asks a program and returns what it prints. */
export type AskProgram = (program: string, args: readonly string[]) => Promise<string>;

const run: AskProgram = async (program, args) => {
  const { stdout } = await promisify(execFile)(program, [...args], { timeout: 3000 });
  return stdout;
};

/**
 * Returns the graphics cards that a Llama can compute on: those of NVIDIA, or else those of AMD on Linux. Asks the drivers,
 * because the libraries that could find a card themselves may not be installed. Never throws; a card whose driver says
 * nothing (Intel, and any on Windows but NVIDIA's) counts as none.
 * @param ask default: starts the program, with a deadline of 3 s.
 * @param drm where Linux lists graphics cards. Default: /sys/class/drm.
 */
export async function findGraphicsCards(ask: AskProgram = run, drm = DRM): Promise<readonly GraphicsCard[]> {
  const nvidia = await nvidiaCards(ask);
  return nvidia.length > 0 ? nvidia : amdCards(drm);
}

async function nvidiaCards(ask: AskProgram): Promise<readonly GraphicsCard[]> {
  const query = ['--query-gpu=memory.free,memory.total', '--format=csv,noheader,nounits'];
  const text = await ask('nvidia-smi', query).catch(() => '');
  return known(
    text.split('\n').map((line) => {
      const [free, total] = line.split(',').map(Number);
      return { freeBytes: (free ?? Number.NaN) * MIB, totalBytes: (total ?? Number.NaN) * MIB };
    }),
  );
}

function amdCards(drm: string): readonly GraphicsCard[] {
  return known(
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

/** Leaves out lines that are no numbers. */
function known(cards: readonly GraphicsCard[]): readonly GraphicsCard[] {
  return cards.filter(({ freeBytes, totalBytes }) => freeBytes >= 0 && totalBytes > 0);
}
