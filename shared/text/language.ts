/** The languages that askbox itself can answer in. */
export type Language = 'pt' | 'en';

// Words that occur in nearly all running text of a language. A word that languages share is listed under each of them, and
// so does not favour either. "São" is left out: it begins the names of too many Brazilian towns.
const WORDS = {
  pt: 'a ao aos as à às com da das de dele dela do dos e é em então entre essa esse está estão este foi for foram há isso isto já mais mas me meu minha muito na não nas nem no nos num numa o onde os ou para pela pelas pelo pelos pode podem poderá deve devem deverá por porque quais qual quando quanto quantos quantas que quê quem se sem ser será seu sua suas seus só também tem têm um uma umas você existe existem explique liste mostre resuma diga',
  en: 'a about after all an and any are as be been before but by can could did do does each explain find for from give has have her his how i if in is it its may me must my no not of on or our shall should show summarize tell than that the their them then there these they this to was we were what when where which who whom whose why will with would you your',
  es: 'a al cómo con cuál cuáles cuándo cuánto de del dónde el ella en entre es esta estas estos fue fueron hay la las lo los más muy no o para pero por porque que qué quién se según ser sin sobre son su sus también un una unas unos y ya',
  fr: 'au aux avec ce ces cette comment dans de des du elle elles en est et être il ils je la le les leur mais ne nous on ont ou où par pas plus pour quand que quel quelle qui sans se ses son sont sur un une vous',
  de: 'aber als am an auch auf aus bei bis das dass dem den der des die durch ein eine einem einen einer er es für haben hat ich im in ist mit nach nicht nur oder sich sie sind über um und uns von vor war was wer werden wie wir wird zu zum zur',
  it: 'a agli ai al alla alle anche che chi come con cosa da dal dalla degli dei del della delle di e è gli ha hanno il i in la le lo ma nel nella non per perché più quale quando se si sono su sul sulla un una',
} as const;

const FOREIGN = ['es', 'fr', 'de', 'it'] as const;
/** What begins a question, and what asks for permission or duty; hardly any of it is in documents. */
const QUESTION_WORDS: Record<keyof typeof WORDS, string> = {
  pt: 'como cadê posso devo preciso fazer faz fica tenho temos custa vence quero qual',
  en: 'list many much need cost get',
  es: 'cuál cual cuanto cuanta cuánta cuántos cuantos cuántas cuantas dónde donde cuándo cuando cómo como quién quien qué puedo debo debe tengo necesito cuesta hacer hago tiene',
  fr: 'combien quels quelles quoi puis dois faut peut quel quelle coûte est faire où',
  de: 'wo wann wieviel viel viele welche welcher welches kann muss darf kostet wer lange hoch',
  it: 'dove quanti quanta quante quali posso devo serve costa fare qual',
};
/** Letters and signs that only this language has. */
const OWN_LETTERS: Record<keyof typeof WORDS, RegExp> = {
  pt: /[ãõ]|ção|lh[aeo]|nh[aeo]/i,
  en: /['’]s\b/i,
  es: /[¿¡ñ]|ción\b/i,
  fr: /[œë]|\b(?:qu|[ldj])['’]|\bc['’]est/i,
  de: /[ßäöü]/i,
  it: /\b(?:l|d|dell|nell|sull|all|dall)['’]|\bc['’]è/i,
};

/** A single word may be a name or an abbreviation. */
const MIN_SIGNS = 2;

const DOCUMENT_CHARS = 20_000;
// With fewer such words, a name or a quoted title would decide.
const MIN_DOCUMENT_WORDS = 4;
// Such words make up 30 to 50 % of prose in these languages, and this much of their tables and lists.
const MIN_DOCUMENT_SHARE = 0.08;
// How far the best must exceed the second best; less means a mixed text or a sister language, such as Galician.
const MIN_DOCUMENT_LEAD = 1.3;

/**
 * Returns the main language of a document, judged by its first 20,000 characters.
 * @returns a BCP 47 tag (pt, en, es, fr, de or it); null when the text is too short, mixed, or in another language.
 */
export function detectLanguage(text: string): string | null {
  const words = wordsOf(text.slice(0, DOCUMENT_CHARS));
  const counts = Object.entries(WORDS).map(([language, list]) => ({ language, count: countWords(words, list) }));
  const [best, next] = counts.toSorted((a, b) => b.count - a.count);
  if (best === undefined || next === undefined) return null;
  const isEnough = best.count >= Math.max(MIN_DOCUMENT_WORDS, MIN_DOCUMENT_SHARE * words.length);
  return isEnough && best.count >= MIN_DOCUMENT_LEAD * next.count ? best.language : null;
}

/** Returns the language to answer a question in: English when more of its words are English, else Portuguese. */
export function languageOfQuestion(question: string): Language {
  return likelierLanguage(question) ?? 'pt';
}

/**
 * Returns the language of a question that is neither Portuguese nor English: es, fr, de or it, or `und` for a script that
 * neither of them is written in. Null for all others, and in doubt: a few words may be in several languages.
 */
export function foreignLanguageOf(question: string): string | null {
  const letters = question.match(/\p{L}/gu) ?? [];
  const latin = letters.filter((letter) => /\p{Script=Latin}/u.test(letter));
  if (latin.length < letters.length / 2) return 'und';
  const words = wordsOf(question.slice(0, DOCUMENT_CHARS));
  const countOf = (language: keyof typeof WORDS): number =>
    countWords(words, `${WORDS[language]} ${QUESTION_WORDS[language]}`) +
    (OWN_LETTERS[language].test(question) ? 2 : 0);
  const own = Math.max(countOf('pt'), countOf('en'));
  const [best] = FOREIGN.map((language) => ({ language, count: countOf(language) })).toSorted(
    (a, b) => b.count - a.count,
  );
  return best !== undefined && best.count >= MIN_SIGNS && best.count > own ? best.language : null;
}

/**
 * Returns which of the two languages a text is likelier in, such as a note that is too short for detectLanguage; null
 * when there is no sign of either. Says nothing about other languages.
 */
export function likelierLanguage(text: string): Language | null {
  const words = wordsOf(text.slice(0, DOCUMENT_CHARS));
  const lead = countWords(words, WORDS.en) - countWords(words, WORDS.pt);
  if (lead === 0) return null;
  return lead > 0 ? 'en' : 'pt';
}

function wordsOf(text: string): readonly string[] {
  return (
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/\p{L}+/gu) ?? []
  );
}

/** The lists of words that texts are compared with, each split once. */
const SPLIT_LISTS = new Map<string, ReadonlySet<string>>();

function countWords(words: readonly string[], list: string): number {
  const known = SPLIT_LISTS.get(list) ?? new Set(list.split(' '));
  SPLIT_LISTS.set(list, known);
  return words.filter((word) => known.has(word)).length;
}
