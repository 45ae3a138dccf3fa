import { fold } from '#shared/text/fold.ts';

/** What a sentence of an answer repeats instead of answering. */
export interface OwnWords {
  /** Whether the sentence is in our instructions to the model, its example included. */
  isEcho(sentence: string): boolean;
  /** Whether the sentence says that the passages hold no answer: it claims nothing. */
  isRefusal(sentence: string): boolean;
}

/** Fewer words are in the instructions by chance. */
const MIN_WORDS = 3;
const REFUSALS = [
  /^os trechos nao respondem (?:a )?(?:essa|esta|sua) pergunta$/,
  /^the passages do not answer (?:this|the|your) question$/,
];

/** Returns what recognises our own words. @param instructions what the model was told, with its line breaks. */
export function readOwnWords(instructions: readonly string[]): OwnWords {
  const known = instructions.map((text) => ` ${plainWords(text)} `);
  return {
    isEcho(sentence) {
      const words = plainWords(sentence);
      return words.split(' ').length >= MIN_WORDS && known.some((text) => text.includes(` ${words} `));
    },
    isRefusal: (sentence) => REFUSALS.some((refusal) => refusal.test(plainWords(sentence))),
  };
}

function plainWords(text: string): string {
  return (fold(text).match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}
