import { expect, it } from 'vitest';
import { knownShape } from '#shared/models/gguf/testing/known-shapes.ts';
import { carryOut, OutOfMemory } from './carry-out.ts';
import { plansFor, type CardMemory, type Plan } from './plan.ts';

const GIB = 1024 ** 3;
const CARD: CardMemory = { freeBytes: 12 * GIB, totalBytes: 12 * GIB, cards: 1, isShared: false };
const PLANS = plansFor(knownShape('Llama 3.1 8B'), { sequences: null, contextTokens: 4096, gpu: 'auto' }, CARD);

/** Carries out plans with a library that gets no more than so much; notes what was tried. */
async function load(getsCardGib: number, getsRamGib: number, freeRamGib = 16): Promise<readonly string[]> {
  const tried: string[] = [];
  const attempt = async (plan: Plan): Promise<void> => {
    tried.push(`${plan.layersOnCard} x${plan.sequences}`);
    const gets = (plan.layersOnCard > 0 ? getsCardGib : getsRamGib) * GIB;
    if ((plan.layersOnCard > 0 ? plan.cardBytes : plan.ramBytes) > gets) throw new OutOfMemory('cudaMalloc failed');
  };
  try {
    const { plan } = await carryOut(PLANS, { card: CARD, ramBytes: freeRamGib * GIB }, attempt);
    return [...tried, `loaded ${plan.layersOnCard} x${plan.sequences}`];
  } catch (error) {
    return [...tried, String(error)];
  }
}

it('takes the first plan that the memory has room for', async () => {
  expect(await load(12, 16)).toEqual(['33 x4', 'loaded 33 x4']);
});

it('goes down the whole order while the library gets less than was counted on', async () => {
  const onCard = [
    '33 x4',
    '33 x2',
    '33 x1',
    '32 x1',
    '31 x1',
    '30 x1',
    '29 x1',
    '27 x1',
    '25 x1',
    '21 x1',
    '17 x1',
    '9 x1',
  ];
  expect(await load(6, 16)).toEqual(['33 x4', '33 x2', 'loaded 33 x2']);
  expect(await load(5, 16)).toEqual([...onCard.slice(0, 6), 'loaded 30 x1']);
  expect(await load(0, 16)).toEqual([...onCard, '0 x2', 'loaded 0 x2']);
  expect(await load(0, 6)).toEqual([...onCard, '0 x2', '0 x1', 'loaded 0 x1']);
  expect(await load(0, 0)).toEqual([...onCard, '0 x2', '0 x1', 'OutOfMemory: cudaMalloc failed']);
});

it('tries nothing that has no room, and says what the least would need', async () => {
  const plans = plansFor(knownShape('Llama 3.1 8B'), { sequences: null, contextTokens: 4096, gpu: 'auto' }, null);
  const attempt = async (): Promise<never> => Promise.reject(new Error('tried'));
  const refused = carryOut(plans, { card: null, ramBytes: GIB }, attempt);
  await expect(refused).rejects.toThrow(OutOfMemory);
  await expect(refused).rejects.toThrow('it would need 5.8 GiB of memory, and 1.0 GiB were free');
});

it('ends with any other failure', async () => {
  const attempt = async (): Promise<never> => Promise.reject(new Error('unknown model architecture'));
  await expect(carryOut(PLANS, { card: CARD, ramBytes: 16 * GIB }, attempt)).rejects.toThrow('architecture');
});
