import type { LlamaGpuType } from 'node-llama-cpp';
import type { Config } from '#shared/config.ts';

/** What a loaded model really runs on. */
export interface Device {
  readonly gpu: LlamaGpuType;
  /** Of the graphics cards that are used. */
  readonly gpuNames: readonly string[];
  readonly gpuLayers: number;
  readonly totalLayers: number;
  readonly vramUsedBytes: number;
  readonly vramTotalBytes: number;
  readonly threads: number;
}

/** What was hoped for. */
export interface GpuHopes {
  readonly setting: Config['gpu'];
  /** Why the library for that setting does not work; null when it does. */
  readonly failure: string | null;
  /** Whether this machine seems to have a graphics card that could be used. */
  readonly isGpuThere: boolean;
}

/** Such as `CPU, 2 threads`, or `cuda (RTX 3060), 33 of 33 layers, 6.1 of 12.0 GiB in use; CPU, 2 threads`. */
export function describeDevice(device: Device): string {
  const cpu = `CPU, ${device.threads} ${device.threads === 1 ? 'thread' : 'threads'}`;
  if (device.gpu === false) return cpu;
  const [used, total] = [device.vramUsedBytes, device.vramTotalBytes].map((bytes) => (bytes / 1024 ** 3).toFixed(1));
  const layers = `${device.gpuLayers} of ${device.totalLayers} layers`;
  return `${device.gpu} (${device.gpuNames.join(', ')}), ${layers}, ${used} of ${total} GiB in use; ${cpu}`;
}

/** Why answers are slower than they could be, and what to do; null when the model runs as was to be expected. */
export function warnOfGpu({ setting, failure, isGpuThere }: GpuHopes, device: Device): string | null {
  if (failure !== null) {
    return `ASKBOX_GPU is ${setting}, but its library does not work here (${failure}), so the CPU computes; bring the driver up to date, or set ASKBOX_GPU=auto`;
  }
  if (device.gpu === false) {
    if (setting !== 'auto' || !isGpuThere) return null;
    return 'there seems to be a graphics card, but none could be used, so the CPU computes; bring its driver up to date, or set ASKBOX_GPU=none';
  }
  if (device.gpuLayers >= device.totalLayers) return null;
  return `only ${device.gpuLayers} of ${device.totalLayers} layers fit on the graphics card; use a smaller model, or lower ASKBOX_CONTEXT or ASKBOX_SEQUENCES`;
}
