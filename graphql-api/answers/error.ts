import { randomUUID } from 'node:crypto';
import { messageOf, StoreError } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { AnswerError } from './state.ts';
import { GeneratorError } from '../generate/generator-error.ts';

/** What the reader of an answer is told of its failure. What nobody expected becomes an id that is in the log. */
export function answerErrorOf(error: unknown, answerId: string, log: Log): AnswerError {
  if (error instanceof StoreError && error.code === 'STORE_UNAVAILABLE') {
    log.warn({ answer: answerId, err: error }, 'store unavailable');
    return { code: error.code, message: messageOf(error), retryable: true };
  }
  if (error instanceof GeneratorError) {
    log.warn({ answer: answerId, err: error }, 'no engine answered');
    const code = error.code === 'MODEL_TIMEOUT' ? error.code : 'MODEL_UNAVAILABLE';
    return { code, message: messageOf(error), retryable: error.isRetryable };
  }
  return { code: 'INTERNAL', message: faultMessage(error, { answer: answerId }, log), retryable: true };
}

/** Logs a fault of ours under an id, and gives the sentence that may go out: the id and nothing else of it. */
export function faultMessage(error: unknown, where: Readonly<Record<string, unknown>>, log: Log): string {
  const id = randomUUID().slice(0, 8);
  log.error({ ...where, id, err: error }, 'fault');
  return `something went wrong (${id}); the log says more under this id`;
}
