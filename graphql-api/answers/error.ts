import { randomUUID } from 'node:crypto';
import { messageOf, StoreError, type StoreErrorCode } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { AnswerError, BrokenStoreCode } from './state.ts';
import { GeneratorError } from '../generate/generator-error.ts';

/**
 * Turns whatever the flow threw into the error that the answer's readers see, and logs it. An unexpected error is
 * reduced to an id; the log has the rest under that id.
 */
export function answerErrorOf(error: unknown, answerId: string, log: Log): AnswerError {
  if (error instanceof StoreError && error.code === 'STORE_UNAVAILABLE') {
    log.warn({ answer: answerId, err: error }, 'store unavailable');
    return { code: error.code, message: messageOf(error), retryable: true };
  }
  if (error instanceof StoreError && isBroken(error.code)) {
    log.error({ answer: answerId, err: error }, 'store unusable');
    return { code: error.code, message: messageOf(error), retryable: false };
  }
  if (error instanceof GeneratorError) {
    log.warn({ answer: answerId, err: error }, 'no engine answered');
    const code = error.code === 'MODEL_TIMEOUT' ? error.code : 'MODEL_UNAVAILABLE';
    return { code, message: messageOf(error), retryable: error.isRetryable };
  }
  return { code: 'INTERNAL', message: faultMessage(error, { answer: answerId }, log), retryable: true };
}

function isBroken(code: StoreErrorCode): code is BrokenStoreCode {
  return ['STORE_DAMAGED', 'STORE_FOREIGN', 'STORE_REFUSED', 'STORE_UNSUPPORTED'].includes(code);
}

/**
 * Logs an unexpected error under a new id, and returns a message for clients that contains only that id.
 * @param where additional log fields.
 */
export function faultMessage(error: unknown, where: Readonly<Record<string, unknown>>, log: Log): string {
  const id = randomUUID().slice(0, 8);
  log.error({ ...where, id, err: error }, 'fault');
  return `something went wrong in askbox (${id}); look for this id in the log of the API`;
}
