import type { StoreWriter } from '#shared/store/store.ts';
import type { Ledger } from './ledger.ts';

/**
 * Compares what the store really answers with against what the ledger believes, in both directions. Heals a lost ledger,
 * a deleted or restored store, a write whose outcome was never heard of. To be called after a complete look at the
 * folder and while nothing is being ingested.
 * @returns how many paths differed.
 */
export async function auditStore(
  ledger: Ledger,
  store: StoreWriter,
  now: () => number,
  signal: AbortSignal,
): Promise<number> {
  ledger.raiseSeq(store.lastRevision);
  const answering = new Map<string, string>();
  for await (const publication of store.publications(signal)) {
    if (publication.content !== null) answering.set(publication.path, publication.content);
  }

  let differences = 0;
  for (const document of ledger.documents()) {
    const isAsBelieved = answering.get(document.path) === (document.liveContentId ?? undefined);
    if (document.state === 'READY' && !isAsBelieved) {
      ledger.readAgain(document.path, document.contentId);
      differences += 1;
    }
  }
  for (const path of answering.keys()) {
    if (ledger.noteInStore(path, now())) differences += 1;
  }
  for await (const content of store.contents(signal)) ledger.noteStoredContent(content.id, now());
  return differences;
}
