import { AskboxError } from '#shared/errors.ts';

/** Why a generator failed; docs/errors.md lists the codes. */
export type GeneratorErrorCode =
  /** The model cannot answer: its file is unusable, its process ended, or the endpoint refused or did not finish. */
  | 'MODEL_UNAVAILABLE'
  /** No connection to the endpoint came about, so nothing has been sent. */
  | 'ENDPOINT_UNREACHABLE'
  /** The question, the best passage and the answer together do not fit into the context. */
  | 'PROMPT_TOO_LONG'
  /** The model made no progress, or produced no word, for too long. */
  | 'MODEL_TIMEOUT'
  /** The model wrote nothing that is an answer: no word, thoughts only, or its own instructions. */
  | 'EMPTY_ANSWER';

/** Thrown when a generator cannot write or finish an answer. By default only MODEL_TIMEOUT is retryable. */
export class GeneratorError extends AskboxError {
  override readonly name = 'GeneratorError';
  declare readonly code: GeneratorErrorCode;

  constructor(code: GeneratorErrorCode, message: string, options: { isRetryable?: boolean; cause?: unknown } = {}) {
    super(code, message, { isRetryable: code === 'MODEL_TIMEOUT', ...options });
  }
}
