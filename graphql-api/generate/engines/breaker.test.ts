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

test('two temporary failures in a row skip the engine for 60 s; after that, a single one does', () => {
  fail('MODEL_TIMEOUT', true);
  expect(breaker.skippedBecause()).toBeNull();
  fail('ENDPOINT_UNREACHABLE', true);
  expect(breaker.skippedBecause()).toBe('skipped for 60 s after 2 failures in a row: the reason');
  nowMs = 59_999;
  expect(breaker.skippedBecause()).toMatch(/^skipped for 1 s/);
  nowMs = 60_000;
  expect(breaker.skippedBecause()).toBeNull();
  fail('MODEL_TIMEOUT', true);
  expect(breaker.skippedBecause()).toMatch(/^skipped for 60 s after 3 failures/);
});

test('an answer in between resets the count', () => {
  fail('MODEL_TIMEOUT', true);
  breaker.begin().finished();
  expect(breaker.lastFailure()).toBeNull();
  fail('MODEL_TIMEOUT', true);
  expect(breaker.skippedBecause()).toBeNull();
});

test('a temporary failure is forgotten after 60 s, and a refusal only when an answer succeeds', () => {
  fail('MODEL_TIMEOUT', true);
  nowMs = 59_999;
  expect(breaker.lastFailure()).toBe('the reason');
  nowMs = 60_000;
  expect(breaker.lastFailure()).toBeNull();
  fail('MODEL_UNAVAILABLE', false);
  nowMs = 3_600_000;
  expect(breaker.lastFailure()).toBe('the reason');
  breaker.begin().finished();
  expect(breaker.lastFailure()).toBeNull();
});

test('answers that were in progress together fail for one cause', () => {
  const attempts = Array.from({ length: 4 }, () => breaker.begin());
  for (const attempt of attempts) attempt.failed(new GeneratorError('MODEL_TIMEOUT', 'late'));
  expect(breaker.skippedBecause()).toBeNull();
  fail('MODEL_TIMEOUT', true);
  expect(breaker.skippedBecause()).not.toBeNull();
});

test('a refusal is remembered but does not skip the engine; a question that is too long says nothing about it', () => {
  for (let n = 0; n < 3; n++) fail('PROMPT_TOO_LONG', false);
  expect(breaker.lastFailure()).toBeNull();
  for (let n = 0; n < 3; n++) fail('MODEL_UNAVAILABLE', false);
  expect([breaker.lastFailure(), breaker.skippedBecause()]).toEqual(['the reason', null]);
});
