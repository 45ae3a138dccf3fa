import { fold } from '#shared/text/fold.ts';
import type { AnswerQuestion } from './read-answer-set.ts';

/** An answer that is judged. */
export interface JudgedAnswer {
  readonly isRefusal: boolean;
  readonly text: string;
  readonly citations: readonly { readonly quote: string; readonly path: string }[];
}

/** A passage that a search returned. */
export interface JudgedPassage {
  /** Of all documents that hold it. */
  readonly paths: readonly string[];
  readonly text: string;
}

/** What an answer is worth: for an answerable question the first three, for another one WRONG or RIGHTLY_REFUSED. */
export type Verdict = 'RIGHT' | 'WRONG' | 'WRONGLY_REFUSED' | 'RIGHTLY_REFUSED';

/**
 * Judges an answer. It is right if one of the answers that the question lists, or its evidence, is in the text or in a
 * quote, and if a right document is cited. Letter case, accents and white space do not matter.
 */
export function judgeAnswer(question: AnswerQuestion, answer: JudgedAnswer): Verdict {
  if (answer.isRefusal) return question.answerable ? 'WRONGLY_REFUSED' : 'RIGHTLY_REFUSED';
  if (!question.answerable) return 'WRONG';
  const cites = isRightFile(question);
  if (question.file && !answer.citations.some(({ path }) => cites(path))) return 'WRONG';
  const texts = [answer.text, ...answer.citations.map(({ quote }) => quote)];
  return texts.some((text) => holdsRightWords(question, text)) ? 'RIGHT' : 'WRONG';
}

/** Whether a text has one of the answers that the question lists, or its evidence. */
export function holdsRightWords(question: AnswerQuestion, text: string): boolean {
  const words = folded(text);
  return question.answer.some((each) => holdsAnswer(words, folded(each))) || holdsEvidence(words, question);
}

/**
 * Returns the rank of the first passage with the evidence, from 1; null if none has it. A question without evidence
 * needs one of its answers in a right document.
 */
export function rankOfEvidence(question: AnswerQuestion, passages: readonly JudgedPassage[]): number | null {
  const isRight = isRightFile(question);
  const index = passages.findIndex(({ paths, text }) => {
    if (!paths.some(isRight)) return false;
    if (question.evidence) return holdsEvidence(folded(text), question);
    return question.answer.some((words) => holdsAnswer(folded(text), folded(words)));
  });
  return index === -1 ? null : index + 1;
}

/** Returns whether a document, by its path, may be cited for the question. */
export function isRightFile({ file, also }: AnswerQuestion): (path: string) => boolean {
  if (!file) return () => true;
  const right = new Set([file, ...also].map((each) => each.normalize('NFC')));
  return (path) => right.has(path.normalize('NFC'));
}

function holdsEvidence(text: string, { evidence }: AnswerQuestion): boolean {
  return Boolean(evidence) && text.includes(folded(evidence ?? ''));
}

/** Whether the words begin where a word begins, and no number of theirs is a part of a longer one. All is folded. */
function holdsAnswer(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at !== -1; at = text.indexOf(words, at + 1)) {
    const [before, after] = [text.slice(0, at), text.slice(at + words.length)];
    if (startsWord(before, words) && endsNumber(words, after)) return true;
  }
  return false;
}

function startsWord(before: string, words: string): boolean {
  if (/^\d/.test(words)) return !/[\p{L}\d]$|\d[.,]$/u.test(before);
  return !/^[\p{L}]/u.test(words) || !/[\p{L}\d]$/u.test(before);
}

/** Decimals that are all 0 do not make a number longer: `R$ 18` is in `R$ 18,00`. */
function endsNumber(words: string, after: string): boolean {
  return !/\d$/.test(words) || !/^\d|^[.,]\d/.test(after.replace(/^[.,]00?(?!\d|[.,]\d)/, ''));
}

function folded(text: string): string {
  return fold(text).replaceAll(/\s+/g, ' ').trim();
}
