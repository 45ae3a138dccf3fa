import { describe, expect, it } from 'vitest';
import { KNOWN, knownShape } from '#shared/models/gguf/testing/known-shapes.ts';
import { fits, plansFor, type CardMemory, type Memory, type Plan, type Wishes } from './plan.ts';

const GIB = 1024 ** 3;
type Name = keyof typeof KNOWN;
// `as`: these are its keys.
const MODELS = Object.keys(KNOWN) as Name[];
const DEFAULTS: Wishes = { sequences: null, contextTokens: 4096, gpu: 'auto' };

function cardOf(freeGib: number, totalGib = freeGib, rest: Partial<CardMemory> = {}): CardMemory {
  return { freeBytes: freeGib * GIB, totalBytes: totalGib * GIB, cards: 1, isShared: false, ...rest };
}

function choose(name: Name, memory: Memory, wishes: Partial<Wishes> = {}): Plan | undefined {
  return plansFor(knownShape(name), { ...DEFAULTS, ...wishes }, memory.card).find((plan) => fits(plan, memory));
}

/** Such as `33/33 x4`, `cpu x2`, `-`; with the context if that is not 4,096. */
function cell(plan: Plan | undefined): string {
  if (plan === undefined) return '-';
  const where = plan.layersOnCard === 0 ? 'cpu' : `${plan.layersOnCard}/${plan.totalLayers}`;
  return `${where} x${plan.sequences}${plan.contextTokens === 4096 ? '' : ` of ${plan.contextTokens}`}`;
}

const CARDS_GIB = [0, 2, 4, 6, 8, 12, 16, 24, 48, 80];
const RAM_GIB = [4, 8, 16, 64];

/** A machine on which the desktop takes half a GiB of the card, and other programs a quarter of the memory. */
function machine(cardGib: number, ramGib: number): Memory {
  return { card: cardGib === 0 ? null : cardOf(cardGib - 0.5, cardGib), ramBytes: ramGib * 0.75 * GIB };
}

