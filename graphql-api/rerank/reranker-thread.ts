import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ThreadCall, ThreadLoad, ThreadReply } from '#shared/onnx/model-thread.ts';
import { throughGate } from '#shared/onnx/native-gate.ts';
import { messageOf } from '#shared/errors.ts';
import type { Pair } from './onnx-reranker.ts';
import { openPairSession } from './pair-session.ts';
import { openPairTokens } from './pair-tokens.ts';
import type { RerankerFolder } from './reranker-folder.ts';

/**
 * The thread that onnx-reranker.ts starts: it owns the model and its tokenizer, and reads its messages between two
 * pairs.
 */

/** Pairs that have not been scored yet, by the id of their call. */
const waiting = new Map<number, Pair>();
/**
 * Resolves when the last pair has been scored. Pairs are scored in turn: the gate records only one call as inside the
 * runtime.
 */
let turn = Promise.resolve();

// ModelThread, which onnx-reranker.ts uses, starts this file as a thread and passes a ThreadLoad as its workerData.
// In a thread parentPort is never null.
await serve(workerData as ThreadLoad<RerankerFolder>, parentPort!);

async function serve({ model, threads, gate }: ThreadLoad<RerankerFolder>, port: MessagePort): Promise<void> {
  const say = (reply: ThreadReply<number>): void => port.postMessage(reply);
  try {
    const encode = openPairTokens(model.folder, model.windowTokens);
    const session = await throughGate(gate, () => openPairSession(model.modelFile, threads));
    const answer = async (id: number): Promise<void> => {
      const pair = waiting.get(id);
      if (pair === undefined) return;
      waiting.delete(id);
      try {
        const tokens = encode(pair.question, pair.passage);
        say({ id, result: await throughGate(gate, () => session.score(tokens)) });
      } catch (error) {
        say({ id, fault: messageOf(error) });
      }
    };
    port.on('message', (call: ThreadCall<Pair>) => {
      if ('abort' in call) {
        waiting.delete(call.abort);
        return;
      }
      waiting.set(call.id, call.work);
      turn = turn.then(() => answer(call.id));
    });
  } catch (error) {
    say({ unusable: messageOf(error) });
  }
}
