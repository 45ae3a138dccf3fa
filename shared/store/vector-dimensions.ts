import { StoreError } from '../errors.ts';
import type { ChunkVector, VectorSpace } from './store.ts';

/**
 * Checks the lengths of vectors, for all drivers alike.
 * @throws StoreError SPACE_MISMATCH if one is not the space's.
 */
export function requireDimensions(space: VectorSpace, vectors: readonly ChunkVector[]): void {
  const misfit = vectors.find(({ vector }) => vector.length !== space.dimensions);
  if (misfit === undefined) return;
  throw new StoreError(
    'SPACE_MISMATCH',
    `a vector of ${misfit.vector.length} numbers does not fit the space ${space.name} of ${space.dimensions}; embed with the model of the space`,
  );
}
