import type { Breaker } from './breaker.ts';
import type { Generator } from '../generator.ts';

/**
 * One entry of ASKBOX_GENERATOR_ORDER: `local`, `remote` or `quotes`. A slot exists for as long as the process runs,
 * while the engine in it may change or be missing: the local model is loaded, replaced and removed at any time.
 */
export interface EngineSlot {
  /** The engine to use for an answer that begins now; null while the slot is empty. */
  find(): Engine | null;
  /** Why the slot is empty, and what to do about it. Only meaningful while `find` returns null. */
  whyEmpty(): string;
  /** What is to be known of the slot besides the state of its engine, as a clause; null if there is nothing. */
  note(): string | null;
  /** Why a model file is not used here, and what to do; null if it is, or if there is no such file. @param file its path. */
  whyUnused(file: string): string | null;
  /** Whether the settings ask for an engine here. `health` reports an empty slot only if they do. */
  readonly isExpected: boolean;
  /** The host of an endpoint, such as `localhost:11434`, by which it can be named too; null for other slots. */
  readonly host: string | null;
}

/** A generator with the record of its latest answers. */
export interface Engine {
  readonly generator: Generator;
  readonly breaker: Breaker;
  /** The size of the model on the disk; null for an endpoint, and without a model. */
  readonly sizeBytes: number | null;
  /** Keeps the generator open until the returned value is disposed of, even if another one takes over its slot. */
  hold(): Disposable;
}

/**
 * Returns the slot of a generator that stays the same as long as the process runs.
 * @param host of an endpoint. Default: none.
 */
export function slotOf(generator: Generator, breaker: Breaker, host: string | null = null): EngineSlot {
  const engine: Engine = { generator, breaker, sizeBytes: null, hold: () => ({ [Symbol.dispose]() {} }) };
  return { find: () => engine, whyEmpty: () => '', note: () => null, whyUnused: () => null, isExpected: true, host };
}

/** Returns a slot that stays empty for the given reason. */
export function emptySlot(reason: string): EngineSlot {
  return {
    find: () => null,
    whyEmpty: () => reason,
    note: () => null,
    whyUnused: () => null,
    isExpected: false,
    host: null,
  };
}
