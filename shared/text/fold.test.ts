import { expect, it } from 'vitest';
import { fold } from './fold.ts';

it.each([
  ['Licitação', 'licitacao'],
  ['SA\u0303O', 'sao'],
  ['ﬁscal', 'fiscal'],
  ['m²', 'm2'],
  ['ＡＢＣ', 'abc'],
  ['İstanbul', 'istanbul'],
])('folds %s to %s', (text, folded) => {
  expect(fold(text)).toBe(folded);
});
