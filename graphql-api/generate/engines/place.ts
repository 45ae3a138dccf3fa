import type { Breaker } from './breaker.ts';
import type { Generator } from '../generator.ts';

/** A place in the order of engines; who stands there may change. */
export interface Place {
  /** Null when nobody stands there at present. */
  find(): Engine | null;
  /** Why nobody stands there, and what to do. */
  absence(): string;
  /** Whether somebody should: that nobody stands in another place is worth no word in `health`. */
  readonly isWanted: boolean;
}

export interface Engine {
  readonly generator: Generator;
  readonly breaker: Breaker;
  /** Keeps the generator open, whoever takes its place, until the returned value is disposed of. */
  hold(): Disposable;
}

/** The place of a generator that stays as long as the process. */
export function placeOf(generator: Generator, breaker: Breaker): Place {
  const engine: Engine = { generator, breaker, hold: () => ({ [Symbol.dispose]() {} }) };
  return { find: () => engine, absence: () => '', isWanted: true };
}

/** A place that is to stay empty. */
export function emptyPlace(absence: string): Place {
  return { find: () => null, absence: () => absence, isWanted: false };
}
