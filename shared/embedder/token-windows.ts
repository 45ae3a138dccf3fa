/** A piece of a text that the model reads at once. */
export interface TokenWindow {
  readonly ids: readonly number[];
  /** How many of them are of the text itself, without prefix and frame: the weight of the window's vector. */
  readonly textTokens: number;
}

/** How many tokens at the start and the end belong to every window: frame and prefix before, frame after. */
export interface TokenFrame {
  readonly headTokens: number;
  readonly tailTokens: number;
}

// Of two neighbouring windows, so that a sentence across the border is whole in one of them.
const OVERLAP_SHARE = 1 / 8;

/**
 * One window when the text fits, else as few as hold all of it, about equally long, each with head and tail of its own.
 * @param ids of the framed text. @throws RangeError when the window has no room beside the frame.
 */
export function splitIntoWindows(ids: readonly number[], frame: TokenFrame, windowTokens: number): TokenWindow[] {
  const { headTokens, tailTokens } = frame;
  const textTokens = ids.length - headTokens - tailTokens;
  if (ids.length <= windowTokens) return [{ ids, textTokens }];

  const room = windowTokens - headTokens - tailTokens;
  if (room < 1) throw new RangeError(`a window of ${windowTokens} tokens has no room beside the prefix`);
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
