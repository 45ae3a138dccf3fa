import { openTokenizer } from '#shared/embedder/tokens.ts';

/** A question and a passage as a cross-encoder reads them. */
export interface PairTokens {
  readonly ids: readonly number[];
  /** The token type of each id, by which a model distinguishes question and passage; some models have 0 for both. */
  readonly types: readonly number[];
}

/** Encodes a question and a passage; see `openPairTokens` for what is cut. */
export type EncodePair = (question: string, passage: string) => PairTokens;

/**
 * Opens the model's own tokenizer; downloads nothing. A question is cut at half of the window, and a passage where the
 * rest of the window ends.
 * @throws Error when the tokenizer's files cannot be used, or it cannot encode pairs.
 */
export function openPairTokens(folder: string, windowTokens: number): EncodePair {
  const tokenizer = openTokenizer(folder);
  const plainIds = (text: string): readonly number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;

  // Each tokenizer places its special tokens differently, so a sample pair shows where they go.
  const [a, b] = [plainIds('a'), plainIds('b')];
  const { ids, token_type_ids: types } = tokenizer.encode('a', { text_pair: 'b', return_token_type_ids: true });
  const questionAt = placeOf(a, ids, 0);
  const passageAt = placeOf(b, ids, questionAt + a.length);
  const head = ids.slice(0, questionAt);
  const between = ids.slice(questionAt + a.length, passageAt);
  const tail = ids.slice(passageAt + b.length);
  const passageType = types[passageAt]!;
  const room = windowTokens - head.length - between.length - tail.length;

  return (question, passage) => {
    const asked = plainIds(question).slice(0, Math.floor(room / 2));
    const first = [...head, ...asked, ...between];
    const second = [...plainIds(passage).slice(0, room - asked.length), ...tail];
    return { ids: [...first, ...second], types: [...first.map(() => 0), ...second.map(() => passageType)] };
  };
}

/** Finds where `part` begins in `ids`, from index `from` on. */
function placeOf(part: readonly number[], ids: readonly number[], from: number): number {
  const place = ids.findIndex((_, at) => at >= from && part.every((id, i) => ids[at + i] === id));
  if (place < 0) throw new Error('its tokenizer cannot encode pairs of texts');
  return place;
}
