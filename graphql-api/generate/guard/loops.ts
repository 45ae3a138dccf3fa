import { createCountingDetector } from './counting.ts';

/** Finds out whether a text ends in a loop, and holds back what may be the beginning of one. */
export interface LoopDetector {
  /** Takes the next part; returns what is safe to show, which no loop found later makes wrong. */
  push(delta: string): string;
  /** Whether the text repeats or counts for so long that the model will not leave this loop. */
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
/** Digits that may number a list item, or continue. */
const LAST_DIGITS = /\d{1,12}$/;
/** Within text without spaces or punctuation, a repetition may begin at every such step. */
const MAX_STEP_CHARS = 40;

/**
 * Creates a detector for one text. It holds back the longest end, from the beginning of a word, that has occurred
 * before: in ordinary text a word or two, until the next one differs. So a loop is cut off after its first round,
 * although it is recognised only in the third. Case, kind of white space, numbers of list items and numbers in brackets
 * do not matter. A text that only counts on is shown until it is recognised: real lists look the same at first.
 */
export function createLoopDetector(): LoopDetector {
  const fold = createFolder();
  const counting = createCountingDetector();
  /** Digits at the end of what has come: what follows them says whether they number a list item. */
  let digits = '';
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
      counting.push(delta);
      if (counting.isCounting) return '';
      const whole = digits + delta;
      digits = LAST_DIGITS.exec(whole)?.[0] ?? '';
      const decided = whole.slice(0, whole.length - digits.length);
      text += decided;
      folded += fold(decided);
      while (from < folded.length && lastOccurrence() < 0) from = nextStart();
      return text.slice(before - 1, from - 1);
    },
    get isLooping() {
      if (counting.isCounting) return true;
      const held = folded.slice(from);
      const minChars = /\p{L}/u.test(held) ? MIN_LOOP_CHARS : MIN_LETTERLESS_CHARS;
      return held.length >= Math.max(minChars, MIN_REPEATS * (from - lastOccurrence()));
    },
    get isRepeating() {
      return folded.length - from >= Math.max(MIN_LOOP_CHARS, from - lastOccurrence());
    },
    endOfRound() {
      if (counting.isCounting) return '';
      const round = text.slice(from - 1, from - 1 + (from - lastOccurrence()));
      const rest = ENDS_SENTENCE.test(text.slice(0, from - 1)) ? MARKERS_AFTER_SENTENCE : REST_OF_SENTENCE;
      return rest.exec(round)?.[0] ?? '';
    },
    release() {
      text += digits;
      folded += fold(digits);
      digits = '';
      const held = text.slice(from - 1);
      from = folded.length;
      return held;
    },
  };
}

/** Where in a text a number may stand. */
type Place = 'line start' | 'sentence end' | 'sentence start' | 'elsewhere';

function placeAfter(char: string, place: Place): Place {
  if (char === '\n') return 'line start';
  if (place === 'line start' && /[ #*]/.test(char)) return 'line start';
  if (char === ' ' && place.startsWith('sentence')) return 'sentence start';
  return /[.!?;:\]]/.test(char) ? 'sentence end' : 'elsewhere';
}

/** Returns a function that makes texts comparable; it keeps their length, and remembers where the last one ended. */
function createFolder(): (text: string) => string {
  let place: Place = 'line start';
  let isInBrackets = false;
  /** How many of the next characters number a list item. */
  let listDigits = 0;
  return (text) => {
    let folded = '';
    for (let index = 0; index < text.length; index++) {
      const char = text[index]!;
      const isDigit = char >= '0' && char <= '9';
      if (isDigit && listDigits === 0) listDigits = listNumberAt(text.slice(index, index + 5), place);
      folded += foldedChar(char, listDigits > 0 || (isDigit && isInBrackets));
      listDigits = Math.max(0, listDigits - 1);
      isInBrackets = char === '[' || char === '【' || (isInBrackets && (isDigit || char === ',' || char === ' '));
      place = placeAfter(char, place);
    }
    return folded;
  };
}

/**
 * Returns how many digits number a list item: "1. ", "12) ", at the start of a line also "1 -" or "3: ". A year, an hour
 * such as "10h" and an amount do not: rows that differ in these are different.
 */
function listNumberAt(text: string, place: Place): number {
  const isItem =
    place === 'line start'
      ? /^\d{1,3}(?=$|[\s.):ªº–-])/
      : place === 'sentence start'
        ? /^\d{1,2}(?=[.)](?:$|\s))/
        : null;
  return isItem?.exec(text)?.[0].length ?? 0;
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
