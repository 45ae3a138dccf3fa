import type { Language } from '#shared/text/language.ts';
import type { QuotedSpan } from '../cite/quoted-spans.ts';
import type { PastExchange } from './history.ts';
import type { Prompt } from './prompt.ts';

/**
 * The port of everything that can write an answer. Drivers: llama/llama.ts, remote/openai.ts, quotes.ts. All of them
 * pass the suite in ../testing/generator-contract.ts.
 */

/** A chunk that retrieval returned, with what a generator may quote of it. */
export interface PromptPassage {
  /** The number that the answer cites it by, from 1. */
  readonly rank: number;
  /** What the document is cited by: its title, or a name that no other document of this request has. */
  readonly title: string;
  /** When the document was last changed. RFC 3339, UTC. */
  readonly modifiedAt: string;
  /** Where its text is in the file, ascending by `start`, the first at 0; empty when the format has no such places. */
  readonly places: readonly NamedPlace[];
  /** Where another page, slide, sheet or file inside the file begins, as offsets in the text; the first is not listed. */
  readonly breaks?: readonly number[];
  /** The headings above the text, outermost first. */
  readonly headings: readonly string[];
  readonly text: string;
  /** The names of the columns, if the text begins with rows of a table that begins in an earlier passage. */
  readonly tableHeader?: {
    readonly text: string;
    /** Where it is, counted from the start of this passage's text in UTF-16 units: negative. */
    readonly start: number;
  };
}

/** A place in a file, by its name, such as `p. 3`. */
export interface NamedPlace {
  /** Offset in the passage's text from which the name applies, in UTF-16 units. */
  readonly start: number;
  readonly name: string;
}

/** What a prompt may say besides the question and the passages. */
export interface PromptExtras {
  /** The question's language, if it is neither Portuguese nor English: a BCP 47 tag. `und` if it is not known. */
  readonly answerIn?: string | null;
  /** Today's date where askbox runs, such as 2026-11-27. Left out of the prompt by default. */
  readonly today?: string;
  /** What the people who ask wish of all answers, or of this one. They add to our instructions and replace none. */
  readonly instructions?: string;
  /** Earlier turns of the same conversation, oldest first, within a budget; see history.ts. Default: none. */
  readonly history?: readonly PastExchange[];
}

/** See `GenerateRequest.compareMeaning`. */
export type CompareMeaning = (texts: readonly string[], signal: AbortSignal) => Promise<readonly number[] | null>;

/** A question, and what to answer it from. */
export interface GenerateRequest extends PromptExtras {
  /** The language of our own words. A model answers in that of the question; see `answerIn`. */
  readonly language: Language;
  readonly question: string;
  /** Best first. A generator leaves out the last ones if they do not all fit, and reports which it used. */
  readonly passages: readonly PromptPassage[];
  /**
   * Whether the passages are one document from its start, in reading order, because the question asks for a summary.
   * Default: false.
   */
  readonly isFromStart?: boolean;
  /**
   * Returns how near each text is in meaning to the question, in their order and comparable with each other alone; null
   * when nothing is searched by meaning. Rejects only when aborted. Default: nothing is compared.
   */
  readonly compareMeaning?: CompareMeaning;
  /** Upper bound for the answer's length; it is shorter still if the prompt leaves less of the context. */
  readonly maxTokens: number;
  /** 0: always the most likely token. */
  readonly temperature: number;
  /** What a model reads instead, for a request that is no question about passages. Default: made from these fields. */
  readonly prompt?: Prompt;
  /** The engine that was asked for; see chosen-engine.ts. Default: the first that can answer. */
  readonly model?: string;
}

/** What a generator yields for one request. */
export type GeneratorEvent =
  /**
   * The first event, once the generator works on this request and it has left any queue. A second one before the first
   * word replaces it: the generator had to begin again.
   */
  | {
      readonly type: 'started';
      /** Ranks of the passages that the generator uses, best first. */
      readonly usedRanks: readonly number[];
      /** Null if the number is not known before the end. */
      readonly promptTokens: number | null;
      /** How long the prompt could be. Left out by generators that do not know. */
      readonly budgetTokens?: number;
      /** The generator's own estimate of how long the first word may take from here; null if it has none. */
      readonly firstTokenMs: number | null;
    }
  /**
   * The model is thinking, and the endpoint keeps that apart. It is progress, and no part of the answer. `text` is never
   * empty.
   */
  | { readonly type: 'thinking'; readonly text: string }
  /** `text` is never empty. It may still hold thoughts, between tags. */
  | {
      readonly type: 'delta';
      readonly text: string;
      /**
       * What the text quotes, from a generator that knows it: these are its citations, and nothing is looked for in the
       * text. Left out by generators that write markers: their citations are found by the words around them.
       */
      readonly quotes?: readonly QuotedSpan[];
    }
  /** The last event; not sent if `generate` throws. */
  | {
      readonly type: 'finished';
      /** `LENGTH`: the answer was cut off at maxTokens, or at the end of the context. */
      readonly reason: 'STOP' | 'LENGTH';
      /** Set by generators that did not know the number at the start; null if they do not know it at all. */
      readonly promptTokens?: number | null;
      /** Null if they were not counted. */
      readonly completionTokens: number | null;
    };

/** Where an answer comes from: a model on this machine, one behind an endpoint, or quotes without any model. */
export type GeneratorKind = 'LOCAL' | 'REMOTE' | 'QUOTES';

/** Whether a generator can answer. */
export interface GeneratorHealth {
  /** DEGRADED may still answer, perhaps later or slower; DOWN cannot. */
  readonly status: 'OK' | 'DEGRADED' | 'DOWN';
  /** What runs, or why it does not and what to do. */
  readonly message: string;
}

/** The model of a generator, as the process has it now. */
export interface GeneratorModel {
  /** FAILED: requests fail until something changes, and `health` says what to do. */
  readonly state: 'LOADING' | 'READY' | 'FAILED';
  /** Tokens that a prompt and its answer share; null until that is known. */
  readonly contextTokens: number | null;
}

/** Writes answers. Answers that are in progress when it is disposed of may fail. */
export interface Generator extends AsyncDisposable {
  readonly kind: GeneratorKind;
  /**
   * The model's name as people know it; null for quotes, and for an endpoint that has not yet reported what it serves.
   */
  readonly model: string | null;
  /** Returns its present state without waiting for anything. */
  health(): GeneratorHealth;
  /** Returns the state of its model without waiting for anything. */
  state(): GeneratorModel;
  /**
   * Writes one answer: `started`, any number of `thinking` and `delta`, then `finished`. When the signal aborts, the iteration throws
   * its reason immediately, and the work behind it stops within one prefill chunk or one token. May be called while
   * other answers are being written: requests beyond the capacity wait in order of arrival.
   * @throws GeneratorError when it cannot answer
   */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GeneratorEvent>;
}
