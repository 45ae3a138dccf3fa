import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '#shared/log.ts';
import type { AnswerLog } from './event-log.ts';
import type { AnswersStore } from './store.ts';

/** An answer that is not on disk as it is now. */
export interface UnsavedAnswer {
  readonly log: AnswerLog;
  readonly request: { readonly id: string | null; readonly inputHash: string };
  /** Whether it is on disk at all. */
  isInserted: boolean;
  /** The sequence up to which it is on disk. */
  savedSequence: number;
  /** Whether a failure to save it has been logged. */
  isReported: boolean;
}

/** The most of an unfinished answer that a kill can lose. */
const SAVE_EVERY_MS = 1_000;
/** How often expired answers are looked for. */
const TIDY_EVERY_MS = 60_000;
/** How many ended answers wait in memory to be saved, about 50 MB; beyond these the oldest are given up. */
const MAX_UNSAVED = 1_000;

/**
 * The answers whose last state is in memory only: those that are being written, and ended ones that could not be saved
 * yet, because the disk is full or another process has locked the file. Saves all of them once a second until `stop`,
 * and then tidies the store.
 */
export class UnsavedAnswers {
  readonly #store: AnswersStore;
  readonly #log: Log;
  readonly #unfinished = new Map<string, UnsavedAnswer>();
  /** Ended, oldest first. */
  readonly #ended = new Map<string, UnsavedAnswer>();
  /** By `requestId`. */
  readonly #requests = new Map<string, UnsavedAnswer>();
  readonly #timer: NodeJS.Timeout;
  #upkeep: Promise<void> | undefined;
  #tidiedAt = performance.now();
  #isStopping = false;

  constructor(store: AnswersStore, log: Log) {
    this.#store = store;
    this.#log = log;
    this.#timer = setInterval(() => {
      this.#upkeep ??= this.saveAll()
        .then(() => this.#tidy())
        .finally(() => (this.#upkeep = undefined));
    }, SAVE_EVERY_MS).unref();
  }

  /** The answers that are being written. */
  get unfinished(): readonly AnswerLog[] {
    return [...this.#unfinished.values()].map(({ log }) => log);
  }

  /** How many answers are being written. */
  get unfinishedCount(): number {
    return this.#unfinished.size;
  }

  /** How many ended answers could not be saved yet. */
  get endedCount(): number {
    return this.#ended.size;
  }

  /** All of them; none twice. */
  get all(): readonly AnswerLog[] {
    return [...this.#ended.values(), ...this.#unfinished.values()].map(({ log }) => log);
  }

  /** Takes up an answer that begins, and saves it. */
  add(log: AnswerLog, request: UnsavedAnswer['request']): void {
    const entry = { log, request, isInserted: false, savedSequence: log.lastSequence, isReported: false };
    this.#unfinished.set(log.id, entry);
    if (request.id !== null) this.#requests.set(request.id, entry);
    this.#save(entry);
  }

  /** An answer has ended: saves it, or keeps it until that can be done. */
  ended(id: string, lastSequence: number): void {
    const entry = this.#unfinished.get(id);
    if (entry === undefined) return;
    this.#unfinished.delete(id);
    if (this.#save(entry, lastSequence)) return this.#release(entry);
    this.#ended.set(id, entry);
    if (this.#ended.size <= MAX_UNSAVED) return;
    const oldest = this.#ended.values().next().value!;
    this.#log.error({ answer: oldest.log.id }, 'answer given up; it could not be saved');
    this.#release(oldest);
  }

  find(id: string): AnswerLog | undefined {
    return (this.#unfinished.get(id) ?? this.#ended.get(id))?.log;
  }

  /** Returns the answer that this `requestId` started. */
  findRequest(requestId: string): UnsavedAnswer | undefined {
    return this.#requests.get(requestId);
  }

  /** Cancels an answer that is being written, and gives up saving one that has ended. */
  forget(id: string): void {
    this.#unfinished.get(id)?.log.cancel();
    const entry = this.#ended.get(id);
    if (entry !== undefined) this.#release(entry);
  }

  /** Saves one answer a turn. Stops at the first that fails: the others would too. */
  async saveAll(): Promise<void> {
    for (const entry of [...this.#ended.values(), ...this.#unfinished.values()]) {
      const hasEnded = this.#ended.has(entry.log.id);
      // Saved or deleted since.
      if (!hasEnded && !this.#unfinished.has(entry.log.id)) continue;
      if (!this.#save(entry)) return;
      if (hasEnded) this.#release(entry);
      await nextTurn();
    }
  }

  /** Ends the saving once a second. Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    await this.#upkeep;
  }

  /** Returns false if that has to be tried again. A full disk must not cost the reader the answer. */
  #save(entry: UnsavedAnswer, lastSequence = entry.log.lastSequence): boolean {
    try {
      if (!entry.isInserted) this.#store.insert(entry.log.answer, entry.request);
      entry.isInserted = true;
      if (lastSequence > entry.savedSequence) this.#store.save(entry.log.answer, lastSequence);
      entry.savedSequence = lastSequence;
      return true;
    } catch (error) {
      if (!entry.isReported) this.#log.error({ err: error, answer: entry.log.id }, 'answer not saved; trying again');
      entry.isReported = true;
      return false;
    }
  }

  #release(entry: UnsavedAnswer): void {
    this.#ended.delete(entry.log.id);
    if (entry.request.id !== null) this.#requests.delete(entry.request.id);
  }

  async #tidy(): Promise<void> {
    try {
      if (performance.now() - this.#tidiedAt >= TIDY_EVERY_MS) {
        this.#tidiedAt = performance.now();
        while (!this.#isStopping && this.#store.tidy()) await nextTurn();
      }
      this.#store.emptyLog();
    } catch (error) {
      this.#log.warn({ err: error }, 'saved answers not tidied; trying again');
    }
  }
}
