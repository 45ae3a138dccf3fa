import type { LlamaContextSequence } from 'node-llama-cpp';

/** Child side: pauses the answers being written for a moment, so that a new prompt can get the context's lock. */

/**
 * Makes room for a prompt while other answers are being written. The library changes a sequence under a lock of the
 * whole context, and holds that lock for as long as any sequence has its next token queued. Without the gate, a third
 * answer would wait until one of two running answers ends.
 */
export interface TokenGate {
  /** Makes answers on this sequence ask for their next token only while the gate is open. */
  guard(sequence: LlamaContextSequence): void;
  /** Starts the work, and keeps the gate shut until it has finished or failed. */
  shutDuring(work: () => Promise<void>): Promise<void>;
}

/** Creates a gate that is open. */
export function createTokenGate(): TokenGate {
  let opens: Promise<unknown> = Promise.resolve();
  return {
    guard(sequence) {
      const evaluate = sequence.evaluate.bind(sequence);
      sequence.evaluate = (...parameters) => {
        const tokens = evaluate(...parameters);
        const next = tokens.next.bind(tokens);
        tokens.next = async (...values) => {
          await opens;
          return next(...values);
        };
        return tokens;
      };
    },
    async shutDuring(work) {
      const done = work();
      opens = Promise.allSettled([done]);
      await done;
    },
  };
}
