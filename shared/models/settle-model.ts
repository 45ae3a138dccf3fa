import { rename, rm } from 'node:fs/promises';
import { partFolderOf } from './model-place.ts';
import { receiptFileOf, writeReceipt, type Receipt } from './receipt.ts';

/**
 * Moves a complete model from `<place>.part` to its place, in one step.
 * @param finished the part folder itself, or the one file in it.
 */
export async function settleModel(place: string, finished: string, receipt: Receipt): Promise<void> {
  const folder = partFolderOf(place);
  // The receipt comes first: a model that is in its place has one.
  await writeReceipt(receiptFileOf(finished === folder ? folder : place), receipt);
  await rename(finished, place);
  if (finished !== folder) await rm(folder, { recursive: true });
}
