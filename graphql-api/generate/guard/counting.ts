/** Finds out whether a text only counts: "item 1, item 2, item 3, …". */
export interface CountingDetector {
  /** Takes the next part of the text. */
  push(text: string): void;
  /** Whether one part has come so often in a row, with one number that rises or falls evenly and nothing else changed. */
  readonly isCounting: boolean;
}

/**
 * Real lists that differ in nothing but one number end before: the hours of a day, the instalments of two years. Each
 * further round of a loop is a new number, so that it looks like the next item.
 */
const MAX_COUNTED = 24;
/** Numbers in one part: "page 3 of 40, line 1". */
const MAX_NUMBERS = 3;
/** A longer stretch between two numbers is no part of a list of one template. */
const MAX_GAP_CHARS = 600;
/** Amounts, dates and codes are not counted with: where these change, the items differ. */
const NUMBER = /\d+(?:[.,/:-]\d+)*/g;
const IS_COUNTER = /^\d{1,6}$/;
/** The end of a text that may go on as a number. */
const UNFINISHED = /[\d.,/:-]{1,40}$/;

/** A number, and the text between it and the one before, folded. */
interface Step {
  readonly gap: string;
  readonly number: number;
}

/** Parts with a certain number of numbers. */
interface Run {
  /** How many numbers in a row fit to those one part before. */
  length: number;
  /** By how much each number of the part changes. */
  deltas: number[];
}

/** Creates a detector for one text. */
export function createCountingDetector(): CountingDetector {
  const steps: Step[] = [];
  const runs: Run[] = Array.from({ length: MAX_NUMBERS }, () => ({ length: 0, deltas: [] }));
  let pending = '';
  let gap = '';
  let isCounting = false;

  function add(number: number): void {
    steps.push({ gap, number });
    if (steps.length > MAX_NUMBERS + 1) steps.shift();
    gap = '';
    runs.forEach((run, index) => follow(run, index + 1));
  }

  /** @param count how many numbers a part has. */
  function follow(run: Run, count: number): void {
    const [now, before] = [steps.at(-1), steps.at(-1 - count)];
    const isSame = now !== undefined && now.gap === before?.gap && now.gap.length <= MAX_GAP_CHARS;
    const delta = isSame ? now.number - before.number : 0;
    const known = run.length < count ? undefined : run.deltas[run.length % count];
    if (!isSame) run.length = 0;
    else if (known !== undefined && known !== delta) run.length = 1;
    else run.length++;
    if (run.length <= 1) run.deltas = [];
    if (run.length === 0) return;
    run.deltas[(run.length - 1) % count] = delta;
    const changing = run.deltas.filter((each) => each !== 0).length;
    // The first item is never counted, because of what is before it.
    isCounting ||= changing === 1 && run.length >= (MAX_COUNTED - 1) * count;
  }

  return {
    push(text) {
      const whole = pending + text;
      const end = UNFINISHED.exec(whole)?.index ?? whole.length;
      pending = whole.slice(end);
      const read = whole.slice(0, end);
      let at = 0;
      for (const { 0: number, index } of read.matchAll(NUMBER)) {
        const isCounter = IS_COUNTER.test(number);
        gap += fold(read.slice(at, isCounter ? index : index + number.length));
        at = index + number.length;
        if (isCounter) add(Number(number));
      }
      gap = (gap + fold(read.slice(at))).slice(-MAX_GAP_CHARS - 1);
    },
    get isCounting() {
      return isCounting;
    },
  };
}

function fold(text: string): string {
  return text.toLowerCase().replaceAll(/\s/g, ' ');
}
