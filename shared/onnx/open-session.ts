import { InferenceSession } from 'onnxruntime-node';
import { messageOf } from '../errors.ts';

const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids'];

/**
 * Loads a model that reads the tokens of texts into the calling thread.
 * @param file the ONNX file.
 * @param threads number of threads to compute with.
 * @throws Error when the runtime refuses the file, or the model requires another input.
 */
export async function openSession(file: string, threads: number): Promise<InferenceSession> {
  // By default, threads wait for work in a busy loop, which takes processor time away from a Llama on the same machine.
  // Without it, two threads on a busy machine finished in half the time and with half the processor time.
  const noSpinning = { allow_spinning: '0' };
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    extra: { session: { intra_op: noSpinning, inter_op: noSpinning } },
  }).catch((error: unknown) => {
    throw new Error(`its ONNX file is cut short, damaged or too new (${messageOf(error)})`, { cause: error });
  });
  const unknown = session.inputNames.find((name) => !INPUTS.includes(name));
  if (unknown !== undefined) throw new Error(`it requires the input ${unknown}, which models for text do not have`);
  return session;
}
