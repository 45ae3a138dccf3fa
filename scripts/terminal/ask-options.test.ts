import { expect, test } from 'vitest';
import { readAskOptions } from './ask-options.ts';

test('words are one question, and nothing else is said of where to look', () => {
  const plain = { input: {}, json: false, explain: false, thinking: false, help: false };
  expect(readAskOptions(['Qual', 'é o prazo?'])).toEqual({ ...plain, question: 'Qual é o prazo?' });
  expect(readAskOptions([])).toEqual({ ...plain, question: '' });
  expect(readAskOptions(['--thinking', 'x'])).toEqual({ ...plain, thinking: true, question: 'x' });
  expect(readAskOptions(['--', '--help'])).toEqual({ ...plain, question: '--help' });
});

test('folders, files and tags narrow the question', () => {
  const { input } = readAskOptions([
    '--in',
    './contratos/',
    '--in',
    'notas/a{1}.md',
    '--tag',
    'casa',
    '--tag',
    'lar',
    'x',
  ]);
  expect(input).toEqual({
    filter: {
      paths: ['contratos', 'contratos/**', String.raw`notas/a\{1\}.md`, String.raw`notas/a\{1\}.md/**`],
      tags: ['casa', 'lar'],
    },
  });
  expect(readAskOptions(['--in', '.', 'x']).input).toEqual({ filter: { paths: ['**'] } });
  expect(readAskOptions(['--model', 'quotes', 'x']).input).toEqual({ model: 'quotes' });
});

test.each([['--inn', 'x'], ['--in'], ['--json=yes', 'x'], ['-z']])('%s is an error with the usage', (...args) => {
  expect(() => readAskOptions(args)).toThrow(/^[^\n]*(?:--inn|--in|--json|-z)[^]*usage: npm run ask/);
});
