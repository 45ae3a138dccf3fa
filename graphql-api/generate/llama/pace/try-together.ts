import type { LlamaContextSequence } from 'node-llama-cpp';

/** Child side: measures how many answers a graphics card writes well at the same time. */

/** How fast answers are written when so many are written at once. */
export interface TogetherSpeed {
  readonly answers: number;
  /** Of all answers together. */
  readonly tokensPerS: number;
}

/** About as fast as people read. */
const READING_TOKENS_PER_S = 10;
/** The least that all answers together must reach of the best speed measured. */
const LEAST_SHARE = 0.7;

/**
 * Returns how many answers are written at once: as many as possible, because a person who waits for the first word gets
 * it after the prompts of those before, instead of after their answers. On an H100, one answer alone has 193 tokens/s;
 * two have 147 together and four 192 to 241, because the library has no fast path for two. So the fourth of four people
 * read their first word after 1.3 s instead of after 5 s, and everyone still gets more than is read.
 * It ends where each answer would be slower than people read, or all together lose more than 30% of the best speed.
 */
export function chooseTogether(speeds: readonly TogetherSpeed[]): number {
  const best = Math.max(...speeds.map(({ tokensPerS }) => tokensPerS));
  const isGood = ({ answers, tokensPerS }: TogetherSpeed): boolean =>
    tokensPerS / answers >= READING_TOKENS_PER_S && tokensPerS >= LEAST_SHARE * best;
  return Math.max(1, ...speeds.filter(isGood).map(({ answers }) => answers));
}

/** Returns the numbers to try: 1, 2, 4, and so on, and what fits. */
export function numbersToTry(most: number): number[] {
  const numbers = [];
  for (let number = 1; number < most; number *= 2) numbers.push(number);
  return [...numbers, most];
}

/** Each sequence writes so many tokens, of which the first few do not count. */
const TOKENS = 16;
const TOKENS_BEFORE = 4;

/**
 * Writes a few tokens on all these sequences at once, and leaves them as they were; a sequence that has no room for the
 * tokens loses its last ones. Returns null if it had to end early.
 */
export async function tryTogether(
  sequences: readonly LlamaContextSequence[],
  mayContinue: () => boolean,
): Promise<TogetherSpeed | null> {
  // Without room, the library would delete the beginning instead.
  const before = sequences.map(({ contextTokens, contextSize }) => contextTokens.slice(0, contextSize - TOKENS - 1));
  const putBack = async (): Promise<void> => {
    for (const [index, sequence] of sequences.entries()) await sequence.adaptStateToTokens(before[index]!, false);
  };
  const [token] = sequences[0]!.model.tokenize('0');
  let written = 0;
  let startedAt = 0;
  let countedFrom = 0;
  let endedAt = 0;

  async function write(sequence: LlamaContextSequence): Promise<void> {
    let own = 0;
    for await (const _ of sequence.evaluate([token!], { temperature: 0, yieldEogToken: true })) {
      own++;
      written++;
      if (own === TOKENS_BEFORE && startedAt === 0) [startedAt, countedFrom] = [performance.now(), written];
      endedAt = performance.now();
      if (own === TOKENS || !mayContinue()) return;
    }
  }

  try {
    await putBack();
    await Promise.all(sequences.map(write));
    if (!mayContinue()) return null;
    return { answers: sequences.length, tokensPerS: ((written - countedFrom) * 1000) / (endedAt - startedAt) };
  } finally {
    await putBack();
  }
}
