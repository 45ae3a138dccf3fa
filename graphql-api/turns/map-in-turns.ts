import { inTurns, mapInSteps } from './turns.ts';

/**
 * Returns what a function makes of each item, in their order, in turns with everything else: folding the titles of all
 * documents may take a second. The items are copied, because a collection may change between two turns.
 * @throws the reason of the signal, soon after it aborts.
 */
export function mapInTurns<Item, Result>(
  items: Iterable<Item>,
  map: (item: Item) => Result,
  signal: AbortSignal,
): Promise<readonly Result[]> {
  return inTurns(mapInSteps([...items], map), signal);
}

/** Returns the items that are wanted, in their order; see `mapInTurns`. */
export async function selectInTurns<Item>(
  items: Iterable<Item>,
  isWanted: (item: Item) => boolean,
  signal: AbortSignal,
): Promise<readonly Item[]> {
  const selected = await mapInTurns(items, (item) => (isWanted(item) ? [item] : []), signal);
  return selected.flat();
}
