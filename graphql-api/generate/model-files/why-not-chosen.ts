import path from 'node:path';
import {
  needsMore,
  roomForNext,
  whyNotAuto,
  type Candidates,
  type ChoiceConfig,
  type ChosenModel,
} from './choose-model.ts';
import { isBase } from './fitness.ts';
import type { ModelFile } from './model-file.ts';

/**
 * Returns why a model file was not chosen, and what to do, as `chooseModel` decides.
 * @param best what was chosen instead; null for nothing. @param candidates what is known of the files now.
 */
export function whyNotChosen(
  file: ModelFile,
  best: ChosenModel | null,
  config: ChoiceConfig,
  candidates: Candidates,
): string {
  const { model } = config;
  const toUseIt = `set ASKBOX_MODEL to ${file.file} to use it`;
  if (model === 'none') return `no model is wanted (ASKBOX_MODEL=none); ${toUseIt}`;
  if (model !== 'auto') return `ASKBOX_MODEL names another one, ${path.basename(model)}; ${toUseIt}`;
  if (candidates.files.every(({ stamp }) => stamp !== file.stamp))
    return 'it has just appeared; it is loaded once it stops changing';
  const header = candidates.headerOf(file);
  const reason = header === undefined ? null : whyNotAuto(header);
  if (reason !== null) return reason;
  if (candidates.isUnusable(file))
    return 'it could not be loaded, for the reason in the log; replace the file, or use another model';
  const isLargest = best === null || file.sizeBytes >= best.sizeBytes;
  if (isLargest && header?.shape) {
    if (best !== null && isBase(header.shape, file.file) && (best.shape === null || !isBase(best.shape, best.file)))
      return `it is a base model, which only continues texts; ${toUseIt} anyway`;
    const need = needsMore(header.shape, roomForNext(config, candidates), config);
    return `it ${need}; lower ASKBOX_CONTEXT or ASKBOX_SEQUENCES, or ${toUseIt} anyway`;
  }
  if (best === null) return 'it was not looked at yet';
  return `${path.basename(best.file)} is larger and fits, and only one is loaded at a time; ${toUseIt}`;
}
