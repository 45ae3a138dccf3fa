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

/** How often a model is looked for that is not there yet. */
const LOOK_EVERY_MS = 5000;
/** After a model whose thread died, or a store that did not answer. */
const RETRY_MS = 15_000;
/** Newer documents come first, but a pass is not begun anew for each of a thousand. */
const LEAST_PASS_MS = 5000;

export interface EmbedLoopParts {
  /** Looks at the disk. */
  readonly choose: () => EmbedderChoice;
  readonly open: (choice: EmbedderChoice & { readonly folder: string }) => Promise<Embedder>;
  readonly store: StoreWriter;
  readonly ledger: Ledger;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Embeds what has been published, in the background, for as long as it lives. It waits for a model to arrive; another
 * model's vectors are filled beside those that are searched, which stay until all are there.
 */
export class EmbedLoop implements AsyncDisposable {
  readonly #parts: EmbedLoopParts;
  readonly #stop = new AbortController();
  readonly #published = new Wake();
  readonly #loop: Promise<void>;
  /** The stamp of the model that was refused last: only other files can make it do. */
  #refused: string | null = null;
  /** What was said last, which is not said again. */
  #message = '';

  /** @param onFault called once when the loop ends by an error that nothing here expects; the process should end. */
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
    const { choose, ledger } = this.#parts;
    const stopListening = ledger.onChange(() => this.#published.now());
    while (!signal.aborted) {
      const choice = choose();
      if (choice.folder === null) this.#say(choice.message);
      if (choice.folder === null || choice.stamp === this.#refused) {
        await pause(LOOK_EVERY_MS, signal);
        continue;
      }
      try {
        await using embedder = await this.#open(choice);
        this.#say(`documents are embedded by ${embedder.model}`);
        await this.#embed(embedder, () => choose().stamp !== choice.stamp, signal);
      } catch (error) {
        if (signal.aborted) break;
        if (!(error instanceof ModelError) && pauseReasonOf(error) === undefined) throw error;
        this.#say(`embedding waits: ${messageOf(error)}`, 'warn');
        await pause(choice.stamp === this.#refused ? LOOK_EVERY_MS : RETRY_MS, signal);
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

  /** Until another model is wanted. */
  async #embed(embedder: Embedder, isReplaced: () => boolean, signal: AbortSignal): Promise<void> {
    const { ledger, log, now, store } = this.#parts;
    const { space } = embedder;
    // Spaces of models that were given up. One that is still searched stays, until the next start after the switch.
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
          isOutdated: () => isReplaced() || (isNewer() && now() - startedMs > LEAST_PASS_MS),
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
      while (!signal.aborted && !isReplaced() && !isNewer()) await this.#published.sleep(LOOK_EVERY_MS, signal);
    }
  }

  #say(message: string, level: 'info' | 'warn' = 'info'): void {
    if (message !== this.#message) this.#parts.log[level]({ message }, 'embedding');
    this.#message = message;
  }
}
