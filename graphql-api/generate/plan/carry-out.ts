import { explainNoPlan } from './explain-plan.ts';
import type { MemoryNeed } from './memory-need.ts';
import { fits, needsWithReserve, type Memory, type Plan } from './plan.ts';

/** There is no room for the model now. It may be loaded once memory is freed; nothing is wrong with its file. */
export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory';
  /** What has to be free for one of the plans; empty if only one of them was tried. */
  readonly needs: readonly MemoryNeed[];

  constructor(message: string, needs: readonly MemoryNeed[] = []) {
    super(message);
    this.needs = needs;
  }
}

/**
 * Loads a model by the first plan that the memory has room for. If the library does not get what was counted on, the
 * next plan that takes less of the same memory is tried.
 * @param plans the best one first.
 * @param attempt loads the model; throws OutOfMemory when the library does not get the memory, having freed everything.
 * @throws OutOfMemory when no plan is left; what `attempt` throws besides.
 */
export async function carryOut<T>(
  plans: readonly Plan[],
  memory: Memory,
  attempt: (plan: Plan) => Promise<T>,
): Promise<{ readonly plan: Plan; readonly result: T }> {
  let mostCardBytes = Infinity;
  let mostRamBytes = Infinity;
  let refusal: OutOfMemory | null = null;
  for (const plan of plans) {
    const isTooMuch = plan.layersOnCard > 0 ? plan.cardBytes >= mostCardBytes : plan.ramBytes >= mostRamBytes;
    if (isTooMuch || !fits(plan, memory)) continue;
    try {
      return { plan, result: await attempt(plan) };
    } catch (error) {
      if (!(error instanceof OutOfMemory)) throw error;
      refusal = error;
      if (plan.layersOnCard > 0) mostCardBytes = plan.cardBytes;
      else mostRamBytes = plan.ramBytes;
    }
  }
  const needs = plans.map((plan) => needsWithReserve(plan, memory.card));
  throw new OutOfMemory(refusal?.message ?? explainNoPlan(plans, memory), needs);
}
