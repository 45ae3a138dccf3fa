import type { KnownEmbedder } from '../models/catalogue.ts';

export type Pooling = KnownEmbedder['pooling'];

/** @param tokens a row of `dimensions` numbers for each token of a text, padding left out. */
export function poolTokens(tokens: Float32Array, dimensions: number, pooling: Pooling): Float32Array {
  if (pooling === 'FIRST_TOKEN') return toUnitLength(tokens.slice(0, dimensions));
  const sum = new Float32Array(dimensions);
  for (let at = 0; at < tokens.length; at += dimensions) {
    for (let i = 0; i < dimensions; i++) sum[i]! += tokens[at + i]!;
  }
  return toUnitLength(sum);
}

/** The vector of a text from those of its windows, which are of unit length. @param weights one for each. */
export function poolWindows(vectors: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  vectors.forEach((vector, window) => {
    for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]! * weights[window]!;
  });
  return toUnitLength(sum);
}

/** Changes the vector and gives it back. @throws when it has no direction, as the output of a damaged model has none. */
export function toUnitLength(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const x of vector) squares += x * x;
  const length = Math.sqrt(squares);
  if (!(length > 0 && length < Infinity)) throw new Error('it gave a vector without a direction');
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return vector;
}
