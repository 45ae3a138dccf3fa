import { raceAbort } from '#shared/abort.ts';
import { AnswerEntries, type AnswerWithoutText } from './log-entries.ts';
import type { AnswerError, AnswerEvent, AnswerState, AnswerStep, Rating } from './state.ts';

/** How a reader left: `stopped` if it unsubscribed, `lost` if its connection broke and it may come back. */
export type Leaving = 'stopped' | 'lost';

/** Timing of one answer's log, and what to call at its end. */
export interface AnswerLogOptions {
  /** Deltas that arrive within this time of each other are sent as one. 0 merges only what a slow reader has missed. */
  readonly mergeMs: number;
  /** How long the answer continues after its last reader's connection was lost. */
  readonly graceMs: number;
  /** Called once with the ended answer and the sequence of its last event, before any reader receives the end. */
  readonly onEnd: (answer: AnswerState, lastSequence: number) => void;
}

/** An answer that has ended, as the store keeps it. */
export interface EndedAnswer {
  readonly answer: AnswerState;
  /** The sequence of its last event. */
  readonly lastSequence: number;
}

/**
 * The life of one answer: an append-only log of its events, and the readers that follow it, each at its own pace.
 * Nothing is queued for a slow reader: it continues in the log where it stopped, with deltas merged. The log also
 * decides when the work behind the answer stops, which depends on whether anything still reads it.
 */
export class AnswerLog {
  readonly id: string;
  /** Aborts when the answer is cancelled or fails, so that the work behind it stops. */
  readonly signal: AbortSignal;
  /** Resolves with the answer once it has ended; never rejects. */
  readonly ended: Promise<AnswerState>;
  readonly #abort = new AbortController();
  readonly #end = Promise.withResolvers<AnswerState>();
  readonly #options: AnswerLogOptions;
  readonly #entries: AnswerEntries;
  readonly #wakes = new Set<() => void>();
  #firstSequence = 0;
  #answer: AnswerWithoutText;
  #readers = 0;
  #runsOn = false;
  #grace: NodeJS.Timeout | undefined;

  /** @param queuePosition how many earlier answers are unfinished. */
  constructor(answer: AnswerState, queuePosition: number, options: AnswerLogOptions) {
    this.id = answer.id;
    this.signal = this.#abort.signal;
    this.ended = this.#end.promise;
    const { text, ...rest } = answer;
    this.#answer = rest;
    this.#entries = new AnswerEntries(text, queuePosition);
    this.#options = options;
    this.#append('AnswerStarted');
  }

  /** Returns a log that replays an ended answer: the text is one delta, and the last event keeps its sequence. */
  static ofEnded({ answer, lastSequence }: EndedAnswer): AnswerLog {
    const started: AnswerState = {
      ...answer,
      status: 'RETRIEVING',
      text: '',
      searchedFor: null,
      sources: [],
      nearest: [],
      notSearched: null,
      citations: [],
      unsupported: [],
      support: null,
      finishReason: null,
      error: null,
      answeredBy: null,
      endedAt: null,
    };
    const log = new AnswerLog(started, 0, { mergeMs: 0, graceMs: 0, onEnd: () => {} });
    if (answer.sources.length > 0 || answer.text !== '') {
      log.append({
        type: 'sources',
        change: { status: 'QUEUED', searchedFor: answer.searchedFor, sources: answer.sources },
      });
    }
    if (answer.text !== '') {
      log.append({ type: 'delta', text: answer.text, change: { status: 'GENERATING', answeredBy: answer.answeredBy } });
    }
    log.#finish(answer);
    log.#firstSequence = lastSequence - log.#entries.length + 1;
    return log;
  }

