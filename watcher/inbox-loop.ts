import { messageOf, StoreError } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import type { IngestionState } from '#shared/watcher-api/watcher-api.ts';
import path from 'node:path';
import { auditStore } from './audit-store.ts';
import type { Extractor } from './extract/extractor.ts';
import { hashFile } from './hash-file.ts';
import { ingest, type IngestParts } from './ingest.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerDocument } from './ledger-document.ts';
import { Pauses } from './pauses.ts';
import { plan, type PlanLimits } from './plan.ts';
import { InboxMissing, scanInbox, type FolderFile } from './scan-inbox.ts';
import { settleFailure } from './settle-failure.ts';
import { collectGarbage, withdrawRemoved } from './tidy-store.ts';
import { pause, Wake } from './wake.ts';
import type { InboxWatch } from './watch-inbox.ts';

/** A folder is looked at again while a path in it has to be seen twice. */
const NEXT_LOOK_MS = 250;
/** Between two looks without a reason: a hundred times as long as a look takes, within these bounds, so at most 1 % of a core. */
const IDLE_LOOK_MS = { min: 5000, max: 60_000 };
/** Hints come in bursts: so long after the first one. */
const HINT_DEBOUNCE_MS = 100;
const COLLECT_EVERY_MS = 60_000;
const STORE_BACKOFF_MS = { first: 250, max: 30_000 };
/** One lane takes only files up to this size, so that a large one does not hold up all others. */
const LANES_MAX_BYTES = [Number.MAX_SAFE_INTEGER, 1_000_000] as const;

export interface InboxLoopParts {
  readonly inbox: string;
  readonly ledger: Ledger;
  readonly store: StoreWriter;
  /** One for each lane. */
  readonly openExtractor: () => Extractor;
  readonly watch: InboxWatch;
  readonly limits: PlanLimits;
  readonly maxFileBytes: number;
  readonly now: () => number;
  readonly log: Log;
  readonly onProgress: IngestParts['onProgress'];
}

/**
 * Keeps the store equal to the folder for as long as it lives. Three kinds of loop share nothing but the ledger:
 * one looks at the folder, the lanes read documents, one tidies the store. What any of them leaves undone, the next
 * look, the next start or the next audit finds in the ledger.
 */
export class InboxLoop implements AsyncDisposable {
  readonly #parts: InboxLoopParts;
  readonly #stop = new AbortController();
  readonly #lookDue = new Wake();
  readonly #laneWakes = LANES_MAX_BYTES.map(() => new Wake());
  readonly #tidyDue = new Wake();
  readonly #loops: Promise<unknown>;
  readonly #pauses = new Pauses();

