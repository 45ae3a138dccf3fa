import type { Log } from '#shared/log.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import type { IngestionState } from '#shared/watcher-api/watcher-api.ts';
import { auditStore } from './upkeep/audit-store.ts';
import type { Extractor } from './read/extractor.ts';
import { PIPELINE_VERSION } from './read/pipeline-version.ts';
import { ingest, type IngestParts } from './ingest.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { LedgerDocument } from './ledger/document.ts';
import type { ScanOutcome } from './scan/scan-and-apply.ts';
import { ScanLoop } from './scan/scan-loop.ts';
import { pauseReasonOf, Pauses, whenPossible, type PauseReason } from './waiting/pauses.ts';
import type { PlanLimits } from './scan/plan.ts';
import type { RemovalHold } from './scan/safety-nets.ts';
import type { FolderFile } from './ledger/action.ts';
import { settleFailure } from './settle-failure.ts';
import { collectGarbage, withdrawRemoved } from './upkeep/tidy-store.ts';
import { verifyFiles } from './scan/verify-files.ts';
import { Wake } from './waiting/wake.ts';
import type { InboxWatch } from './scan/watch-inbox.ts';

const TIDY_EVERY_MS = 60_000;
const AUDIT_EVERY_MS = 3_600_000;
/** After a call of the store whose outcome is unknown; a store that comes and goes is not compared all the time. */
const AUDIT_AFTER_DOUBT_MS = 10_000;
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
 * one scans the folder, the lanes read documents, one tidies the store. What any of them leaves undone, the next
 * scan, the next start or the next audit finds in the ledger.
 */
export class InboxLoop implements AsyncDisposable {
  readonly #parts: InboxLoopParts;
  readonly #stop = new AbortController();
  readonly #scanLoop: ScanLoop;
  readonly #verifyDue = new Wake();
  readonly #laneWakes = LANES_MAX_BYTES.map(() => new Wake());
  readonly #tidyDue = new Wake();
  readonly #pauses = new Pauses();
  readonly #loops: Promise<unknown>;
  #toVerify: readonly FolderFile[] = [];
  #unknownPaths: readonly string[] = [];
  #isStoreDoubted = false;

