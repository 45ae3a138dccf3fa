/**
 * Both sides: how fast a model reads prompts on this machine, and what follows from it. The child process measures, and
 * limits the length of prompts; the parent derives from it how long the process may be silent.
 */

/**
 * A prompt is read in chunks of about this much work. An abort takes effect only between two of them, and answers that
 * are being written get one word per chunk.
 */
const CHUNK_MS = 250;
/** Shorter chunks take longer in all: each of them reads the whole model from memory. */
const MIN_CHUNK_TOKENS = 128;
/** The library evaluates no more at once by default. A fast card needs 1.6 times as long with chunks of 128. */
const MAX_CHUNK_TOKENS = 512;

/** Passages are left out of a prompt that would take longer than this to read. */
const TARGET_MS = 15_000;

/** Measures how fast prompts are read. */
export interface SpeedMeter {
  /** Records how long a chunk took to read. */
  note(tokens: number, elapsedMs: number): void;
  /** The median of the latest chunks; 0 before the first. */
  readonly msPerToken: number;
}

/**
 * About one long prompt. The median discounts the first chunk, which loads the weights from the disk, and busy moments.
 */
const CHUNKS_REMEMBERED = 32;
/** The last chunk of a prompt may be a token or two long, which says nothing about speed. */
const MIN_TOKENS = 32;

/** Opens a meter without measurements. */
export function openSpeedMeter(): SpeedMeter {
  const latest: number[] = [];
  return {
    note(tokens, elapsedMs) {
      if (tokens < MIN_TOKENS) return;
      latest.push(elapsedMs / tokens);
      if (latest.length > CHUNKS_REMEMBERED) latest.shift();
    },
    get msPerToken() {
      return latest.toSorted((a, b) => a - b)[Math.floor((latest.length - 1) / 2)] ?? 0;
    },
  };
}

/**
 * Returns the length of the longest prompt that can be read within the target of 15 s; Infinity before any measurement.
 */
export function promptBudgetTokens(msPerToken: number): number {
  return msPerToken === 0 ? Infinity : Math.floor(TARGET_MS / msPerToken);
}

/**
 * Returns how long the first word may take: three times the expected time, and at least the target of 15 s, because a
 * model that reads faster than that would miss a shorter deadline only by accident.
 * @param tokens the part of the prompt that is still to be read.
 */
export function firstTokenDeadlineMs(tokens: number, msPerToken: number): number {
  return Math.max(TARGET_MS, Math.ceil(3 * tokens * msPerToken));
}

/**
 * Returns how many tokens of a prompt are read at once: what takes about 250 ms, from 128 to 512; 128 before any
 * measurement.
 * @param batchTokens how many tokens the context evaluates at once; more than these would be two pieces of work.
 */
export function chunkTokens(msPerToken: number, batchTokens = MAX_CHUNK_TOKENS): number {
  const wanted = msPerToken === 0 ? MIN_CHUNK_TOKENS : Math.floor(CHUNK_MS / msPerToken);
  return Math.min(Math.max(MIN_CHUNK_TOKENS, wanted), MAX_CHUNK_TOKENS, batchTokens);
}

/** Returns how long a working process may be silent: ten times as long as a chunk takes. */
export function silenceMs(msPerToken: number, minimumMs: number): number {
  return Math.max(minimumMs, Math.ceil(10 * chunkTokens(msPerToken) * msPerToken));
}
