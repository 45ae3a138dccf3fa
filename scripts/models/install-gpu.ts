import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/** The prebuilt libraries, and their approximate size when unpacked. */
const KINDS = {
  cuda: { suffixes: ['cuda', 'cuda-ext'], size: '540 MB', card: 'NVIDIA cards; requires a driver for CUDA 13' },
  vulkan: { suffixes: ['vulkan'], size: '75 MB', card: 'AMD and Intel cards, and NVIDIA cards with an older driver' },
} as const;
/** The libraries that can be installed: for NVIDIA cards, or for most others. */
export type GpuKind = keyof typeof KINDS;

/** Whether a text from the command line names one of the libraries. */
export function isGpuKind(text: string): text is GpuKind {
  return Object.hasOwn(KINDS, text);
}

/**
 * Installs the GPU libraries of node-llama-cpp into node_modules; package.json replaces them with an empty package
 * because of their size. npm downloads and checks them in a folder of their own. package.json and the lock file do not
 * change, so the next `npm ci` removes them again. Says on the console what it does.
 * @returns whether it worked.
 */
export function installGpu(kind: GpuKind, root: string): boolean {
  // The cast widens the type, so that another platform gives undefined.
  const system = { linux: 'linux', win32: 'win' }[process.platform as string];
  if (system === undefined || process.arch !== 'x64') {
    console.error(
      `there are no ${kind} libraries for ${process.platform}-${process.arch}; askbox runs without them (a Mac uses Metal)`,
    );
    return false;
  }
  const modules = path.join(root, 'node_modules');
  // Sound: the package.json of a package that npm installed has a version.
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
        'npm could not install them (see above); check the network (npm ping) and run the same command again',
      );
      return false;
    }
    for (const name of names) {
      const fresh = path.join(staging, 'node_modules', name);
      if (!existsSync(fresh)) continue; // it was installed as part of another one
      rmSync(path.join(modules, name), { recursive: true, force: true });
      renameSync(fresh, path.join(modules, name));
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  console.log(
    `installed; restart askbox, then health says whether the card is used. Run this again after each update of askbox`,
  );
  return true;
}
