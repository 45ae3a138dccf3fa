/** A piece of a text that the model reads in one run. */
export interface TokenWindow {
  readonly ids: readonly number[];
  /** How many of the ids belong to the text itself, not to prefix or frame; the weight of the window's vector. */
  readonly textTokens: number;
}

/**
 * How many tokens every window begins and ends with: special tokens and the prefix before the text, special tokens
 * after it.
 */
export interface TokenFrame {
  readonly headTokens: number;
  readonly tailTokens: number;
}

// Overlap of two neighbouring windows, so that a sentence across the border is complete in one of them.
const OVERLAP_SHARE = 1 / 8;

/**
 * Splits a text into windows: one if it fits, else as few as possible, about equally long, each with its own head and
 * tail.
 * @param ids tokens of the framed text.
 * @throws RangeError when the window has no room for text besides the frame.
 */
export function splitIntoWindows(ids: readonly number[], frame: TokenFrame, windowTokens: number): TokenWindow[] {
  const { headTokens, tailTokens } = frame;
  const textTokens = ids.length - headTokens - tailTokens;
  if (ids.length <= windowTokens) return [{ ids, textTokens }];

  const room = windowTokens - headTokens - tailTokens;
  if (room < 1) throw new RangeError(`a window of ${windowTokens} tokens has no room besides the prefix`);
  const overlap = Math.floor(room * OVERLAP_SHARE);
  const count = Math.ceil((textTokens - overlap) / (room - overlap));
  const step = (textTokens - overlap) / count;
  const head = ids.slice(0, headTokens);
  const tail = ids.slice(ids.length - tailTokens);
  return Array.from({ length: count }, (_, i) => {
    const start = headTokens + Math.round(i * step);
    const end = headTokens + Math.round((i + 1) * step) + overlap;
    return { ids: [...head, ...ids.slice(start, end), ...tail], textTokens: end - start };
  });
}
