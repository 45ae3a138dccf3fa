import { setImmediate } from 'node:timers/promises';
import type { ContentId } from '../document.ts';

/** A content that may lack vectors, with the highest revision that it was published under. */
export interface UnembeddedContent {
  readonly content: ContentId;
  readonly revision: number;
}

/** Contents between two turns of the event loop: finished ones, at 0.1 ms each, give their caller nothing to wait for. */
const TURN_EVERY = 100;

/** The contents of one vector space that may lack vectors. */
interface Tracked {
  readonly space: string;
  readonly revisions: Map<ContentId, number>;
  /** Whether all published contents were looked through once. */
  isComplete: boolean;
}

/**
 * Remembers which published contents may lack vectors, for a driver's `missingVectors`. As a store has one writer, only
 * what it publishes can come to lack any, so all chunks are looked through once in a process and not after each
 * publication, which took 0.9 s among 200,000 chunks. Tracks one space: asking for another one looks through all again.
 */
export class UnembeddedContents {
  #tracked: Tracked | null = null;

  /** Notes that a content is about to be published. To be called before: a call that fails may have taken effect. */
  published(content: ContentId, revision: number): void {
    if (this.#tracked !== null) note(this.#tracked.revisions, { content, revision });
  }

  /** Has the next call look through all contents again, because vectors were deleted. */
  forget(): void {
    this.#tracked = null;
  }

  /**
   * Yields the contents that may lack vectors, those of the highest revision first. The caller confirms each that lacks
   * none, or is not published, with `isDone`; it is then not yielded again before it is published again.
   * @param listAll lists the contents that lack vectors among all; called at the first call for a space.
   */
  async *newestFirst(
    space: string,
    listAll: () => Iterable<UnembeddedContent> | AsyncIterable<UnembeddedContent>,
  ): AsyncGenerator<{ readonly content: ContentId; readonly isDone: () => void }> {
    if (this.#tracked?.space !== space) this.#tracked = { space, revisions: new Map(), isComplete: false };
    // Kept apart from the field, which another call may replace.
    const tracked = this.#tracked;
    const { revisions } = tracked;
    if (!tracked.isComplete) for await (const each of listAll()) note(revisions, each);
    tracked.isComplete = true;
    for (const [index, [content, revision]] of [...revisions].toSorted(([, a], [, b]) => b - a).entries()) {
      if (index % TURN_EVERY === TURN_EVERY - 1) await setImmediate();
      const isDone = (): void => {
        // It may have been published again while the caller asked.
        if (revisions.get(content) === revision) revisions.delete(content);
      };
      yield { content, isDone };
    }
  }
}

function note(revisions: Map<ContentId, number>, { content, revision }: UnembeddedContent): void {
  revisions.set(content, Math.max(revision, revisions.get(content) ?? 0));
}
