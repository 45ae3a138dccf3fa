import { expect, test } from 'vitest';
import { StoreError } from '#shared/errors.ts';
import { silentLog } from '#shared/log.ts';
import { answerErrorOf } from './error.ts';

test.each(['STORE_DAMAGED', 'STORE_FOREIGN', 'STORE_REFUSED', 'STORE_UNSUPPORTED'] as const)(
  'an answer says what to do about %s, and not to ask again',
  (code) => {
    const message = 'the store is damaged; stop askbox and delete it';
    expect(answerErrorOf(new StoreError(code, message), 'id', silentLog)).toEqual({ code, message, retryable: false });
  },
);

test('a store that is busy may be asked again; an unexpected failure shows only an id', () => {
  const busy = new StoreError('STORE_UNAVAILABLE', 'the store is locked; try again');
  expect(answerErrorOf(busy, 'id', silentLog)).toEqual({
    code: 'STORE_UNAVAILABLE',
    message: busy.message,
    retryable: true,
  });
  for (const fault of [new Error('password=hunter2'), new StoreError('SPACE_MISMATCH', 'hunter2')]) {
    const seen = answerErrorOf(fault, 'id', silentLog);
    expect(seen).toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('log of the API') });
    expect(seen.message).not.toContain('hunter2');
  }
});
