import type { Chunk, PublishedDocument } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { areFamily, FAMILY_LETTERS, FAMILY_SHARE, shareHeld } from '#shared/text/asked-words.ts';
import { fold } from '#shared/text/fold.ts';
import { RecentTexts } from '#shared/text/recent-texts.ts';
import { sentenceSpans } from '../../cite/sentence-spans.ts';
import { answerPattern } from './answer-kinds.ts';
import type { ContentWord } from './content-words.ts';
import { numberFinder } from './numbers-in-text.ts';

/** The distinct words of a piece of text. */
interface Words {
  readonly words: ReadonlySet<string>;
  /** Their first letters, which match words of the same family: município and municipal. */
  readonly beginnings: ReadonlySet<string>;
}

/** Words with the text they are from. */
interface WrittenWords extends Words {
  /** Verbatim. */
  readonly written: string;
}

/** The words that a passage can be found by. */
export interface PassageWords {
  /** Of its own text. */
  readonly text: Words;
  /** Of each of its sentences, in order. */
  readonly sentences: readonly WrittenWords[];
  /** Of its title, headings and path. */
  readonly around: WrittenWords;
  /** Months that title, headings or path name, as terms. */
  readonly months: ReadonlySet<string>;
}

/**
 * Imaginary chunks without any of the words, added to the collection, so that every word still counts as rare in a
 * folder of three notes.
 */
const IMAGINARY_CHUNKS = 500;
/** A word that fewer candidates hold counts as if this many held it: to be rare is no reason to outweigh all others. */
const MIN_HOLDERS = 2;
/** The term of a month alone; see shared/text/dates.ts. */
const MONTH = /^=\d\d$/;
const SHORT_NUMBER = /^\d{1,3}$/;

/** What the words of a question weigh by what they do in it. */
const WEIGHTS = { NAME: 1, NOUN: 1, KIND: 0.5, VERB: 0.4, MEASURE: 0.3 } as const satisfies Record<
  ContentWord['role'],
  number
>;
/** What is asked for weighs more than what is said of it, and so does what it is asked of. */
const HEAD_WEIGHT = 1.5;
const COMPLEMENT_WEIGHT = 1.5;
/** A noun that no candidate holds in any form weighs more: the folder does not know the thing, "o óleo da moto". */
const UNKNOWN_NOUN_WEIGHT = 2;
/** Exponent for the share of a word found: a synonym, which counts .5 as a term, is two thirds of the evidence. */
const EVIDENCE_OF_SHARE = 0.6;
/** A question that weighs more, about seven nouns, need not be held as a whole. */
const FULL_WEIGHT = 32;
/**
 * Of a long question, one with this many words besides measures and kinds, half of that is enough in a passage with
 * several of its nouns and names: who writes much also says much that the text does not repeat. Of SQuAD-pt this and KIND
 * answer .91 where .86 were answered, and of FaQuAD's questions over it .32 where .28 were.
 */
export const LONG_QUESTION_WORDS = 5;
const LONG_QUESTION_WEIGHT = 16;
const PROVING_WORDS = 3;
/** With this many, a passage may lack one name of a long question if it has another: Frédéric, where it says Chopin. */
const PROVING_WITHOUT_NAME = 4;
/** What a passage counts that lacks what the thing asked about is of: the insurance of the car, not of the motorcycle. */
const OTHER_WHOLE_SHARE = 0.8;
/**
 * What a name of the question counts that only the start of the document has, where a sentence looks like the answer: the
 * clauses of a contract do not repeat who signed it.
 */
const NAMED_AT_START_SHARE = 0.5;
/** What the setting of a question counts that is not in the passage, but elsewhere in its document. */
const NEARBY_SHARE = 0.5;
/** What sentences count that do not look like an answer: no number after "quanto", no time of day after "que horas". */
const OTHER_KIND_SHARE = 0.5;
/** A name is held if at least this share of it is found, so that a date is not held by another day of its month. */
const HELD_SHARE = 0.5;

/**
 * Returns the words that a passage can be found by.
 * @param pathWords the words of the question that occur in the document's path.
 */
export function wordsOfPassage(
  chunk: Chunk,
  document: PublishedDocument,
  pathWords: ReadonlySet<string>,
): PassageWords {
  const place = [document.title, ...chunk.headings].join('\n');
  const around = wordTerms(place);
  const path = wordTerms(document.path.replace(/\.[^./]*$/, '').replaceAll(/[/_]+/g, ' '));
  return {
    ...RECENT_WORDS.of(chunk.text),
    around: { written: `${place}\n${document.path}`, ...wordsOf([...around, ...pathWords]) },
    months: new Set([...around, ...path].filter((term) => MONTH.test(term))),
  };
}

