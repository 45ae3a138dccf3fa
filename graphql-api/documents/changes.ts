import type { DocumentId } from '#shared/document.ts';
import { AskboxError } from '#shared/errors.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { turnForEvents } from '../turns/turns.ts';

/** What happened to a document; the schema describes each kind. */
export type DocumentChangeKind = 'ADDED' | 'UPDATED' | 'PROGRESSED' | 'READY' | 'FAILED' | 'REMOVED';

/** One change of one document. */
export interface DocumentChange {
  readonly kind: DocumentChangeKind;
  /** The document after the change; for REMOVED, before it. */
  readonly document: DocumentState;
  /** RFC 3339. */
  readonly at: string;
}

/** A reader that is further behind is cut off: it has to read all documents again anyway. */
const MAX_PENDING = 10_000;

interface Follower {
  readonly isWanted: (document: DocumentState) => boolean;
  /** The latest unsent change of each document, oldest first. */
  readonly pending: Map<DocumentId, DocumentChange>;
  wake: () => void;
}

/** Distributes document changes to any number of readers; a slow one gets only the latest change of each document. */
export class DocumentChanges {
  readonly #followers = new Set<Follower>();

  /** Adds a change for every reader that wants the document. */
  add(kind: DocumentChangeKind, document: DocumentState): void {
    const change: DocumentChange = { kind, document, at: new Date().toISOString() };
    for (const follower of this.#followers) {
      if (follower.pending.size > MAX_PENDING || !follower.isWanted(document)) continue;
      follower.pending.set(document.id, change);
      follower.wake();
    }
  }

  /** Ends the iteration of every reader once it has read what is pending. */
  end(): void {
    const followers = [...this.#followers];
    this.#followers.clear();
    for (const follower of followers) follower.wake();
  }

  /**
   * Iterates over the changes from now on. `return()` takes effect immediately, even while a `next()` is pending.
   * `next()` throws AskboxError TOO_SLOW if the reader is more than 10,000 documents behind.
   */
  follow(isWanted: Follower['isWanted']): AsyncIterableIterator<DocumentChange> {
    const follower: Follower = { isWanted, pending: new Map(), wake: () => {} };
    const followers = this.#followers.add(follower);
    const leave = (): void => {
      followers.delete(follower);
      follower.pending.clear();
      follower.wake();
    };
    const { pending } = follower;
    return {
      next: async () => {
        while (pending.size === 0 && followers.has(follower)) {
          await new Promise<void>((resolve) => (follower.wake = resolve));
        }
        // A change wakes all who follow it at once.
        await turnForEvents();
        if (pending.size > MAX_PENDING) {
          leave();
          throw new AskboxError('TOO_SLOW', `more than ${MAX_PENDING} documents have changed unread; subscribe again`);
        }
        const [oldest] = pending.values();
        if (oldest === undefined) return { done: true, value: undefined };
        pending.delete(oldest.document.id);
        return { done: false, value: oldest };
      },
      return: async () => {
        leave();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
