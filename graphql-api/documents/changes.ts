import type { DocumentId } from '#shared/document.ts';
import { AskboxError } from '#shared/errors.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';

export type DocumentChangeKind = 'ADDED' | 'UPDATED' | 'PROGRESSED' | 'READY' | 'FAILED' | 'REMOVED';

export interface DocumentChange {
  readonly kind: DocumentChangeKind;
  /** As it is now; for REMOVED as it was. */
  readonly document: DocumentState;
  /** RFC 3339. */
  readonly at: string;
}

/** A reader that is further behind is cut off: it has to read all documents anew anyway. */
const MAX_PENDING = 10_000;

interface Follower {
  readonly isWanted: (document: DocumentState) => boolean;
  /** The latest change of each document that was not sent yet, oldest first. */
  readonly pending: Map<DocumentId, DocumentChange>;
  wake: () => void;
}

/** Hands changes of documents to any number of readers; a slow one gets the latest change of each document only. */
export class DocumentChanges {
  readonly #followers = new Set<Follower>();

  add(kind: DocumentChangeKind, document: DocumentState): void {
    const change: DocumentChange = { kind, document, at: new Date().toISOString() };
    for (const follower of this.#followers) {
      if (follower.pending.size > MAX_PENDING || !follower.isWanted(document)) continue;
      follower.pending.set(document.id, change);
      follower.wake();
    }
  }

  /** Every reader's iteration ends once it has read what is pending. */
  end(): void {
    const followers = [...this.#followers];
    this.#followers.clear();
    for (const follower of followers) follower.wake();
  }

  /**
   * Changes from now on. `return()` acts at once, also while a `next()` waits.
   * `next()` throws AskboxError TOO_SLOW when the reader is 10,000 documents behind.
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
        if (pending.size > MAX_PENDING) {
          leave();
          throw new AskboxError('TOO_SLOW', `more than ${MAX_PENDING} documents changed unread; subscribe again`);
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
