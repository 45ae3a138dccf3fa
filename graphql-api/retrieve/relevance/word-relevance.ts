import type { Chunk, PublishedDocument } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { sentenceSpans } from '../../cite/sentence-spans.ts';

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
/** What a word of the same family counts. With 0 there are .03 more false answers, with 1 there are .15 more. */
const FAMILY_SHARE = 0.4;
const BEGINNING_LETTERS = 5;
/** Imaginary words that are found nowhere, added to every question: two words match by chance more easily than six. */
const MISSING_WORDS = 2;

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

/**
 * Measures how much of a question a passage holds, from 0 to nearly 1: the share of the question's idf mass found
 * anywhere in it and the share found in its best two neighbouring sentences, averaged, and lowered for a question of
 * few words. The idf of a word is taken from the candidates, the 50 or more passages that the store found for this
 * question. This is nearly as good as counting all chunks (.338 and .339 false answers, FaQuAD's questions over
 * SQuAD-pt) and costs no query.
 * @param asked the word terms of the question.
 */
export function wordRelevanceMeasure(
  asked: ReadonlySet<string>,
  candidates: readonly PassageWords[],
): (passage: PassageWords) => number {
  const idf = [...asked].map((word): [string, number] => {
    const count = candidates.filter(({ text, around }) => text.words.has(word) || around.words.has(word)).length;
    return [word, Math.log((candidates.length + IMAGINARY_CHUNKS - count + 0.5) / (count + 0.5) + 1)];
  });
  const massIn = (places: readonly Words[]): number =>
    idf.reduce((mass, [word, worth]) => mass + worth * shareFound(word, places), 0);
  const massOfQuestion = idf.reduce((mass, [, worth]) => mass + worth, 0);
  const certainty = asked.size / (asked.size + MISSING_WORDS);

  return ({ text, sentences, around }) => {
    if (massOfQuestion === 0) return 0;
    const statements = sentences.map((words, index) => massIn([around, words, sentences[index + 1] ?? words]));
    return (certainty * (massIn([around, text]) + Math.max(0, ...statements))) / (2 * massOfQuestion);
  };
}

function wordsOf(words: readonly string[]): Words {
  return { words: new Set(words), beginnings: new Set(words.map(beginningOf)) };
}

function shareFound(word: string, places: readonly Words[]): number {
  if (places.some(({ words }) => words.has(word))) return 1;
  return places.some(({ beginnings }) => beginnings.has(beginningOf(word))) ? FAMILY_SHARE : 0;
}

function beginningOf(word: string): string {
  return word.slice(0, BEGINNING_LETTERS);
}