describe('40 machines and 8 models', () => {
  it('are planned so', () => {
    const head = ['card', 'ram', ...MODELS];
    const rows = CARDS_GIB.flatMap((cardGib) =>
      RAM_GIB.map((ramGib) => [
        String(cardGib),
        String(ramGib),
        ...MODELS.map((name) => cell(choose(name, machine(cardGib, ramGib)))),
      ]),
    );
    const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
    const table = [head, ...rows].map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column]!))
        .join(' | ')
        .trimEnd(),
    );
    expect(`\n${table.join('\n')}\n`).toMatchInlineSnapshot(`
      "
      card | ram | SmolLM2 135M | Llama 3.2 1B | Llama 3.2 3B | Phi-3-mini | Llama 2 7B | Llama 3.1 8B | Qwen3 14B | Llama 3.3 70B
      0    | 4   | cpu x2       | cpu x2       | -            | -          | -          | -            | -         | -
      0    | 8   | cpu x2       | cpu x2       | cpu x2       | cpu x2     | -          | cpu x1       | -         | -
      0    | 16  | cpu x2       | cpu x2       | cpu x2       | cpu x2     | cpu x2     | cpu x2       | cpu x2    | -
      0    | 64  | cpu x2       | cpu x2       | cpu x2       | cpu x2     | cpu x2     | cpu x2       | cpu x2    | cpu x2
      2    | 4   | 31/31 x4     | 5/17 x1      | -            | -          | -          | -            | -         | -
      2    | 8   | 31/31 x4     | 5/17 x1      | cpu x2       | cpu x2     | -          | cpu x1       | -         | -
      2    | 16  | 31/31 x4     | 5/17 x1      | cpu x2       | cpu x2     | cpu x2     | cpu x2       | cpu x2    | -
      2    | 64  | 31/31 x4     | 5/17 x1      | cpu x2       | cpu x2     | cpu x2     | cpu x2       | cpu x2    | cpu x2
      4    | 4   | 31/31 x4     | 17/17 x4     | 29/29 x1     | 21/33 x1   | -          | -            | -         | -
      4    | 8   | 31/31 x4     | 17/17 x4     | 29/29 x1     | 21/33 x1   | 9/33 x1    | 9/33 x1      | -         | -
      4    | 16  | 31/31 x4     | 17/17 x4     | 29/29 x1     | 21/33 x1   | 9/33 x1    | 9/33 x1      | cpu x2    | -
      4    | 64  | 31/31 x4     | 17/17 x4     | 29/29 x1     | 21/33 x1   | 9/33 x1    | 9/33 x1      | cpu x2    | cpu x2
      6    | 4   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x1   | 25/33 x1   | 29/33 x1     | -         | -
      6    | 8   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x1   | 25/33 x1   | 29/33 x1     | 17/41 x1  | -
      6    | 16  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x1   | 25/33 x1   | 29/33 x1     | 17/41 x1  | -
      6    | 64  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x1   | 25/33 x1   | 29/33 x1     | 17/41 x1  | cpu x2
      8    | 4   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x2   | 33/33 x1   | 33/33 x2     | -         | -
      8    | 8   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x2   | 33/33 x1   | 33/33 x2     | 25/41 x1  | -
      8    | 16  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x2   | 33/33 x1   | 33/33 x2     | 25/41 x1  | -
      8    | 64  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x2   | 33/33 x1   | 33/33 x2     | 25/41 x1  | cpu x2
      12   | 4   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x2   | 33/33 x4     | 41/41 x2  | -
      12   | 8   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x2   | 33/33 x4     | 41/41 x2  | -
      12   | 16  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x2   | 33/33 x4     | 41/41 x2  | -
      12   | 64  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x2   | 33/33 x4     | 41/41 x2  | cpu x2
      16   | 4   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | -
      16   | 8   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | -
      16   | 16  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | -
      16   | 64  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | cpu x2
      24   | 4   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | -
      24   | 8   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | -
      24   | 16  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | -
      24   | 64  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | 33/81 x1
      48   | 4   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | 81/81 x4
      48   | 8   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | 81/81 x4
      48   | 16  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | 81/81 x4
      48   | 64  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | 81/81 x4
      80   | 4   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | 81/81 x4
      80   | 8   | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | 81/81 x4
      80   | 16  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | 81/81 x4
      80   | 64  | 31/31 x4     | 17/17 x4     | 29/29 x4     | 33/33 x4   | 33/33 x4   | 33/33 x4     | 41/41 x4  | 81/81 x4
      "
    `);
  });

  it('are better served, or as well, by more memory of either kind', () => {
    const rank = (name: Name, cardGib: number, ramGib: number): number => {
      const memory = machine(cardGib, ramGib);
      const plans = plansFor(knownShape(name), DEFAULTS, memory.card ?? cardOf(0));
      const at = plans.findIndex((plan) => fits(plan, memory));
      return at < 0 ? plans.length : at;
    };
    for (const name of MODELS) {
      for (const [index, cardGib] of CARDS_GIB.entries()) {
        for (const [place, ramGib] of RAM_GIB.entries()) {
          const here = rank(name, cardGib, ramGib);
          expect(rank(name, CARDS_GIB[index + 1] ?? cardGib, ramGib)).toBeLessThanOrEqual(here);
          expect(rank(name, cardGib, RAM_GIB[place + 1] ?? ramGib)).toBeLessThanOrEqual(here);
        }
      }
    }
  });
});

describe('what was measured with the 8B model on a card of 80 GiB', () => {
  it.each([
    [11.3, 4096, '33/33 x4'],
    // The library gave up the first layer here, and half of the speed.
    [11.3, 8192, '33/33 x4 of 8192'],
    // It gave up eleven layers here and wrote 22 tokens/s; the whole model fits with two answers at once.
    [7.5, 4096, '33/33 x2'],
    [7.5, 8192, '33/33 x1 of 8192'],
    [5.5, 4096, '25/33 x1'],
    // It loaded nothing from here on.
    [3.5, 4096, '9/33 x1'],
    [1.8, 4096, 'cpu x2'],
    [0.9, 4096, 'cpu x2'],
  ])('%d GiB free and %d tokens: %s', (freeGib, contextTokens, expected) => {
    const memory = { card: cardOf(freeGib, 80), ramBytes: 120 * GIB };
    expect(cell(choose('Llama 3.1 8B', memory, { contextTokens }))).toBe(expected);
  });
});

