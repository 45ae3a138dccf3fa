import { Tensor } from 'onnxruntime-node';
import { openSession } from '../onnx/open-session.ts';
import { type Pooling, poolTokens, toUnitLength } from './pooling.ts';

export interface EmbeddingSession {
  /**
   * Computes in the calling thread, whose event loop stands still meanwhile.
   * @param sequences of token ids; the shorter ones are padded. @returns a vector of unit length for each.
   */
  run(sequences: readonly (readonly number[])[]): Promise<Float32Array[]>;
}

// A model that pools by itself does it better than we could: some have layers behind the mean.
const SENTENCE_OUTPUT = 'sentence_embedding';
const TOKEN_OUTPUTS = ['last_hidden_state', 'token_embeddings'];

/** @param threads to compute with. @throws when the file is no embedder of a text's tokens. */
export async function openEmbeddingSession(file: string, pooling: Pooling, threads: number): Promise<EmbeddingSession> {
  const session = await openSession(file, threads);
  const outputs = pooling === 'SENTENCE_OUTPUT' ? [SENTENCE_OUTPUT] : [SENTENCE_OUTPUT, ...TOKEN_OUTPUTS];
  const output = outputs.find((name) => session.outputNames.includes(name));
  if (output === undefined) {
    throw new Error(`it gives ${session.outputNames.join(', ')} and not ${outputs.join(' or ')}: it is no embedder`);
  }

  return {
    async run(sequences) {
      const { [output]: result } = await session.run(feedsOf(sequences, session.inputNames), [output]);
      if (!(result?.data instanceof Float32Array)) throw new Error(`its ${output} is not of 32-bit floats`);
      const { data } = result;
      const dimensions = result.dims.at(-1)!;
      const rowLength = data.length / sequences.length;
      return sequences.map((ids, i) => {
        const row = i * rowLength;
        if (output === SENTENCE_OUTPUT) return toUnitLength(data.slice(row, row + dimensions));
        return poolTokens(data.subarray(row, row + ids.length * dimensions), dimensions, pooling);
      });
    },
  };
}

/** What the model reads: the ids, which of them are no padding, and that all are of one text. */
function feedsOf(sequences: readonly (readonly number[])[], inputNames: readonly string[]): Record<string, Tensor> {
  const width = Math.max(...sequences.map((ids) => ids.length));
  const shape = [sequences.length, width];
  const ids = new BigInt64Array(sequences.length * width);
  const mask = new BigInt64Array(ids.length);
  sequences.forEach((sequence, row) => {
    sequence.forEach((id, i) => (ids[row * width + i] = BigInt(id)));
    mask.fill(1n, row * width, row * width + sequence.length);
  });
  const inputs: Readonly<Record<string, BigInt64Array>> = {
    input_ids: ids,
    attention_mask: mask,
    token_type_ids: new BigInt64Array(ids.length),
  };
  return Object.fromEntries(inputNames.map((name) => [name, new Tensor('int64', inputs[name]!, shape)]));
}
