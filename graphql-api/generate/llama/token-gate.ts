import type { LlamaContextSequence } from 'node-llama-cpp';

/**
 * Makes room for a prompt while other answers are written. The library changes a sequence under a lock of the whole
 * context, which it keeps for as long as any sequence has its next token queued: beside two answers that are written, a
 * third would wait for the end of one of them.
 */
export interface TokenGate {
  /** Lets answers on this sequence ask for a token only while the gate is open. */
  guard(sequence: LlamaContextSequence): void;
  /** Shuts the gate until the work is done, or has failed. */
  shutDuring(work: () => Promise<void>): Promise<void>;
}

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
