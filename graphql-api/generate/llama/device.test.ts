import { expect, test } from 'vitest';
import { describeDevice, warnOfGpu, type Device } from './device.ts';

const CPU: Device = {
  gpu: false,
  gpuNames: [],
  gpuLayers: 0,
  totalLayers: 33,
  vramUsedBytes: 0,
  vramTotalBytes: 0,
  threads: 3,
};
const CARD: Device = {
  ...CPU,
  gpu: 'cuda',
  gpuNames: ['NVIDIA GeForce RTX 3060'],
  gpuLayers: 33,
  vramUsedBytes: 6.5 * 1024 ** 3,
  vramTotalBytes: 12 * 1024 ** 3,
};
const OUTCOME = { setting: 'auto', left: [], failure: null, hasGpu: true } as const;

test('a device is described with backend, cards, layers and memory', () => {
  expect(describeDevice(CPU)).toBe('CPU, 3 threads');
  expect(describeDevice(CARD)).toBe(
    'cuda (NVIDIA GeForce RTX 3060), 33 of 33 layers, 6.5 of 12.0 GiB in use; CPU, 3 threads',
  );
});

test('a model that runs as expected gives no warning', () => {
  expect(warnOfGpu(OUTCOME, CARD)).toBeNull();
  expect(warnOfGpu({ ...OUTCOME, hasGpu: false }, CPU)).toBeNull();
  expect(warnOfGpu({ ...OUTCOME, setting: 'none' }, CPU)).toBeNull();
});

test('a graphics card that was wanted by name and does not work is reported with its cause', () => {
  const warning = warnOfGpu({ ...OUTCOME, setting: 'vulkan', failure: 'no libvulkan' }, CPU);
  expect(warning).toMatch(/^ASKBOX_GPU is vulkan.*no libvulkan.*ASKBOX_GPU=auto$/);
});

test('a graphics card that is there and not used is reported', () => {
  expect(warnOfGpu(OUTCOME, CPU)).toMatch(/^there seems to be a graphics card.*ASKBOX_GPU=none$/);
});

test('a model of which only a part fits on the graphics card is reported', () => {
  expect(warnOfGpu(OUTCOME, { ...CARD, gpuLayers: 20 })).toMatch(/^only 20 of 33 layers.*ASKBOX_SEQUENCES$/);
});
