import { InferenceSession } from 'onnxruntime-node';
import { messageOf } from '../errors.ts';

const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids'];

/**
 * Loads a model of the tokens of texts into the calling thread.
 * @param threads to compute with. @throws when the runtime refuses the file, or the model wants another input.
 */
export async function openSession(file: string, threads: number): Promise<InferenceSession> {
  // A thread that waits for work in a busy loop takes the processor away from a Llama on the same machine: switched off,
  // two threads on a busy machine finished in half the time with half the processor time.
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
  if (unknown !== undefined) throw new Error(`it wants the input ${unknown}, which models of texts do not have`);
  return session;
}
