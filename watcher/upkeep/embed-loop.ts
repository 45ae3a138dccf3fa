import type { EmbedderChoice } from '#shared/embedder/choose-embedder.ts';
import type { Embedder } from '#shared/embedder/embedder.ts';
import { messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { ModelError } from '#shared/models/model-error.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { embedContents } from './embed-contents.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { pauseReasonOf } from '../waiting/pauses.ts';
import { pause, Wake } from '../waiting/wake.ts';

/** How often the loop checks the disk for a new or changed model. */
const CHECK_EVERY_MS = 5000;
/** Wait after the model's thread died or the store could not be reached. */
const RETRY_MS = 15_000;
/**
 * Newer documents come first, but a pass runs at least this long, so that a thousand new ones do not restart it each
 * time.
 */
const MIN_PASS_MS = 5000;

/** What the loop works with. */
export interface EmbedLoopParts {
  /**
   * Checks the disk for the model to use.
   * @param spaces names of the store's spaces, the active one first, whose model `auto` keeps.
   */
  readonly choose: (spaces: readonly string[]) => Promise<EmbedderChoice>;
  /** Whether the model with this stamp is still the one to use. */
  readonly isChosen: (stamp: string) => boolean;
  /** Loads a model. Rejects with ModelError if it cannot be used. */
  readonly open: (choice: EmbedderChoice & { readonly folder: string }) => Promise<Embedder>;
  readonly store: StoreWriter;
  readonly ledger: Ledger;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Embeds published chunks in the background until it is disposed. Waits for a model if there is none. When the model
 * changes, the new vectors are filled beside those that are being searched, and replace them once all are there.
 */
export class EmbedLoop implements AsyncDisposable {
  readonly #parts: EmbedLoopParts;
  readonly #stop = new AbortController();
  readonly #published = new Wake();
  readonly #loop: Promise<void>;
  /** The stamp of the last model that cannot be used; it is not loaded again until its files change. */
  #refused: string | null = null;
  /** The last message logged, which is not repeated. */
  #message = '';

  /** Starts the loop. @param onFault called once if an unexpected error ends the loop; the process should then exit. */
  constructor(parts: EmbedLoopParts, onFault: (error: unknown) => void) {
    this.#parts = parts;
    this.#loop = this.#run(this.#stop.signal).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) onFault(error);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('the watcher is stopping'));
    await this.#loop;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { choose, isChosen, ledger, store } = this.#parts;
    const stopListening = ledger.onChange(() => this.#published.now());
    while (!signal.aborted) {
      let choice: EmbedderChoice | undefined;
      try {
        choice = await choose((await store.knownSpaces(signal)).map(({ name }) => name));
        if (choice.folder === null) this.#logOnce(choice.message);
        if (choice.folder === null || choice.stamp === this.#refused) {
          await pause(CHECK_EVERY_MS, signal);
          continue;
        }
        const { stamp } = choice;
        await using embedder = await this.#open(choice);
        this.#logOnce(`documents are embedded by ${embedder.model}`);
        await this.#embed(embedder, () => !isChosen(stamp), signal);
      } catch (error) {
        if (signal.aborted) break;
        if (!(error instanceof ModelError) && pauseReasonOf(error) === undefined) throw error;
        this.#logOnce(`embedding is waiting: ${messageOf(error)}`, 'warn');
        const isRefused = choice !== undefined && choice.stamp === this.#refused;
        await pause(isRefused ? CHECK_EVERY_MS : RETRY_MS, signal);
      }
    }
    stopListening();
  }

  async #open(choice: EmbedderChoice & { readonly folder: string }): Promise<Embedder> {
    try {
      return await this.#parts.open(choice);
    } catch (error) {
      if (error instanceof ModelError && !error.isRetryable) this.#refused = choice.stamp;
      throw error;
    }
  }

  /** Embeds with this model until another one is chosen. */
  async #embed(embedder: Embedder, isReplaced: () => boolean, signal: AbortSignal): Promise<void> {
    const { ledger, log, now, store } = this.#parts;
    const { space } = embedder;
    // Deletes the spaces of abandoned models. The one that is being searched stays until the next start after the
    // switch.
    await store.forgetSpacesBut(space, signal);
    let isActive = false;
    while (!signal.aborted && !isReplaced()) {
      const startedMs = now();
      const { publications } = ledger;
      const isNewer = (): boolean => ledger.publications > publications;
      const { isComplete, ...counts } = await embedContents(
        {
          store,
          embedder,
          onStored: (content, chunks) => ledger.embedding.stored(space.name, content, chunks),
          isOutdated: () => isReplaced() || (isNewer() && now() - startedMs > MIN_PASS_MS),
        },
        signal,
      );
      if (counts.embedded + counts.reused > 0) log.info({ ...counts, ms: now() - startedMs }, 'embedded');
      if (!isComplete) continue;

      if (!isActive && ledger.embedding.count().chunks > 0) {
        await store.activate(space, signal);
        isActive = true;
      }
      if (isNewer()) continue;
      if (counts.refused === 0) ledger.embedding.complete(space.name);
      while (!signal.aborted && !isReplaced() && !isNewer()) await this.#published.sleep(CHECK_EVERY_MS, signal);
    }
  }

  #logOnce(message: string, level: 'info' | 'warn' = 'info'): void {
    if (message !== this.#message) this.#parts.log[level]({ message }, 'embedding');
    this.#message = message;
  }
}
