import { AskboxError } from '#shared/errors.ts';

export type GeneratorErrorCode =
  /** No model runs: its file is unusable, it is still loading, or its process ended. */
  | 'MODEL_UNAVAILABLE'
  /** The question, the best passage and the answer do not fit into the context together. */
  | 'PROMPT_TOO_LONG'
  /** The model gave no sign of progress for too long. */
  | 'MODEL_TIMEOUT'
  /** The model ended its answer before the first word. */
  | 'EMPTY_ANSWER';

/** What kept a generator from writing an answer, or from finishing it. */
export class GeneratorError extends AskboxError {
  override readonly name = 'GeneratorError';
  declare readonly code: GeneratorErrorCode;

  constructor(code: GeneratorErrorCode, message: string, options: { isRetryable?: boolean; cause?: unknown } = {}) {
    super(code, message, { isRetryable: code === 'MODEL_TIMEOUT', ...options });
  }
}
