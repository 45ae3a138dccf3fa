import { AskboxError } from '../errors.ts';

export type ModelErrorCode =
  /** It is not on this machine. */
  | 'MODEL_MISSING'
  /** Its files cannot be used: of another layout, cut short, or refused by the runtime. */
  | 'MODEL_UNUSABLE'
  /** It could not be pulled; retryable when the hub or the network may heal. */
  | 'MODEL_NOT_PULLED';

/** What kept a model from being fetched or loaded; names the model and the next step. */
export class ModelError extends AskboxError {
  override readonly name = 'ModelError';
  declare readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options: { isRetryable?: boolean; cause?: unknown } = {}) {
    super(code, message, options);
  }
}
