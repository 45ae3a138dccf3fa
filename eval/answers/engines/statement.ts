import { fold } from '#shared/text/fold.ts';
import { likelierLanguage, type Language } from '#shared/text/language.ts';
import type { AnswerQuestion } from '../read-answer-set.ts';
import type { ReadPrompt } from './read-prompt.ts';

/** What a scripted model does with a sentence. Only the first four sentences are true. */
export type Planting =
  | 'marked'
  | 'unmarked'
  | 'wrong marker'
  | 'unknown marker'
  | 'foreign number'
  | 'borrowed number'
  | 'near miss'
  | 'invention';

/** A sentence that a scripted model writes, and what is true about it. */
export interface Statement {
  /** Without its marker; the marker comes before the last character, which ends the sentence. */
  readonly words: string;
  /** The number in its marker; null: it has none. */
  readonly marker: number | null;
  readonly planting: Planting;
  /** The question that it answers; null if no document says it. */
  readonly fact: AnswerQuestion | null;
  readonly language: Language;
  /** The language of the passage that it is about. */
  readonly passageLanguage: Language;
}

/** A question whose evidence is among the passages of a prompt. */
export interface KnownFact {
  readonly question: AnswerQuestion;
  readonly passage: ReadPrompt['passages'][number];
  /** The line or sentence of the passage that holds the evidence. */
  readonly sentence: string;
  readonly language: Language;
}

/** Whether what the statement says is in the documents. */
export function isTrue({ fact }: Statement): boolean {
  return fact !== null;
}

/** Returns the questions of a set whose evidence is in a passage of this prompt, in the order of the set. */
export function knownFacts(questions: readonly AnswerQuestion[], { passages }: ReadPrompt): readonly KnownFact[] {
  return questions.flatMap((question) => {
    if (!question.answerable || !question.evidence) return [];
    const evidence = comparable(question.evidence);
    for (const passage of passages) {
      if (!comparable(passage.text).includes(evidence)) continue;
      const lines = passage.text.split(/\n|(?<=[.!?])\s+(?=\p{Lu})/u);
      const sentence = lines.find((line) => comparable(line).includes(evidence)) ?? question.evidence;
      return [{ question, passage, sentence: sentence.trim(), language: likelierLanguage(passage.text) ?? 'pt' }];
    }
    return [];
  });
}

/** Returns the statement as the model writes it. */
export function written({ words, marker }: Statement): string {
  return marker === null ? words : `${words.slice(0, -1)} [${marker}]${words.slice(-1)}`;
}

/** Returns the text in pieces of a few characters, as models write it. */
export function* inPieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 7) yield text.slice(at, at + 7);
}

function comparable(text: string): string {
  return fold(text).replaceAll(/\s+/g, ' ').trim();
}
