import { codeOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import type { IngestionState } from '#shared/watcher-api/watcher-api.ts';
import { Caution } from './read/caution.ts';
import { auditStore } from './upkeep/audit-store.ts';
import type { Extractor } from './read/extractor.ts';
import { PIPELINE_VERSION } from './read/pipeline-version.ts';
import { Readings } from './read/readings.ts';
import type { FetchPage } from './ingest-link.ts';
import type { ingest, IngestParts } from './ingest.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { LedgerDocument } from './ledger/document.ts';
import type { ReadingSettings } from './ledger/reading-settings.ts';
import { leadsTo, type Event } from './ledger/states.ts';
import type { ScanOutcome } from './scan/scan-and-apply.ts';
import { ScanLoop } from './scan/scan-loop.ts';
import { pauseReasonOf, Pauses, whenPossible, type PauseReason } from './waiting/pauses.ts';
import type { PlanLimits } from './scan/plan.ts';
import type { RemovalHold } from './scan/safety-nets.ts';
import type { FolderFile } from './ledger/action.ts';
import { settleFailure } from './settle-failure.ts';
import type { RecognizedPages } from './read/recognized-pages.ts';
import { collectGarbage } from './upkeep/collect-garbage.ts';
import { withdrawRemoved } from './upkeep/withdraw-removed.ts';
import { verifyFiles } from './scan/verify-files.ts';
import { Wake } from './waiting/wake.ts';
import type { InboxWatch } from './scan/watch-inbox.ts';

const TIDY_EVERY_MS = 60_000;
const AUDIT_EVERY_MS = 3_600_000;
/** The wait for an audit after a store call of unknown outcome: an unstable store is not audited all the time. */
const AUDIT_WHEN_UNKNOWN_MS = 10_000;
/** What a lane reads. */
interface Lane {
  /** The largest file that it takes. */
  readonly maxBytes: number;
  /** Whether it takes the files over which the extractor has died, instead of all others. */
  readonly isForRetries: boolean;
  /** As in `IngestParts`. */
  readonly firstCpuLimitMs: number;
  /** Whether it avoids for a while what took it too long; see `Caution`. */
  readonly isCautious: boolean;
}

/**
 * Two lanes for new files. The second takes only small ones, gives each little time and avoids for a while what needed
 * more, so that neither a large file nor several that never end can block all. A file over which the extractor has died, for lack of time or otherwise, waits
 * behind all new files for a lane of its own: whatever it does there delays no other file.
 */
const LANES: readonly Lane[] = [
  { maxBytes: Number.MAX_SAFE_INTEGER, isForRetries: false, firstCpuLimitMs: 5000, isCautious: false },
  { maxBytes: 1_000_000, isForRetries: false, firstCpuLimitMs: 1000, isCautious: true },
  { maxBytes: Number.MAX_SAFE_INTEGER, isForRetries: true, firstCpuLimitMs: 0, isCautious: false },
];

/** Whether after this event there may be a document to read that did not wait before. */
const mayQueue = (event: Event): boolean => leadsTo(event, 'STABLE') || event === 'reappear';
/** Whether after this event there may be a document to withdraw. */
const mayWithdraw = (event: Event): boolean => leadsTo(event, 'REMOVED') || leadsTo(event, 'FAILED_FOR_GOOD');

/** A lane and what it keeps while it runs. */
interface RunningLane {
  readonly lane: Lane;
  readonly wake: Wake;
  readonly caution: Caution;
}

/** What the loop works with. The caller closes these parts after the loop, which closes only its extractors. */
export interface InboxLoopParts {
  readonly inbox: string;
  readonly ledger: Ledger;
  readonly store: StoreWriter;
  /** The flow of one document; see ingest.ts. */
  readonly ingest: typeof ingest;
  /** Called once for each lane. */
  readonly openExtractor: () => Extractor;
  readonly watch: InboxWatch;
  readonly limits: PlanLimits;
  readonly maxFileBytes: number;
  /** As in `IngestParts`. */
  readonly recognizesText: boolean;
  readonly settings: ReadingSettings;
  readonly recognizedPages: RecognizedPages;
  /** As in `IngestParts`. */
  readonly fetchLink: FetchPage | null;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
  readonly onProgress: IngestParts['onProgress'];
  readonly onPageFetched: IngestParts['onPageFetched'];
}

/**
 * Keeps the store equal to the folder until it is disposed. Three kinds of loop share nothing but the ledger: one scans
 * the folder, the lanes read documents, one tidies the store. Whatever one of them leaves undone, the next scan, the
 * next start or the next audit finds in the ledger.
 */
export class InboxLoop implements AsyncDisposable {
  readonly #parts: InboxLoopParts;
  readonly #stop = new AbortController();
  readonly #scanLoop: ScanLoop;
  readonly #verifyDue = new Wake();
  readonly #lanes = LANES.map((lane) => ({ lane, wake: new Wake(), caution: new Caution() }));
  readonly #tidyDue = new Wake();
  readonly #inWork: IngestParts['inWork'] = new Map();
  readonly #pauses = new Pauses();
  readonly #readings = new Readings();
  readonly #loops: Promise<unknown>;
  #toVerify: readonly FolderFile[] = [];
  #unknownPaths: readonly string[] = [];
  #isOutcomeUnknown = false;

  /** Starts all loops. @param onFault called once, when an unexpected error ends a loop; the process should end. */
  constructor(parts: InboxLoopParts, onFault: (error: unknown) => void) {
    const { ledger, maxFileBytes, settings, store } = parts;
    this.#parts = parts;
    ledger.raiseSeq(store.lastRevision);
    ledger.queue.adoptPipeline(PIPELINE_VERSION, maxFileBytes);
    ledger.queue.adoptReadingSettings(settings);
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

  /** How much there is to do, whether file events arrive, and why documents wait. */
  ingestion(): IngestionState {
    return {
      queued: this.#parts.ledger.queue.countUnfinished(),
      watching: this.#parts.watch.mode(),
      pausedBecause: this.#pauses.first(),
    };
  }

  /** Why the folder may not be the inbox at present, even if a more severe reason is shown; null: it is the inbox. */
  inboxProblem(): 'INBOX_MISSING' | 'INBOX_REPLACED' | null {
    return (['INBOX_MISSING', 'INBOX_REPLACED'] as const).find((reason) => this.#pauses.has(reason)) ?? null;
  }

  /** Reads no further document until `resume`, even after a restart. Those in work are finished, removals continue. */
  pause(): void {
    this.#parts.ledger.setPaused(true);
    this.#pauses.set('by hand', 'BY_HAND');
  }

  /** Ends a pause by hand. @param confirmRemovals also carries out the removals that are held back. */
  resume({ confirmRemovals }: { readonly confirmRemovals: boolean }): void {
    this.#parts.ledger.setPaused(false);
    this.#pauses.set('by hand', null);
    this.#wakeLanes();
    if (confirmRemovals && this.#pauses.of('removals') !== null) this.#scanLoop.confirmRemovals();
  }

  /** Queues every matching document to be read again from its bytes. @returns these documents, in their new state. */
  reread(matches: (document: LedgerDocument) => boolean): readonly LedgerDocument[] {
    const { ledger } = this.#parts;
    const documents = ledger.documents().filter(matches);
    ledger.queue.reread(documents);
    return documents.flatMap(({ path: documentPath }) => ledger.find(documentPath) ?? []);
  }

  /** Has the inbox scanned soon, because something may have changed under this path or, without one, anywhere. */
  hint(entryPath?: string): void {
    this.#scanLoop.hint(entryPath);
  }

  /** Stops reading a document that was just removed. Resolves when its lane writes nothing more of it. */
  stopReading(documentPath: string): Promise<void> {
    return this.#readings.stop(documentPath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('the watcher is stopping'));
    await this.#loops;
  }

  async #run(): Promise<void> {
    const { ledger, watch } = this.#parts;
    const { signal } = this.#stop;
    const stopHints = watch.onHint((entryPath) => this.hint(entryPath));
    const stopListening = ledger.onChange((events) => {
      if (events.values().some(mayQueue)) this.#wakeLanes();
      if (events.values().some(mayWithdraw)) this.#tidyDue.now();
    });
    try {
      // Nothing is read, compared with the store or collected as garbage before the folder has been scanned.
      await this.#scanLoop.scanEverything(signal);
      await Promise.all([
        this.#scanLoop.run(signal),
        this.#verifyLoop(signal),
        this.#tidyLoop(signal),
        ...this.#lanes.map((lane) => this.#laneLoop(lane, signal)),
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
    const advice = 'give askbox the right to read them; what was indexed of them before stays searchable';
    this.#parts.log.warn({ paths: unknownPaths.slice(0, 20), advice }, 'could not be scanned');
  }

  #hold(hold: RemovalHold | null, missing: number): void {
    if (hold !== null && this.#pauses.of('removals') === null) {
      const advice =
        'put them back, or confirm with: npm run status -- --confirm-removals; until then they stay searchable';
      this.#parts.log.error({ reason: hold, missing, advice }, 'documents are missing, removals are held back');
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

  async #laneLoop(lane: RunningLane, signal: AbortSignal): Promise<void> {
    const { firstCpuLimitMs } = lane.lane;
    await using extractor = this.#parts.openExtractor();
    const { limits } = this.#parts;
    const shared = { racyMs: limits.racyMs, inWork: this.#inWork };
    const parts: IngestParts = { ...this.#parts, ...shared, extractor, firstCpuLimitMs };
    let isBusy = true;
    while (!signal.aborted) {
      const wasBusy = isBusy;
      isBusy = false;
      const work = async (): Promise<void> => void (isBusy = await this.#ingestNext(lane, parts, signal));
      if (!this.#pauses.isReadingHeld) await this.#whenPossible(work, signal);
      if (isBusy) continue;
      if (wasBusy) this.#wakeLanes(); // the lane for retries waits for the queue to be empty
      await lane.wake.sleep(1000, signal);
    }
  }

  #wakeLanes(): void {
    for (const { wake } of this.#lanes) wake.now();
  }

  #nextFor({ lane: { isForRetries, maxBytes }, caution }: RunningLane): LedgerDocument | undefined {
    const { ledger, now } = this.#parts;
    if (isForRetries) return ledger.queue.nextToReadAgain(now());
    return ledger.queue.nextToRead(maxBytes, now(), caution.extensions(performance.now()));
  }

  /**
   * Reads the smallest document. Repeated while the store is down: then the first success comes soon.
   * @returns whether there was one.
   */
  async #ingestNext(lane: RunningLane, parts: IngestParts, signal: AbortSignal): Promise<boolean> {
    const { ledger, log, now } = this.#parts;
    const document = this.#pauses.of('by hand') === null ? this.#nextFor(lane) : undefined;
    if (document === undefined) return false;
    const startedMs = performance.now();
    try {
      const isReady = await this.#readings.run(document.path, signal, (each) =>
        this.#parts.ingest(document, parts, each),
      );
      const ms = Math.round(performance.now() - startedMs);
      if (isReady) lane.caution.wasRead(document.path);
      if (isReady) log.info({ document: document.path, bytes: document.sizeBytes, ms }, 'ingested');
      else this.hint(document.path); // its file has changed, so scan it soon
    } catch (error) {
      signal.throwIfAborted();
      const reason = pauseReasonOf(error);
      if (lane.lane.isCautious && codeOf(error) === 'TIMEOUT')
        lane.caution.tookTooLong(document.path, performance.now());
      this.#pauses.set(document, reason ?? null); // set before the document is free again for another lane
      try {
        // This has to be written, however long the disk is full: no other loop takes a document that is in work.
        await this.#whenPossible(async () => settleFailure(error, document, ledger, now(), log), signal);
      } finally {
        this.#pauses.set(document, null);
      }
      if (reason !== undefined) throw error;
      this.hint();
    }
    return true;
  }

  // ------------------------------------------------------------------------------------------------ the store

  async #tidyLoop(signal: AbortSignal): Promise<void> {
    const { ledger, log, now, recognizedPages, store } = this.#parts;
    let auditedMs = -Infinity;
    let collectedMs = -Infinity;
    while (!signal.aborted) {
      await this.#whenPossible(async () => {
        const auditEveryMs = this.#isOutcomeUnknown ? AUDIT_WHEN_UNKNOWN_MS : AUDIT_EVERY_MS;
        if (performance.now() - auditedMs >= auditEveryMs) {
          this.#isOutcomeUnknown = false;
          const differences = await auditStore(ledger, store, now, signal);
          log.info({ differences }, 'compared the store with the ledger');
          auditedMs = performance.now();
          if (differences > 0) this.hint();
        }
        const withdrawn = await withdrawRemoved(ledger, store, signal);
        if (withdrawn > 0) log.info({ withdrawn }, 'removed');
        if (performance.now() - collectedMs < TIDY_EVERY_MS) return;
        recognizedPages.keepOnly(ledger.queue.unreadContents());
        await collectGarbage(ledger, store, now, signal);
        collectedMs = performance.now();
      }, signal);
      await this.#tidyDue.sleep(this.#isOutcomeUnknown ? AUDIT_WHEN_UNKNOWN_MS : TIDY_EVERY_MS, signal);
    }
  }

  #whenPossible(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const onPause = (reason: PauseReason): void => {
      // A store call that failed may have taken effect all the same.
      if (reason === 'STORE_DOWN' || reason === 'DISK_FULL') this.#isOutcomeUnknown = true;
    };
    return whenPossible(work, { pauses: this.#pauses, signal, log: this.#parts.log, onPause });
  }
}
