import { describe, expect, test } from 'vitest';
import { describeGpu, readDriverVersion, readNvidiaSmi } from './find-gpu.ts';
import { cudaFor, NEEDED, planGpu, type GpuFindings, type GpuPlan } from './gpu-plan.ts';

// Which library computes on which card with which driver: 13 before 12 where both do.
const CARDS = [
  // card, compute capability, and by branch of the driver
  ['GTX 1060', 6.1, { 470: [], 525: [], 550: [12], 580: [12] }],
  ['GTX 1660', 7.5, { 525: [], 535: [], 550: [12], 580: [12], 590: [13, 12] }],
  ['RTX 2060', 7.5, { 535: [], 570: [12], 580: [12], 590: [13, 12] }],
  ['T4', 7.5, { 535: [], 550: [12], 580: [12], 590: [13, 12] }],
  ['A100', 8.0, { 535: [], 550: [12], 580: [12], 590: [13, 12] }],
  ['RTX 3060', 8.6, { 470: [], 525: [12], 570: [12], 580: [13, 12], 590: [13, 12] }],
  ['RTX 4070', 8.9, { 525: [12], 550: [12], 580: [13, 12], 590: [13, 12] }],
  ['H100', 9.0, { 535: [], 550: [12], 580: [12], 590: [13, 12] }],
  ['RTX 5090', 12.0, { 570: [12], 580: [13, 12], 590: [13, 12] }],
] as const;

const NOTHING_MISSING: GpuFindings['missing'] = { cuda13: [], cuda12: [], vulkan: [] };

function machine(rest: Partial<GpuFindings>): GpuFindings {
  return { nvidia: [], driver: null, hasOtherCard: false, missing: NOTHING_MISSING, ...rest };
}

const withCard = (capability: number, driver: string, missing: Partial<GpuFindings['missing']> = {}): GpuFindings =>
  machine({ nvidia: [{ name: 'a card', capability }], driver, missing: { ...NOTHING_MISSING, ...missing } });

describe.each(CARDS)('%s, compute capability %d', (_, capability, drivers) => {
  test.each(Object.entries(drivers))('driver %s', (branch, versions) => {
    const names = versions.map((version) => `cuda${version}`);
    expect(cudaFor(capability, `${branch}.10.02`)).toEqual(names);
    const { library, isCudaHarmful } = planGpu(withCard(capability, `${branch}.10.02`), null);
    expect(library).toBe(names[0] ?? 'vulkan');
    expect(isCudaHarmful).toBe(names.length === 0);
    expect(planGpu(withCard(capability, `${branch}.10.02`), 'cuda').library).toBe(names[0] ?? null);
  });
});

test('the CUDA that has its libraries is preferred, also the older one', () => {
  const without13 = { cuda13: NEEDED.cuda13 };
  expect(planGpu(withCard(8.6, '580', without13), null).library).toBe('cuda12');
  expect(planGpu(withCard(8.6, '580', { cuda12: NEEDED.cuda12 }), null).library).toBe('cuda13');
});

test('without the libraries of CUDA, Vulkan serves, unless CUDA is asked for; both say what is missing', () => {
  const found = withCard(8.6, '580', { cuda13: NEEDED.cuda13, cuda12: NEEDED.cuda12 });
  const plan = planGpu(found, null);
  expect(plan).toMatchObject({ library: 'vulkan', isCudaHarmful: false });
  expect(plan.reason).toContain('install cuda-cudart-13-1 and libcublas-13-1 from NVIDIA');
  const asked = planGpu(found, 'cuda');
  expect(asked.library).toBe('cuda13');
  expect(asked.reason).toContain('missing: install cuda-cudart-13-1 and libcublas-13-1 from NVIDIA');
  const nothing = planGpu({ ...found, missing: NEEDED }, null);
  expect(nothing.library).toBe('vulkan');
  expect(nothing.reason).toContain('missing: install libvulkan1');
});

test('a card that CUDA cannot compute on is told which driver would change that', () => {
  expect(planGpu(withCard(9, '535.20'), null).reason).toContain('with driver 535.20, but can with 550 or newer');
  expect(planGpu(withCard(9, '535.20'), 'cuda').reason).toContain('npm run models -- gpu vulkan');
  expect(planGpu(withCard(3.5, '470.20'), null).reason).not.toContain('or newer');
});

test('of several cards, every one must be served', () => {
  const cards = [8.6, 7.5].map((capability) => ({ name: 'a card', capability }));
  expect(planGpu(machine({ nvidia: cards, driver: '580.1' }), null).library).toBe('cuda12');
});

// As from nvidia-smi of an old driver, and from the system's list of devices alone.
test('a card whose compute capability is unknown gets Vulkan', () => {
  expect(planGpu(machine({ nvidia: [{ name: 'a card', capability: null }], driver: '580.1' }), null).library).toBe(
    'vulkan',
  );
});

test('a card without a driver gets nothing, one by others Vulkan, and no card nothing', () => {
  const plans: Record<string, GpuPlan> = {
    driverless: planGpu(machine({ nvidia: [{ name: 'a card', capability: null }] }), null),
    amd: planGpu(machine({ hasOtherCard: true }), null),
    none: planGpu(machine({}), null),
    noneWantsCuda: planGpu(machine({}), 'cuda'),
    noneWantsVulkan: planGpu(machine({ missing: NEEDED }), 'vulkan'),
  };
  expect(plans).toMatchObject({
    driverless: { library: null, reason: expect.stringContaining('driver is not loaded') },
    amd: { library: 'vulkan' },
    none: { library: null, reason: expect.stringContaining('CPU') },
    noneWantsCuda: { library: 'cuda13', reason: expect.stringContaining('no NVIDIA card was found') },
    noneWantsVulkan: { library: 'vulkan', reason: expect.stringContaining('install libvulkan1') },
  });
});

test('what nvidia-smi and the driver print is read', () => {
  expect(readNvidiaSmi('NVIDIA GeForce RTX 3060, 8.6, 580.126.09\nTesla T4, [N/A], 580.126.09\n')).toEqual({
    cards: [
      { name: 'NVIDIA GeForce RTX 3060', capability: 8.6 },
      { name: 'Tesla T4', capability: null },
    ],
    driver: '580.126.09',
  });
  expect(readNvidiaSmi('NVIDIA-SMI has failed because it could not communicate, with, the driver')).toEqual({
    cards: [],
    driver: null,
  });
  const open = 'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.126.09  Release Build';
  const closed = 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12';
  expect([open, closed, ''].map(readDriverVersion)).toEqual(['580.126.09', '535.183.01', null]);
});

test('the findings are described in one line', () => {
  expect(describeGpu(withCard(9, '580.1', { vulkan: NEEDED.vulkan }))).toBe(
    'a card (compute capability 9.0); driver 580.1; without libvulkan.so.1',
  );
  expect(describeGpu(machine({ hasOtherCard: true }))).toBe('a card by AMD or Intel');
  expect(describeGpu(machine({}))).toBe('no graphics card');
});
