import { expect, test } from 'vitest';
import { endsInLoop } from './count-evidence.ts';

test.each([
  ['A multa é de 2%. A multa é de 2%. A multa é de 2%.', true],
  ['Não sei. O que fica? O que fica? O que fica? O q', true],
  [`${'x'.repeat(599)} `.repeat(4), true],
  [`${Array.from({ length: 601 }, (_, at) => String.fromCodePoint(0x4e00 + at)).join('')}`.repeat(3), false],
  ['A multa é de 2%. A multa é de 2%.', false],
  ['A multa é de 2%. O prazo é de 27 meses.', false],
  ['| --- | --- | --- |', false],
  ['', false],
])('whether %o ends in a loop: %s', (text, isLoop) => {
  expect(endsInLoop(text)).toBe(isLoop);
});
