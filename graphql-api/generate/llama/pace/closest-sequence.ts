/** Child side: which of the free sequences reads the next prompt. */

/** What a free sequence holds, in tokens. */
export interface HeldTokens {
  /** At its beginning, equal to the beginning of the prompt. */
  readonly common: number;
  readonly all: number;
}

/** What would be lost may never be asked for again: so many lost tokens outweigh a common one. */
const LOST_PER_COMMON = 8;

/**
 * Returns the index of the sequence on which the prompt costs least: one that has read much of it, and that does not lose
 * much. The first few tokens of all prompts are equal; they are no reason to lose the frame of another language.
 * @param sequences at least one.
 */
export function indexOfClosest(sequences: readonly HeldTokens[]): number {
  const scores = sequences.map(({ common, all }) => common - (all - common) / LOST_PER_COMMON);
  return scores.indexOf(Math.max(...scores));
}
