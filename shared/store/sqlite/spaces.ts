import type { StatementSync } from 'node:sqlite';
import { StoreError } from '../../errors.ts';
import { firstRow } from '../../sqlite.ts';
import type { VectorSpace } from '../store.ts';

type Prepare = (sql: string) => StatementSync;

/**
 * Returns the row of a space; undefined if the store does not know it.
 * @throws StoreError SPACE_MISMATCH when the store knows the space with other dimensions.
 */
export function findSpace(prepare: Prepare, space: VectorSpace): number | undefined {
  const known = firstRow<{ id: number; dimensions: number }>(
    prepare('SELECT id, dimensions FROM spaces WHERE name = ?'),
    space.name,
  );
  if (known !== undefined && known.dimensions !== space.dimensions) {
    throw new StoreError(
      'SPACE_MISMATCH',
      `the space ${space.name} has ${known.dimensions} dimensions in the store, not ${space.dimensions}; give another model another name`,
    );
  }
  return known?.id;
}

/** Returns the row of a space, which is added if the store does not know it. Throws as `findSpace` does. */
export function ensureSpace(prepare: Prepare, space: VectorSpace): number {
  const add = (): number =>
    Number(
      prepare('INSERT INTO spaces (name, dimensions) VALUES (?, ?)').run(space.name, space.dimensions).lastInsertRowid,
    );
  return findSpace(prepare, space) ?? add();
}
