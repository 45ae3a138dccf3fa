import { settledOrAborted } from '#shared/abort.ts';
import type { DocumentId, PublishedDocument } from '#shared/document.ts';
import type { Log } from '#shared/log.ts';
import type { StoreReader } from '#shared/store/store.ts';
import type { DocumentState, IngestionState, Snapshot, WatcherEvent } from '#shared/watcher-api/watcher-api.ts';
import { followWatcher } from '#shared/watcher-api/watcher-client.ts';
import { DocumentChanges, type DocumentChange, type DocumentChangeKind } from './changes.ts';

export interface FollowOptions {
  readonly watcherUrl: string;
  readonly internalKeyFile: string;
  readonly log: Log;
}

/** Keeps a replica up to date from the watcher, until it is disposed of; then all readers of its changes end. */
export function keepUpToDate(replica: DocumentReplica, options: FollowOptions): AsyncDisposable {
  const stop = new AbortController();
  const following = followWatcher({
    url: options.watcherUrl,
    keyFile: options.internalKeyFile,
    signal: stop.signal,
    onSnapshot: (snapshot) => replica.replace(snapshot),
    onEvent: (event) => replica.apply(event),
    onLost: (reason) => replica.lose(reason),
    log: options.log,
  });
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await following;
      replica.endChanges();
    },
  };
}

/** The documents of the store, to begin with: a watcher that is away takes no document from anybody. */
export async function documentsOfStore(reader: StoreReader, signal: AbortSignal): Promise<readonly DocumentState[]> {
  return (await reader.documents(signal)).map(documentStateFromStore);
}

/** A document as far as the store knows it. */
export function documentStateFromStore(published: PublishedDocument): DocumentState {
  const { id, path, title, content, bytesSha256, sizeBytes, createdAt, modifiedAt, indexedAt } = published;
  return {
    id,
    path,
    seq: 0,
    status: 'READY',
    title,
    tags: null, // which only the watcher knows
    mediaType: content.mediaType,
    language: content.language,
    sizeBytes,
    bytesSha256,
    contentId: content.id,
    error: null,
    pageCount: content.pageCount,
    chunkCount: content.chunkCount,
    embeddedChunks: 0,
    warnings: content.warnings,
    createdAt,
    modifiedAt,
    indexedAt,
  };
}

/** What the API knows of all documents: the watcher's own view, and the store's until there is one. */
export class DocumentReplica {
  readonly #documents = new Map<DocumentId, DocumentState>();
  readonly #progress = new Map<DocumentId, number>();
  readonly #changes = new DocumentChanges();
  readonly #ended = new AbortController();
  readonly #waiting = new Set<() => void>();
  #watcherId: string | null = null;
  #ingestion: IngestionState | null = null;
  #staleBecause: string | null = 'it has not answered yet';

  /** @param documents what is known before the watcher answers. */
  constructor(documents: readonly DocumentState[]) {
    for (const document of documents) this.#documents.set(document.id, document);
  }

  /** Why the watcher is not followed, so that what is known may be out of date; null while it is. */
  get staleBecause(): string | null {
    return this.#staleBecause;
  }

  /** As the watcher has last told it; null when it has not been heard of. */
  get ingestion(): IngestionState | null {
    return this.#ingestion;
  }

  /** Aborts when nothing changes any more. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Resolves at the next change of anything, or when the signal aborts. */
  async changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const go = (): void => resolve();
    this.#waiting.add(go);
    await settledOrAborted(promise, signal);
    this.#waiting.delete(go);
  }

  /** Undefined for an unknown document. */
  find(id: DocumentId): DocumentState | undefined {
    return this.#documents.get(id);
  }

  documents(): Iterable<DocumentState> {
    return this.#documents.values();
  }

  /** 0 to 1 while it is being read; null at rest. */
  progressOf(id: DocumentId): number | null {
    return this.#progress.get(id) ?? null;
  }

  /** Changes from now on, of the documents that are wanted; see DocumentChanges. */
  changes(isWanted: (document: DocumentState) => boolean): AsyncIterableIterator<DocumentChange> {
    return this.#changes.follow(isWanted);
  }

  endChanges(): void {
    this.#ended.abort();
    this.#changes.end();
  }

  /** The watcher can't be reached: what is known stays, and is stale. */
  lose(reason: string): void {
    this.#staleBecause = reason;
    this.#progress.clear();
    this.#tell();
  }

  /** Takes over all that the watcher knows; readers are told what that changes. */
  replace({ watcherId, documents, ingestion }: Snapshot): void {
    const isSameLedger = watcherId === this.#watcherId;
    this.#watcherId = watcherId;
    this.#staleBecause = null;
    this.#ingestion = ingestion;
    const known = new Set(documents.map(({ id }) => id));
    for (const document of documents) {
      if (!isSameLedger || this.#documents.get(document.id)?.seq !== document.seq) this.#put(document);
    }
    for (const id of this.#documents.keys()) if (!known.has(id)) this.#remove(id);
    this.#tell();
  }

  /**
   * What has changed since the snapshot. The reply to a command may be ahead of the feed; what the feed then still says
   * of the time before is passed over.
   */
  apply(event: Exclude<WatcherEvent, { type: 'reset' }>): void {
    switch (event.type) {
      case 'document':
        if (event.document.seq > (this.#documents.get(event.document.id)?.seq ?? -1)) this.#put(event.document);
        break;
      case 'removed':
        if (event.document.seq > (this.#documents.get(event.document.id)?.seq ?? -1)) this.#remove(event.document.id);
        break;
      case 'progress': {
        const document = this.#documents.get(event.progress.id);
        if (document === undefined || isAtRest(document)) break;
        this.#progress.set(document.id, event.progress.progress);
        this.#changes.add('PROGRESSED', document);
        break;
      }
      case 'ingestion':
        this.#ingestion = event.ingestion;
    }
    this.#tell();
  }

  #tell(): void {
    for (const go of this.#waiting) go();
  }

  #put(document: DocumentState): void {
    const before = this.#documents.get(document.id);
    this.#documents.set(document.id, document);
    if (isAtRest(document)) this.#progress.delete(document.id);
    const kind = changeKind(before, document);
    if (kind !== null) this.#changes.add(kind, document);
  }

  #remove(id: DocumentId): void {
    const document = this.#documents.get(id);
    if (document === undefined) return;
    this.#documents.delete(id);
    this.#progress.delete(id);
    this.#changes.add('REMOVED', document);
  }
}

/** Whether it has no step before it. */
export function isAtRest({ status }: DocumentState): boolean {
  return status === 'READY' || status === 'FAILED';
}

/** Null when nothing has changed but where we know it from. */
function changeKind(before: DocumentState | undefined, now: DocumentState): DocumentChangeKind | null {
  const isFromStore = before?.seq === 0;
  if (isFromStore && now.status === 'READY' && now.contentId === before.contentId) return null;
  // Who waits for the end of it must see the end, also when the beginning was missed.
  if (now.status === 'FAILED') return 'FAILED';
  if (now.status === 'READY' && (before?.status !== 'READY' || before.contentId !== now.contentId)) return 'READY';
  if (before === undefined) return 'ADDED';
  if (now.status === 'READY') return now.embeddedChunks === before.embeddedChunks ? 'UPDATED' : 'PROGRESSED';
  return isAtRest(before) ? 'UPDATED' : 'PROGRESSED';
}