  /** @param onFault called once when a loop ends by an error that nothing here expects; the process should end. */
  constructor(parts: InboxLoopParts, onFault: (error: unknown) => void) {
    const { ledger, maxFileBytes, store } = parts;
    this.#parts = parts;
    ledger.raiseSeq(store.lastRevision);
    ledger.adoptPipeline(PIPELINE_VERSION, maxFileBytes);
    if (ledger.isPaused) this.#pauses.set('by hand', 'BY_HAND');
    this.#scanLoop = new ScanLoop({
      ...parts,
      whenPossible: (work, signal) => this.#whenPossible(work, signal),
      onFullScan: (outcome) => this.#onFullScan(outcome),
    });
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

  /** Why the folder may not be the inbox now, whatever else there is to wait for; null: it is. */
  inboxDoubt(): 'INBOX_MISSING' | 'INBOX_REPLACED' | null {
    return (['INBOX_MISSING', 'INBOX_REPLACED'] as const).find((reason) => this.#pauses.has(reason)) ?? null;
  }

  /** No further document is read until `resume`, also after a restart; what is in work is finished, removals go on. */
  pause(): void {
    this.#parts.ledger.setPaused(true);
    this.#pauses.set('by hand', 'BY_HAND');
  }

  /** Ends a pause by hand. @param confirmRemovals takes a sudden removal of many documents, that is held back, for real. */
  resume({ confirmRemovals }: { readonly confirmRemovals: boolean }): void {
    this.#parts.ledger.setPaused(false);
    this.#pauses.set('by hand', null);
    for (const wake of this.#laneWakes) wake.now();
    if (confirmRemovals && this.#pauses.of('removals') !== null) this.#scanLoop.confirmRemovals();
  }

  /** Has every document that matches read anew from its bytes. @returns all that match, as they are now. */
  reread(matches: (document: LedgerDocument) => boolean): readonly LedgerDocument[] {
    const { ledger } = this.#parts;
    const documents = ledger.documents().filter(matches);
    ledger.reread(documents);
    return documents.flatMap(({ path: documentPath }) => ledger.find(documentPath) ?? []);
  }

  /** Something in the inbox may have changed, under this path or anywhere: it is scanned soon. */
  hint(entryPath?: string): void {
    this.#scanLoop.hint(entryPath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('the watcher is stopping'));
    await this.#loops;
  }

  async #run(): Promise<void> {
    const { ledger, watch } = this.#parts;
    const { signal } = this.#stop;
    const stopHints = watch.onHint((entryPath) => this.hint(entryPath));
    const stopListening = ledger.onChange(() => {
      for (const wake of this.#laneWakes) wake.now();
      this.#tidyDue.now();
    });
    try {
      // Nothing is compared with the store, taken for rubbish or read before the folder has been seen.
      await this.#scanLoop.scanEverything(signal);
      await Promise.all([
        this.#scanLoop.run(signal),
        this.#verifyLoop(signal),
        this.#tidyLoop(signal),
        ...LANES_MAX_BYTES.map((maxBytes, lane) => this.#laneLoop(maxBytes, this.#laneWakes[lane]!, signal)),
      ]);
    } finally {
      stopHints();
      stopListening();
    }
  }

  // ------------------------------------------------------------------------------------------------ the folder

  #onFullScan({ hold, missing, toVerify, unknownPaths }: ScanOutcome): void {
    this.#hold(hold, missing);
    this.#toVerify = toVerify;
    this.#verifyDue.now();
    const isNew = unknownPaths.join('\n') !== this.#unknownPaths.join('\n');
    this.#unknownPaths = unknownPaths;
    if (!isNew || unknownPaths.length === 0) return;
    const advice = 'give askbox the right to read them; what was read of them before goes on answering';
    this.#parts.log.warn({ paths: unknownPaths.slice(0, 20), advice }, 'could not be looked at');
  }

  #hold(hold: RemovalHold | null, missing: number): void {
    if (hold !== null && this.#pauses.of('removals') === null) {
      const advice =
        'put them back, or confirm with: npm run status -- --confirm-removals; until then they go on answering';
      this.#parts.log.error({ reason: hold, missing, advice }, 'documents are gone all at once');
    }
    this.#pauses.set('removals', hold);
  }

  async #verifyLoop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#verifyDue.sleep(TIDY_EVERY_MS, signal);
      const files = this.#toVerify;
      this.#toVerify = [];
      if ((await verifyFiles(files, this.#parts, signal)) > 0) this.hint();
    }
  }

  // ------------------------------------------------------------------------------------------------ the documents

  async #laneLoop(maxBytes: number, wake: Wake, signal: AbortSignal): Promise<void> {
    const { ledger, now } = this.#parts;
    await using extractor = this.#parts.openExtractor();
    const parts: IngestParts = { ...this.#parts, extractor, racyMs: this.#parts.limits.racyMs };
    while (!signal.aborted) {
      const isIdle = this.#pauses.holdReading || ledger.nextToRead(maxBytes, now()) === undefined;
      if (isIdle) await wake.sleep(1000, signal);
      else await this.#whenPossible(() => this.#ingestNext(maxBytes, parts, signal), signal);
    }
  }

  /** Repeated while the store is down, it tries the smallest document each time: the first answer comes soon. */
  async #ingestNext(maxBytes: number, parts: IngestParts, signal: AbortSignal): Promise<void> {
    const { ledger, log, now } = this.#parts;
    const document = this.#pauses.of('by hand') === null ? ledger.nextToRead(maxBytes, now()) : undefined;
    if (document === undefined) return;
    const startedMs = performance.now();
    try {
      const isReady = await ingest(document, parts, signal);
      const ms = Math.round(performance.now() - startedMs);
      if (isReady) log.info({ document: document.path, bytes: document.sizeBytes, ms }, 'ingested');
      else this.hint(document.path); // its next version is there
    } catch (error) {
      signal.throwIfAborted();
      const reason = pauseReasonOf(error);
      this.#pauses.set(document, reason ?? null); // before the document is free again for another lane
      try {
        // However long the disk is full, this has to be written down: no other loop takes a document that is in work.
        await this.#whenPossible(async () => settleFailure(error, document, ledger, now(), log), signal);
      } finally {
        this.#pauses.set(document, null);
      }
      if (reason !== undefined) throw error;
      this.hint();
    }
  }

  // ------------------------------------------------------------------------------------------------ the store

  async #tidyLoop(signal: AbortSignal): Promise<void> {
    const { ledger, log, now, store } = this.#parts;
    let auditedMs = -Infinity;
    let collectedMs = -Infinity;
    while (!signal.aborted) {
      await this.#whenPossible(async () => {
        const auditEveryMs = this.#isStoreDoubted ? AUDIT_AFTER_DOUBT_MS : AUDIT_EVERY_MS;
        if (performance.now() - auditedMs >= auditEveryMs) {
          this.#isStoreDoubted = false;
          const differences = await auditStore(ledger, store, now, signal);
          log.info({ differences }, 'compared the store with the ledger');
          auditedMs = performance.now();
          if (differences > 0) this.hint();
        }
        const withdrawn = await withdrawRemoved(ledger, store, signal);
        if (withdrawn > 0) log.info({ withdrawn }, 'removed');
        if (performance.now() - collectedMs < TIDY_EVERY_MS) return;
        await collectGarbage(ledger, store, now, signal);
        collectedMs = performance.now();
      }, signal);
      await this.#tidyDue.sleep(this.#isStoreDoubted ? AUDIT_AFTER_DOUBT_MS : TIDY_EVERY_MS, signal);
    }
  }

  #whenPossible(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const onPause = (reason: PauseReason): void => {
      // A call of the store may have had an effect that nobody heard of.
      if (reason === 'STORE_DOWN' || reason === 'DISK_FULL') this.#isStoreDoubted = true;
    };
    return whenPossible(work, { pauses: this.#pauses, signal, log: this.#parts.log, onPause });
  }
}
