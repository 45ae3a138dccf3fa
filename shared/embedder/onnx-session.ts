import { Tensor } from 'onnxruntime-node';
import { openSession } from '../onnx/open-session.ts';
import { type Pooling, poolTokens, toUnitLength } from './pooling.ts';

/** An embedding model in the ONNX runtime. */
export interface EmbeddingSession {
  /**
   * Computes in the calling thread, whose event loop is blocked meanwhile.
   * @param sequences token ids of each text; shorter ones are padded.
   * @returns a vector of unit length for each sequence.
   * @throws Error when the output of the model is not a vector of numbers.
   */
  run(sequences: readonly (readonly number[])[]): Promise<Float32Array[]>;
}

// Preferred, because a model that pools by itself does it better than we could: some have layers after the mean.
const SENTENCE_OUTPUT = 'sentence_embedding';
const TOKEN_OUTPUTS = ['last_hidden_state', 'token_embeddings'];

/**
 * Loads an embedding model into the calling thread.
 * @param file the ONNX file.
 * @param threads number of threads to compute with.
 * @throws Error when the runtime refuses the file, or it is not an embedding model for text.
 */
export async function openEmbeddingSession(file: string, pooling: Pooling, threads: number): Promise<EmbeddingSession> {
  const session = await openSession(file, threads);
  const outputs = pooling === 'SENTENCE_OUTPUT' ? [SENTENCE_OUTPUT] : [SENTENCE_OUTPUT, ...TOKEN_OUTPUTS];
  const output = outputs.find((name) => session.outputNames.includes(name));
  if (output === undefined) {
    throw new Error(
      `its outputs are ${session.outputNames.join(', ')} and not ${outputs.join(' or ')}, so it is not an embedder`,
    );
  }

  return {
    async run(sequences) {
      const { [output]: result } = await session.run(feedsOf(sequences, session.inputNames), [output]);
      if (!(result?.data instanceof Float32Array))
        throw new Error(`its output ${output} is not an array of 32-bit floats`);
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

/**
 * Returns the inputs of the model: the ids, a mask that is 1 except at padding, and zeros as the type ids of a single
 * text.
 */
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
