import type { LlamaGpuType } from 'node-llama-cpp';
import type { Config } from '#shared/config.ts';
import { gib } from '../plan/memory-need.ts';
import type { LeftBackend } from './backend/left-backends.ts';
import type { Obstacle } from './backend/obstacle.ts';

/** Child side: describes what a model runs on, for people. */

/** What a loaded model really runs on. */
export interface Device {
  /** The library's backend; false when only the CPU is used. */
  readonly gpu: LlamaGpuType;
  /** The graphics cards that are used. */
  readonly gpuNames: readonly string[];
  /** How many of the model's layers are on a graphics card. */
  readonly gpuLayers: number;
  readonly totalLayers: number;
  /** What the model takes of the memory of all cards that are used. */
  readonly vramBytes: number;
  /** The most that are used. */
  readonly threads: number;
}

/** What the settings asked for, and what came of it. */
export interface GpuOutcome {
  readonly setting: Config['gpu'];
  /** Backends that were not tried, because processes had died on them. */
  readonly left: readonly LeftBackend[];
  /** What keeps the library for that setting from working; null if it works, or if nothing is known. */
  readonly failure: Obstacle | null;
  /** Whether this machine seems to have a usable graphics card. */
  readonly hasGpu: boolean;
}

/**
 * Returns a text such as `CPU, 2 threads`, or
 * `cuda (RTX 3060), 33 of 33 layers, 6.1 GiB of its memory; CPU, 2 threads`.
 * @param threads how many are used now.
 */
export function describeDevice(device: Device, threads = device.threads): string {
  const cpu = `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  if (device.gpu === false) return cpu;
  const layers = `${device.gpuLayers} of ${device.totalLayers} layers`;
  return `${device.gpu} (${device.gpuNames.join(', ')}), ${layers}, ${gib(device.vramBytes)} GiB of its memory; ${cpu}`;
}

/**
 * Returns why answers are slower than they could be, and what to do; null when the model runs as expected.
 * @param shortage what is to be said of a lack of memory, which explains the device; null if nothing.
 */
export function warnOfGpu(outcome: GpuOutcome, device: Device, shortage: string | null = null): string | null {
  const warnings = [warnOfLeft(outcome, device), shortage ?? warnOfDevice(outcome, device)].filter(
    (warning) => warning !== null,
  );
  return warnings.length === 0 ? null : warnings.join('; ');
}

function warnOfLeft({ setting, left }: GpuOutcome, { gpu }: Device): string | null {
  if (setting === 'none' || left.length === 0) return null;
  const names = left.map(({ backend }) => backend);
  const reasons = left.map(({ backend, reason }) => `${backend}: ${reason}`);
  const runsOn = gpu === false ? 'the CPU' : gpu;
  return `${names.join(' and ')} cannot compute on this machine (${reasons.join('; ')}), so the model runs on ${runsOn}; npm run models -- gpu installs what suits this card, or set ASKBOX_GPU=${gpu === false ? 'none' : gpu}`;
}

function warnOfDevice({ setting, left, failure, hasGpu }: GpuOutcome, device: Device): string | null {
  if (failure !== null && setting !== 'auto') {
    return `ASKBOX_GPU is ${setting}, but its library does not work here (${failure.cause}), so the model runs on the CPU; ${failure.remedy}, or set ASKBOX_GPU=auto`;
  }
  if (device.gpu === false) {
    if (setting !== 'auto' || !hasGpu || left.length > 0) return null;
    const cause = failure === null ? '' : ` (${failure.cause})`;
    const remedy = failure?.remedy ?? 'update its driver';
    return `there seems to be a graphics card, but it could not be used${cause}, so the model runs on the CPU; ${remedy}, or set ASKBOX_GPU=none`;
  }
  return null;
}
