import type { Config } from '#shared/config.ts';
import type { GeneratorErrorCode } from '../generator-error.ts';
import type { GenerateRequest, GeneratorEvent } from '../generator.ts';
import type { BetterPlans } from './memory-watch.ts';
import type { Backend, LeftBackend } from './backend/left-backends.ts';

/** Between the sides: the messages that llama.ts (parent) and llama-process.ts (child) exchange. */

/** What a model is loaded with. */
export interface LlamaSettings {
  /** Absolute path of a .gguf file. */
  readonly file: string;
  /** CPU threads. Null: all cores or all but one, whichever is faster, chosen again as other programs come and go. */
  readonly threads: number | null;
  /** Tokens that a prompt and its answer share; limited to what the model was trained on. */
  readonly contextTokens: number;
  /**
   * Answers written at the same time; further ones wait in order of arrival. Null: 2; on a graphics card up to 4, as
   * measured there.
   */
  readonly sequences: number | null;
  /** Which kind of graphics card to use. */
  readonly gpu: Config['gpu'];
  /** Whether the model, if it can think, may do so before it answers. Default: false. */
  readonly thinks?: boolean;
  /** Whether the settings name the file, so that it is loaded even where it is slow. Default: false. */
  readonly isFileNamed?: boolean;
}

/** Loads a model. */
export interface LoadMessage {
  readonly type: 'load';
  readonly settings: LlamaSettings;
  /** Backends that are not tried. */
  readonly left: readonly LeftBackend[];
  /** How much of the graphics card is left free besides the usual reserve. */
  readonly spareCardBytes: number;
}

/** Parent to child. `id` names the request. */
export type ToLlamaProcess =
  /** Sent once, first. */
  | LoadMessage
  | { readonly type: 'generate'; readonly id: number; readonly request: GenerateRequest }
  /** Has no effect on a request that has settled. */
  | { readonly type: 'abort'; readonly id: number };

/** Child to parent. Every message is also a sign of life. */
export type FromLlamaProcess =
  /** What is tried next: a backend, or null for the CPU. The last one before `ready` is what the model runs on. */
  | { readonly type: 'trying'; readonly backend: Backend | null }
  /** A line of the library's log that reports an error. */
  | { readonly type: 'complaint'; readonly line: string }
  /** Progress while the model is being loaded. */
  | { readonly type: 'loading'; readonly percent: number }
  /** `better`: how it could be loaded if there were more memory; null if it would be no faster. */
  | ({ readonly type: 'ready'; readonly better: BetterPlans | null } & LlamaFacts)
  /** There is no room for the model now, on a graphics card or off it. The parent then kills the process. */
  | { readonly type: 'short'; readonly message: string; readonly better: BetterPlans }
  /** The model now runs differently. `because` is what was measured; null for other programs that come and go. */
  | ({ readonly type: 'changed'; readonly because: string | null } & ChangingFacts)
  /** What can wait until after `ready` has been read and measured. */
  | { readonly type: 'prepared' }
  /** The model cannot be loaded; `message` names file, cause and next step. The parent then kills the process. */
  | { readonly type: 'unusable'; readonly message: string }
  | { readonly type: 'event'; readonly id: number; readonly event: GeneratorEvent }
  /** One more chunk of a prompt has been read. */
  | { readonly type: 'progress'; readonly id: number; readonly msPerToken: number }
  | { readonly type: 'failed'; readonly id: number; readonly code: GeneratorErrorCode; readonly message: string }
  /** The last message of each request, also after an abort: no more work is done for it, and its sequence is free. */
  | { readonly type: 'settled'; readonly id: number; readonly work: Work | null };

/** How a loaded model really runs. */
export interface LlamaFacts {
  /** What it computes on, such as `CPU, 2 threads`. */
  readonly device: string;
  /** Why it is slower than it could be, and what to do; null when it is not. */
  readonly warning: string | null;
  readonly contextTokens: number;
  readonly sequences: number;
  readonly threads: number;
  /** Milliseconds per token of a prompt, as measured while loading. */
  readonly msPerToken: number;
}

/** What may change while a model is loaded. */
export type ChangingFacts = Pick<LlamaFacts, 'device' | 'sequences' | 'threads'>;

/** What one request cost, for the log. Null for a request that was aborted in the queue or failed. */
export interface Work {
  readonly promptTokens: number;
  /** Tokens at the beginning of the prompt that an earlier request had left evaluated. */
  readonly reusedTokens: number;
  readonly prefilledTokens: number;
  readonly completionTokens: number;
  /** Prompt and answer tokens that were still evaluated after an abort had arrived. */
  readonly tokensAfterAbort: number;
  /** What the model really read, without control tokens. */
  readonly prompt: string;
}
