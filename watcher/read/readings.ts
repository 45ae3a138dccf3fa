/** The documents that lanes are working on, so that one that is removed meanwhile can be stopped. */
export class Readings {
  readonly #inWork = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();

  /**
   * Runs the work of a lane on one document.
   * @param read gets a signal that also aborts when `stop` is called. @returns what it returns; false if it was stopped.
   */
  async run(path: string, signal: AbortSignal, read: (signal: AbortSignal) => Promise<boolean>): Promise<boolean> {
    const stop = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.#inWork.set(path, { stop, ended });
    try {
      return await read(AbortSignal.any([signal, stop.signal]));
    } catch (error) {
      if (stop.signal.aborted && !signal.aborted) return false;
      throw error;
    } finally {
      this.#inWork.delete(path);
      resolve();
    }
  }

  /** Stops the work on a document that was just removed, if there is any. Resolves when nothing more of it is written. */
  async stop(path: string): Promise<void> {
    const work = this.#inWork.get(path);
    work?.stop.abort(new Error(`${path} was removed`));
    await work?.ended;
  }
}
