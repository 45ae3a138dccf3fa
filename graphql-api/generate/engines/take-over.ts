import type { GeneratorModel } from '../generator.ts';

/** What has become of the file of the model in use. */
export type FileFate =
  | 'same'
  /** It is no longer there. The process keeps what it has of it. */
  | 'removed'
  /** Another file has its path; the process keeps the old one. */
  | 'replaced'
  /** It was written over while the process reads it, so what the process computes means nothing any more. */
  | 'overwritten';

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
  /** The best file there is; null if there is none. */
  readonly best: {
    readonly isCurrent: boolean;
    /** Whether two checks in a row saw the same size and time. Otherwise it may be in the middle of being copied. */
    readonly isStable: boolean;
    /** Whether it could not be loaded before, and no other file fits. */
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
  /** Nothing yet: the best file has only just appeared, or the model in use is still loading. */
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
  if (current === null) {
    if (best === null) return 'keep';
    return best.isStable ? 'load instead' : 'wait';
  }
  if (current.file === 'overwritten') return best?.isStable === true && !best.isCurrent ? 'load instead' : 'unload';
  // Twice, because a folder on a network may be away for a moment, and because people remove before they copy.
  const isGone = current.file === 'removed' && current.wasRemoved && !isArriving;
  if (best === null) return isGone ? 'unload' : 'keep';
  if (best.isCurrent) return 'keep';
  if (!best.isStable) return 'wait';
  if (current.isDown) return 'load instead';
  if (best.isUnusable) return isGone ? 'load instead' : 'keep';
  if (current.state === 'LOADING') return 'wait';
  if (best.fitsBeside) return 'load beside';
  return isIdle || current.state === 'FAILED' ? 'load instead' : 'wait until idle';
}
