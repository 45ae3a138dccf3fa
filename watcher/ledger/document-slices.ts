import { setImmediate } from 'node:timers/promises';
import type { ContentId } from '#shared/document.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerDocument } from './document.ts';

/** How many rows of the ledger are read or written before the event loop gets a turn. */
export const SLICE_ROWS = 500;

/** Returns all documents except removed ones, by path. Not a snapshot: what changes meanwhile is seen as it was or as it is. */
export async function* documentSlices(ledger: Ledger): AsyncGenerator<readonly LedgerDocument[]> {
  for (let slice = ledger.documentsAfter('', SLICE_ROWS); slice.length > 0;) {
    yield slice;
    await setImmediate();
    slice = ledger.documentsAfter(slice.at(-1)!.path, SLICE_ROWS);
  }
}

/** Returns the contents that are complete in the store, by id, each with its number of chunks. Not a snapshot either. */
export async function* storedContentSlices(
  ledger: Ledger,
): AsyncGenerator<readonly { readonly id: ContentId; readonly chunks: number }[]> {
  for (let slice = ledger.contents.storedAfter('', SLICE_ROWS); slice.length > 0;) {
    yield slice;
    await setImmediate();
    slice = ledger.contents.storedAfter(slice.at(-1)!.id, SLICE_ROWS);
  }
}
