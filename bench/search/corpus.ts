import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type Chunk,
  type ContentSummary,
  type PublishedDocument,
  chunkIdOf,
  contentIdOf,
  documentIdOf,
} from '#shared/document.ts';
import { randomNumbers } from '#shared/testing/random-numbers.ts';
import { sentenceStarts } from '#shared/text/sentence-starts.ts';

/** A made-up document with its passages and their vectors. */
export interface MadeDocument {
  readonly document: PublishedDocument;
  readonly chunks: readonly Chunk[];
  readonly vectors: readonly Float32Array[];
}

/** Makes documents and questions at random; the same seed and calls give the same ones. */
export interface Corpus {
  makeDocument(path: string, chunkCount: number): MadeDocument;
  makeQuestion(): { readonly text: string; readonly vector: Float32Array };
}

/** Length of the vectors, that of multilingual-e5-small. */
export const DIMENSIONS = 384;
const CHUNK_CHARS = 900;

// Vectors of real texts form clusters. Here each cluster is spread along a few directions, and a little along all.
const BUNCHES = 600;
const DIRECTIONS = 48;

/** Opens a corpus. @param textFile its sentences are mixed into passages; if undefined, they are of invented words. */
export function openCorpus(seed: number, textFile: string | undefined): Corpus {
  const random = randomNumbers(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const sentences = textFile === undefined ? inventSentences(random) : readSentences(textFile);
  const makeVector = openVectors(random);

  function makeChunk(contentId: string, ordinal: number, startChar: number): Chunk {
    let text = '';
    while (text.length < CHUNK_CHARS) text += pick(sentences);
    const endChar = startChar + text.length;
    return { id: chunkIdOf(contentId, ordinal), contentId, ordinal, text, startChar, endChar, headings: [], marks: [] };
  }

  return {
    makeDocument(path, chunkCount) {
      const bytesSha256 = createHash('sha256').update(`${path} ${random()}`).digest('hex');
      const id = contentIdOf(bytesSha256, 'bench');
      const chunks: Chunk[] = [];
      for (let i = 0; i < chunkCount; i++) chunks.push(makeChunk(id, i, chunks.at(-1)?.endChar ?? 0));
      const bunch = Math.floor(random() * BUNCHES);
      const vectors = chunks.map(() => makeVector(bunch));
      return { document: documentOf(path, bytesSha256, id, chunks), chunks, vectors };
    },
    makeQuestion() {
      const words = pick(sentences).trim().split(/\s+/);
      const start = Math.floor(random() * Math.max(1, words.length - 8));
      return { text: words.slice(start, start + 8).join(' '), vector: makeVector(Math.floor(random() * BUNCHES)) };
    },
  };
}

function documentOf(path: string, bytesSha256: string, id: string, chunks: readonly Chunk[]): PublishedDocument {
  const now = new Date(0).toISOString();
  const content: ContentSummary = {
    id,
    chunkCount: chunks.length,
    textLength: chunks.at(-1)?.endChar ?? 0,
    title: null,
    mediaType: 'text/plain',
    language: 'pt',
    pageCount: null,
    warnings: [],
  };
  const times = { createdAt: now, modifiedAt: now, indexedAt: now };
  return { id: documentIdOf(path), path, title: path, content, bytesSha256, sizeBytes: content.textLength, ...times };
}

function readSentences(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const starts = sentenceStarts(text);
  return starts.map((start, i) => `${text.slice(start, starts[i + 1]).trim()} `);
}

/** Makes sentences from 20,000 invented words with the frequencies of a natural language. */
function inventSentences(random: () => number): string[] {
  const syllables = 'bcdfglmnprstvz'
    .split('')
    .flatMap((consonant) => 'aeiouãé'.split('').map((vowel) => consonant + vowel));
  const syllable = (): string => syllables[Math.floor(random() * syllables.length)]!;
  const words = Array.from({ length: 20_000 }, () => Array.from({ length: 2 + random() * 3 }, syllable).join(''));
  // The n-th word is about 1/n as frequent as the first: Zipf's law.
  const word = (): string => words[Math.floor(words.length ** random()) - 1]!;
  return Array.from({ length: 20_000 }, () => `${Array.from({ length: 8 + random() * 20 }, word).join(' ')}. `);
}

function openVectors(random: () => number): (bunch: number) => Float32Array {
  const gaussian = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const gaussians = (count: number): Float32Array => Float32Array.from({ length: count }, gaussian);
  const centres = Array.from({ length: BUNCHES }, () => gaussians(DIMENSIONS));
  const directions = Array.from({ length: DIRECTIONS }, () => gaussians(DIMENSIONS));
  return (bunch) => {
    const strengths = gaussians(DIRECTIONS).map((x) => x / Math.sqrt(DIRECTIONS));
    const vector = gaussians(DIMENSIONS).map((noise, i) => noise * 0.25 + centres[bunch]![i]! * 0.7);
    directions.forEach((direction, d) => {
      for (let i = 0; i < DIMENSIONS; i++) vector[i]! += direction[i]! * strengths[d]! * 0.9;
    });
    const length = Math.hypot(...vector);
    return vector.map((x) => x / length);
  };
}
