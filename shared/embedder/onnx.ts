import type { Embedded, EmbeddedKind, Embedder } from './embedder.ts';
import type { EmbedderFolder } from './embedder-folder.ts';
import { ModelThread, unusableModel } from '../onnx/model-thread.ts';
import { makesVectorsOf } from './space-name.ts';

/** A call to the thread. */
export interface EmbedderWork {
  readonly texts: readonly string[];
  readonly kind: EmbeddedKind;
}

const THREAD_FILE = new URL('onnx-thread.ts', import.meta.url);

/**
 * Loads the model into its own thread, so that computing never blocks the caller's event loop.
 * @param threads number of threads to compute with.
 * @param signal stops the loading.
 * @throws ModelError MODEL_UNUSABLE when the runtime refuses the model, or its vectors do not have the expected length.
 */
export async function openOnnxEmbedder(
  model: EmbedderFolder,
  threads: number,
  signal?: AbortSignal,
): Promise<Embedder> {
  const thread = new ModelThread<EmbedderFolder, EmbedderWork, Embedded>(THREAD_FILE, model, threads);
  try {
    const { vectors } = await thread.ask({ texts: [''], kind: 'query' }, signal);
    const dimensions = vectors[0]!.length;
    if (model.dimensions !== null && model.dimensions !== dimensions) {
      throw unusableModel(model, `its vectors have ${dimensions} numbers and not ${model.dimensions}`);
    }
    return {
      model: model.name,
      space: { name: model.spaceName, dimensions },
      makesVectorsOf: (spaceName) => makesVectorsOf(model, spaceName),
      embed: (texts, kind, abort) => thread.ask({ texts, kind }, abort),
      [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
    };
  } catch (error) {
    await thread[Symbol.asyncDispose]();
    throw error;
  }
}
