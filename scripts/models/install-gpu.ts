import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describeGpu, findGpu } from './find-gpu.ts';
import { planGpu, type GpuKind, type GpuLibrary } from './gpu-plan.ts';

/** The packages of each library, without their prefix, and the approximate size when unpacked. */
const PACKAGES: Readonly<Record<GpuLibrary, { readonly suffixes: readonly string[]; readonly size: string }>> = {
  cuda13: { suffixes: ['cuda'], size: '181 MB' },
  cuda12: { suffixes: ['cuda', 'cuda-ext'], size: '400 MB' },
  vulkan: { suffixes: ['vulkan'], size: '75 MB' },
};

/** Whether a text from the command line names one of the libraries. */
export function isGpuKind(text: string): text is GpuKind {
  return text === 'cuda' || text === 'vulkan';
}

/**
 * Looks for graphics cards, driver and libraries, and installs the GPU library of node-llama-cpp that serves them into
 * node_modules; package.json replaces these with an empty package because of their size. npm downloads and checks them
 * in a folder of their own. package.json and the lock file do not change, so the next `npm ci` removes them again. Says
 * on the console what it finds and does.
 * @param wanted what somebody asked for by name; null for what serves best.
 * @param root folder that contains node_modules.
 * @param refuse called before something would be downloaded; may throw.
 * @returns whether it worked.
 */
export function installGpu(wanted: GpuKind | null, root: string, refuse: () => void): boolean {
  // The cast widens the type, so that another platform gives undefined.
  const system = { linux: 'linux', win32: 'win' }[process.platform as string];
  if (system === undefined || process.arch !== 'x64') {
    console.error(
      `there are no GPU libraries for ${process.platform}-${process.arch}; askbox runs without them (a Mac uses Metal)`,
    );
    return false;
  }
  const found = findGpu();
  console.log(`found: ${describeGpu(found)}`);
  const { library, reason, isCudaHarmful } = planGpu(found, wanted);
  if (library === null) {
    console.error(`nothing was installed: ${reason}`);
    return false;
  }
  console.log(reason);
  refuse();

  const modules = path.join(root, 'node_modules');
  const packageFolder = (suffix: string): string => path.join(modules, '@node-llama-cpp', `${system}-x64-${suffix}`);
  if (!installPackages(PACKAGES[library], `@node-llama-cpp/${system}-x64-`, modules)) return false;
  // node-llama-cpp takes the library for CUDA 13 wherever its libraries are there, even where it cannot compute.
  if (library === 'cuda12') {
    const file = system === 'linux' ? 'libggml-cuda.so' : 'ggml-cuda.dll';
    rmSync(path.join(packageFolder('cuda'), 'bins', `${system}-x64-cuda`, file), { force: true });
  }
  if (library === 'vulkan' && isCudaHarmful) {
    for (const suffix of PACKAGES.cuda12.suffixes) rmSync(packageFolder(suffix), { recursive: true, force: true });
  }
  console.log(
    `installed; restart askbox, then health says whether the card is used. Run this again after each update of askbox`,
  );
  return true;
}

/** Downloads packages of the version that fits node-llama-cpp, and puts them into node_modules. */
function installPackages({ suffixes, size }: (typeof PACKAGES)[GpuLibrary], prefix: string, modules: string): boolean {
  // Sound: the package.json of a package that npm installed has a version.
  const { version } = JSON.parse(readFileSync(path.join(modules, 'node-llama-cpp', 'package.json'), 'utf8')) as {
    version: string;
  };
  const names = suffixes.map((suffix) => prefix + suffix);
  console.log(`installing ${names.join(' and ')} ${version} (${size}) ...`);
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
    return true;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}
