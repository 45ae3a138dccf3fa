import { expect, it } from 'vitest';
import { knownShape } from '#shared/models/gguf/testing/known-shapes.ts';
import { explainNoPlan, explainPlan, warnOfShortfall, type Shortfall } from './explain-plan.ts';
import { fits, plansFor, type Memory, type Wishes } from './plan.ts';

const GIB = 1024 ** 3;
const SHAPE = knownShape('Llama 3.1 8B');

function shortfall(freeGib: number | null, ramGib: number, wishes: Partial<Wishes> = {}): Shortfall | null {
  const wanted: Wishes = { sequences: null, contextTokens: 4096, gpu: 'auto', ...wishes };
  const card = freeGib === null ? null : { freeBytes: freeGib * GIB, totalBytes: 8 * GIB, cards: 1, isShared: false };
  const memory: Memory = { card, ramBytes: ramGib * GIB };
  const plans = plansFor(SHAPE, wanted, card);
  const plan = plans.find((each) => fits(each, memory));
  return explainPlan(plan!, plans[0]!, wanted, memory);
}

it('is silent when nothing was given up', () => {
  expect(shortfall(8, 16)).toBeNull();
  expect(shortfall(null, 16)).toBeNull();
});

it('calls fewer answers at once no fault, unless the settings name their number', () => {
  expect(shortfall(7, 16)).toEqual({
    note: '2 answers at once instead of 4, because it would need 7.6 GiB of graphics memory, and 7.0 of 8.0 GiB were free',
    isWorse: false,
  });
  expect(shortfall(null, 6)).toEqual({
    note: '1 answer at once instead of 2, because it would need 6.3 GiB of memory, and 6.0 GiB were free',
    isWorse: false,
  });
  expect(shortfall(null, 6, { sequences: 2 })?.isWorse).toBe(true);
});

it('calls fewer layers, a smaller context and the CPU worse', () => {
  expect(shortfall(5, 16)?.note).toMatch(/^only 25 of 33 layers on the graphics card, 1 answer at once instead of 4, /);
  expect(shortfall(1, 16)?.note).toMatch(
    /^the CPU instead of the graphics card, because it would need 7.6 GiB of graphics/,
  );
  expect(shortfall(null, 6, { contextTokens: 8192, sequences: 1 })?.note).toMatch(
    /^a context of 4096 tokens instead of 8192, because it would need 6.\d GiB of memory/,
  );
  for (const [free, ram, wishes] of [
    [5, 16],
    [1, 16],
    [null, 6, { contextTokens: 8192 }],
  ] as const)
    expect(shortfall(free, ram, wishes)?.isWorse).toBe(true);
});

it('says what to do', () => {
  expect(warnOfShortfall({ note: 'the CPU', isWorse: true })).toMatch(
    /^the CPU; close other programs.*ASKBOX_SEQUENCES$/,
  );
});

it('says what the smallest plan needs when there is none', () => {
  const memory: Memory = { card: null, ramBytes: 2 * GIB };
  const plans = plansFor(SHAPE, { sequences: null, contextTokens: 4096, gpu: 'auto' }, null);
  expect(explainNoPlan(plans, memory)).toBe('it would need 5.8 GiB of memory, and 2.0 GiB were free');
});

it('says when the system refuses memory that seemed free', () => {
  const memory: Memory = { card: null, ramBytes: 16 * GIB };
  const wishes: Wishes = { sequences: null, contextTokens: 4096, gpu: 'auto' };
  const [best, next] = plansFor(SHAPE, wishes, null);
  expect(explainPlan(next!, best!, wishes, memory)?.note).toMatch(/because the system refused the 6.3 GiB/);
});

it('calls weights that are read from the disk worse', () => {
  const wishes: Wishes = { sequences: 1, contextTokens: 4096, gpu: 'auto', isFileNamed: true };
  const plans = plansFor(SHAPE, wishes, null);
  expect(explainPlan(plans.at(-1)!, plans[0]!, wishes, { card: null, ramBytes: 3 * GIB })).toEqual({
    note: 'weights that are read from the disk again for each token, because it would need 5.8 GiB of memory, and 3.0 GiB were free',
    isWorse: true,
  });
});
