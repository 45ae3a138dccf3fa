import type { Config } from '#shared/config.ts';
import type { GeneratorErrorCode } from '../generator-error.ts';
import type { GenerateRequest, GeneratorEvent } from '../generator.ts';

/** What llama.ts and the process it starts, llama-process.ts, say to each other. */

export interface LlamaSettings {
  /** Absolute path of a .gguf file. */
  readonly file: string;
  /** Null: all cores or all but one, whichever is faster when it loads. */
  readonly threads: number | null;
  /** Tokens that a prompt and its answer share; never more than the model was trained on. */
  readonly contextTokens: number;
  /** Answers that are written at once; further ones wait in order of arrival. Null: 2, on a graphics card 4. */
  readonly sequences: number | null;
  readonly gpu: Config['gpu'];
}

export type ToLlamaProcess =
  /** First, and once. */
  | { readonly type: 'load'; readonly settings: LlamaSettings }
  | { readonly type: 'generate'; readonly id: number; readonly request: GenerateRequest }
  | { readonly type: 'abort'; readonly id: number };

export type FromLlamaProcess =
  /** A sign of progress while the model is loaded. */
  | { readonly type: 'loading'; readonly percent: number }
  | ({ readonly type: 'ready' } & LlamaFacts)
  /** It cannot be loaded; `message` names file, cause and next step. The process ends. */
  | { readonly type: 'unusable'; readonly message: string }
  | { readonly type: 'event'; readonly id: number; readonly event: GeneratorEvent }
  /** One more chunk of a prompt has been read. */
  | { readonly type: 'progress'; readonly id: number; readonly msPerToken: number }
  | { readonly type: 'failed'; readonly id: number; readonly code: GeneratorErrorCode; readonly message: string }
  /** Last of each request, also after an abort: nothing works on it any more and its sequence is free. */
  | { readonly type: 'settled'; readonly id: number; readonly work: Work | null };

/** A model that is loaded, as it really runs. */
export interface LlamaFacts {
  /** What computes, such as `CPU, 2 threads`. */
  readonly device: string;
  /** Why it is slower than it could be, and what to do. */
  readonly warning: string | null;
  readonly contextTokens: number;
  readonly sequences: number;
  readonly threads: number;
  /** To read a prompt, as measured. */
  readonly msPerToken: number;
}

/** What one request cost, for the log; null when it never left the queue or never fitted. */
export interface Work {
  readonly promptTokens: number;
  /** Tokens at the prompt's beginning that an earlier request had left evaluated. */
  readonly reusedTokens: number;
  readonly prefilledTokens: number;
  readonly completionTokens: number;
  /** Of both kinds, those still evaluated after an abort had arrived. */
  readonly tokensAfterAbort: number;
  /** What the model really read, without control tokens. */
  readonly prompt: string;
}
