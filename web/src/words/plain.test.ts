import { expect, test } from 'vitest';
import { inSentence, plain } from './plain.ts';

test('nothing of a name turns the text around it', () => {
  expect(plain('fatura\u202Efdp.exe')).toBe('faturafdp.exe');
  expect(plain('\u2067a\u2069\u2069\u200Fb\u061C')).toBe('ab');
  expect(plain('duas\nlinhas\t\u0000')).toBe('duas linhas ');
  expect(plain('Férias 2026 – 日本.pdf')).toBe('Férias 2026 – 日本.pdf');
});

test('a name from right to left stays by itself in a sentence', () => {
  expect(inSentence('عقد.pdf')).toBe('\u2068عقد.pdf\u2069');
  expect(inSentence('\u202Eעברית')).toBe('\u2068עברית\u2069');
  expect(inSentence('Férias.pdf')).toBe('Férias.pdf');
});
