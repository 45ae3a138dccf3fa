import { setImmediate as turnForOthers } from 'node:timers/promises';
import { batchesOf } from '#shared/batches.ts';
import type { ContentId } from '#shared/document.ts';
import type { Publication, StoreWriter } from '#shared/store/store.ts';
import { documentSlices, SLICE_ROWS, storedContentSlices } from '../ledger/document-slices.ts';
import type { Ledger } from '../ledger/ledger.ts';

/**
 * Compares what the store has published with what the ledger believes, in both directions. Heals a lost ledger, a deleted or
 * restored store, and writes whose outcome is unknown. Call it after a complete scan of the folder; documents may be ingested
 * at the same time: what changes meanwhile is left to the next audit.
 *
 * Goes through the ledger and the store in slices, each at most one transaction, and lets others run after each: the audit of
 * 30,000 documents would otherwise stop the watcher for seconds.
 * @returns how many paths and contents differed.
 */
export async function auditStore(
  ledger: Ledger,
  store: StoreWriter,
  now: () => number,
  signal: AbortSignal,
): Promise<number> {
  const { seq } = ledger;
  // Read before the store is: what becomes complete meanwhile may be missing in the store's list.
  const believedContents = new Map<ContentId, number>();
  for await (const slice of storedContentSlices(ledger)) {
    for (const { id, chunks } of slice) believedContents.set(id, chunks);
  }

  const published = new Map<string, Publication & { readonly content: ContentId }>();
  for await (const { path, content, revision } of store.publications(signal)) {
    if (content !== null) published.set(path, { path, content, revision });
  }
  const storedChunks = new Map<ContentId, number>();
  for await (const slice of batchesOf(store.contents(signal), SLICE_ROWS)) {
    for (const content of slice) storedChunks.set(content.id, content.storedChunks);
    ledger.inOneChange(() => slice.forEach(({ id }) => ledger.contents.noteInStore(id, now())));
    await turnForOthers();
  }

  let differences = 0;
  for await (const slice of batchesOf(believedContents, SLICE_ROWS)) {
    const differing = slice.filter(([id, chunkCount]) => storedChunks.get(id) !== chunkCount);
    differences += countTrue(ledger, differing, ([id]) => ledger.contentLost(id));
    await turnForOthers();
  }
  for await (const slice of documentSlices(ledger)) {
    const lost = slice.filter((document) => {
      const isAsBelieved = published.get(document.path)?.content === (document.liveContentId ?? undefined);
      // Ready with no content at all is what both sides may agree on, and still a document that nobody can find.
      const isLost = document.state === 'READY' && document.liveContentId === null;
      return document.seq <= seq && (!isAsBelieved || isLost);
    });
    ledger.inOneChange(() => lost.forEach((document) => ledger.lostFromStore(document)));
    differences += lost.length;
    signal.throwIfAborted();
  }
  for await (const slice of batchesOf(published.values(), SLICE_ROWS)) {
    differences += countTrue(ledger, slice, (publication) => ledger.foundInStore(publication, now()));
    signal.throwIfAborted();
    await turnForOthers();
  }
  return differences;
}

/** Writes a slice in one transaction. @returns for how many items `write` returned true. */
function countTrue<Item>(ledger: Ledger, items: readonly Item[], write: (item: Item) => boolean): number {
  return items.length === 0 ? 0 : ledger.inOneChange(() => items.filter(write).length);
}
