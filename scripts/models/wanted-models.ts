import type { Config } from '#shared/config.ts';
import { installedEmbedders } from '#shared/embedder/choose-embedder.ts';
import { DEFAULT_EMBEDDER, type Model } from '#shared/models/catalogue.ts';
import { findModel } from '#shared/models/find-model.ts';
import { isPresent } from '#shared/models/model-path.ts';

/** A model that the settings ask for and that is not here. */
export interface WantedModel {
  readonly model: Model;
  /** Such as `ASKBOX_EMBEDDER=auto`. */
  readonly setting: string;
}

type Wishes = Pick<Config, 'embedder' | 'reranker' | 'modelUri' | 'modelsDir'>;

/** Each may be pulled unasked: the default's licence allows it, and who names another one has chosen it. */
export function wantedModels({ embedder, reranker, modelUri, modelsDir }: Wishes): readonly WantedModel[] {
  const named = [
    ...(embedder === 'auto' ? [] : [{ model: findModel(embedder), setting: `ASKBOX_EMBEDDER=${embedder}` }]),
    { model: findModel(reranker), setting: `ASKBOX_RERANKER=${reranker}` },
    ...(modelUri === null ? [] : [{ model: findModel(modelUri), setting: `ASKBOX_MODEL=${modelUri}` }]),
  ].flatMap(({ model, setting }) => (model === undefined ? [] : { model, setting }));
  // `auto` is content with any embedder that is here: another one would embed everything again.
  const isContent = embedder !== 'auto' || installedEmbedders(modelsDir).length > 0;
  const automatic = isContent ? [] : [{ model: DEFAULT_EMBEDDER, setting: 'ASKBOX_EMBEDDER=auto' }];
  return [...automatic, ...named].filter(({ model }) => !isPresent(modelsDir, model));
}
