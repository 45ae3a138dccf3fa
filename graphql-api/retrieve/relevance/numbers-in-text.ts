import { fold } from '#shared/text/fold.ts';
import { numberInWords } from '#shared/text/words/number-words.ts';

/** A number of a question that distinguishes one thing from others of its kind. */
export interface WantedNumber {
  readonly value: number;
  /** Whether it is asked for as an ordinal: "o 13º", "o décimo terceiro". */
  readonly isOrdinal: boolean;
  /** What it numbers, as in "artigo 15", in the singular and folded; null for anything else. */
  readonly unit: string | null;
}

/** Parts that laws, contracts and rules are numbered by, with what may be written in place of each. Folded. */
const UNITS: ReadonlyMap<string, string> = new Map(
  [
    'artigo artigos art arts article articles',
    'clausula clausulas cl clause clauses',
    'capitulo capitulos cap chapter chapters',
    'paragrafo paragrafos par paragraph paragraphs §',
    'secao secoes sec section sections',
    'inciso incisos inc',
    'anexo anexos annex appendix',
    'item itens',
  ].flatMap((line) => {
    const names = line.split(' ');
    return names.map((name) => [name, names.join('|')] as const);
  }),
);
const ROMAN = [
  ['c', 100],
  ['xc', 90],
  ['l', 50],
  ['xl', 40],
  ['x', 10],
  ['ix', 9],
  ['v', 5],
  ['iv', 4],
  ['i', 1],
] as const;

/** Returns the unit that a word of a question names, such as "art" of "art. 15"; null for any other word. @param word folded. */
export function unitOf(word: string): string | null {
  return UNITS.has(word) ? word : null;
}

/**
 * Returns a function that tells whether a text has the number by itself, in digits or in words: the 77 of "contrato 77" is not
 * that of R$ 1.500,77. An ordinal is held by an ordinal, "13º" or "décimo terceiro" but not "dia 13", and the number of a unit
 * by that unit: "Art. 15" or "Capítulo XV", but not "15 dias".
 */
export function numberFinder({ value, isOrdinal, unit }: WantedNumber): (text: string) => boolean {
  if (unit !== null) {
    const named = String.raw`(?<!\p{L})(?:${UNITS.get(unit) ?? unit})\.?\s{0,2}(?:n[o.]{0,2}\s)?(?:0*${value}(?!\d|[.,]\d)|${romanOf(value)}(?!\p{L}))`;
    // Of "## 2. Water tank" the unit is not named.
    const alone = String.raw`^[\s*_#>]*0*${value}(?:[.)](?!\d)|\s[–—-])`;
    const numbered = new RegExp(`${named}|${alone}`, 'mu');
    return (text) => numbered.test(fold(text));
  }
  const ending = isOrdinal ? String.raw`(?:[oa]|st|nd|rd|th)(?!\p{L})` : '';
  const digits = new RegExp(String.raw`(?<!\d|\d[.,])0*${value}(?!\d|[.,]\d)${ending}`, 'u');
  return (text) => {
    const folded = fold(text);
    return digits.test(folded) || isInWords(folded, value, isOrdinal);
  };
}

function isInWords(folded: string, value: number, isOrdinal: boolean): boolean {
  const words = folded.match(/\p{L}+/gu) ?? [];
  return words.some((_, at) => {
    const number = numberInWords(words, at);
    return number !== null && number.value === value && number.isOrdinal === isOrdinal;
  });
}

function romanOf(value: number): string {
  let [left, roman] = [value, ''];
  for (const [letters, worth] of ROMAN) {
    while (left >= worth) {
      roman += letters;
      left -= worth;
    }
  }
  return roman;
}
