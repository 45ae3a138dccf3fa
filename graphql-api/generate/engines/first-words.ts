import type { Generator } from '../generator.ts';

/** Remembers how soon each engine began to write, to tell which one can do a small piece of work before an answer. */
export interface FirstWords {
  /** Records how long an engine took from its start on a prompt to the first word, thoughts not counted. */
  note(generator: Generator, elapsedMs: number): void;
  /** The engine has not done a small piece of work in time, or failed in it: it is not asked again for a while. */
  missed(generator: Generator): void;
  /** Whether its last answer began so soon that it can do a small piece of work first. False before any answer. */
  isQuick(generator: Generator): boolean;
}

/**
 * An engine whose last answer began within this time reads the much shorter prompt of a small piece of work in a fraction
 * of it, and people who wait for an answer anyway do not notice. A CPU takes 5 to 20 s for an answer's first word, a
 * graphics card or a hosted model .2 to .8 s; a model that thinks first is never quick.
 */
const QUICK_MS = 1_000;
/** How long an engine is left alone that has missed: each miss costs its reader the whole limit. */
const LEFT_ALONE_MS = 10 * 60_000;

/** Creates the record. @param now milliseconds of a monotonic clock. */
export function rememberFirstWords(now: () => number): FirstWords {
  const elapsed = new WeakMap<Generator, number>();
  const leftAloneUntil = new WeakMap<Generator, number>();
  return {
    note: (generator, elapsedMs) => void elapsed.set(generator, elapsedMs),
    missed: (generator) => void leftAloneUntil.set(generator, now() + LEFT_ALONE_MS),
    isQuick: (generator) =>
      (elapsed.get(generator) ?? Infinity) <= QUICK_MS && now() >= (leftAloneUntil.get(generator) ?? -Infinity),
  };
}
