import type { GenerateRequest } from '../generator.ts';
import { promptOf } from '../prompt.ts';
import { abstains } from './abstains.ts';

/** Holds back the beginning of an answer until it is known to be one. */
export interface Opening {
  /** Takes the next part of the answer; returns what is safe to show. */
  push(delta: string): string;
  /** What makes the text so far no answer; null while it may still be one. Once something was returned, null for ever. */
  readonly fault: 'blank' | 'echo' | null;
  /** Returns what is held back, without leading white space; empty if there is no word in it. */
  release(): string;
}

/**
 * So many characters in a row of our own instructions are an echo. The sentence for "not answered", which models are to
 * repeat, shares at most 35 with the rest.
 */
const MIN_ECHO_CHARS = 40;
/** More text than this without a word is no answer, and will not become one. */
const MAX_BLANK_CHARS = 200;
const HAS_WORD = /[\p{L}\p{N}\p{So}]/u;

/**
 * Creates the check of one answer's beginning. It holds back text until the first letter or digit, and while it equals
 * part of the instructions, which ordinary answers stop to do within the first word or two. A text that a passage holds
 * too is no echo.
 */
export function createOpening({ language, answerIn = null, passages }: GenerateRequest): Opening {
  const prompt = promptOf(language, '', [], { answerIn });
  const sentences = `${prompt.system}\n${prompt.user}`.split(/(?<=[.:\]])\s+/);
  const instructions = comparable(sentences.filter((sentence) => !abstains(sentence)).join(' '));
  // An example counts even though it is short: it is a fact that no question is about.
  const examples = sentences
    .filter((sentence) => /\[\d+\]/.test(sentence))
    .map((sentence) => comparable(sentence.replace(/\[\d+\]\W*$/, '')));
  let held = '';
  let isOpen = false;
  let fault: Opening['fault'] = null;

  /** Returns the part of the text that repeats the instructions, if it is long enough; null otherwise. */
  function echoOf(text: string): string | null {
    const start = text.slice(0, MIN_ECHO_CHARS);
    if (start.length === MIN_ECHO_CHARS && instructions.includes(start)) return start;
    // Models copy the example with a number of their own.
    return (
      examples.find((example) => text.startsWith(example) && /^\d+ /.test(`${text.slice(example.length)} `)) ?? null
    );
  }

  function isFromPassage(echo: string): boolean {
    const words = echo.replace(/[\d\s]+$/, '');
    return passages.some((passage) => comparable(passage.text).includes(words));
  }

  /** Whether the text held back is the beginning of an answer. */
  function isAnswer(): boolean {
    if (!HAS_WORD.test(held)) {
      if (held.length > MAX_BLANK_CHARS) fault = 'blank';
      return false;
    }
    const text = comparable(held);
    const echo = echoOf(text);
    if (echo === null) return !instructions.includes(text);
    if (isFromPassage(echo)) return true;
    fault = 'echo';
    return false;
  }

  function release(): string {
    const text = HAS_WORD.test(held) ? held.trimStart() : '';
    held = '';
    return text;
  }

  return {
    push(delta) {
      if (isOpen) return delta;
      held += delta;
      isOpen = fault === null && isAnswer();
      return isOpen ? release() : '';
    },
    get fault() {
      return fault;
    },
    release,
  };
}

/** Returns words and spaces only, with a space in front: an echo begins at a word. */
function comparable(text: string): string {
  return ` ${text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trimStart()}`;
}
