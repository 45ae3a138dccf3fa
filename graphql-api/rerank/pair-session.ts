import { Tensor } from 'onnxruntime-node';
import { openSession } from '#shared/onnx/open-session.ts';
import type { PairTokens } from './pair-tokens.ts';

export interface PairSession {
  /** Computes in the calling thread, whose event loop stands still meanwhile. @returns a number between 0 and 1. */
  score(tokens: PairTokens): Promise<number>;
}

const OUTPUT = 'logits';

/** @param threads to compute with. @throws when the file is no cross-encoder. */
export async function openPairSession(file: string, threads: number): Promise<PairSession> {
  const session = await openSession(file, threads);
  if (!session.outputNames.includes(OUTPUT)) {
    throw new Error(`it gives ${session.outputNames.join(', ')} and not ${OUTPUT}: it is no reranker`);
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
        throw new Error(`it gives ${logits.data.length} numbers for a pair and not 1: it is no reranker`);
      }
      const score = 1 / (1 + Math.exp(-logits.data[0]!));
      if (Number.isNaN(score)) throw new Error('it gave a score that is no number');
      return score;
    },
  };
}
