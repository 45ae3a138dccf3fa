// Folded. "um", "uma" and "one" count only inside a longer number, since they are mostly articles and pronouns.
const ARTICLES: readonly string[] = ['um', 'uma', 'one'];
const UNITS = words(
  'um 1 uma 1 one 1 dois 2 duas 2 two 2 tres 3 three 3 quatro 4 four 4 cinco 5 five 5 seis 6 six 6 sete 7 seven 7 oito 8 ' +
    'eight 8 nove 9 nine 9',
);
const TEENS = words(
  'dez 10 ten 10 onze 11 eleven 11 doze 12 twelve 12 treze 13 thirteen 13 quatorze 14 catorze 14 fourteen 14 quinze 15 ' +
    'fifteen 15 dezesseis 16 sixteen 16 dezessete 17 seventeen 17 dezoito 18 eighteen 18 dezenove 19 nineteen 19',
);
const TENS = words(
  'vinte 20 twenty 20 trinta 30 thirty 30 quarenta 40 forty 40 cinquenta 50 fifty 50 sessenta 60 sixty 60 setenta 70 ' +
    'seventy 70 oitenta 80 eighty 80 noventa 90 ninety 90',
);
const HUNDREDS = words(
  'cem 100 cento 100 duzentos 200 duzentas 200 trezentos 300 trezentas 300 quatrocentos 400 quatrocentas 400 ' +
    'quinhentos 500 quinhentas 500 seiscentos 600 seiscentas 600 setecentos 700 setecentas 700 oitocentos 800 ' +
    'oitocentas 800 novecentos 900 novecentas 900',
);
const SCALES = words('mil 1000 thousand 1000 milhao 1000000 milhoes 1000000 million 1000000');
const ORDINAL_UNITS = words(
  'primeiro 1 primeira 1 first 1 segundo 2 segunda 2 second 2 terceiro 3 terceira 3 third 3 quarto 4 quarta 4 fourth 4 ' +
    'quinto 5 quinta 5 fifth 5 sexto 6 sexta 6 sixth 6 setimo 7 setima 7 seventh 7 oitavo 8 oitava 8 eighth 8 nono 9 ' +
    'nona 9 ninth 9',
);
const ORDINAL_TENS = words(
  'decimo 10 decima 10 tenth 10 vigesimo 20 vigesima 20 twentieth 20 trigesimo 30 trigesima 30 thirtieth 30 ' +
    'quadragesimo 40 quadragesima 40 fortieth 40 quinquagesimo 50 quinquagesima 50 fiftieth 50',
);
const CONNECTORS: readonly string[] = ['e', 'and'];

/** Every word of a number of one word with its number; a number has its words in both languages, ordinals last. */
const ONE_WORD: ReadonlyMap<string, number> = new Map(
  [UNITS, TEENS, TENS, HUNDREDS, SCALES, ORDINAL_UNITS, ORDINAL_TENS].flatMap((list) => [...list]),
);
const WORDS_OF: ReadonlyMap<number, readonly string[]> = new Map(
  [...Map.groupBy(ONE_WORD, ([, number]) => number)].map(([number, list]) => [
    number,
    list.map(([word]) => word).filter((word) => !ARTICLES.includes(word)),
  ]),
);

/** A number written out in words. */
export interface NumberInWords {
  readonly value: number;
  /** How many words it takes, connectors included. */
  readonly wordCount: number;
  /** Whether its last word is an ordinal: décimo terceiro, twenty-first. */
  readonly isOrdinal: boolean;
}

/**
 * Returns the number of at least two words that begins at a place in a text: mil e quinhentos, twenty-one, décimo
 * terceiro; null if none does.
 * @param words folded, with stop words.
 */
export function numberInWords(words: readonly string[], at: number): NumberInWords | null {
  if (!ONE_WORD.has(words[at]!)) return null;
  let total = 0;
  let group = 0;
  // What the next word must be smaller than, so that "dois, três" is two numbers.
  let limit = Infinity;
  let scaleLimit = Infinity;
  let end = at;
  let numberCount = 0;
  let isOrdinal = false;
  for (let next = at; next < words.length; next++) {
    const word = words[next]!;
    if (numberCount > 0 && CONNECTORS.includes(word)) continue;
    const scale = SCALES.get(word);
    const value = UNITS.get(word) ?? TEENS.get(word) ?? TENS.get(word) ?? HUNDREDS.get(word);
    const ordinal = numberCount === 0 ? ORDINAL_TENS.get(word) : ORDINAL_UNITS.get(word);
    if (scale !== undefined && scale < scaleLimit) {
      total += Math.max(1, group) * scale;
      group = 0;
      limit = Infinity;
      scaleLimit = scale;
    } else if (word === 'hundred' && group > 0 && group < 10) {
      group *= 100;
      limit = 100;
    } else if (value !== undefined && value < limit) {
      group += value;
      limit = value >= 100 ? 100 : value >= 20 ? 10 : 0;
    } else if (ordinal !== undefined && ordinal < limit) {
      group += ordinal;
      limit = ordinal >= 10 ? 10 : 0;
    } else {
      break;
    }
    isOrdinal = value === undefined && ordinal !== undefined;
    numberCount++;
    end = next + 1;
  }
  return numberCount < 2 ? null : { value: total + group, wordCount: end - at, isOrdinal };
}

/** Returns the number that a single word is, cardinal or ordinal; undefined for "um", "uma", "one" and other words. */
export function numberOfWord(word: string): number | undefined {
  return ARTICLES.includes(word) ? undefined : ONE_WORD.get(word);
}

/** Returns the single words that a number may be written as, cardinals and ordinals, in both languages; often none. */
export function wordsOfNumber(number: number): readonly string[] {
  return WORDS_OF.get(number) ?? [];
}

function words(list: string): ReadonlyMap<string, number> {
  const parts = list.split(' ');
  return new Map(parts.flatMap((word, at) => (at % 2 === 0 ? [[word, Number(parts[at + 1])]] : [])));
}