/** About 700 passages, less than 15 MB: those found for a question are mostly those of the next, and of its search. */
const MAX_RECENT_CHARS = 500_000;
const RECENT_WORDS = new RecentTexts(wordsOfText, MAX_RECENT_CHARS);

/** Returns the words of the text of a passage, whatever document it is in. */
function wordsOfText(text: string): Pick<PassageWords, 'text' | 'sentences'> {
  const sentences = sentenceSpans(text).map(({ start, end }) => {
    const written = text.slice(start, end);
    // A degree sign is often typed in the place of the ordinal one.
    return { written, terms: wordTerms(written.replaceAll(/(?<=\d)°(?! ?[CF])/g, 'º')) };
  });
  return {
    text: wordsOf(sentences.flatMap(({ terms }) => terms)),
    sentences: sentences.map(({ written, terms }) => ({ written, ...wordsOf(terms) })),
  };
}

/**
 * Measures one passage. @param start the first chunk of its document, if that is a candidate too.
 * @param nearby the words of the other candidates of its document.
 */
export type WordRelevance = (passage: PassageWords, start?: PassageWords, nearby?: readonly Words[]) => number;

/**
 * Measures how much of a question a passage holds, from 0 to 1: the share of the weight of its words found anywhere in
 * it and the share found in its best two neighbouring sentences, averaged. A word weighs its idf among the candidates
 * (the 50 or more passages that the store found for this question), times what it does in the question. 0 when the
 * passage is about something with another name than the question's; see `holdsNames`.
 */
export function wordRelevanceMeasure(
  question: string,
  asked: readonly ContentWord[],
  candidates: readonly PassageWords[],
): WordRelevance {
  const names = asked.filter(({ role }) => role === 'NAME');
  const codes = names.filter(({ isCode }) => isCode);
  const isLong = asked.filter(({ role }) => role !== 'MEASURE' && role !== 'KIND').length >= LONG_QUESTION_WORDS;
  const proving = asked.filter(({ role }) => role === 'NOUN' || role === 'NAME');
  const provenIn = (places: readonly Words[]): number =>
    proving.filter((word) => shareFound(word, places) >= HELD_SHARE).length;
  const wholes = wholesOf(asked);

  const weighed = asked.map((word) => ({ word, weight: weightOf(word, candidates) }));
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  const shareIn = (places: readonly Words[], nearby: readonly Words[], atStart: readonly Words[] = []): number => {
    const found = weighed.reduce((sum, { word, weight }) => {
      const share = shareFound(word, places);
      const elsewhere = word.isSetting && share < 1 ? NEARBY_SHARE * shareFound(word, nearby) : 0;
      const named = word.role === 'NAME' && share < 1 ? NAMED_AT_START_SHARE * shareFound(word, atStart) : 0;
      const held = Math.max(share, elsewhere, named);
      return sum + weight * held ** EVIDENCE_OF_SHARE;
    }, 0);
    const full = isLong && provenIn(places) >= PROVING_WORDS ? LONG_QUESTION_WEIGHT : FULL_WEIGHT;
    return Math.min(1, found / Math.min(full, total));
  };
  const isNamed = (passage: PassageWords, start: PassageWords | undefined): boolean =>
    holdsNames(names, passage, start) ||
    (isLong &&
      holdsNames(codes, passage, start) &&
      names.some((name) => shareFound(name, [passage.text, passage.around]) >= HELD_SHARE) &&
      provenIn([passage.text, passage.around]) >= PROVING_WITHOUT_NAME);
  const pattern = answerPattern(fold(question));

  return (passage, start, nearby = []) => {
    if (total === 0 || !isNamed(passage, start)) return 0;
    const { text, sentences, around } = passage;
    const statements = sentences.map((sentence, index) => {
      const next = sentences[index + 1] ?? sentence;
      const isAnswer = pattern === null || [sentence, next].some(({ written }) => pattern.test(fold(written)));
      const atStart = pattern !== null && isAnswer && start !== undefined ? [start.text] : [];
      return shareIn([around, sentence, next], nearby, atStart) * (isAnswer ? 1 : OTHER_KIND_SHARE);
    });
    const places = [text, around, ...(start === undefined ? [] : [start.text, start.around])];
    const isOfOther = wholes.some((word) => shareFound(word, places) < FAMILY_SHARE);
    return ((shareIn([around, text], nearby) + Math.max(0, ...statements)) / 2) * (isOfOther ? OTHER_WHOLE_SHARE : 1);
  };
}

