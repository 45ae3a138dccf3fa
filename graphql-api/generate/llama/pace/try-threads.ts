import type { LlamaContextSequence } from 'node-llama-cpp';

/** Child side: tries out two numbers of threads. */

/** The time of the fastest token counts, so that a moment in which something else happened does not. */
const TOKENS = 3;
/** Before them, one token is read that does not count: it may load the weights from the disk. */
const NEEDED_TOKENS = 2 * (TOKENS + 1);

/** How long a token took, in milliseconds. */
export interface ThreadTrial {
  readonly allMs: number;
  readonly fewerMs: number;
}

/** Returns whether the sequence has room for a trial, and can be put back into its state after it. */
export function canTryOn(sequence: LlamaContextSequence): boolean {
  if (sequence.needsCheckpoints && sequence.nextTokenIndex > 0) return false;
  return sequence.contextSize - sequence.nextTokenIndex > NEEDED_TOKENS;
}

/**
 * Reads a few tokens with all cores and with all but one. Returns null if it had to end early. Leaves the number of
 * threads changed, and the sequence as it was. One token at a time: with a thread too many, each may take seconds.
 * @param cores at least 2.
 */
export async function tryThreads(
  sequence: LlamaContextSequence,
  cores: number,
  setThreads: (threads: number) => void,
  mayContinue: () => boolean,
): Promise<ThreadTrial | null> {
  const before = sequence.contextTokens;
  const [token] = sequence.model.tokenize('0');
  if (token === undefined) return null;

  async function fastestMs(threads: number): Promise<number | null> {
    setThreads(threads);
    let fastest = Infinity;
    for (let count = 0; count <= TOKENS; count++) {
      if (!mayContinue()) return null;
      const startedAt = performance.now();
      await sequence.evaluateWithoutGeneratingNewTokens([token!]);
      if (count > 0) fastest = Math.min(fastest, performance.now() - startedAt);
    }
    return fastest;
  }

  try {
    const fewerMs = await fastestMs(cores - 1);
    const allMs = await fastestMs(cores);
    return fewerMs === null || allMs === null ? null : { allMs, fewerMs };
  } finally {
    await sequence.adaptStateToTokens(before, false);
  }
}
