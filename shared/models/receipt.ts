import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { codeOf } from '../errors.ts';
import { ModelError } from './model-error.ts';

const RECEIPT = z.object({
  /** `user/repo` on the hub, or where it was imported from. */
  source: z.string(),
  /** Commit when the hub named one. */
  revision: z.string().nullable(),
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number(), sha256: z.string() })),
});

/** What a model was when it came, written beside it, so that `verify` knows what it has to be. */
export type Receipt = z.infer<typeof RECEIPT>;

/** @param place a folder, or a .gguf file. */
export function receiptFileOf(place: string): string {
  return isGguf(place) ? `${place}.json` : path.join(place, 'askbox.json');
}

export async function writeReceipt(file: string, receipt: Receipt): Promise<void> {
  await writeFile(file, `${JSON.stringify(receipt, null, 2)}\n`);
}

/**
 * @returns undefined for a model that was put there by hand.
 * @throws ModelError MODEL_UNUSABLE
 */
export async function findReceipt(place: string): Promise<Receipt | undefined> {
  const file = receiptFileOf(place);
  try {
    return RECEIPT.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new ModelError('MODEL_UNUSABLE', `cannot read ${file}; delete it, or remove the model and pull it again`, {
      cause: error,
    });
  }
}

/** Whether a place is that of a single file; the others are folders. */
export function isGguf(place: string): boolean {
  return place.endsWith('.gguf');
}
