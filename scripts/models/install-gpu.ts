import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/** What the prebuilt libraries weigh when unpacked, about. */
const KINDS = {
  cuda: { suffixes: ['cuda', 'cuda-ext'], size: '540 MB', card: 'NVIDIA cards; wants a driver for CUDA 13' },
  vulkan: { suffixes: ['vulkan'], size: '75 MB', card: 'AMD and Intel cards, and NVIDIA cards with an older driver' },
} as const;
export type GpuKind = keyof typeof KINDS;

export function isGpuKind(text: string): text is GpuKind {
  return Object.hasOwn(KINDS, text);
}

/**
 * Puts the GPU libraries of node-llama-cpp, which package.json replaces by an empty package because of their weight, into
 * node_modules. npm fetches and checks them in a folder beside it; package.json and the lock stay as they are, hence the
 * next `npm ci` takes them away again. @returns whether it worked.
 */
export function installGpu(kind: GpuKind, root: string): boolean {
  const system = { linux: 'linux', win32: 'win' }[process.platform as string];
  if (system === undefined || process.arch !== 'x64') {
    console.error(
      `no ${kind} libraries exist for ${process.platform}-${process.arch}; a Mac needs none, it uses Metal`,
    );
    return false;
  }
  const modules = path.join(root, 'node_modules');
  // Its own package.json, a part of the installation.
  const { version } = JSON.parse(readFileSync(path.join(modules, 'node-llama-cpp', 'package.json'), 'utf8')) as {
    version: string;
  };
  const { suffixes, size, card } = KINDS[kind];
  const names = suffixes.map((suffix) => `@node-llama-cpp/${system}-x64-${suffix}`);
  console.log(`installing ${names.join(' and ')} ${version} (${size}, for ${card}) ...`);

  const staging = path.join(modules, '.askbox-gpu');
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging);
  try {
    const packages = names.map((name) => `${name}@${version}`);
    const args = [
      'install',
      '--prefix',
      staging,
      '--no-save',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      ...packages,
    ];
    const npm = spawnSync('npm', args, { cwd: staging, stdio: 'inherit', shell: process.platform === 'win32' });
    if (npm.status !== 0) {
      console.error(
        'npm could not install them, see above; check the network (npm ping) and run the same command again',
      );
      return false;
    }
    for (const name of names) {
      const fresh = path.join(staging, 'node_modules', name);
      if (!existsSync(fresh)) continue; // it came as a part of another one
      rmSync(path.join(modules, name), { recursive: true, force: true });
      renameSync(fresh, path.join(modules, name));
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  console.log(
    `installed; restart askbox, and health says whether the card is used. After an update of askbox run this again`,
  );
  return true;
}
