import { openTokenizer } from '#shared/embedder/tokens.ts';

/** A question and a passage as a cross-encoder reads them. */
export interface PairTokens {
  readonly ids: readonly number[];
  /** Which of the two each of them is of; models without a difference have 0 everywhere. */
  readonly types: readonly number[];
}

export type EncodePair = (question: string, passage: string) => PairTokens;

/**
 * Reads the model's own tokenizer; nothing is fetched. The end of a passage that does not fit beside the question is left
 * out, and of a question what is beyond half of the window.
 * @throws when the tokenizer's files cannot be used, or it does not know pairs.
 */
export function openPairTokens(folder: string, windowTokens: number): EncodePair {
  const tokenizer = openTokenizer(folder);
  const bare = (text: string): readonly number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;

  // Every tokenizer puts its special tokens in a way of its own: found by trying.
  const [a, b] = [bare('a'), bare('b')];
  const { ids, token_type_ids: types } = tokenizer.encode('a', { text_pair: 'b', return_token_type_ids: true });
  const questionAt = placeOf(a, ids, 0);
  const passageAt = placeOf(b, ids, questionAt + a.length);
  const head = ids.slice(0, questionAt);
  const between = ids.slice(questionAt + a.length, passageAt);
  const tail = ids.slice(passageAt + b.length);
  const passageType = types[passageAt]!;
  const room = windowTokens - head.length - between.length - tail.length;

  return (question, passage) => {
    const asked = bare(question).slice(0, Math.floor(room / 2));
    const first = [...head, ...asked, ...between];
    const second = [...bare(passage).slice(0, room - asked.length), ...tail];
    return { ids: [...first, ...second], types: [...first.map(() => 0), ...second.map(() => passageType)] };
  };
}

function placeOf(part: readonly number[], ids: readonly number[], from: number): number {
  const place = ids.findIndex((_, at) => at >= from && part.every((id, i) => ids[at + i] === id));
  if (place < 0) throw new Error('its tokenizer does not put two texts together');
  return place;
}
