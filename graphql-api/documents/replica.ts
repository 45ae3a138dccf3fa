import { settledOrAborted } from '#shared/abort.ts';
import { documentIdOf, type ContentId, type DocumentId, type PublishedDocument } from '#shared/document.ts';
import type { Log } from '#shared/log.ts';
import type { StoreReader } from '#shared/store/store.ts';
import type { DocumentState, IngestionState, Snapshot, WatcherEvent } from '#shared/watcher-api/watcher-api.ts';
import { followWatcher } from '#shared/watcher-api/watcher-client.ts';
import { DocumentChanges, type DocumentChange, type DocumentChangeKind } from './changes.ts';

/** Where the watcher is, and the file with the key that it requires. */
export interface FollowOptions {
  readonly watcherUrl: string;
  readonly internalKeyFile: string;
  readonly log: Log;
}

/** Keeps a replica up to date from the watcher until it is disposed of, which also ends all readers of its changes. */
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

/** Returns the documents that the store knows, so that they are there even if the watcher cannot be reached. */
export async function documentsOfStore(reader: StoreReader, signal: AbortSignal): Promise<readonly DocumentState[]> {
  return (await reader.documents(signal)).map(documentStateFromStore);
}

/** Returns the state of a document as far as the store knows it: READY, with `seq` 0 and without tags. */
export function documentStateFromStore(published: PublishedDocument): DocumentState {
  const { id, path, title, content, bytesSha256, sizeBytes, createdAt, modifiedAt, indexedAt } = published;
  return {
    id,
    path,
    seq: 0,
    status: 'READY',
    title,
    tags: null, // only the watcher knows them
    url: null,
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

/** The API's copy of all document states: the watcher's view, or the store's until the watcher has been reached. */
export class DocumentReplica {
  readonly #documents = new Map<DocumentId, DocumentState>();
  /** The documents of each published content. */
  readonly #byContent = new Map<ContentId, Set<DocumentId>>();
  readonly #progress = new Map<DocumentId, number>();
  readonly #changes = new DocumentChanges();
  readonly #ended = new AbortController();
  readonly #waiting = new Set<() => void>();
  #version = 0;
  #watcherId: string | null = null;
  #ingestion: IngestionState | null = null;
  #staleBecause: string | null = 'the watcher has not responded yet';

  /** @param documents what is known before the watcher responds. */
  constructor(documents: readonly DocumentState[]) {
    for (const document of documents) this.#set(document);
  }

  /** Why the watcher can't be followed, so that the replica may be out of date; null while it is followed. */
  get staleBecause(): string | null {
    return this.#staleBecause;
  }

  /** The last state that the watcher reported; null until it has been reached for the first time. */
  get ingestion(): IngestionState | null {
    return this.#ingestion;
  }

  /** A number that is another one after every change of anything. */
  get version(): number {
    return this.#version;
  }

  /** Aborts when the replica stops following changes. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Resolves at the next change of anything, or when the signal aborts. */
  async changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#waiting.add(wake);
    await settledOrAborted(promise, signal);
    this.#waiting.delete(wake);
  }

  /** Returns undefined for an unknown document. */
  find(id: DocumentId): DocumentState | undefined {
    return this.#documents.get(id);
  }

  /** Returns undefined for an unknown path. Accents may be composed (NFC) or not (NFD). */
  findByPath(path: string): DocumentState | undefined {
    // macOS archives and some file servers decompose names; what people type is composed.
    for (const spelling of [path, path.normalize('NFC'), path.normalize('NFD')]) {
      const document = this.find(documentIdOf(spelling));
      if (document !== undefined) return document;
    }
    return undefined;
  }

  /** Returns the documents that are published with this content, ordered by path; none for an unknown content. */
  withContent(contentId: ContentId): readonly DocumentState[] {
    return [...(this.#byContent.get(contentId) ?? [])]
      .flatMap((id) => this.#documents.get(id) ?? [])
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Iterates over all documents, in no particular order. */
  documents(): Iterable<DocumentState> {
    return this.#documents.values();
  }

  /** Returns a number from 0 to 1 while the document is being read, otherwise null. */
  progressOf(id: DocumentId): number | null {
    return this.#progress.get(id) ?? null;
  }

  /** Iterates over the changes from now on, of the documents that are wanted; see `DocumentChanges.follow`. */
  changes(isWanted: (document: DocumentState) => boolean): AsyncIterableIterator<DocumentChange> {
    return this.#changes.follow(isWanted);
  }

  /** Ends all readers of changes. */
  endChanges(): void {
    this.#ended.abort();
    this.#changes.end();
  }

  /** Notes that the watcher can't be reached: everything known is kept, but stale. */
  lose(reason: string): void {
    this.#staleBecause = reason;
    this.#progress.clear();
    this.#wakeWaiting();
  }

  /** Replaces everything with the watcher's view; readers get the differences as changes. */
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
    this.#wakeWaiting();
  }

  /**
   * Applies a change since the snapshot. The reply to a command can be ahead of the feed; older events of the feed that
   * arrive after it are ignored.
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
    this.#wakeWaiting();
  }

  #wakeWaiting(): void {
    this.#version++;
    for (const wake of this.#waiting) wake();
  }

  #put(document: DocumentState): void {
    const before = this.#documents.get(document.id);
    this.#set(document);
    if (isAtRest(document)) this.#progress.delete(document.id);
    const kind = changeKind(before, document);
    if (kind !== null) this.#changes.add(kind, document);
  }

  #set(document: DocumentState): void {
    const { id, contentId } = document;
    const before = this.#documents.get(id);
    this.#documents.set(id, document);
    if (before !== undefined && before.contentId !== contentId) this.#leaveContent(before);
    if (contentId === null) return;
    const copies = this.#byContent.get(contentId);
    if (copies === undefined) this.#byContent.set(contentId, new Set([id]));
    else copies.add(id);
  }

  #leaveContent({ id, contentId }: DocumentState): void {
    if (contentId === null) return;
    const copies = this.#byContent.get(contentId);
    copies?.delete(id);
    if (copies?.size === 0) this.#byContent.delete(contentId);
  }

  #remove(id: DocumentId): void {
    const document = this.#documents.get(id);
    if (document === undefined) return;
    this.#documents.delete(id);
    this.#leaveContent(document);
    this.#progress.delete(id);
    this.#changes.add('REMOVED', document);
  }
}

/** Whether the document is neither waiting to be read nor being read. */
export function isAtRest({ status }: DocumentState): boolean {
  return status === 'READY' || status === 'FAILED';
}

/** Returns null if only our source has changed: the watcher confirms what the store said. */
function changeKind(before: DocumentState | undefined, now: DocumentState): DocumentChangeKind | null {
  const isFromStore = before?.seq === 0;
  if (isFromStore && now.status === 'READY' && now.contentId === before.contentId) return null;
  // A reader that waits for the outcome must get it, even if it missed the beginning.
  if (now.status === 'FAILED') return 'FAILED';
  if (now.status === 'READY' && (before?.status !== 'READY' || before.contentId !== now.contentId)) return 'READY';
  if (before === undefined) return 'ADDED';
  if (now.status === 'READY') return now.embeddedChunks === before.embeddedChunks ? 'UPDATED' : 'PROGRESSED';
  return isAtRest(before) ? 'UPDATED' : 'PROGRESSED';
}
