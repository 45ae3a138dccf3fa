/** Hands items from callbacks to one reader, in order. Holds what the reader has not taken yet: the writer bounds it. */
export interface Mailbox<T> extends AsyncIterable<T> {
  push(item: T): void;
  /** The reader gets the items before it, then the error. */
  fail(error: unknown): void;
  /** The reader gets the error at once; items that wait are dropped. */
  cut(error: unknown): void;
}

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
