import type { AnswerEvent, AnswerState } from './state.ts';

/** An answer without its text. The text grows in one place: a copy in every entry would take quadratic memory. */
export type AnswerWithoutText = Omit<AnswerState, 'text'>;

interface Entry {
  readonly typename: AnswerEvent['__typename'];
  /** The answer as it was after this entry. */
  readonly answer: AnswerWithoutText;
  /** What this entry appended to the text. */
  readonly added: string;
  /** Length of the text after this entry. */
  readonly textEnd: number;
}

/** Longest merged delta in UTF-16 code units: a reader that was away does not get the whole answer in one event. */
const MAX_DELTA_CHARS = 16 * 1024;

/**
 * The storage behind one answer's log: its entries in order, and its text once. Builds the events that readers receive
 * on demand, merging consecutive deltas. Knows nothing of readers; event-log.ts does.
 */
export class AnswerEntries {
  readonly #entries: Entry[] = [];
  readonly #queuePosition: number;
  #text: string;

  constructor(text: string, queuePosition: number) {
    this.#text = text;
    this.#queuePosition = queuePosition;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** The answer's text so far. */
  get text(): string {
    return this.#text;
  }

  /** Appends an entry. @param added what to append to the text. */
  add(typename: AnswerEvent['__typename'], answer: AnswerWithoutText, added: string): void {
    this.#text += added;
    this.#entries.push({ typename, answer, added, textEnd: this.#text.length });
  }

  /** Whether the entry is a delta; false beyond the last entry. */
  isDelta(position: number): boolean {
    return this.#entries[position]?.typename === 'AnswerDelta';
  }

  /** Returns the index of the last delta to merge with the one at `position`, or `position` if it is not a delta. */
  lastToMerge(position: number): number {
    const start = this.#startOf(position);
    let last = position;
    while (
      this.isDelta(last) &&
      this.isDelta(last + 1) &&
      this.#entries[last + 1]!.textEnd - start <= MAX_DELTA_CHARS
    ) {
      last++;
    }
    return last;
  }

  /** Returns the event for the entries from `first` to `last`: either one entry or deltas to merge. */
  eventOf(first: number, last: number, sequence: number): AnswerEvent {
    const { typename, answer: answerThen, textEnd } = this.#entries[last]!;
    const answerAt = (): AnswerState => ({ ...answerThen, text: this.#text.slice(0, textEnd) });
    if (typename === 'AnswerDelta') {
      const pieces = this.#entries.slice(first, last + 1).map(({ added }) => added);
      return {
        __typename: typename,
        sequence,
        offset: this.#startOf(first),
        text: pieces.join(''),
        // Computed only if selected, which is rare for deltas: slicing a growing text copies all of it.
        get answer() {
          return answerAt();
        },
      };
    }
    const answer = answerAt();
    const event = { sequence, answer };
    switch (typename) {
      case 'AnswerStarted':
        return { ...event, __typename: typename, queuePosition: this.#queuePosition };
      case 'SourcesRetrieved':
        return { ...event, __typename: typename, sources: answer.sources };
      case 'AnswerCompleted':
        // An answer that ended without an error always has a finish reason.
        return { ...event, __typename: typename, finishReason: answer.finishReason! };
      case 'AnswerFailed':
        return { ...event, __typename: typename, error: answer.error! };
    }
  }

  #startOf(position: number): number {
    return this.#entries[position - 1]?.textEnd ?? 0;
  }
}
