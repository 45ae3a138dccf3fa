import { describe, expect, test } from 'vitest';
import { numberFinder } from './numbers-in-text.ts';

const NUMBER = { value: 13, isOrdinal: false, unit: null };
const ORDINAL = { ...NUMBER, isOrdinal: true };
const ARTICLE = { ...NUMBER, unit: 'artigo' };

describe('a number is found', () => {
  test.each([
    ['by itself', NUMBER, 'contrato 13'],
    ['with leading zeros', NUMBER, 'lote nº 013'],
    ['in words', { ...NUMBER, value: 21 }, 'vinte e um lotes'],
    ['as an ordinal', ORDINAL, 'o 13º salário'],
    ['as an ordinal of the other gender', ORDINAL, 'a 13ª parcela'],
    ['as an ordinal in words', ORDINAL, 'o décimo terceiro'],
    ['as an English ordinal', ORDINAL, 'the 13th floor'],
    ['after its unit', ARTICLE, 'Art. 13. É vedado'],
    ['after its unit in full', ARTICLE, 'o artigo 13 veda'],
    ['after nº', ARTICLE, 'artigo nº 13'],
    ['as an ordinal of its unit', ARTICLE, 'art. 13º'],
    ['in Roman numerals', { ...NUMBER, value: 49, unit: 'capitulo' }, 'CAPÍTULO XLIX'],
    ['at the start of a line, without its unit', ARTICLE, 'Anexos\n## 13. Tanque'],
  ])('%s', (_, wanted, text) => {
    expect(numberFinder(wanted)(text)).toBe(true);
  });
});

describe('a number is not found', () => {
  test.each([
    ['within another', NUMBER, 'contrato 131, R$ 1.500,13 e 13,5 kg'],
    ['as a cardinal, if it is an ordinal', ORDINAL, 'de 13 a 17 de abril, treze dias'],
    ['as the tail of an ordinal', { ...ORDINAL, value: 3 }, 'o décimo terceiro'],
    ['after another unit', ARTICLE, 'cláusula 13'],
    ['before its unit', ARTICLE, '13 artigos'],
    ['as the start of another number', ARTICLE, 'art. 135 e art. 13.4'],
    ['as the start of other Roman numerals', { ...NUMBER, value: 4, unit: 'capitulo' }, 'Capítulo IVX'],
    ['in a word that ends like the unit', ARTICLE, 'smart 13'],
  ])('%s', (_, wanted, text) => {
    expect(numberFinder(wanted)(text)).toBe(false);
  });
});
