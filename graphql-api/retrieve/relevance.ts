import type { Chunk, PublishedDocument } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { sentenceSpans } from '../cite/sentence-spans.ts';

/** The distinct words of a stretch of text. */
interface Words {
  readonly words: ReadonlySet<string>;
  /** Their first letters, by which words of one family meet: município and municipal. */
  readonly beginnings: ReadonlySet<string>;
}

/** What a passage can be found by. */
export interface PassageWords {
  /** Its own text. */
  readonly text: Words;
  /** Each sentence of it, in order. */
  readonly sentences: readonly Words[];
  /** Title, headings and path. */
  readonly around: Words;
}

/**
 * Below it the documents are about something else, and the answer abstains.
 * Measured by `npm run eval` with --whole and --foreign. Abstained from, of the questions that the passages answer:
 * FaQuAD .008, SQuAD-pt .053, XQuAD-en .031. Answered all the same: .062 of the questions of SQuAD-pt over FaQuAD, .330 of
 * the other way round (.341 with the floor that abstains from exactly 5 % of SQuAD-pt). Of Spanish questions over English
 * passages .90 are abstained from: words alone do not tell them from foreign ones.
 */
export const RELEVANCE_FLOOR = 0.25;

/** As if the collection had so many chunks more, with none of the words: in a folder of three notes every word is rare. */
const OTHER_CHUNKS = 500;
/** What a word of the same family is worth: with 0 there are .03 more false answers, with 1 .15 more. */
const KIN = 0.4;
const BEGINNING_LETTERS = 5;
/** A question is as sure as one with so many words more that are not found: two words meet by chance more easily than six. */
const DOUBT_WORDS = 2;

/** @param pathWords words of the question that the document's path has. */
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
 * How much of a question a passage holds, from 0 to nearly 1: the share of the question's idf mass found anywhere in it
 * and the share found in its best two neighbouring sentences, averaged, and lowered for a question of few words.
 * The idf of a word comes from the candidates, the 50 or more passages that the store found for this question: as good as
 * counting all chunks (.338 and .339 false answers, FaQuAD's questions over SQuAD-pt), and the store is asked for nothing.
 * @param asked the word terms of the question, each once.
 */
export function relevanceMeasure(
  asked: ReadonlySet<string>,
  candidates: readonly PassageWords[],
): (passage: PassageWords) => number {
  const idf = [...asked].map((word): [string, number] => {
    const count = candidates.filter(({ text, around }) => text.words.has(word) || around.words.has(word)).length;
    return [word, Math.log((candidates.length + OTHER_CHUNKS - count + 0.5) / (count + 0.5) + 1)];
  });
  const massIn = (places: readonly Words[]): number =>
    idf.reduce((mass, [word, worth]) => mass + worth * shareFound(word, places), 0);
  const massOfQuestion = idf.reduce((mass, [, worth]) => mass + worth, 0);
  const certainty = asked.size / (asked.size + DOUBT_WORDS);

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
  return places.some(({ beginnings }) => beginnings.has(beginningOf(word))) ? KIN : 0;
}

function beginningOf(word: string): string {
  return word.slice(0, BEGINNING_LETTERS);
}
