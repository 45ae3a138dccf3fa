import { expect, test } from 'vitest';
import { describeDevice, warnOfGpu, type Device } from './device.ts';

const CPU: Device = {
  gpu: false,
  gpuNames: [],
  gpuLayers: 0,
  totalLayers: 33,
  vramBytes: 0,
  threads: 3,
};
const CARD: Device = {
  ...CPU,
  gpu: 'cuda',
  gpuNames: ['NVIDIA GeForce RTX 3060'],
  gpuLayers: 33,
  vramBytes: 6.5 * 1024 ** 3,
};
const OUTCOME = { setting: 'auto', left: [], failure: null, hasGpu: true } as const;

test('a device is described with backend, cards, layers and memory', () => {
  expect(describeDevice(CPU)).toBe('CPU, 3 threads');
  expect(describeDevice(CARD)).toBe(
    'cuda (NVIDIA GeForce RTX 3060), 33 of 33 layers, 6.5 GiB of its memory; CPU, 3 threads',
  );
});

test('a model that runs as expected gives no warning', () => {
  expect(warnOfGpu(OUTCOME, CARD)).toBeNull();
  expect(warnOfGpu({ ...OUTCOME, hasGpu: false }, CPU)).toBeNull();
  expect(warnOfGpu({ ...OUTCOME, setting: 'none' }, CPU)).toBeNull();
});

test('a graphics card that was wanted by name and does not work is reported with its cause', () => {
  const warning = warnOfGpu(
    { ...OUTCOME, setting: 'vulkan', failure: { cause: 'no libvulkan', remedy: 'install it' } },
    CPU,
  );
  expect(warning).toMatch(/^ASKBOX_GPU is vulkan.*no libvulkan.*CPU; install it, or set ASKBOX_GPU=auto$/);
});

test('a graphics card that is there and not used is reported', () => {
  expect(warnOfGpu(OUTCOME, CPU)).toMatch(/^there seems to be a graphics card.*ASKBOX_GPU=none$/);
  const failure = { cause: 'libcudart.so.13 is missing', remedy: 'install it' };
  expect(warnOfGpu({ ...OUTCOME, failure }, CPU)).toMatch(
    / be used \(libcudart.so.13 is missing\), so .*; install it, or set /,
  );
});

test('a backend that was left is reported, and nothing else about the card', () => {
  const left = [{ backend: 'cuda', reason: 'SIGABRT' }] as const;
  const onCpu = warnOfGpu({ ...OUTCOME, left }, CPU);
  expect(onCpu).toMatch(
    /^cuda cannot compute on this machine \(cuda: SIGABRT\), so the model runs on the CPU; .*ASKBOX_GPU=none$/,
  );
  expect(onCpu).not.toContain('there seems');
  expect(warnOfGpu({ ...OUTCOME, left }, { ...CARD, gpu: 'vulkan' })).toMatch(/runs on vulkan; .*ASKBOX_GPU=vulkan$/);
  expect(warnOfGpu({ ...OUTCOME, left, setting: 'none' }, CPU)).toBeNull();
  expect(warnOfGpu({ ...OUTCOME, left }, CPU, 'no room')).toMatch(/^cuda cannot compute.*; no room$/);
  expect(warnOfGpu(OUTCOME, CPU, 'no room')).toBe('no room');
});
