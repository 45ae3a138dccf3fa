import type { AnswerEvent, AnswerState } from './state.ts';

/** The text grows in one place: a copy in every entry would be quadratic in memory. */
export type AnswerWithoutText = Omit<AnswerState, 'text'>;

interface Entry {
  readonly typename: AnswerEvent['__typename'];
  /** As it stood then. */
  readonly answer: AnswerWithoutText;
  /** To the text, by this entry. */
  readonly added: string;
  /** Length of the text at this entry. */
  readonly textEnd: number;
}

/** Merging stops here, so that a reader that was away does not get the whole answer in one event. UTF-16 code units. */
const MAX_DELTA_CHARS = 16 * 1024;

/** What has happened to one answer, in order. The event of an entry is made anew for each reader, deltas merged. */
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

  /** Of the answer, as it stands. */
  get text(): string {
    return this.#text;
  }

  /** @param added to the text. */
  add(typename: AnswerEvent['__typename'], answer: AnswerWithoutText, added: string): void {
    this.#text += added;
    this.#entries.push({ typename, answer, added, textEnd: this.#text.length });
  }

  /** False beyond the last entry. */
  isDelta(position: number): boolean {
    return this.#entries[position]?.typename === 'AnswerDelta';
  }

  /** The index of the last delta that goes out together with the one at `position`; `position` itself for other events. */
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

  /** The event of the entries from `first` to `last`: one entry, or deltas that are merged. */
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
        // Few who follow the words ask for it, and cutting a text that grows costs a copy of all of it.
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
        // An answer without an error always says how it ended.
        return { ...event, __typename: typename, finishReason: answer.finishReason! };
      case 'AnswerFailed':
        return { ...event, __typename: typename, error: answer.error! };
    }
  }

  #startOf(position: number): number {
    return this.#entries[position - 1]?.textEnd ?? 0;
  }
}
