import { wordTerms } from '#shared/text/analyser.ts';
import { askedWords, FAMILY_SHARE, shareHeld } from '#shared/text/asked-words.ts';
import { fold } from '#shared/text/fold.ts';
import { particularsOf } from '../cite/figures.ts';
import { readQuestion, wordsWith } from './read-question.ts';

/** A question that a model wrote, or why it is not taken. */
export type JudgedRewrite =
  | { readonly question: string; readonly refusedBecause: null }
  | { readonly question: null; readonly refusedBecause: string };

/** Longer than any question that people ask in one breath: the model has explained something, or answered. */
const MAX_CHARS = 300;
/** What models put before or around what they were asked for. */
const LABEL = /^(?:[-*•]\s+|["“«]|(?:pergunta|question)[^:\n]{0,30}:\s*)+/i;
const CLOSING = /["”»\s]+$/;
/** The end of a sentence, not of "Sr." or "R$ 2.300", or what announces a question: "The question is: …". */
const MORE_THAN_A_QUESTION = /\p{L}{4,}[.!…]\s|:\s/u;
const NUMBER = /\d+/g;

/**
 * Decides whether what a model wrote may replace a follow-up. It must be a single question that was not asked before, keep
 * everything that the follow-up names, and add something from the conversation, but no number or name that was never
 * mentioned. Models of every size answer instead of asking, repeat, or drop a number now and then.
 * @param earlier the questions and answers before it.
 */
export function judgeRewrite(written: string, question: string, earlier: readonly string[]): JudgedRewrite {
  const rewrite = written.trim().replace(LABEL, '').replace(CLOSING, '').replaceAll(/\s+/g, ' ');
  const refusedBecause = refusalOf(rewrite, question, earlier);
  return refusedBecause === null ? { question: rewrite, refusedBecause } : { question: null, refusedBecause };
}

function refusalOf(rewrite: string, question: string, earlier: readonly string[]): string | null {
  if (rewrite.length > MAX_CHARS) return `it is longer than ${MAX_CHARS} characters`;
  if (!/^[^?]+\?$/.test(rewrite) || MORE_THAN_A_QUESTION.test(rewrite)) return 'it is not one question';
  if ([question, ...earlier].some((each) => isSame(each, rewrite))) return 'it repeats a question';

  const terms = new Set(wordTerms(rewrite));
  const own = askedWords(wordsWith(readQuestion(question), ['SUBJECT', 'NAME', 'ATTRIBUTE', 'PART']));
  const codes = askedWords(question).filter(({ isCode }) => isCode);
  const dropped = [...own, ...codes].find((word) => shareHeld(word, terms) < FAMILY_SHARE);
  if (dropped !== undefined) return `it drops "${dropped.written}"`;

  const asked = new Set(wordTerms(question));
  const said = new Set(wordTerms(earlier.join('\n')));
  const brought = askedWords(rewrite).filter((word) => shareHeld(word, asked) === 0);
  if (!brought.some((word) => shareHeld(word, said) > 0)) return 'it brings nothing of the conversation';

  const known = [question, ...earlier].join('\n');
  const numbers = new Set(known.match(NUMBER));
  const inventedNumber = rewrite.match(NUMBER)?.find((number) => !numbers.has(number));
  if (inventedNumber !== undefined) return `it brings ${inventedNumber}, which was not mentioned`;
  const knownTerms = new Set(wordTerms(known));
  const inventedName = particularsOf(rewrite).names.find((term) => !knownTerms.has(term));
  return inventedName === undefined ? null : `it brings "${inventedName}", which was not mentioned`;
}

function isSame(one: string, other: string): boolean {
  const plain = (text: string): string =>
    fold(text)
      .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return plain(one) === plain(other);
}
