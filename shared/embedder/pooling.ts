import type { KnownEmbedder } from '../models/catalogue.ts';

/** How the vector of a text is made from the output of the model; catalogue.ts describes the three ways. */
export type Pooling = KnownEmbedder['pooling'];

/**
 * Returns the vector of a text, of unit length, from the vectors of its tokens.
 * @param tokens a row of `dimensions` numbers for each token, without padding.
 * @throws Error when the vector has no direction.
 */
export function poolTokens(tokens: Float32Array, dimensions: number, pooling: Pooling): Float32Array {
  if (pooling === 'FIRST_TOKEN') return toUnitLength(tokens.slice(0, dimensions));
  const sum = new Float32Array(dimensions);
  for (let at = 0; at < tokens.length; at += dimensions) {
    for (let i = 0; i < dimensions; i++) sum[i]! += tokens[at + i]!;
  }
  return toUnitLength(sum);
}

/**
 * Returns the vector of a text, of unit length, from the vectors of its windows.
 * @param vectors one for each window, of unit length.
 * @param weights one for each window.
 * @throws Error when the vector has no direction.
 */
export function poolWindows(vectors: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  vectors.forEach((vector, window) => {
    for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]! * weights[window]!;
  });
  return toUnitLength(sum);
}

/**
 * Scales the vector to unit length in place, and returns it.
 * @throws Error when it has no direction (zero, NaN or infinite), as in the output of a damaged model.
 */
export function toUnitLength(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const x of vector) squares += x * x;
  const length = Math.sqrt(squares);
  if (!(length > 0 && length < Infinity)) throw new Error('it returned a vector without a direction');
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return vector;
}
