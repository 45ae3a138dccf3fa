/** How fast a model reads its prompts on this machine, and what follows from it: how long a prompt may be, and the deadlines. */

/** A prompt is read in pieces of this size: an abort is heard between two of them only. */
export const CHUNK_TOKENS = 128;

/** A prompt that takes longer to read loses passages. */
const AIM_MS = 15_000;

export interface SpeedMeter {
  /** Notes how long a chunk took to be read. */
  note(tokens: number, elapsedMs: number): void;
  /** By the median of the latest chunks; 0 before the first. */
  readonly msPerToken: number;
}

/** About one long prompt. The median forgives the first chunk, which brings the weights from the disk, and a busy moment. */
const CHUNKS_REMEMBERED = 32;
/** What is left over at a prompt's end may be a token or two: it says nothing about speed. */
const MIN_TOKENS = 32;

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

/** The longest prompt whose first word can be expected within the aim of 15 s. */
export function promptBudgetTokens(msPerToken: number): number {
  return msPerToken === 0 ? Infinity : Math.floor(AIM_MS / msPerToken);
}

/**
 * How long a prompt may take to its first word: three times what is expected, and never less than the aim, which a model
 * that reads faster would only miss by an accident.
 * @param tokens those that are still to be read.
 */
export function firstTokenDeadlineMs(tokens: number, msPerToken: number): number {
  return Math.max(AIM_MS, Math.ceil(3 * tokens * msPerToken));
}

/** How long a working process may be silent: ten times as long as a chunk takes. */
export function silenceMs(msPerToken: number, minimumMs: number): number {
  return Math.max(minimumMs, Math.ceil(10 * CHUNK_TOKENS * msPerToken));
}
