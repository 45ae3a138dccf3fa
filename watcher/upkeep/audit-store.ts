import type { ContentId } from '#shared/document.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import type { Ledger } from '../ledger/ledger.ts';

/**
 * Compares what the store really answers with against what the ledger believes, in both directions. Heals a lost ledger,
 * a deleted or restored store, a write whose outcome was never heard of. To be called after a complete look at the
 * folder, also while documents are being ingested: what changes meanwhile is left to the next audit.
 * @returns how many paths and contents differed.
 */
export async function auditStore(
  ledger: Ledger,
  store: StoreWriter,
  now: () => number,
  signal: AbortSignal,
): Promise<number> {
  const { seq } = ledger;
  const believedContents = ledger.contents.storedChunks();

  const answering = new Map<string, ContentId>();
  for await (const { path, content } of store.publications(signal)) {
    if (content !== null) answering.set(path, content);
  }
  const storedChunks = new Map<ContentId, number>();
  for await (const content of store.contents(signal)) {
    storedChunks.set(content.id, content.storedChunks);
    ledger.contents.noteInStore(content.id, now());
  }

  let differences = 0;
  for (const [id, chunkCount] of believedContents) {
    if (storedChunks.get(id) !== chunkCount && ledger.contentLost(id)) differences += 1;
  }
  for (const document of ledger.documents()) {
    const isAsBelieved = answering.get(document.path) === (document.liveContentId ?? undefined);
    if (document.state !== 'READY' || document.seq > seq || isAsBelieved) continue;
    ledger.unpublished(document);
    differences += 1;
  }
  for (const [path, content] of answering) {
    if (ledger.noteInStore(path, content, now())) differences += 1;
  }
  return differences;
}
