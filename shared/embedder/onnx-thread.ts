import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import type { Embedded } from './embedder.ts';
import type { EmbedderFolder } from './embedder-folder.ts';
import { type EmbeddingSteps, embedTexts } from './embed-texts.ts';
import type { ThreadCall, ThreadLoad, ThreadReply } from '../onnx/model-thread.ts';
import { throughGate } from '../onnx/native-gate.ts';
import type { EmbedderWork } from './onnx.ts';
import { type EmbeddingSession, openEmbeddingSession } from './onnx-session.ts';
import { openTokens } from './tokens.ts';

/** The thread that onnx.ts starts. It owns the model and its tokenizer, and reads its messages between two runs. */

// Calls by id, in order of arrival. The oldest query is served first; passages follow when no query waits.
const waiting = { query: new Map<number, EmbeddingSteps>(), passage: new Map<number, EmbeddingSteps>() };
let isWorking = false;

// Sound: ModelThread in model-thread.ts starts this file as a thread and passes a ThreadLoad.
await serve(workerData as ThreadLoad<EmbedderFolder>, parentPort!);

async function serve({ model, threads, gate }: ThreadLoad<EmbedderFolder>, port: MessagePort): Promise<void> {
  try {
    const encode = openTokens(model);
    const opened = await throughGate(gate, () => openEmbeddingSession(model.modelFile, model.pooling, threads));
    const session: EmbeddingSession = { run: (sequences) => throughGate(gate, () => opened.run(sequences)) };
    port.on('message', (call: ThreadCall<EmbedderWork>) => {
      if ('abort' in call) drop(call.abort);
      else waiting[call.work.kind].set(call.id, embedTexts(encode, session, call.work.texts, call.work.kind));
      void work(port);
    });
  } catch (error) {
    port.postMessage({ unusable: messageOf(error) } satisfies ThreadReply<Embedded>);
  }
}

async function work(port: MessagePort): Promise<void> {
  if (isWorking) return;
  isWorking = true;
  for (let next = findNext(); next !== undefined; next = findNext()) await step(port, ...next);
  isWorking = false;
}

function findNext(): [number, EmbeddingSteps] | undefined {
  return waiting.query.entries().next().value ?? waiting.passage.entries().next().value;
}

async function step(port: MessagePort, id: number, steps: EmbeddingSteps): Promise<void> {
  try {
    const { done, value } = await steps.next();
    if (!done) return;
    port.postMessage(
      { id, result: value } satisfies ThreadReply<Embedded>,
      // Sound: pooling.ts allocates every vector itself, never over shared memory.
      value.vectors.map(({ buffer }) => buffer as ArrayBuffer),
    );
  } catch (error) {
    port.postMessage({ id, fault: messageOf(error) } satisfies ThreadReply<Embedded>);
  }
  drop(id);
}

function drop(id: number): void {
  waiting.query.delete(id);
  waiting.passage.delete(id);
}
