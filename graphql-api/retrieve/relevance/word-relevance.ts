import type { Chunk, PublishedDocument } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { sentenceSpans } from '../../cite/sentence-spans.ts';
import type { ContentWord } from './content-words.ts';

/** The distinct words of a piece of text. */
interface Words {
  readonly words: ReadonlySet<string>;
  /** Their first letters, which match words of the same family: município and municipal. */
  readonly beginnings: ReadonlySet<string>;
}

/** The words that a passage can be found by. */
export interface PassageWords {
  /** Of its own text. */
  readonly text: Words;
  /** Of each of its sentences, in order. */
  readonly sentences: readonly Words[];
  /** Of its title, headings and path. */
  readonly around: Words;
}

/**
 * Imaginary chunks without any of the words, added to the collection, so that every word still counts as rare in a
 * folder of three notes.
 */
const IMAGINARY_CHUNKS = 500;
/** A word that fewer candidates hold counts as if this many held it: to be rare is no reason to outweigh all others. */
const MIN_HOLDERS = 2;
/** What a word of the same family counts. */
const FAMILY_SHARE = 0.4;
const BEGINNING_LETTERS = 5;

/** What the words of a question weigh by what they do in it. */
const WEIGHTS = { NAME: 1, NOUN: 1, VERB: 0.4, MEASURE: 0.3 } as const satisfies Record<ContentWord['role'], number>;
/** What is asked for, or asked of, weighs more than what is said of it. */
const HEAD_WEIGHT = 1.5;
/** A noun that no candidate holds in any form weighs more: the folder does not know the thing, "o óleo da moto". */
const UNKNOWN_NOUN_WEIGHT = 2;
/** Exponent for the share of a word found: a synonym, which counts .5 as a term, is two thirds of the evidence. */
const EVIDENCE_OF_SHARE = 0.6;
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
  const sentences = sentenceSpans(chunk.text).map(({ start, end }) => wordTerms(chunk.text.slice(start, end)));
  return {
    text: wordsOf(sentences.flat()),
    sentences: sentences.map(wordsOf),
    around: wordsOf([...wordTerms([document.title, ...chunk.headings].join('\n')), ...pathWords]),
  };
}

/** Measures one passage. @param start the first chunk of its document, if that is a candidate too. */
export type WordRelevance = (passage: PassageWords, start?: PassageWords) => number;

/**
 * Measures how much of a question a passage holds, from 0 to 1: the share of the weight of its words found anywhere in
 * it and the share found in its best two neighbouring sentences, averaged. A word weighs its idf among the candidates
 * (the 50 or more passages that the store found for this question), times what it does in the question. 0 when the
 * passage is about something with another name than the question's: each number, code and date must be in the passage
 * or at the start of its document, and at least half of the capitalised words.
 */
export function wordRelevanceMeasure(
  asked: readonly ContentWord[],
  candidates: readonly PassageWords[],
): WordRelevance {
  const names = asked.filter(({ role }) => role === 'NAME');
  const weighed = asked.map((word) => ({ word, weight: weightOf(word, candidates) }));
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  const shareIn = (places: readonly Words[]): number =>
    weighed.reduce((sum, { word, weight }) => sum + weight * shareFound(word, places) ** EVIDENCE_OF_SHARE, 0) / total;

  return ({ text, sentences, around }, start) => {
    if (total === 0) return 0;
    if (!holdsNames(names, [text, around, ...(start === undefined ? [] : [start.text, start.around])])) return 0;
    const statements = sentences.map((words, index) => shareIn([around, words, sentences[index + 1] ?? words]));
    return (shareIn([around, text]) + Math.max(0, ...statements)) / 2;
  };
}

function weightOf(word: ContentWord, candidates: readonly PassageWords[]): number {
  const shares = candidates.map(({ text, around }) => shareFound(word, [text, around]));
  const holders = shares.filter((share) => share >= HELD_SHARE).length;
  const all = candidates.length + IMAGINARY_CHUNKS;
  const idf = Math.log((all - holders + 0.5) / (Math.max(holders, MIN_HOLDERS) + 0.5) + 1);
  const isUnknown = word.role === 'NOUN' && shares.every((share) => share === 0);
  return idf * WEIGHTS[word.role] * (word.isHead ? HEAD_WEIGHT : 1) * (isUnknown ? UNKNOWN_NOUN_WEIGHT : 1);
}

function holdsNames(names: readonly ContentWord[], places: readonly Words[]): boolean {
  const isHeld = (word: ContentWord): boolean => shareFound(word, places) >= HELD_SHARE;
  const [codes, proper] = [names.filter(({ isCode }) => isCode), names.filter(({ isCode }) => !isCode)];
  return codes.every(isHeld) && proper.filter(isHeld).length >= proper.length / 2;
}

function wordsOf(words: readonly string[]): Words {
  return { words: new Set(words), beginnings: new Set(words.map(beginningOf)) };
}

/** Returns how much of a word is in one of several places, 0 to 1. */
function shareFound({ forms, term, role, isCode }: ContentWord, places: readonly Words[]): number {
  let best = 0;
  for (const { words, beginnings } of places) {
    for (const [form, share] of forms) if (share > best && words.has(form)) best = share;
    const isFamily = role !== 'NAME' && !isCode && beginnings.has(beginningOf(term));
    if (isFamily) best = Math.max(best, FAMILY_SHARE);
  }
  return best;
}

function beginningOf(word: string): string {
  return word.slice(0, BEGINNING_LETTERS);
}
