import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { isLoadable } from '../../graphql-api/generate/llama/backend/needed-libraries.ts';
import { NEEDED, type GpuFindings, type GpuLibrary, type NvidiaCard } from './gpu-plan.ts';

/** Vendor ids of the PCI bus. */
const NVIDIA = '0x10de';
const OTHERS = ['0x1002', '0x8086']; // AMD, Intel

/** Looks for graphics cards, their driver and the libraries that ours need. Never throws: what is not found is absent. */
export function findGpu(): GpuFindings {
  const smi = readNvidiaSmi(ask('nvidia-smi', '--query-gpu=name,compute_cap,driver_version', '--format=csv,noheader'));
  const vendors = globSync('/sys/class/drm/card[0-9]*/device/vendor').map((file) => read(file).trim());
  const isPresent = vendors.includes(NVIDIA);
  return {
    nvidia: smi.cards.length > 0 || !isPresent ? smi.cards : [{ name: 'an NVIDIA card', capability: null }],
    driver: smi.driver ?? readDriverVersion(read('/proc/driver/nvidia/version')),
    hasOtherCard: vendors.some((vendor) => OTHERS.includes(vendor)),
    missing: { cuda13: missingFor('cuda13'), cuda12: missingFor('cuda12'), vulkan: missingFor('vulkan') },
  };
}

/** Reads the lines of `nvidia-smi`, such as `NVIDIA GeForce RTX 3060, 8.6, 580.126.09`. */
export function readNvidiaSmi(text: string): { readonly cards: readonly NvidiaCard[]; readonly driver: string | null } {
  const lines = text.split('\n').map((line) => line.split(',').map((field) => field.trim()));
  const rows = lines.filter(([, , version]) => version !== undefined && /^\d+\./.test(version));
  return {
    cards: rows.map(([name = '', capability]) => ({ name, capability: Number(capability) || null })),
    driver: rows[0]?.[2] ?? null,
  };
}

/** Reads `/proc/driver/nvidia/version`; null if there is no driver. */
export function readDriverVersion(text: string): string | null {
  return /Kernel Module\s+(?:for \S+\s+)?(\d+(?:\.\d+)+)/.exec(text)?.[1] ?? null;
}

/** Describes the findings in one line. */
export function describeGpu({ nvidia, driver, hasOtherCard, missing }: GpuFindings): string {
  const cards = nvidia.map(({ name, capability }) =>
    capability === null ? name : `${name} (compute capability ${capability.toFixed(1)})`,
  );
  if (hasOtherCard) cards.push('a card by AMD or Intel');
  const libraries = Object.values(missing).flat();
  return [
    cards.length === 0 ? 'no graphics card' : cards.join(', '),
    ...(nvidia.length > 0 ? [driver === null ? 'no NVIDIA driver' : `driver ${driver}`] : []),
    ...(libraries.length > 0 ? [`without ${libraries.join(', ')}`] : []),
  ].join('; ');
}

function missingFor(library: GpuLibrary): string[] {
  // On Windows they come with the CUDA Toolkit and with every driver.
  return process.platform === 'linux' ? NEEDED[library].filter((name) => !isLoadable(name)) : [];
}

function ask(program: string, ...args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
