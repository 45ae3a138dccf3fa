import { contentTokens, gramsOf, gramTerms, textTerms } from './analyser.ts';
import { askedWords, type AskedWord } from './asked-words.ts';
import { QUESTION_WORDS } from './words/stop-words.ts';

// BM25 with the constants of its authors.
const K1 = 1.2;
const B = 0.75;

// The average length in terms is a constant of analyser version 1, so that a chunk's weights never depend on other chunks.
// Measured on the 211 passages of FaQuAD: 70.3 words and 469 grams (SQuAD-pt 83 and 464, XQuAD-en 79 and 437).
const WORDS = { averageLength: 70, share: 1 };
// A gram counts less than a word: there are six grams for each word, and they match by chance. This share gives nDCG@10
// .943 on FaQuAD.
const GRAMS = { averageLength: 469, share: 0.35 };

/** In a search, of a word that only says how something is asked: it must not outweigh what is asked. */
const QUESTION_WORD_WEIGHT = 0.3;
/** The same of its grams, which other words have too. Without them, FaQuAD has .0017 less nDCG@10. */
const QUESTION_GRAM_WEIGHT = 0.5;
/** In a search, of what may stand in the place of a word. */
const FORM_SHARE = 0.8;

/** Upper limit of a chunk's weights, at which term frequency saturates. */
export const MAX_WEIGHT = K1 + 1;

/** Term weights of a chunk (saturated term frequency) or of a query (1 each). The store multiplies them by its idf. */
export interface SparseVector {
  /** Term ids, ascending, without repetition. */
  readonly indices: Uint32Array;
  /** The weight of the term at the same index. */
  readonly values: Float32Array;
}

/**
 * Returns the sparse vector of a chunk. Words of its title and headings count like those of its text. Ids are 32-bit
 * hashes of terms. Two terms may share one (about 120 pairs among a million distinct terms); each then also finds the
 * other's chunks.
 */
export function chunkVector(chunk: {
  readonly title: string | null;
  readonly headings: readonly string[];
  readonly text: string;
}): SparseVector {
  // A file's title is often its first heading too: it counts once.
  const text = [...new Set([chunk.title ?? '', ...chunk.headings]), chunk.text].join('\n');
  const weights = new Map<number, number>();
  const { words, codes } = textTerms(text);
  addWeights(weights, words, words.length, WORDS);
  // Other notations do not make a chunk longer.
  addWeights(weights, codes, words.length, WORDS);
  const grams = gramTerms(text);
  addWeights(weights, grams, grams.length, GRAMS);
  return sparseVector(weights);
}

/**
 * Returns the sparse vector of a question: 1 for each of its words and grams, less for what may stand in the place of a
 * word. It is empty when the question has only stop words.
 * @param asked the words of the question, if they are known already.
 */
export function queryVector(text: string, asked: readonly AskedWord[] = askedWords(text)): SparseVector {
  const weights = new Map<number, number>();
  const offer = (term: string, weight: number): void => {
    const id = termId(term);
    weights.set(id, Math.max(weights.get(id) ?? 0, weight));
  };
  for (const { written, forms } of asked) {
    const weight = QUESTION_WORDS.has(written) ? QUESTION_WORD_WEIGHT : 1;
    for (const [term, share] of forms) offer(term, weight * (share === 1 ? 1 : FORM_SHARE * share));
  }
  for (const token of contentTokens(text)) {
    const weight = QUESTION_WORDS.has(token) ? QUESTION_GRAM_WEIGHT : 1;
    for (const gram of gramsOf(token)) offer(gram, weight);
  }
  return sparseVector(weights);
}

/** Adds the saturated term frequency of each term: n (k1 + 1) / (n + k1 (1 - b + b length / average length)). */
function addWeights(weights: Map<number, number>, list: readonly string[], length: number, field: typeof WORDS): void {
  const counts = new Map<number, number>();
  for (const term of list) {
    const id = termId(term);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const lengthPenalty = K1 * (1 - B + (B * length) / field.averageLength);
  for (const [id, count] of counts) {
    const weight = (field.share * count * (K1 + 1)) / (count + lengthPenalty);
    weights.set(id, Math.max(weights.get(id) ?? 0, weight));
  }
}

/** @param weights by signed id. */
function sparseVector(weights: ReadonlyMap<number, number>): SparseVector {
  const indices = Uint32Array.from(weights.keys()).sort();
  const values = new Float32Array(indices.length);
  indices.forEach((id, i) => (values[i] = weights.get(id | 0) ?? 0));
  return { indices, values };
}

/** FNV-1a over UTF-16 code units; signed, because maps are several times faster with such numbers. */
function termId(term: string): number {
  let hash = 0x81_1c_9d_c5 | 0;
  for (let i = 0; i < term.length; i++) hash = Math.imul(hash ^ term.charCodeAt(i), 0x01_00_01_93);
  return hash;
}
