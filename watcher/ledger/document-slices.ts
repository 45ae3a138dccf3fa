import { setImmediate } from 'node:timers/promises';
import type { Ledger } from './ledger.ts';
import type { LedgerDocument } from './document.ts';

/** Rows of the ledger that are read or written in one go; in between others have their turn. */
export const SLICE_ROWS = 500;

/** All documents but the removed, by path. Not of one moment: what changes in between is seen as it was or as it is. */
export async function* documentSlices(ledger: Ledger): AsyncGenerator<readonly LedgerDocument[]> {
  for (let slice = ledger.documentsAfter('', SLICE_ROWS); slice.length > 0;) {
    yield slice;
    await setImmediate();
    slice = ledger.documentsAfter(slice.at(-1)!.path, SLICE_ROWS);
  }
}
