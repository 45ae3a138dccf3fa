import { expect, test } from 'vitest';
import { openLastWords } from './last-words.ts';

test('lines are put together from pieces, also one that was never finished', () => {
  const words = openLastWords();
  words.note('ggml-cu');
  words.note('da.cu:98: CUDA error\nnext');
  words.noteLine('  from the log ');
  expect(words.lines()).toEqual(['ggml-cuda.cu:98: CUDA error', 'from the log', 'next']);
});

test('the cause is what names an error, without stack frames and what a debugger says', () => {
  const words = openLastWords();
  words.note(`loading
CUDA error: the provided PTX was compiled with an unsupported toolchain.
  current device: 0, in function ggml_cuda_mul_mat_q at mmq.cu:128
/app/libggml-base.so(ggml_abort+0x152)[0x7f21]
#4  0x00007f in ggml_cuda_error () from libggml-cuda.so
[New LWP 1234]
ptrace: Operation not permitted, which is an error
`);
  expect(words.cause()).toBe('CUDA error: the provided PTX was compiled with an unsupported toolchain.');
  expect(openLastWords().cause()).toBeNull();
});

test('neither many lines nor long ones grow it, and the latest stay', () => {
  const words = openLastWords();
  for (let line = 1; line <= 41; line++) words.noteLine(`error ${line}`);
  expect(words.lines()).toHaveLength(40);
  expect(words.lines()[0]).toBe('error 2');
  expect(words.cause()).toBe('error 39; error 40; error 41');
  words.note('x'.repeat(301));
  words.note('y');
  words.noteLine('z'.repeat(301));
  expect(words.lines().slice(-2)).toEqual(['z'.repeat(300), 'x'.repeat(300)]);
});
