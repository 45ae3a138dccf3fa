/** Parent side: the queue between the messages of the child process and the one reader of each answer. */

/**
 * Hands items from callbacks to one reader, in order. It has no bound of its own and keeps every item until the reader
 * takes it; what is pushed is bounded by the answer's maxTokens.
 */
export interface Mailbox<T> extends AsyncIterable<T> {
  /** Adds an item; never waits. */
  push(item: T): void;
  /** Makes the reader throw the error after it has received the items pushed before. */
  fail(error: unknown): void;
  /** Makes the reader throw the error immediately; drops items that it has not taken. */
  cut(error: unknown): void;
}

/** Opens an empty mailbox. It never ends by itself: the reader stops, or one of `fail` and `cut` ends it. */
export function openMailbox<T>(): Mailbox<T> {
  const items: T[] = [];
  let failure: { readonly error: unknown } | null = null;
  let wake = Promise.withResolvers<void>();

  async function* read(): AsyncGenerator<T> {
    for (;;) {
      while (items.length > 0) yield items.shift()!;
      if (failure !== null) throw failure.error;
      await wake.promise;
      wake = Promise.withResolvers();
    }
  }

  return {
    push(item) {
      items.push(item);
      wake.resolve();
    },
    fail(error) {
      failure ??= { error };
      wake.resolve();
    },
    cut(error) {
      items.length = 0;
      failure = { error };
      wake.resolve();
    },
    [Symbol.asyncIterator]: read,
  };
}