  /** The answer in its current state. */
  get answer(): AnswerState {
    return { ...this.#answer, text: this.#entries.text };
  }

  /** The sequence of the newest event. */
  get lastSequence(): number {
    return this.#firstSequence + this.#entries.length - 1;
  }

  get hasEnded(): boolean {
    return this.#answer.endedAt !== null;
  }

  /** How many readers have neither left nor read to the end. */
  get readers(): number {
    return this.#readers;
  }

  /** Adds a step. Does nothing once the answer has ended: a cancelled engine may still emit a token. */
  append(step: AnswerStep): void {
    if (this.hasEnded) return;
    this.#answer = { ...this.#answer, ...step.change };
    switch (step.type) {
      case 'progress':
        return;
      case 'sources':
        return this.#append('SourcesRetrieved');
      case 'delta':
        return this.#append('AnswerDelta', step.text);
      case 'thinking':
        if (this.#entries.hasRoomForThoughts) this.#append('AnswerThinking', step.text);
        return;
      case 'completed':
        return this.#finish({ ...this.#answer, status: 'COMPLETED', finishReason: step.finishReason });
    }
  }

  /** From now on the answer is written to the end even without readers, unless it is cancelled. */
  runOn(): void {
    this.#runsOn = true;
    clearTimeout(this.#grace);
  }

  /** Changes what a reader thinks of the answer, also after its end; without an event. */
  rate(rating: Rating, ratingComment: string | null): void {
    this.#answer = { ...this.#answer, rating, ratingComment };
  }

  /** Ends the answer and stops the work behind it; keeps what was written. Does nothing once it has ended. */
  cancel(): void {
    this.#finish({ ...this.#answer, status: 'CANCELLED', finishReason: 'CANCELLED' });
    this.#abort.abort();
  }

  /** Ends the answer with an error and stops the work behind it. Does nothing once it has ended. */
  fail(error: AnswerError): void {
    this.#finish({ ...this.#answer, status: 'FAILED', finishReason: 'ERROR', error });
    this.#abort.abort();
  }

  /**
   * Resolves with the ended answer, and counts as a reader until then.
   * @param connection aborts when the client is gone; the wait then rejects with its reason.
   */
  async wait(connection: AbortSignal): Promise<AnswerState> {
    connection.throwIfAborted();
    this.#join();
    try {
      return await raceAbort(this.ended, connection);
    } finally {
      this.#leave('lost');
    }
  }

  /**
   * Iterates over the events after the sequence `after`, including those still to come. A plain iterator, because its
   * `return()` takes effect immediately even while a `next()` is pending, which a generator's would not.
   * @param leaving called once, if the reader leaves before the end.
   */
  follow(after: number, leaving: () => Leaving): AsyncIterableIterator<AnswerEvent> {
    // The client's position is ahead of this log, so it belongs to an answer lost in a restart: start at the beginning.
    const isOfAnother = !this.hasEnded && after > this.lastSequence;
    let position = isOfAnother ? 0 : Math.max(0, after + 1 - this.#firstSequence);
    let isOpen = true;
    let lastDeltaAt = -Infinity;
    let wake = (): void => {};
    const onNews = (): void => wake();
    this.#wakes.add(onNews);
    this.#join();

    const leave = (): void => {
      if (!isOpen) return;
      isOpen = false;
      this.#wakes.delete(onNews);
      wake();
      this.#leave(leaving());
    };
    const news = (): Promise<void> => new Promise((resolve) => (wake = resolve));
    /** Waits until the merge time is over, the answer has ended or the reader has left. */
    const mergeTime = async (): Promise<void> => {
      const timeIsUp = Promise.withResolvers<void>();
      const timer = setTimeout(timeIsUp.resolve, lastDeltaAt + this.#options.mergeMs - performance.now());
      wake = () => {
        if (!isOpen || this.hasEnded) timeIsUp.resolve();
      };
      await timeIsUp.promise;
      clearTimeout(timer);
    };
    const isDelta = (): boolean => this.#entries.isDelta(position);
    const isTooSoon = (): boolean => performance.now() < lastDeltaAt + this.#options.mergeMs;

    return {
      next: async () => {
        while (isOpen && position >= this.#entries.length && !this.hasEnded) await news();
        if (isOpen && !this.hasEnded && isDelta() && isTooSoon()) await mergeTime();
        if (!isOpen || position >= this.#entries.length) {
          leave();
          return { done: true, value: undefined };
        }
        if (isDelta()) lastDeltaAt = performance.now();
        const last = this.#entries.lastToMerge(position);
        const value = this.#entries.eventOf(position, last, this.#firstSequence + last);
        position = last + 1;
        return { done: false, value };
      },
      return: async () => {
        leave();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #append(typename: AnswerEvent['__typename'], added = ''): void {
    this.#entries.add(typename, this.#answer, added);
    for (const wake of this.#wakes) wake();
  }

  #finish(answer: AnswerWithoutText): void {
    if (this.hasEnded) return;
    clearTimeout(this.#grace);
    this.#answer = { ...answer, endedAt: answer.endedAt ?? new Date().toISOString() };
    this.#options.onEnd(this.answer, this.lastSequence + 1);
    this.#append(answer.status === 'FAILED' ? 'AnswerFailed' : 'AnswerCompleted');
    this.#end.resolve(this.answer);
  }

  #join(): void {
    clearTimeout(this.#grace);
    this.#readers++;
  }

  #leave(how: Leaving): void {
    this.#readers--;
    if (this.#readers > 0 || this.#runsOn || this.hasEnded) return;
    if (how === 'stopped') this.cancel();
    else this.#grace = setTimeout(() => this.cancel(), this.#options.graceMs);
  }
}
