import type { KnownGenerator } from '#shared/models/catalogue.ts';
import { detectHardware } from '#shared/models/hardware/detect-hardware.ts';
import { recommendGenerator, type Hardware } from '#shared/models/recommend-generator.ts';

/**
 * Returns a function that names the generator of the catalogue that suits this machine now. It looks for a graphics card
 * once, which starts a program, and for free memory every time.
 */
export function suggestGenerator(config: { readonly gpu: string }): () => Promise<KnownGenerator> {
  let hardware: Promise<Hardware> | undefined;
  return async () => {
    hardware ??= detectHardware(config);
    const { gpuBytes } = await hardware;
    return recommendGenerator({ gpuBytes, freeBytes: process.availableMemory() }).model;
  };
}
