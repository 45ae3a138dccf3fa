import type { Language } from '#shared/text/language.ts';

/** The port of everything that can write an answer. Drivers: llama.ts, openai.ts, quotes.ts. The contract suite is generator-contract.ts. */

/** A chunk that retrieval returned, as the generator may quote it. */
export interface PromptPassage {
  /** The number that the answer cites it by, from 1. */
  readonly rank: number;
  readonly title: string;
  /** Where its words stand in the file, ascending by `start`, the first at 0; empty when the format has no places. */
  readonly places: readonly NamedPlace[];
  readonly headings: readonly string[];
  readonly text: string;
}

/** From this offset of the passage's text on: a place in words, such as `p. 3`. */
export interface NamedPlace {
  readonly start: number;
  readonly name: string;
}

export interface GenerateRequest {
  /** The language the answer is to be written in: the question's. */
  readonly language: Language;
  readonly question: string;
  /** Best first. A generator leaves out the last ones when they do not fit, and says which it used. */
  readonly passages: readonly PromptPassage[];
  /** Upper bound of the answer's length. */
  readonly maxTokens: number;
  /** 0 always takes the likeliest token. */
  readonly temperature: number;
}

export type GeneratorEvent =
  /** First, as soon as the generator is at work on this request (it has left any queue). */
  | {
      readonly type: 'started';
      readonly usedRanks: readonly number[];
      /** Null when only the end will tell. */
      readonly promptTokens: number | null;
      /** How long from here the first word may take by the generator's own reckoning; null when it cannot tell. */
      readonly firstTokenMs: number | null;
    }
  /** Never empty. */
  | { readonly type: 'delta'; readonly text: string }
  /** Last; never sent when `generate` throws. */
  | {
      readonly type: 'finished';
      readonly reason: 'STOP' | 'LENGTH';
      /** By those who could not tell at the start; null when they cannot tell at all. */
      readonly promptTokens?: number | null;
      /** Null when nobody counted them. */
      readonly completionTokens: number | null;
    };

export type GeneratorKind = 'LOCAL' | 'REMOTE' | 'QUOTES';

export interface GeneratorHealth {
  readonly status: 'OK' | 'DEGRADED' | 'DOWN';
  /** What runs, or why it does not and what to do. */
  readonly message: string;
}

export interface Generator extends AsyncDisposable {
  readonly kind: GeneratorKind;
  /** The model's name as people know it; null for quotes, and for an endpoint as long as it has not said what it serves. */
  readonly model: string | null;
  health(): GeneratorHealth;
  /**
   * Writes one answer: `started`, any number of `delta`, then `finished`.
   * Aborting the signal makes the iteration throw the signal's reason at once; the work behind it stops within one
   * prefill chunk or one token. Throws GeneratorError when it cannot answer. May be called many times at once:
   * requests beyond the capacity wait in order of arrival.
   */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GeneratorEvent>;
}
