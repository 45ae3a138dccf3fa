const SPECIAL_TOKENS = ['<s>', '<pad>', '</s>', '<unk>'];
// Longer pieces are whole words only.
const PIECE_CHARS = 12;

/**
 * Makes a tokenizer of the same kind and size as XLM-RoBERTa's, in the format of the `tokenizers` library: a Unigram
 * model over words. Its pieces are the most frequent ones of the text, padded to the size with pieces that never occur.
 */
export function speedTokenizer(text: string, vocabularySize: number): object {
  const counts = countPieces(text);
  const weightOf = (piece: string): number => counts.get(piece)! * piece.length;
  const pieces = [...counts.keys()]
    .toSorted((a, b) => weightOf(b) - weightOf(a))
    .slice(0, vocabularySize - SPECIAL_TOKENS.length)
    .map((piece): [string, number] => [piece, Math.log(counts.get(piece)! / text.length)]);
  const vocabulary: [string, number][] = [...SPECIAL_TOKENS.map((token): [string, number] => [token, 0]), ...pieces];
  while (vocabulary.length < vocabularySize) vocabulary.push([`<unused${vocabulary.length}>`, -30]);
  const [first, last] = ['<s>', '</s>'].map((id) => ({ SpecialToken: { id, type_id: 0 } }));
  const idOf = (token: string): object => ({ id: token, ids: [SPECIAL_TOKENS.indexOf(token)], tokens: [token] });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: 'NFKC' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'WhitespaceSplit' },
        { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
      ],
    },
    post_processor: {
      type: 'TemplateProcessing',
      single: [first, { Sequence: { id: 'A', type_id: 0 } }, last],
      pair: [],
      special_tokens: { '<s>': idOf('<s>'), '</s>': idOf('</s>') },
    },
    decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true },
    model: { type: 'Unigram', unk_id: 3, vocab: vocabulary },
  };
}

function countPieces(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (piece: string): void => void counts.set(piece, (counts.get(piece) ?? 0) + 1);
  for (const word of text.normalize('NFKC').split(/\s+/)) {
    const marked = `▁${word}`;
    for (let start = 0; start < marked.length; start++) {
      const longest = Math.min(PIECE_CHARS, marked.length - start);
      for (let length = 1; length <= longest; length++) count(marked.slice(start, start + length));
    }
    if (marked.length > PIECE_CHARS) count(marked);
  }
  return counts;
}
