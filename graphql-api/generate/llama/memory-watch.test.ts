import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Memory } from '../plan/plan.ts';
import { watchMemory, type BetterPlans } from './memory-watch.ts';

const [MIB, GIB] = [1024 ** 2, 1024 ** 3];
const FIRST_MS = 5000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function memory(freeCardGib: number | null, freeRamGib: number): Memory {
  const card = { totalBytes: 80 * GIB, cards: 1, isShared: false };
  return {
    card: freeCardGib === null ? null : { ...card, freeBytes: freeCardGib * GIB },
    ramBytes: freeRamGib * GIB,
  };
}

/** Returns how often there was room, after so many looks at the same memory. */
async function roomsAt(better: BetterPlans, free: Memory, looks = 1): Promise<number> {
  const onRoom = vi.fn<() => void>();
  const readMemory = vi.fn<() => Promise<Memory>>().mockResolvedValue(free);
  using _ = watchMemory({ better, onRoom, readMemory, firstMs: FIRST_MS });
  while (readMemory.mock.calls.length < looks) await vi.advanceTimersByTimeAsync(1000);
  return onRoom.mock.calls.length;
}

describe('room', () => {
  const needs = [
    { cardBytes: 8 * GIB, ramBytes: GIB },
    { cardBytes: 6 * GIB, ramBytes: GIB },
  ];

  it('is there when one of the plans fits, with what the driver takes', async () => {
    const better = { needs, ownCardBytes: 0 };
    expect(await roomsAt(better, memory(6.29, 1))).toBe(0);
    expect(await roomsAt(better, memory(6.3, 1))).toBe(1);
    expect(await roomsAt(better, memory(6.3, 0.99))).toBe(0);
  });

  it('includes what the model would give back', async () => {
    const better = { needs, ownCardBytes: 4 * GIB };
    expect(await roomsAt(better, memory(2 - 1 / 1024, 1))).toBe(0);
    expect(await roomsAt(better, memory(2, 1))).toBe(1);
  });

  it('is only in memory for a plan without a card', async () => {
    const better = { needs: [{ cardBytes: 0, ramBytes: 5 * GIB }], ownCardBytes: 0 };
    expect(await roomsAt(better, memory(null, 4.9))).toBe(0);
    expect(await roomsAt(better, memory(null, 5))).toBe(1);
    expect(await roomsAt(better, memory(0, 5))).toBe(1);
  });

  it('on a card that no driver tells of is tried after 24 looks', async () => {
    const better = { needs, ownCardBytes: 0 };
    expect(await roomsAt(better, memory(null, 16), 23)).toBe(0);
    expect(await roomsAt(better, memory(null, 16), 24)).toBe(1);
    expect(await roomsAt(better, memory(null, 0.5), 24)).toBe(0);
  });
});

describe('a watch', () => {
  const better = { needs: [{ cardBytes: 0, ramBytes: MIB }], ownCardBytes: 0 };

  it('looks again while there is room, at ever longer distances up to a minute', async () => {
    const at: number[] = [];
    const readMemory = async (): Promise<Memory> => {
      at.push(Date.now());
      return memory(null, 1);
    };
    const onRoom = vi.fn<() => void>();
    using _ = watchMemory({ better, onRoom, readMemory, firstMs: FIRST_MS });
    await vi.advanceTimersByTimeAsync(3_600_000);
    const distances = at.slice(1).map((time, index) => time - at[index]!);
    expect(distances[0]).toBe(5500);
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    expect(distances.at(-1)).toBe(60_000);
    expect(onRoom).toHaveBeenCalledTimes(at.length);
  });

  it('keeps a first distance that is longer than a minute', async () => {
    const readMemory = vi.fn<() => Promise<Memory>>().mockResolvedValue(memory(null, 0));
    using _ = watchMemory({ better, onRoom: () => {}, readMemory, firstMs: 600_000 });
    await vi.advanceTimersByTimeAsync(1_799_999);
    expect(readMemory).toHaveBeenCalledTimes(2);
  });

  it('ends when it is disposed of, also in the middle of a look', async () => {
    const onRoom = vi.fn<() => void>();
    const look = Promise.withResolvers<Memory>();
    const watch = watchMemory({ better, onRoom, readMemory: () => look.promise, firstMs: FIRST_MS });
    await vi.advanceTimersByTimeAsync(FIRST_MS);
    watch[Symbol.dispose]();
    look.resolve(memory(null, 1));
    await vi.advanceTimersByTimeAsync(600_000);
    expect(onRoom).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('survives a look that fails', async () => {
    const onRoom = vi.fn<() => void>();
    const readMemory = vi
      .fn<() => Promise<Memory>>()
      .mockRejectedValueOnce(new Error('no'))
      .mockResolvedValue(memory(null, 1));
    using _ = watchMemory({ better, onRoom, readMemory, firstMs: FIRST_MS });
    await vi.advanceTimersByTimeAsync(11_000);
    expect(onRoom).toHaveBeenCalledOnce();
  });
});
