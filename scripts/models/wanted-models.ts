import type { Config } from '#shared/config.ts';
import { installedEmbedders } from '#shared/embedder/choose-embedder.ts';
import { DEFAULT_EMBEDDER, type Model } from '#shared/models/catalogue.ts';
import { findModel } from '#shared/models/find-model.ts';
import { isPresent } from '#shared/models/model-path.ts';

/** A model that the settings ask for and that is not on this machine. */
export interface WantedModel {
  readonly model: Model;
  /** The setting that asks for it, such as `ASKBOX_EMBEDDER=auto`. */
  readonly setting: string;
}

type Wishes = Pick<Config, 'embedder' | 'reranker' | 'modelUri' | 'modelsDir'>;

/**
 * Returns the models to pull. No confirmation is needed: the licence of the default model allows it, and another one
 * was named in the settings.
 */
export function wantedModels({ embedder, reranker, modelUri, modelsDir }: Wishes): readonly WantedModel[] {
  const named = [
    ...(embedder === 'auto' ? [] : [{ model: findModel(embedder), setting: `ASKBOX_EMBEDDER=${embedder}` }]),
    { model: findModel(reranker), setting: `ASKBOX_RERANKER=${reranker}` },
    ...(modelUri === null ? [] : [{ model: findModel(modelUri), setting: `ASKBOX_MODEL=${modelUri}` }]),
  ].flatMap(({ model, setting }) => (model === undefined ? [] : { model, setting }));
  // `auto` accepts any embedder that is here; pulling another one would embed everything again.
  const hasEmbedder = embedder !== 'auto' || installedEmbedders(modelsDir).length > 0;
  const automatic = hasEmbedder ? [] : [{ model: DEFAULT_EMBEDDER, setting: 'ASKBOX_EMBEDDER=auto' }];
  return [...automatic, ...named].filter(({ model }) => !isPresent(modelsDir, model));
}
