import type { MemoryNeed } from '../plan/memory-need.ts';
import { readFreeMemory } from '../plan/free-memory.ts';
import type { Memory } from '../plan/plan.ts';

/** Parent side: notices when there is room for a model that had none, or only on the CPU. */

/** How a model could be better loaded than it is. */
export interface BetterPlans {
  /** What has to be free for each of them. */
  readonly needs: readonly MemoryNeed[];
  /** What the model has now of the graphics card, which it would give back. */
  readonly ownCardBytes: number;
}

/** How to watch, and what for. */
export interface MemoryWatchOptions {
  readonly better: BetterPlans;
  /** Called when there is room for one of the plans, at every look until the watch ends. */
  readonly onRoom: () => void;
  /** Default: the drivers are asked. */
  readonly readMemory?: () => Promise<Memory>;
  /** The time to the first look. Later ones come at ever longer distances, at most a minute. */
  readonly firstMs: number;
}

const LONGEST_MS = 60_000;
const GROWTH = 1.1;
/** What the driver takes for a process before it loads anything, measured on an H100. */
const DRIVER_BYTES = 300 * 1024 ** 2;
/** After so many looks, a card whose driver says nothing is tried all the same: after about ten minutes. */
const BLIND_LOOKS = 24;

/** Watches the memory until it is disposed of. */
export function watchMemory(options: MemoryWatchOptions): Disposable {
  const { better, onRoom, readMemory = readFreeMemory, firstMs } = options;
  let [delayMs, looks, isOver] = [firstMs, 0, false];
  let timer = setTimeout(look, delayMs).unref();

  function look(): void {
    looks++;
    void readMemory()
      .catch(() => null)
      .then((memory) => {
        if (isOver) return;
        if (memory !== null && hasRoom(better, memory, looks >= BLIND_LOOKS)) onRoom();
        if (isOver) return;
        delayMs = Math.max(delayMs, Math.min(LONGEST_MS, delayMs * GROWTH));
        timer = setTimeout(look, delayMs).unref();
      });
  }

  return {
    [Symbol.dispose]() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** @param isBlindAllowed whether a card that the drivers say nothing about counts as free. */
function hasRoom({ needs, ownCardBytes }: BetterPlans, memory: Memory, isBlindAllowed: boolean): boolean {
  const own = ownCardBytes === 0 ? -DRIVER_BYTES : ownCardBytes;
  const freeCardBytes = memory.card === null ? (isBlindAllowed ? Infinity : 0) : memory.card.freeBytes + own;
  return needs.some(
    ({ cardBytes, ramBytes }) => (cardBytes === 0 || cardBytes <= freeCardBytes) && ramBytes <= memory.ramBytes,
  );
}
