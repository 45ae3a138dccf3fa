import { setImmediate as turn } from 'node:timers/promises';

/** Long enough to be cheap, short enough for nobody to notice: other requests get their turn this often. */
const TURN_MS = 5;
/** The clock is asked after this many items. */
const ITEMS_PER_LOOK = 64;

/** Returns the items that are wanted, in their order; see `mapInTurns`. */
export async function selectInTurns<Item>(
  items: Iterable<Item>,
  isWanted: (item: Item) => boolean,
  signal: AbortSignal,
): Promise<readonly Item[]> {
  const selected: Item[] = [];
  const select = (item: Item): void => {
    if (isWanted(item)) selected.push(item);
  };
  await mapInTurns(items, select, signal);
  return selected;
}

/**
 * Returns what a function makes of each item, in their order. Other work gets a turn every 5 ms, because folding the
 * titles of all documents may take a second.
 * @throws the reason of the signal, soon after it aborts.
 */
export async function mapInTurns<Item, Result>(
  items: Iterable<Item>,
  map: (item: Item) => Result,
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  // A copy, because the collection may change between two turns.
  const all = [...items];
  let turnEndsAt = performance.now() + TURN_MS;
  for (const [index, item] of all.entries()) {
    results.push(map(item));
    if (index % ITEMS_PER_LOOK !== 0 || performance.now() < turnEndsAt) continue;
    await turn();
    signal.throwIfAborted();
    turnEndsAt = performance.now() + TURN_MS;
  }
  return results;
}
