import { expect, test } from 'vitest';
import { isGlyphCodes, withoutGlyphCodes } from './glyphs.ts';

test.each([
  ['liquefa\u0001\u0002o', 'liquefa\uFFFD\uFFFDo'],
  ['\uF0B7', '•'],
  ['\u0003', ''],
  ['a\tb', 'a\tb'],
  ['Ação nº 5 – «§ 2º»', 'Ação nº 5 – «§ 2º»'],
])('reads %j as %j', (str, text) => {
  expect(withoutGlyphCodes(str)).toBe(text);
});

const PORTUGUESE = 'O prazo de entrega é de trinta dias corridos a contar da assinatura do contrato. '.repeat(4);

test('recognizes codes of glyphs, by a fixed step from the letters or by signs', () => {
  const shifted = PORTUGUESE.replaceAll(/\S/gu, (char) => String.fromCodePoint(char.codePointAt(0)! - 29));
  expect(isGlyphCodes(shifted)).toBe(true);
  expect(isGlyphCodes('Îãëàâëåíèå')).toBe(true);
  expect(isGlyphCodes('´¿¢√°¡¢ ¿º˜ ´’«¢¬')).toBe(true);
});

test.each([
  ['prose', PORTUGUESE],
  ['figures', '12.345,67 '.repeat(50)],
  ['formulas', 'f(x) ≤ ∑ aᵢxᵢ para x ≥ 0'],
  ['a table of prices', '± 5 % R$ 2.000,00 '.repeat(30)],
  ['another script', 'Договор аренды жилого помещения. '.repeat(10)],
  ['capitals', 'CONTRATO DE LOCAÇÃO RESIDENCIAL '.repeat(10)],
])('does not take %s for codes', (_, text) => {
  expect(isGlyphCodes(text)).toBe(false);
});