/** Returns what the thing asked about is of, if that is said twice or with a month: "franquia do seguro da moto". */
function wholesOf(asked: readonly ContentWord[]): readonly ContentWord[] {
  const complements = asked.filter(({ isComplement }) => isComplement);
  const months = asked.filter(({ isCode, term }) => isCode && MONTH.test(term));
  return complements.length + months.length > 1 ? complements : [];
}

/** A month is shared by too many texts to prove that one is about the question. */
const MONTH_WEIGHT = 0.3;

function weightOf(word: ContentWord, candidates: readonly PassageWords[]): number {
  const shares = candidates.map(({ text, around }) => shareFound(word, [text, around]));
  const holders = shares.filter((share) => share >= HELD_SHARE).length;
  const all = candidates.length + IMAGINARY_CHUNKS;
  const idf = Math.log((all - holders + 0.5) / (Math.max(holders, MIN_HOLDERS) + 0.5) + 1);
  const placeWeight = word.isHead ? HEAD_WEIGHT : word.isComplement ? COMPLEMENT_WEIGHT : 1;
  const isUnknown = word.role === 'NOUN' && shares.every((share) => share === 0);
  const roleWeight = MONTH.test(word.term) ? MONTH_WEIGHT : WEIGHTS[word.role];
  return idf * roleWeight * placeWeight * (isUnknown ? UNKNOWN_NOUN_WEIGHT : 1);
}

/**
 * Whether a passage, or the start of its document, holds the names of a question: each number, code and date, and the
 * capitalised words, of which one in three or more may be missing. A passage from a document of another month holds no
 * month: minutes of March may well mention April, and are not those of April.
 */
export function holdsNames(
  names: readonly ContentWord[],
  passage: PassageWords,
  start: PassageWords = passage,
): boolean {
  const places = [passage.text, passage.around, start.text, start.around];
  const isHeld = (word: ContentWord): boolean => {
    if (SHORT_NUMBER.test(word.term) && word.forms.has(word.term)) return holdsShortNumber(word, passage, start);
    const isOtherMonth = MONTH.test(word.term) && passage.months.size > 0 && !passage.months.has(word.term);
    return !isOtherMonth && shareFound(word, places) >= HELD_SHARE;
  };
  const codes = names.filter(({ isCode }) => isCode);
  const proper = names.filter(({ isCode }) => !isCode);
  const missing = proper.filter((word) => !isHeld(word)).length;
  return codes.every(isHeld) && missing <= (proper.length > 2 ? 1 : 0);
}

/** Whether a passage, or the start of its document, holds a word in any form. */
export function holdsWord(word: ContentWord, passage: PassageWords, start: PassageWords = passage): boolean {
  return shareFound(word, [passage.text, passage.around, start.text, start.around]) > 0;
}

/** Whether a short number is there by itself; see `numberFinder`. That of a unit is not looked for at the start, which has others. */
function holdsShortNumber(
  { term, forms, isOrdinal, unit }: ContentWord,
  passage: PassageWords,
  start: PassageWords,
): boolean {
  const isIn = numberFinder({ value: Number(term), isOrdinal, unit });
  const isPlain = unit === null && !isOrdinal;
  const others = isPlain ? [...forms.keys()].filter((form) => !/^\d+$/.test(form)) : [];
  return (unit === null ? [passage, start] : [passage]).some(
    ({ text, sentences, around }) =>
      [text, around].some(({ words }) => others.some((form) => words.has(form))) ||
      [...sentences, around].some(({ written }) => isIn(written)),
  );
}

function wordsOf(words: readonly string[]): Words {
  return { words: new Set(words), beginnings: new Set(words.map(beginningOf)) };
}

/** Returns how much of a word is in one of several places, 0 to 1. */
function shareFound(word: ContentWord, places: readonly Words[]): number {
  const mayBeFamily = word.role !== 'NAME' && !word.isCode;
  let best = 0;
  for (const { words, beginnings } of places) {
    best = Math.max(best, shareHeld(word, words));
    // Few words get past the set.
    if (best < FAMILY_SHARE && mayBeFamily && beginnings.has(beginningOf(word.term)) && hasFamily(word.term, words)) {
      best = FAMILY_SHARE;
    }
  }
  return best;
}

function hasFamily(term: string, words: ReadonlySet<string>): boolean {
  for (const other of words) if (areFamily(term, other)) return true;
  return false;
}

function beginningOf(word: string): string {
  return word.slice(0, FAMILY_LETTERS);
}
