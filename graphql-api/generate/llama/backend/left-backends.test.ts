import { expect, test } from 'vitest';
import { openLeftBackends, type Death } from './left-backends.ts';

const DEATH: Death = { backend: 'cuda', wasReady: false, deaths: 1, how: 'SIGABRT', hasHung: false, lastWords: null };

test('a backend on which a process dies before it is ready is left, with its last words', () => {
  const backends = openLeftBackends();
  expect(backends.judge({ ...DEATH, lastWords: 'CUDA error' })).toBe(true);
  expect(backends.judge({ ...DEATH, backend: 'vulkan' })).toBe(true);
  expect(backends.all).toEqual([
    { backend: 'cuda', reason: 'its process ended before the model was ready (SIGABRT): CUDA error' },
    { backend: 'vulkan', reason: 'its process ended before the model was ready (SIGABRT)' },
  ]);
});

test('there is nothing to leave on the CPU', () => {
  expect(openLeftBackends().judge({ ...DEATH, backend: null, deaths: 9 })).toBe(false);
});

test('a signal that somebody sent is not blamed on the backend', () => {
  const backends = openLeftBackends();
  expect(backends.judge({ ...DEATH, how: 'SIGKILL', deaths: 9 })).toBe(false);
  expect(backends.judge({ ...DEATH, how: 'SIGSEGV' })).toBe(true);
});

test('a process that was ready must die twice without an answer', () => {
  const backends = openLeftBackends();
  expect(backends.judge({ ...DEATH, wasReady: true })).toBe(false);
  expect(backends.judge({ ...DEATH, wasReady: true, deaths: 2 })).toBe(true);
});

test('a process that hung must do so twice', () => {
  const backends = openLeftBackends();
  expect(backends.judge({ ...DEATH, hasHung: true })).toBe(false);
  expect(backends.judge({ ...DEATH, hasHung: true, deaths: 2 })).toBe(true);
});

test('a backend that has written answers is left only when it does not become ready again, twice', () => {
  const backends = openLeftBackends();
  backends.prove('cuda');
  expect(backends.judge({ ...DEATH, wasReady: true, deaths: 9 })).toBe(false);
  expect(backends.judge(DEATH)).toBe(false);
  expect(backends.judge({ ...DEATH, backend: 'vulkan' })).toBe(true);
  expect(backends.judge({ ...DEATH, deaths: 2 })).toBe(true);
});
