import { Tensor } from 'onnxruntime-node';
import { openSession } from '#shared/onnx/open-session.ts';
import type { PairTokens } from './pair-tokens.ts';

/** A cross-encoder that is loaded. */
export interface PairSession {
  /**
   * Scores a pair between 0 and 1. Computes in the calling thread and blocks its event loop meanwhile.
   * @throws Error when the model's output is not a single 32-bit float for the pair.
   */
  score(tokens: PairTokens): Promise<number>;
}

const OUTPUT = 'logits';

/**
 * Loads a cross-encoder.
 * @param threads number of threads to compute with.
 * @throws Error when the file is not a cross-encoder.
 */
export async function openPairSession(file: string, threads: number): Promise<PairSession> {
  const session = await openSession(file, threads);
  if (!session.outputNames.includes(OUTPUT)) {
    throw new Error(`its outputs are ${session.outputNames.join(', ')}, not ${OUTPUT}: it is not a reranker`);
  }

  return {
    async score({ ids, types }) {
      const inputs: Readonly<Record<string, readonly number[]>> = {
        input_ids: ids,
        attention_mask: ids.map(() => 1),
        token_type_ids: types,
      };
      const feeds = session.inputNames.map((name): [string, Tensor] => {
        return [name, new Tensor('int64', BigInt64Array.from(inputs[name]!, BigInt), [1, ids.length])];
      });
      const { [OUTPUT]: logits } = await session.run(Object.fromEntries(feeds), [OUTPUT]);
      if (!(logits?.data instanceof Float32Array)) throw new Error(`its ${OUTPUT} are not 32-bit floats`);
      if (logits.data.length !== 1) {
        throw new Error(`it gives ${logits.data.length} numbers for a pair, not 1: it is not a reranker`);
      }
      const score = 1 / (1 + Math.exp(-logits.data[0]!));
      if (Number.isNaN(score)) throw new Error('it gave a score that is not a number');
      return score;
    },
  };
}
