import type { ContentId } from '#shared/document.ts';
import type { Publication, StoreWriter } from '#shared/store/store.ts';
import type { Ledger } from '../ledger/ledger.ts';

/**
 * Compares what the store has published with what the ledger believes, in both directions. Heals a lost ledger, a deleted or
 * restored store, and writes whose outcome is unknown. Call it after a complete scan of the folder; documents may be ingested
 * at the same time: what changes meanwhile is left to the next audit.
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

  const published = new Map<string, Publication & { readonly content: ContentId }>();
  for await (const { path, content, revision } of store.publications(signal)) {
    if (content !== null) published.set(path, { path, content, revision });
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
    const isAsBelieved = published.get(document.path)?.content === (document.liveContentId ?? undefined);
    // Ready with no content at all is what both sides may agree on, and still a document that nobody can find.
    const isLost = document.state === 'READY' && document.liveContentId === null;
    if (document.seq > seq || (isAsBelieved && !isLost)) continue;
    ledger.lostFromStore(document);
    differences += 1;
  }
  for (const publication of published.values()) {
    if (ledger.foundInStore(publication, now())) differences += 1;
  }
  return differences;
}
