import type { Language } from '#shared/text/language.ts';
import { stem } from '#shared/text/words/stem.ts';

/**
 * What makes a statement and a similar sentence say different things, though nearly all words are the same. Judged by
 * rules in Portuguese and English, on folded text.
 */

// "No" is missing: in Portuguese it is "in the".
const DENIALS = "nao|nunca|jamais|nem|nenhum|nenhuma|sem|not|never|cannot|nor|without|\\p{L}+n[’']t";
/** "Not only" denies nothing. */
const NOT_ONLY = String.raw`(?!\s+(?:so|somente|apenas|only|just)(?!\p{L}))`;
const DENIAL = new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${DENIALS})(?![\p{L}\p{N}])${NOT_ONLY}`, 'u');
/** A denial, the word before it, and the three words after it. */
const DENIAL_IN_PLACE = new RegExp(
  String.raw`(?:(?<before>[\p{L}\p{N}]+)[\s,]+)?(?<![\p{L}\p{N}])(?:${DENIALS})${NOT_ONLY}(?<after>(?:\s+[\p{L}\p{N}-]+){1,3})`,
  'gu',
);
/** "If it is not paid": nothing is denied. */
const CONDITIONS: ReadonlySet<string> = new Set('se caso quem que quando if who that when unless'.split(' '));
/** What comes between a denial and what is denied. */
const AUXILIARIES: ReadonlySet<string> = new Set(
  'e sao foi foram ser sera serao seja esta estao estara pode podem podera podendo deve devem devera ha houve tem tera se o a os as be been is are was were may must can could will would shall should do does did have has had any the'.split(
    ' ',
  ),
);

/** Words of opposite meaning, by their beginnings. */
const OPPOSITES = [
  ['aprov|approv|accept|aceit', 'rejeit|reprov|desaprov|reject|recus|refus|disapprov'],
  ['permit|autoriz|allow|authori', 'proib|vedad|forbid|prohibit|banned'],
  ['inclu', 'exclu'],
  ['obrigat|mandator|compulsor', 'opcional|opcionais|facultativ|optional|voluntar'],
  ['aument|increas', 'diminu|reduz|reduc|decreas'],
  ['acima|above', 'abaixo|below'],
  ['minim', 'maxim'],
  ['credit', 'debit'],
].map((sides) => sides.map((words) => new RegExp(String.raw`(?<!\p{L})(?:${words})`, 'u')));

/** What says no by its meaning: "é proibido" for "não é permitido". */
const REFUSAL =
  /(?<![\p{L}\p{N}])(?:proib|vedad|impedi|exceto|salvo|exclu|nega|recus|rejeit|cancel|dispens|isent|forbid|prohibit|except|exclud|den(?:y|ied)|refus|reject|exempt|waive)/u;
/** In Portuguese it is "in the". */
const ENGLISH_NO = /(?<![\p{L}\p{N}])no(?![\p{L}\p{N}])/u;

/** Whether a text denies something. */
export function isDenial(folded: string): boolean {
  return DENIAL.test(folded);
}

/** Whether a text says no to something, be it by a word that only means so. @param language of the text. */
export function isRefusal(folded: string, language: Language | null): boolean {
  return DENIAL.test(folded) || REFUSAL.test(folded) || (language === 'en' && ENGLISH_NO.test(folded));
}

/**
 * Returns the stems of the words that a text only denies: `pag` of "o seguro não paga", but not of "quem não paga", nor if
 * it also says "paga" without a denial.
 */
export function deniedIn(folded: string): ReadonlySet<string> {
  const denied: string[] = [];
  let rest = folded;
  for (const { groups } of folded.matchAll(DENIAL_IN_PLACE)) {
    if (CONDITIONS.has(groups?.['before'] ?? '')) continue;
    const after = groups?.['after']?.trim().split(/\s+/) ?? [];
    const word = after.find((each) => !AUXILIARIES.has(each));
    if (word === undefined) continue;
    denied.push(stem(word));
    rest = rest.replace(groups!['after']!, ' ');
  }
  if (denied.length === 0) return new Set();
  const said = new Set((rest.match(/[\p{L}\p{N}]+/gu) ?? []).map(stem));
  return new Set(denied.filter((each) => !said.has(each)));
}

/** Whether one text has a word, and the other one its opposite only. A word that is denied does not count. */
export function areOpposite(folded: string, other: string): boolean {
  return OPPOSITES.some(([one, opposite]) => {
    const [hasOne, hasOpposite] = [says(folded, one!), says(folded, opposite!)];
    if (hasOne === hasOpposite) return false;
    const [same, against] = hasOne ? [one!, opposite!] : [opposite!, one!];
    return says(other, against) && !same.test(other);
  });
}

/** Whether a text has one of these words, and does not only deny it. */
function says(folded: string, words: RegExp): boolean {
  const found = words.exec(folded);
  if (found === null) return false;
  const [word = ''] = /^\p{L}+/u.exec(folded.slice(found.index)) ?? [];
  return !deniedIn(folded).has(stem(word));
}

/** How often: each period with its nouns, and with the beginnings of its adjectives. */
const PERIODS = [
  ['horas?|hours?', 'hourly'],
  ['dias?|days?', 'diari|daily'],
  ['semanas?|weeks?', 'semanal|semanai|weekly'],
  ['mes|meses|months?', 'mensal|mensai|monthly'],
  ['trimestres?|quarters?', 'trimestral|trimestrai|quarterly'],
  ['semestres?', 'semestral|semestrai|semiannual'],
  ['anos?|years?', 'anual|anuai|annual|yearly'],
].map(
  ([nouns, adjectives]) =>
    new RegExp(
      String.raw`(?<!\p{L})(?:(?:por|cada|per|each|every) (?:${nouns})|(?<=\d\S{0,12} )(?:a|an|ao) (?:${nouns}))(?!\p{L})|(?<!\p{L})(?:${adjectives})`,
      'u',
    ),
);

/** Whether one text says how often, such as "por mês", and the other one only how often else, such as "anual". */
export function areOfOtherPeriods(folded: string, other: string): boolean {
  const wanted = PERIODS.filter((period) => period.test(folded));
  return (
    wanted.length > 0 && !wanted.some((period) => period.test(other)) && PERIODS.some((period) => period.test(other))
  );
}

/** The first ten, in both languages, and the days of the week that are called so. */
const ORDINALS = [
  'primeir[oa]s?|first',
  'segund[oa]s?|second',
  'terceir[oa]s?|tercas?|third',
  'quart[oa]s?|fourth',
  'quint[oa]s?|fifth',
  'sext[oa]s?|sixth',
  'setim[oa]|seventh',
  'oitav[oa]|eighth',
  'non[oa]|ninth',
  'decim[oa]|tenth',
].map((words) => new RegExp(`^(?:${words})$`));
const ORDINAL_IN_PLACE = /(?<![\p{L}\p{N}])(?<ordinal>\d{1,3}(?:[oa]|st|nd|rd|th)|\p{L}{4,10})[ -](?<word>\p{L}{3,})/gu;

/** Whether one text has another number of the same row than the other: the fifth year for the third year. */
export function areOfOtherPlaces(folded: string, other: string): boolean {
  const wanted = placesIn(folded);
  if (wanted.length === 0) return false;
  const found = placesIn(other);
  return wanted.some(({ place, word }) => {
    const same = found.filter((each) => each.word === word);
    return same.length > 0 && !same.some((each) => each.place === place);
  });
}

function placesIn(folded: string): readonly { readonly place: number; readonly word: string }[] {
  return [...folded.matchAll(ORDINAL_IN_PLACE)].flatMap(({ groups }) => {
    const ordinal = groups?.['ordinal'] ?? '';
    const index = ORDINALS.findIndex((words) => words.test(ordinal));
    const place = /^\d/.test(ordinal) ? Number.parseInt(ordinal, 10) : index + 1;
    return place === 0 ? [] : [{ place, word: stem(groups?.['word'] ?? '') }];
  });
}

/** Whether the words of a name are in a text in this order, with at most two other words between them. All are stems. */
export function holdsName(words: readonly string[], name: readonly string[]): boolean {
  return words.some((word, start) => {
    if (word !== name[0]) return false;
    let at = start;
    return name.slice(1).every((part) => {
      const next = words.slice(at + 1, at + 2 + MOST_BETWEEN).indexOf(part);
      at += next + 1;
      return next >= 0;
    });
  });
}

/** As in "Paulo Roberto de Lima" for "Paulo Lima". */
const MOST_BETWEEN = 2;
