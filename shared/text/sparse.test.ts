import { describe, expect, it } from 'vitest';
import { gramTerms } from './analyser.ts';
import { MAX_WEIGHT, chunkVector, queryVector, type SparseVector } from './sparse.ts';

const chunkOf = (text: string): SparseVector => chunkVector({ title: null, headings: [], text });
/** Returns the weights of a single word's terms in the vector, highest first; it has one word term and one gram. */
const weightsOf = (vector: SparseVector, word: string): number[] =>
  [...queryVector(word).indices].map((id) => vector.values[vector.indices.indexOf(id)] ?? 0).toSorted((a, b) => b - a);

describe('chunkVector', () => {
  it('has ascending, unique ids and weights above 0 up to the maximum', () => {
    const { indices, values } = chunkOf(
      'prazo de entrega, prazo de pagamento e multa por atraso na entrega '.repeat(20),
    );
    expect([...indices]).toEqual([...new Set(indices)].toSorted((a, b) => a - b));
    expect(values).toHaveLength(indices.length);
    for (const weight of values) {
      expect(weight).toBeGreaterThan(0);
      expect(weight).toBeLessThanOrEqual(MAX_WEIGHT);
    }
  });

  it('saturates with repetition', () => {
    const filler = ' outra coisa qualquer'.repeat(20);
    const [once, twice, often] = [1, 2, 20].map((count) => weightsOf(chunkOf('x '.repeat(count) + filler), 'x')[0]!);
    expect(twice! / once!).toBeGreaterThan(1.2);
    expect(twice! / once!).toBeLessThan(2);
    expect(often).toBeLessThan(MAX_WEIGHT);
  });

  it('weighs a word less in a longer chunk', () => {
    const short = weightsOf(chunkOf('x'), 'x');
    const long = weightsOf(chunkOf(`x${' enchimento variado'.repeat(200)}`), 'x');
    expect(long[0]).toBeLessThan(short[0]! / 2);
    expect(long[1]).toBeLessThan(short[1]! / 2);
  });

  it('weighs by the formula of BM25, a gram 0.35 times as much as a word', () => {
    // One term of each kind: length 1, average length 70 words and 469 grams.
    const bm25 = (averageLength: number): number => 2.2 / (1 + 1.2 * (0.25 + 0.75 / averageLength));
    const [word, gram] = weightsOf(chunkOf('x'), 'x');
    expect(word).toBeCloseTo(bm25(70), 5);
    expect(gram).toBeCloseTo(0.35 * bm25(469), 5);
  });

  it('counts the words of title and headings, and a title that is a heading too once', () => {
    const plain = chunkOf('Estatuto\nCapítulo\nx');
    expect(chunkVector({ title: 'Estatuto', headings: ['Capítulo'], text: 'x' })).toEqual(plain);
    expect(chunkVector({ title: 'Estatuto', headings: ['Estatuto', 'Capítulo'], text: 'x' })).toEqual(plain);
  });

  it('is empty for a chunk without words', () => {
    expect(chunkOf('— × …').indices).toHaveLength(0);
  });
});

describe('queryVector', () => {
  it('has 1 for every term once, and less for what may stand in its place', () => {
    const { indices, values } = queryVector('prédio, prédios e prédio');
    expect([...values].filter((weight) => weight === 1)).toHaveLength(1 + new Set(gramTerms('prédio prédios')).size);
    expect(Math.max(...values)).toBe(1);
    const edifice = chunkOf('edifício').indices.find((id) => indices.includes(id));
    expect(values[indices.indexOf(edifice!)]).toBeLessThan(1);
    expect([...indices]).toEqual([...new Set(indices)].toSorted((a, b) => a - b));
  });

  it('is empty for stop words', () => {
    expect(queryVector('o que é?').indices).toHaveLength(0);
  });

  it('gives the ids that are stored in the database: changing them needs a new ANALYSER_VERSION', () => {
    expect([...chunkOf('lei').indices]).toMatchInlineSnapshot(`
      [
        254816681,
        896194937,
        1258101023,
      ]
    `);
  });
});
