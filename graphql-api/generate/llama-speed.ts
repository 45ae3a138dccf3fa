/** How fast a model reads its prompts on this machine, and what follows from it: how long a prompt may be, and the deadlines. */

/** A prompt is read in pieces of this size: an abort is heard between two of them only. */
export const CHUNK_TOKENS = 128;

/** A prompt that takes longer to read loses passages. */
const AIM_MS = 15_000;

export interface SpeedMeter {
  /** Notes how long a chunk takes. Chunks of several sequences may be read at the same time. */
  measure(tokens: number, read: () => Promise<void>): Promise<void>;
  /** By the median of the latest readings, whatever number of sequences shared the time; 0 before the first. */
  readonly msPerToken: number;
}

/** About one long prompt. The median forgives the first chunk, which brings the weights from the disk, and a busy moment. */
const READINGS = 32;
/** What is left over at a prompt's end may be a token or two: it says nothing about speed. */
const MIN_TOKENS = 32;
/** While chunks overlap without a pause, a reading is taken after so many tokens. */
const MAX_TOKENS = 4 * CHUNK_TOKENS;

/** @param now milliseconds of a clock that only goes forward. */
export function openSpeedMeter(now: () => number = () => performance.now()): SpeedMeter {
  const latest: number[] = [];
  let underWay = 0;
  let sinceMs = 0;
  let tokensSince = 0;

  function restart(): void {
    sinceMs = now();
    tokensSince = 0;
  }

  return {
    async measure(tokens, read) {
      if (underWay === 0) restart();
      underWay++;
      try {
        await read();
        tokensSince += tokens;
      } finally {
        underWay--;
      }
      if (underWay > 0 && tokensSince < MAX_TOKENS) return;
      if (tokensSince >= MIN_TOKENS) latest.push((now() - sinceMs) / tokensSince);
      if (latest.length > READINGS) latest.shift();
      restart();
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
 * How long a prompt may take to its first word: three times what is expected while all sequences read, since others may
 * begin after it; never less than the aim, which a model that reads faster would only miss by an accident.
 * @param tokens those that are still to be read.
 */
export function firstTokenDeadlineMs(tokens: number, msPerToken: number, sequences: number): number {
  return Math.max(AIM_MS, Math.ceil(3 * tokens * msPerToken * sequences));
}

/** How long a working process may be silent: ten times as long as one chunk of each sequence takes. */
export function silenceMs(msPerToken: number, sequences: number, minimumMs: number): number {
  return Math.max(minimumMs, Math.ceil(10 * CHUNK_TOKENS * msPerToken * sequences));
}
