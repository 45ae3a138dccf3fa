/** Finds out whether a text ends in a loop, and holds back what may be the beginning of one. */
export interface LoopDetector {
  /** Takes the next part; returns what is safe to show, which no loop found later makes wrong. */
  push(delta: string): string;
  /** Whether the held-back text repeats what precedes it so often that the model will not leave this loop. */
  readonly isLooping: boolean;
  /** Whether the held-back text repeats what precedes it at least once, completely. */
  readonly isRepeating: boolean;
  /**
   * Returns the beginning of the held-back text that completes the last sentence of the first round: that round may end
   * like the text before it, and is then held back from there on. Call it at the end of a text that is looping.
   */
  endOfRound(): string;
  /** Returns the held-back text, which is then no longer held back. */
  release(): string;
}

/**
 * The longest part that counts as repeated, in UTF-16 code units. The loops of small models are phrases, sentences and
 * short lists; a longer part also takes its time to come three times.
 */
export const MAX_PART_CHARS = 600;
/** How often a part must come after its first time. Twice happens on purpose, as in a refrain. */
const MIN_REPEATS = 2;
/** Shorter repetition is no loop: “muito, muito, muito”, or a row of a table with many equal cells. */
const MIN_LOOP_CHARS = 60;
/** The same for parts without a letter: the line below a table's header, or a row of zeros. */
const MIN_LETTERLESS_CHARS = 200;
/** Markers such as [1] after a sentence. */
const MARKERS = String.raw`(?:\s?[[【][\d,\s]{1,12}[\]】])`;
const REST_OF_SENTENCE = new RegExp(String.raw`^(?:[^\n]*?[.!?…]+[”"»)]*(?=\s|$)|[^\n]*(?=\n))${MARKERS}*`);
const MARKERS_AFTER_SENTENCE = new RegExp(String.raw`^${MARKERS}+(?!\S)`);
const ENDS_SENTENCE = new RegExp(String.raw`(?:[.!?…:](?:[”"»)\s]|${MARKERS})*|\n\s*)$`);
/** Within text without spaces or punctuation, a repetition may begin at every such step. */
const MAX_STEP_CHARS = 40;

/**
 * Creates a detector for one text. It holds back the longest end, from the beginning of a word, that has occurred
 * before: in ordinary text a word or two, until the next one differs. So a loop is cut off after its first round,
 * although it is recognised only in the third. Case, kind of white space, numbers of list items and numbers in brackets
 * do not matter.
 */
export function createLoopDetector(): LoopDetector {
  const fold = createFolder();
  let text = '';
  /** Like `text`, character by character, with a space in front: so the first word equals its repetitions. */
  let folded = ' ';
  /** Where in `folded` the held-back text begins. */
  let from = 1;

  /** Where in `folded` the held-back text has occurred last, before itself; -1 if it has not. */
  function lastOccurrence(): number {
    const first = Math.max(0, from - MAX_PART_CHARS);
    const at = folded.slice(first).lastIndexOf(folded.slice(from), from - first - 1);
    return at < 0 ? -1 : first + at;
  }

  function nextStart(): number {
    const last = Math.min(folded.length, from + MAX_STEP_CHARS);
    let next = from + 1;
    while (next < last && isInWord(folded[next]!) && isInWord(folded[next - 1]!)) next++;
    return next;
  }

  return {
    push(delta) {
      const before = from;
      text += delta;
      folded += fold(delta);
      while (from < folded.length && lastOccurrence() < 0) from = nextStart();
      return text.slice(before - 1, from - 1);
    },
    get isLooping() {
      const held = folded.slice(from);
      const minChars = /\p{L}/u.test(held) ? MIN_LOOP_CHARS : MIN_LETTERLESS_CHARS;
      return held.length >= Math.max(minChars, MIN_REPEATS * (from - lastOccurrence()));
    },
    get isRepeating() {
      return folded.length - from >= Math.max(MIN_LOOP_CHARS, from - lastOccurrence());
    },
    endOfRound() {
      const round = text.slice(from - 1, from - 1 + (from - lastOccurrence()));
      const rest = ENDS_SENTENCE.test(text.slice(0, from - 1)) ? MARKERS_AFTER_SENTENCE : REST_OF_SENTENCE;
      return rest.exec(round)?.[0] ?? '';
    },
    release() {
      const held = text.slice(from - 1);
      from = folded.length;
      return held;
    },
  };
}

/** Returns a function that makes texts comparable; it keeps their length, and remembers where the last one ended. */
function createFolder(): (text: string) => string {
  let isLineStart = true;
  let isInBrackets = false;
  return (text) => {
    let folded = '';
    for (let index = 0; index < text.length; index++) {
      const char = text[index]!;
      const isDigit = char >= '0' && char <= '9';
      folded += foldedChar(char, isDigit && (isLineStart || isInBrackets));
      isInBrackets = char === '[' || char === '【' || (isInBrackets && (isDigit || char === ',' || char === ' '));
      isLineStart = char === '\n' || (isLineStart && (isDigit || char === ' ' || char === '#' || char === '*'));
    }
    return folded;
  };
}

function foldedChar(char: string, isAnyNumber: boolean): string {
  if (isAnyNumber) return '0';
  if (/\s/.test(char)) return ' ';
  const lower = char.toLowerCase();
  return lower.length === 1 ? lower : char;
}

function isInWord(char: string): boolean {
  return /[\p{L}\p{N}\p{M}]/u.test(char);
}
