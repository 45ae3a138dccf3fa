import { AskboxError } from '../errors.ts';

/** Why a model cannot be used; the codes are in docs/errors.md. */
export type ModelErrorCode =
  /** The model is not on this machine. */
  | 'MODEL_MISSING'
  /** Its files have another layout, are truncated, or are rejected by the runtime. */
  | 'MODEL_UNUSABLE'
  /** It could not be pulled; retryable when the hub or the network may recover. */
  | 'MODEL_NOT_PULLED';

/** A model could not be pulled, imported or loaded; the message names the model and the next step. */
export class ModelError extends AskboxError {
  override readonly name = 'ModelError';
  declare readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options: { isRetryable?: boolean; cause?: unknown } = {}) {
    super(code, message, options);
  }
}
