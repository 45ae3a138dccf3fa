import type { AnswerEvent, AnswerState } from './state.ts';

/** An answer without its text. The text grows in one place: a copy in every entry would take quadratic memory. */
export type AnswerWithoutText = Omit<AnswerState, 'text'>;

interface Entry {
  readonly typename: AnswerEvent['__typename'];
  /** The answer as it was after this entry. */
  readonly answer: AnswerWithoutText;
  /** What this entry appended to the text, or to the thoughts. */
  readonly added: string;
  /** Length of the text after this entry. */
  readonly textEnd: number;
  /** Length of the thoughts after this entry. */
  readonly thoughtsEnd: number;
}

/** Longest merged delta in UTF-16 code units: a reader that was away does not get the whole answer in one event. */
const MAX_DELTA_CHARS = 16 * 1024;
/**
 * Most thoughts of one answer, in UTF-16 code units: twice what a model writes with the 4096 tokens that an answer may have,
 * so that only an endpoint that ignores the bound loses any. All readers get the same ones, however late they come.
 */
export const MAX_THOUGHTS_CHARS = 32 * 1024;

/**
 * The storage behind one answer's log: its entries in order, and its text once. Builds the events that readers receive
 * on demand, merging consecutive deltas of the same kind: of the text, or of the thoughts. Knows nothing of readers;
 * event-log.ts does.
 */
export class AnswerEntries {
  readonly #entries: Entry[] = [];
  readonly #queuePosition: number;
  #text: string;
  #thoughtsChars = 0;

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

  /** Whether thoughts can still be added: what is beyond the bound is dropped. */
  get hasRoomForThoughts(): boolean {
    return this.#thoughtsChars < MAX_THOUGHTS_CHARS;
  }

  /** Appends an entry. @param added what to append to the text, or to the thoughts. */
  add(typename: AnswerEvent['__typename'], answer: AnswerWithoutText, added: string): void {
    const isThought = typename === 'AnswerThinking';
    const kept = isThought ? added.slice(0, MAX_THOUGHTS_CHARS - this.#thoughtsChars).toWellFormed() : added;
    if (isThought) this.#thoughtsChars += kept.length;
    else this.#text += kept;
    const [textEnd, thoughtsEnd] = [this.#text.length, this.#thoughtsChars];
    this.#entries.push({ typename, answer, added: kept, textEnd, thoughtsEnd });
  }

  /** Whether the entry is a delta, of the text or of the thoughts; false beyond the last entry. */
  isDelta(position: number): boolean {
    const typename = this.#entries[position]?.typename;
    return typename === 'AnswerDelta' || typename === 'AnswerThinking';
  }

  /** Returns the index of the last delta to merge with the one at `position`, or `position` if it is not a delta. */
  lastToMerge(position: number): number {
    if (!this.isDelta(position)) return position;
    const { typename } = this.#entries[position]!;
    let last = position;
    for (let chars = this.#entries[position]!.added.length; ; last++) {
      const next = this.#entries[last + 1];
      chars += next?.added.length ?? 0;
      if (next?.typename !== typename || chars > MAX_DELTA_CHARS) return last;
    }
  }

  /** Returns the event for the entries from `first` to `last`: either one entry or deltas to merge. */
  eventOf(first: number, last: number, sequence: number): AnswerEvent {
    const { typename, answer: answerThen, textEnd } = this.#entries[last]!;
    const answerAt = (): AnswerState => ({ ...answerThen, text: this.#text.slice(0, textEnd) });
    if (typename === 'AnswerDelta' || typename === 'AnswerThinking') {
      const pieces = this.#entries.slice(first, last + 1).map(({ added }) => added);
      const before = this.#entries[first - 1];
      return {
        __typename: typename,
        sequence,
        offset: (typename === 'AnswerDelta' ? before?.textEnd : before?.thoughtsEnd) ?? 0,
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
}
