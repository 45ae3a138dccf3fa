import { AskboxError } from '#shared/errors.ts';

export type GeneratorErrorCode =
  /** No model answers: its file is unusable, its process ended, or the endpoint refused or broke off. */
  | 'MODEL_UNAVAILABLE'
  /** Nobody was there to take the request: nothing has been sent. */
  | 'ENDPOINT_UNREACHABLE'
  /** The question, the best passage and the answer do not fit into the context together. */
  | 'PROMPT_TOO_LONG'
  /** The model gave no sign of progress, or no word, for too long. */
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
