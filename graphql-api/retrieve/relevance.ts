import type { Chunk, PublishedDocument } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { sentencesOf } from '../cite/sentences.ts';

/** The distinct words that a passage can be found by. */
export interface PassageWords {
  /** Those of its own text. */
  readonly text: ReadonlySet<string>;
  /** And those of its title, headings and path. */
  readonly all: ReadonlySet<string>;
  /** And those for every two neighbouring sentences: what a single statement can rest on. */
  readonly statements: readonly ReadonlySet<string>[];
}

/** As if the collection had so many chunks more, with none of the words: in a folder of three notes every word is rare. */
const OTHER_CHUNKS = 500;

/** A question of two words that are both found is as uncertain as one of four that are found by half: so many are missing more. */
const DOUBT_WORDS = 2;

const NONE: ReadonlySet<string> = new Set();

/** @param pathWords words of the question that the document's path has. */
export function wordsOfPassage(
  chunk: Chunk,
  document: PublishedDocument,
  pathWords: ReadonlySet<string>,
): PassageWords {
  const around = new Set([...wordTerms([document.title, ...chunk.headings].join('\n')), ...pathWords]);
  const sentences = sentencesOf(chunk.text).map(({ start, end }) => new Set(wordTerms(chunk.text.slice(start, end))));
  const statements = sentences.map((words, index) => around.union(words).union(sentences[index + 1] ?? NONE));
  const text = sentences.reduce((all, words) => all.union(words), NONE);
  return { text, all: around.union(text), statements };
}

/**
 * How much of a question a passage holds, from 0 to nearly 1: the share of the question's idf mass found anywhere in it
 * and the share found in its best two sentences, averaged, and lowered for a question of few words.
 * The idf of a word comes from the candidates alone, the passages that the store found for this question, so the store is
 * not asked for statistics: that costs .01 of false answers against counting all chunks.
 * @param asked the word terms of the question, each once.
 */
export function relevanceMeasure(
  asked: ReadonlySet<string>,
  candidates: readonly PassageWords[],
): (words: PassageWords) => number {
  const idf = new Map<string, number>();
  for (const word of asked) {
    const count = candidates.filter(({ all }) => all.has(word)).length;
    idf.set(word, Math.log((candidates.length + OTHER_CHUNKS - count + 0.5) / (count + 0.5) + 1));
  }
  const massOf = (words: Iterable<string>): number => {
    let mass = 0;
    for (const word of words) mass += idf.get(word) ?? 0;
    return mass;
  };
  const massOfQuestion = massOf(asked);
  const certainty = asked.size / (asked.size + DOUBT_WORDS);
  return ({ all, statements }) => {
    if (massOfQuestion === 0) return 0;
    const anywhere = massOf(asked.intersection(all));
    const together = Math.max(0, ...statements.map((words) => massOf(asked.intersection(words))));
    return (certainty * (anywhere + together)) / (2 * massOfQuestion);
  };
}
