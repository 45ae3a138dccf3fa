import { remedyFor } from '../../graphql-api/generate/llama/backend/obstacle.ts';

/** Decides which GPU libraries serve a machine. Pure: find-gpu.ts looks, install-gpu.ts installs. */

/** The libraries that people can ask for. */
export type GpuKind = 'cuda' | 'vulkan';

/** What can be installed: node-llama-cpp has one library for CUDA 13 and one for CUDA 12, and one for Vulkan. */
export type GpuLibrary = 'cuda13' | 'cuda12' | 'vulkan';

/** An NVIDIA card. */
export interface NvidiaCard {
  readonly name: string;
  /** Such as 8.6; null when the driver does not say. */
  readonly capability: number | null;
}

/** What a machine has. */
export interface GpuFindings {
  readonly nvidia: readonly NvidiaCard[];
  /** Version of NVIDIA's driver, such as `580.126.09`; null when it is not loaded. */
  readonly driver: string | null;
  /** Whether there are cards by others, such as AMD or Intel. */
  readonly hasOtherCard: boolean;
  /** The libraries that each of ours needs and the system lacks. Empty lists where they are not looked for. */
  readonly missing: Readonly<Record<GpuLibrary, readonly string[]>>;
}

/** What to do. */
export interface GpuPlan {
  /** Null: nothing that could be installed would serve. */
  readonly library: GpuLibrary | null;
  /** One or two sentences for people: why, and what they have to do themselves. */
  readonly reason: string;
  /** Whether the library for CUDA, if it is installed, would crash here. */
  readonly isCudaHarmful: boolean;
}

/** The system's libraries that each of ours needs on Linux, besides the driver. */
export const NEEDED: Readonly<Record<GpuLibrary, readonly string[]>> = {
  cuda13: ['libcudart.so.13', 'libcublas.so.13'],
  cuda12: ['libcudart.so.12', 'libcublas.so.12'],
  vulkan: ['libvulkan.so.1'],
};

/**
 * What the two libraries of node-llama-cpp 3.22 for CUDA hold, read from their files. A card runs the machine code for
 * its own compute capability, and code of the same major version with a lower minor one unless that is marked as special
 * (12.0a, 12.1a). All others need the portable code (PTX), which the driver compiles: only a driver as new as the
 * code's version can.
 */
const CODE = {
  cuda13: {
    /** For a driver of the same major version of CUDA. */
    machine: [
      [8.6, 8.7],
      [8.9, 8.9],
      [12, 12],
      [12.1, 12.1],
    ],
    machineDriver: 580,
    /** Portable code for 7.5, 8.0 and 9.0, of version 9.1, which is CUDA 13.1. */
    portableFrom: 7.5,
    portableDriver: 590,
  },
  cuda12: {
    machine: [[8.6, 8.9]],
    machineDriver: 525,
    /** Portable code for 5.0, 6.1, 7.0, 7.5 and 8.0, of version 8.4, which is CUDA 12.4. */
    portableFrom: 5,
    portableDriver: 550,
  },
} as const;

/** Returns the libraries for CUDA that can compute on a card with a driver, best first. */
export function cudaFor(capability: number | null, driver: string): ('cuda13' | 'cuda12')[] {
  const branch = Number.parseInt(driver, 10);
  if (capability === null) return [];
  return (['cuda13', 'cuda12'] as const).filter((name) => {
    const { machine, machineDriver, portableFrom, portableDriver } = CODE[name];
    const hasMachineCode = machine.some(([from, to]) => from <= capability && capability <= to);
    return branch >= portableDriver
      ? hasMachineCode || capability >= portableFrom
      : hasMachineCode && branch >= machineDriver;
  });
}

/**
 * Decides what to install.
 * @param wanted what somebody asked for by name; null for what serves best.
 */
export function planGpu(found: GpuFindings, wanted: GpuKind | null): GpuPlan {
  const { nvidia, driver, hasOtherCard, missing } = found;
  const fitting =
    driver === null || nvidia.length === 0
      ? []
      : nvidia
          .map(({ capability }) => cudaFor(capability, driver))
          .reduce((all, one) => all.filter((name) => one.includes(name)));
  const isCudaHarmful = driver !== null && nvidia.length > 0 && fitting.length === 0;
  const plan = (library: GpuLibrary | null, ...sentences: readonly string[]): GpuPlan => {
    const lacks =
      library === null || missing[library].length === 0
        ? []
        : [`it also needs libraries that are missing: ${remedyFor(missing[library])}`];
    return { library, reason: [...sentences, ...lacks].join('; '), isCudaHarmful };
  };

  if (wanted === 'vulkan') return plan('vulkan', 'Vulkan needs no more than the driver of the card');
  if (wanted === 'cuda' && nvidia.length === 0) {
    return plan('cuda13', 'no NVIDIA card was found here, so it is not known whether CUDA can compute on it');
  }
  if (nvidia.length > 0 && driver === null) {
    return plan(null, "NVIDIA's driver is not loaded; install it first, then run this again");
  }
  const ready = fitting.find((name) => missing[name].length === 0);
  if (ready !== undefined)
    return plan(ready, `CUDA ${ready.slice(4)} can compute on this card, and its libraries are there`);
  const [possible] = fitting;
  if (wanted === 'cuda' && possible !== undefined)
    return plan(possible, `CUDA ${possible.slice(4)} can compute on this card`);
  if (nvidia.length > 0) {
    const why =
      possible === undefined
        ? `the libraries for CUDA cannot compute on this card with driver ${driver ?? ''}${newerDriverFor(nvidia)}`
        : `CUDA can compute on this card once libraries are there: ${remedyFor(missing[possible])}, then run npm run models -- gpu again`;
    return wanted === 'cuda'
      ? plan(null, `${why}; Vulkan needs no more than the driver: npm run models -- gpu vulkan`)
      : plan('vulkan', why, 'until then Vulkan, which needs no more than the driver');
  }
  if (hasOtherCard) return plan('vulkan', 'Vulkan serves cards that are not by NVIDIA');
  return plan(null, 'no graphics card was found, so the model runs on the CPU, which needs nothing more');
}

/** Returns, as the rest of a sentence, which driver would do. */
function newerDriverFor(cards: readonly NvidiaCard[]): string {
  const driver = [525, 550, 580, 590].find((branch) =>
    cards.every(({ capability }) => cudaFor(capability, String(branch)).length > 0),
  );
  return driver === undefined ? '' : `, but can with ${driver} or newer`;
}
