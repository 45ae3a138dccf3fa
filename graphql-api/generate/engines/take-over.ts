import type { GeneratorModel } from '../generator.ts';
import type { FileFate } from '../model-files/model-file.ts';

/** What is known when the models folder has been checked. */
export interface Situation {
  /** The model in use; null if there is none. */
  readonly current: {
    readonly state: GeneratorModel['state'];
    /** Whether it cannot be loaded at all; a process that died may be started again. */
    readonly isDown: boolean;
    readonly file: FileFate;
    /** Whether the check before this one also missed the file. */
    readonly wasRemoved: boolean;
  } | null;
  /** The best file that is complete; null if there is none. */
  readonly best: {
    readonly isCurrent: boolean;
    /** Whether it is known that it cannot be loaded, and no other file fits. */
    readonly isUnusable: boolean;
    /** Whether there is memory for it beside the model in use. */
    readonly fitsBeside: boolean;
  } | null;
  /** Whether some file in the folder is not complete yet. */
  readonly isArriving: boolean;
  /** Whether no answer is being written, and none was for a while. */
  readonly isIdle: boolean;
}

/** What to do about the model in use. */
export type Step =
  | 'keep'
  /** Nothing yet: the model in use is still loading. */
  | 'wait'
  /** Nothing yet: the best file needs memory that the model in use has, and people are asking. */
  | 'wait until idle'
  /** Load the best file, and let the model in use answer until it is ready. */
  | 'load beside'
  /** Load the best file, and close the model in use if there is one: questions wait for the new one. */
  | 'load instead'
  | 'unload';

/**
 * Decides how the best file becomes the model in use. A model that answers is given up only for one that is ready, with
 * three exceptions: its file was written over, its file was removed and no other is here or on its way, or there is no
 * memory for both and nobody is asking.
 */
export function decideStep({ current, best, isArriving, isIdle }: Situation): Step {
  if (current === null) return best === null ? 'keep' : 'load instead';
  if (current.file === 'overwritten') return best === null ? 'unload' : 'load instead';
  // Twice, because a folder on a network may be away for a moment, and because people remove before they copy.
  const isGone = current.file === 'removed' && current.wasRemoved && !isArriving;
  if (best === null) return isGone ? 'unload' : 'keep';
  if (best.isCurrent) return 'keep';
  if (current.isDown) return 'load instead';
  if (best.isUnusable) return isGone ? 'load instead' : 'keep';
  if (current.state === 'LOADING') return 'wait';
  if (best.fitsBeside) return 'load beside';
  return isIdle || current.state === 'FAILED' ? 'load instead' : 'wait until idle';
}
