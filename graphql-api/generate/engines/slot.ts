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
  /** Whether the settings ask for an engine here. `health` reports an empty slot only if they do. */
  readonly isExpected: boolean;
}

/** A generator with the record of its latest answers. */
export interface Engine {
  readonly generator: Generator;
  readonly breaker: Breaker;
  /** Keeps the generator open until the returned value is disposed of, even if another one takes over its slot. */
  hold(): Disposable;
}

/** Returns the slot of a generator that stays the same as long as the process runs. */
export function slotOf(generator: Generator, breaker: Breaker): EngineSlot {
  const engine: Engine = { generator, breaker, hold: () => ({ [Symbol.dispose]() {} }) };
  return { find: () => engine, whyEmpty: () => '', isExpected: true };
}

/** Returns a slot that stays empty for the given reason. */
export function emptySlot(reason: string): EngineSlot {
  return { find: () => null, whyEmpty: () => reason, isExpected: false };
}
