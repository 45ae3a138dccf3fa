import { ModelThread } from '#shared/onnx/model-thread.ts';
import type { RerankerFolder } from './reranker-folder.ts';
import type { Reranker } from './reranker.ts';

/** What the thread is asked to score. */
export interface Pair {
  readonly question: string;
  readonly passage: string;
}

const THREAD_FILE = new URL('reranker-thread.ts', import.meta.url);

/**
 * Loads the model into a worker thread, so that its computing never blocks the caller's event loop.
 * @param threads number of threads to compute with.
 * @param signal aborts the loading.
 * @throws ModelError MODEL_UNUSABLE when the runtime rejects the model, or it is not a reranker.
 */
export async function openOnnxReranker(
  model: RerankerFolder,
  threads: number,
  signal?: AbortSignal,
): Promise<Reranker> {
  const thread = new ModelThread<RerankerFolder, Pair, number>(THREAD_FILE, model, threads);
  try {
    // Only scoring a pair shows whether the model returns one score for it.
    await thread.ask({ question: 'a', passage: 'b' }, signal);
    return {
      model: model.name,
      score: (question, passage, abort) => thread.ask({ question, passage }, abort),
      [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
    };
  } catch (error) {
    await thread[Symbol.asyncDispose]();
    throw error;
  }
}