describe('the order of giving up', () => {
  const plans = (wishes: Partial<Wishes>, card: CardMemory | null = cardOf(12)): string[] =>
    plansFor(knownShape('Llama 3.1 8B'), { ...DEFAULTS, ...wishes }, card).map(cell);
  const layers = (rest: string): string[] => [32, 31, 30, 29, 27, 25, 21, 17, 9].map((count) => `${count}/33 ${rest}`);

  it('is answers at once, layers, the card', () => {
    expect(plans({})).toEqual(['33/33 x4', '33/33 x2', '33/33 x1', ...layers('x1'), 'cpu x2', 'cpu x1']);
  });

  it('without a card is answers at once', () => {
    expect(plans({}, null)).toEqual(['cpu x2', 'cpu x1']);
  });

  it('keeps the number of answers that is set until everything else is given up', () => {
    expect(plans({ sequences: 3 })).toEqual([
      '33/33 x3',
      ...layers('x3'),
      'cpu x3',
      '33/33 x1',
      ...layers('x1'),
      'cpu x1',
    ]);
  });

  it('keeps the context that is set, and then halves it, but not below 4,096 tokens', () => {
    const wide = (text: string): string => `${text} of 10000`;
    expect(plans({ contextTokens: 10_000, sequences: 1 })).toEqual([
      ...['33/33 x1', ...layers('x1'), 'cpu x1'].map(wide),
      '33/33 x1 of 5000',
      '33/33 x1',
      ...layers('x1'),
      'cpu x1 of 5000',
      'cpu x1',
    ]);
    expect(plans({ contextTokens: 2048, sequences: 1 }).at(-1)).toBe('cpu x1 of 2048');
  });

  it('keeps the card that is set behind everything but the CPU', () => {
    const order = plans({ gpu: 'cuda', contextTokens: 8192 });
    const firstOnCpu = order.findIndex((text) => text.startsWith('cpu'));
    expect(order.slice(firstOnCpu).every((text) => text.startsWith('cpu'))).toBe(true);
    expect(order.slice(0, firstOnCpu)).toContain('33/33 x1');
  });

  it('ends, for a file that the settings name, with weights that are read from the disk', () => {
    const named = plansFor(knownShape('Llama 3.1 8B'), { ...DEFAULTS, isFileNamed: true }, null);
    expect(named.map(({ isFromDisk }) => isFromDisk)).toEqual([false, false, true]);
    const [, one, fromDisk] = named;
    expect(fromDisk).toEqual({
      ...one,
      isFromDisk: true,
      ramBytes: one!.ramBytes - knownShape('Llama 3.1 8B').weights.total,
    });
  });

  it('takes no more context than the model was trained on', () => {
    expect(plansFor(knownShape('Phi-3-mini'), { ...DEFAULTS, contextTokens: 8192 }, null)[0]?.contextTokens).toBe(4096);
  });

  it('leaves out parts of the layers where the card has no memory of its own', () => {
    const order = plans({}, cardOf(12, 12, { isShared: true }));
    expect(order.filter((text) => !text.startsWith('33/33') && !text.startsWith('cpu'))).toEqual([]);
  });
});

describe('room', () => {
  const plan = { cardBytes: 6 * GIB, ramBytes: GIB };

  it('is left on the card: 4% of it and 384 MiB, at most 1 GiB', () => {
    const at = (freeGib: number, totalGib: number, rest: Partial<CardMemory> = {}): boolean =>
      fits(plan, { card: cardOf(freeGib, totalGib, rest), ramBytes: GIB });
    expect([at(6.69, 8), at(6.7, 8)]).toEqual([false, true]); // 0.375 + 0.32
    expect([at(6.99, 80), at(7, 80)]).toEqual([false, true]);
    expect([at(7.38, 16, { cards: 2 }), at(7.4, 16, { cards: 2 })]).toEqual([false, true]); // 0.75 + 0.64
  });

  it('is needed in the machine too, and twice over where both are one', () => {
    const at = (ramGib: number, isShared: boolean): boolean =>
      fits(plan, { card: cardOf(80, 80, { isShared }), ramBytes: ramGib * GIB });
    expect([at(0.99, false), at(1, false)]).toEqual([false, true]);
    expect([at(7.99, true), at(8, true)]).toEqual([false, true]);
  });

  it('is in memory alone for a plan that uses no card', () => {
    const onCpu = { cardBytes: 0, ramBytes: GIB };
    expect(fits(onCpu, { card: cardOf(0, 8), ramBytes: GIB })).toBe(true);
    expect(fits(onCpu, { card: null, ramBytes: GIB - 1 })).toBe(false);
  });
});
