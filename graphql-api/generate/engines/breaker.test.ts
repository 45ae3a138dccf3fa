import { beforeEach, expect, test } from 'vitest';
import { createBreaker, type Breaker } from './breaker.ts';
import { GeneratorError, type GeneratorErrorCode } from '../generator-error.ts';

let nowMs: number;
let breaker: Breaker;
beforeEach(() => {
  nowMs = 0;
  breaker = createBreaker(() => nowMs);
});

function fail(code: GeneratorErrorCode, isRetryable: boolean): void {
  breaker.begin().failed(new GeneratorError(code, 'the reason', { isRetryable }));
}

test('two failures in a row that may pass leave the engine out for 60 s; the one after that, at once again', () => {
  fail('MODEL_TIMEOUT', true);
  expect(breaker.passedOverBecause()).toBeNull();
  fail('ENDPOINT_UNREACHABLE', true);
  expect(breaker.passedOverBecause()).toBe('passed over for 60 s after 2 failures in a row: the reason');
  nowMs = 59_999;
  expect(breaker.passedOverBecause()).toMatch(/^passed over for 1 s/);
  nowMs = 60_000;
  expect(breaker.passedOverBecause()).toBeNull();
  fail('MODEL_TIMEOUT', true);
  expect(breaker.passedOverBecause()).toMatch(/^passed over for 60 s after 3 failures/);
});

test('an answer in between begins the count anew', () => {
  fail('MODEL_TIMEOUT', true);
  breaker.begin().finished();
  expect(breaker.lastFailure()).toBeNull();
  fail('MODEL_TIMEOUT', true);
  expect(breaker.passedOverBecause()).toBeNull();
});

test('answers that were under way together fail of one cause', () => {
  const attempts = Array.from({ length: 4 }, () => breaker.begin());
  for (const attempt of attempts) attempt.failed(new GeneratorError('MODEL_TIMEOUT', 'late'));
  expect(breaker.passedOverBecause()).toBeNull();
  fail('MODEL_TIMEOUT', true);
  expect(breaker.passedOverBecause()).not.toBeNull();
});

test('a refusal is remembered but costs nobody time; a question too long says nothing about the engine', () => {
  for (let n = 0; n < 3; n++) fail('PROMPT_TOO_LONG', false);
  expect(breaker.lastFailure()).toBeNull();
  for (let n = 0; n < 3; n++) fail('MODEL_UNAVAILABLE', false);
  expect([breaker.lastFailure(), breaker.passedOverBecause()]).toEqual(['the reason', null]);
});
