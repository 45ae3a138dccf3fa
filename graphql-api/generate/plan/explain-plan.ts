import { gib } from './memory-need.ts';
import { needsWithReserve, SEQUENCES_ON, type Memory, type Plan, type Wishes } from './plan.ts';

/** What was given up for lack of memory, for people. */
export interface Shortfall {
  /** Such as `2 answers at once instead of 4, because …`. */
  readonly note: string;
  /** Whether answers are slower, or something that the settings name was given up. */
  readonly isWorse: boolean;
}

/**
 * Returns what a plan gives up of the best one, and why; null if that is nothing.
 * @param best the first of the plans that the order has.
 */
export function explainPlan(plan: Plan, best: Plan, wishes: Wishes, memory: Memory): Shortfall | null {
  const changes: string[] = plan.isFromDisk ? ['weights that are read from the disk again for each token'] : [];
  const isOnCpuInstead = plan.layersOnCard === 0 && best.layersOnCard > 0;
  if (isOnCpuInstead) changes.push('the CPU instead of the graphics card');
  else if (plan.layersOnCard < best.layersOnCard) {
    changes.push(`only ${plan.layersOnCard} of ${plan.totalLayers} layers on the graphics card`);
  }
  // On the CPU, fewer answers at once are no loss against the number for a card.
  const wished = isOnCpuInstead ? (wishes.sequences ?? SEQUENCES_ON.cpu) : best.sequences;
  const isSequencesGivenUp = plan.sequences < wished;
  if (isSequencesGivenUp) {
    changes.push(`${plan.sequences === 1 ? '1 answer' : `${plan.sequences} answers`} at once instead of ${wished}`);
  }
  if (plan.contextTokens < best.contextTokens) {
    changes.push(`a context of ${plan.contextTokens} tokens instead of ${best.contextTokens}`);
  }
  if (changes.length === 0) return null;

  const isWishGivenUp = isSequencesGivenUp && wishes.sequences !== null;
  const isContextGivenUp = plan.contextTokens < best.contextTokens;
  return {
    note: `${changes.join(', ')}, because ${lackOf(best, memory)}`,
    isWorse: plan.isFromDisk || plan.layersOnCard < best.layersOnCard || isWishGivenUp || isContextGivenUp,
  };
}

/** Returns what is worse than it could be, and what to do. */
export function warnOfShortfall({ note }: Shortfall): string {
  return `${note}; close other programs, use a smaller model, or lower ASKBOX_CONTEXT or ASKBOX_SEQUENCES`;
}

/** Returns why none of the plans can be carried out. */
export function explainNoPlan(plans: readonly Plan[], memory: Memory): string {
  const [last] = plans.toSorted((a, b) => a.ramBytes + a.cardBytes - (b.ramBytes + b.cardBytes));
  return last === undefined ? 'it has no layers' : lackOf(last, memory);
}

function lackOf(plan: Plan, memory: Memory): string {
  const { card } = memory;
  const need = needsWithReserve(plan, card);
  if (need.cardBytes > 0 && card !== null && need.cardBytes > card.freeBytes) {
    return `it would need ${gib(need.cardBytes)} GiB of graphics memory, and ${gib(card.freeBytes)} of ${gib(card.totalBytes)} GiB were free`;
  }
  if (need.ramBytes > memory.ramBytes) {
    return `it would need ${gib(need.ramBytes)} GiB of memory, and ${gib(memory.ramBytes)} GiB were free`;
  }
  const bytes = plan.layersOnCard > 0 ? plan.cardBytes : plan.ramBytes;
  return `the system refused the ${gib(bytes)} GiB that it would need, although they seemed free`;
}