  /** @param onFault called once when a loop ends by an error that nothing here expects; the process should end. */
  constructor(parts: InboxLoopParts, onFault: (error: unknown) => void) {
    this.#parts = parts;
    this.#pauses.set('by hand', parts.ledger.isPaused ? 'BY_HAND' : null);
    this.#loops = this.#run().catch((error: unknown) => {
      if (!this.#stop.signal.aborted) onFault(error);
    });
  }

  ingestion(): IngestionState {
    return {
      queued: this.#parts.ledger.countUnfinished(),
      watching: this.#parts.watch.mode(),
      pausedBecause: this.#pauses.first(),
    };
  }

  /** No further document is read until `resume`, also after a restart; what is in work is finished, removals go on. */
  pause(by: 'BY_HAND'): void {
    this.#parts.ledger.setPaused(true);
    this.#pauses.set('by hand', by);
  }

  /** Ends a pause by hand. @param confirmRemovals takes a sudden removal of many documents, that is held back, for real. */
  resume({ confirmRemovals }: { readonly confirmRemovals: boolean }): void {
    this.#parts.ledger.setPaused(false);
    this.#pauses.set('by hand', null);
    if (confirmRemovals) this.hint(); // nothing is held back yet
  }

  /** Has every document that matches read anew from its bytes. @returns all that match, as they are now. */
  reread(matches: (document: LedgerDocument) => boolean): readonly LedgerDocument[] {
    const { ledger } = this.#parts;
    const documents = ledger.documents().filter(matches);
    ledger.reread(documents);
    return documents.flatMap(({ path: documentPath }) => ledger.find(documentPath) ?? []);
  }

  /** Something in the inbox may have changed: it is looked at soon. */
  hint(): void {
    this.#lookDue.now();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('the watcher is stopping'));
    await this.#loops;
  }

  async #run(): Promise<void> {
    const { ledger, log, store, now, watch } = this.#parts;
    const { signal } = this.#stop;
    const stopHints = watch.onHint(() => this.hint());
    const stopListening = ledger.onChange(() => {
      for (const wake of this.#laneWakes) wake.now();
      this.#tidyDue.now();
    });
    try {
      await this.#lookUntilSeen(signal);
      await this.#whenStoreAnswers(async () => {
        const differences = await auditStore(ledger, store, now, signal);
        log.info({ differences }, 'compared the store with the ledger');
      }, signal);
      await Promise.all([
        this.#lookLoop(signal),
        this.#tidyLoop(signal),
        ...LANES_MAX_BYTES.map((maxBytes, lane) => this.#laneLoop(maxBytes, this.#laneWakes[lane]!, signal)),
      ]);
    } finally {
      stopHints();
      stopListening();
    }
  }

  // ------------------------------------------------------------------------------------------------ the folder

  /** The first look has to succeed before anything may be taken for removed. */
  async #lookUntilSeen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await this.#look(signal))) await this.#lookDue.sleep(IDLE_LOOK_MS.min, signal);
  }

  async #lookLoop(signal: AbortSignal): Promise<void> {
    let tookMs = 0;
    while (!signal.aborted) {
      const idleMs = Math.min(Math.max(tookMs * 100, IDLE_LOOK_MS.min), IDLE_LOOK_MS.max);
      const isAgainDue = this.#parts.ledger.needsAnotherLook();
      await this.#lookDue.sleep(isAgainDue ? NEXT_LOOK_MS : idleMs, signal);
      await pause(HINT_DEBOUNCE_MS, signal);
      const startedMs = performance.now();
      await this.#look(signal);
      tookMs = performance.now() - startedMs;
    }
  }

  /** @returns whether the folder could be seen. */
  async #look(signal: AbortSignal): Promise<boolean> {
    const { inbox, ledger, limits, log, now } = this.#parts;
    try {
      const look = await scanInbox(inbox, now);
      const { actions, toVerify } = plan(look, ledger.documents(), limits);
      ledger.apply(actions, look.atMs);
      for (const file of toVerify) await this.#verify(file, signal);
      this.#pauses.set(this.#look, null);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      if (!(error instanceof InboxMissing)) throw error;
      if (this.#pauses.of(this.#look) === null) log.error({ reason: error.message }, 'paused');
      this.#pauses.set(this.#look, 'INBOX_MISSING');
      return false;
    }
  }

  async #verify(file: FolderFile, signal: AbortSignal): Promise<void> {
    const { inbox, ledger, now, log } = this.#parts;
    const document = ledger.find(file.path);
    if (document === undefined) return;
    try {
      const bytesSha256 = await hashFile(path.join(inbox, file.path), file.signature, signal);
      if (bytesSha256 === document.bytesSha256) ledger.verified(document);
      else ledger.startOver(document, now());
    } catch (error) {
      signal.throwIfAborted();
      log.debug({ document: file.path, reason: messageOf(error) }, 'could not be verified, the next look tries again');
    }
  }

  // ------------------------------------------------------------------------------------------------ the documents

  async #laneLoop(maxBytes: number, wake: Wake, signal: AbortSignal): Promise<void> {
    const { ledger, now } = this.#parts;
    await using extractor = this.#parts.openExtractor();
    const parts: IngestParts = { ...this.#parts, extractor, racyMs: this.#parts.limits.racyMs };
    while (!signal.aborted) {
      const document = this.#pauses.holdReading ? undefined : ledger.nextToRead(maxBytes, now());
      if (document === undefined) await wake.sleep(1000, signal);
      else await this.#whenStoreAnswers(() => this.#ingest(document.path, parts, signal), signal);
    }
  }

  async #ingest(documentPath: string, parts: IngestParts, signal: AbortSignal): Promise<void> {
    const { ledger, log, now } = this.#parts;
    // Another lane may have taken it, or the folder may have changed, while the store did not answer.
    const document = ledger.find(documentPath);
    if (document?.state !== 'STABLE') return;
    const startedMs = performance.now();
    try {
      const isReady = await ingest(document, parts, signal);
      const ms = Math.round(performance.now() - startedMs);
      if (isReady) log.info({ document: documentPath, bytes: document.sizeBytes, ms }, 'ingested');
    } catch (error) {
      signal.throwIfAborted();
      if (settleFailure(error, document, ledger, now(), log) === 'store') throw error;
    }
  }

  // ------------------------------------------------------------------------------------------------ the store

  async #tidyLoop(signal: AbortSignal): Promise<void> {
    const { ledger, log, now, store } = this.#parts;
    let collectedMs = 0;
    while (!signal.aborted) {
      await this.#whenStoreAnswers(async () => {
        const withdrawn = await withdrawRemoved(ledger, store, signal);
        if (withdrawn > 0) log.info({ withdrawn }, 'removed');
        if (now() - collectedMs < COLLECT_EVERY_MS) return;
        await collectGarbage(ledger, store, now, signal);
        collectedMs = now();
      }, signal);
      await this.#tidyDue.sleep(COLLECT_EVERY_MS, signal);
    }
  }

  /** A store that cannot be reached is nobody's document's fault: everything waits, nothing fails. */
  async #whenStoreAnswers(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const waiting = {};
    try {
      for (
        let backoffMs = STORE_BACKOFF_MS.first;
        !signal.aborted;
        backoffMs = Math.min(backoffMs * 2, STORE_BACKOFF_MS.max)
      ) {
        try {
          return await work();
        } catch (error) {
          if (signal.aborted) return;
          if (!(error instanceof StoreError) || !error.isRetryable) throw error;
          if (this.#pauses.first() !== 'STORE_DOWN')
            this.#parts.log.warn({ reason: error.message }, 'paused: the store does not answer');
          this.#pauses.set(waiting, 'STORE_DOWN');
        }
        await pause(backoffMs * (0.5 + Math.random()), signal);
      }
    } finally {
      this.#pauses.set(waiting, null);
    }
  }
}
