/** Parent side: what a process last wrote, for the people who have to find out why it died. */

/** The end of what a process has written and logged, in bounded space. */
export interface LastWords {
  /** Adds a piece of text, which may begin or end in the middle of a line. */
  note(text: string): void;
  /** Adds a whole line. */
  noteLine(line: string): void;
  /** The latest lines, oldest first. */
  lines(): readonly string[];
  /** The lines that say most about the cause, in one text of bounded length; null if there are none. */
  cause(): string | null;
}

const MAX_LINES = 40;
const MAX_LINE_CHARS = 300;
/** An error of CUDA takes three lines: what, where, and the failed call. */
const MAX_CAUSE_LINES = 3;

/** Such as `ggml-cuda.cu:98: CUDA error`, `terminate called after throwing`, `assertion failed`. */
const NAMES_A_CAUSE = /error|fail|abort|assert|terminate|unsupported|not supported|out of memory|cannot|unable/i;
/** Stack frames, of the library and of gdb, and what gdb says about itself. */
const IS_TRACE = /^\s*(?:#\d|at )|\[0x[0-9a-f]+\]|\(\+0x|gdb|ptrace|debuginfo|libthread_db|^\[(?:New|Inferior|Thread)/i;

/** Opens it empty. */
export function openLastWords(): LastWords {
  const lines: string[] = [];
  let unfinished = '';

  function noteLine(line: string): void {
    const text = line.trim();
    if (text === '' || text === lines.at(-1)) return;
    lines.push(text.slice(0, MAX_LINE_CHARS));
    if (lines.length > MAX_LINES) lines.shift();
  }

  return {
    note(text) {
      const [...whole] = (unfinished + text).split('\n');
      unfinished = whole.pop()!.slice(0, MAX_LINE_CHARS); // split returns at least one part
      for (const line of whole) noteLine(line);
    },
    noteLine,
    lines: () => (unfinished.trim() === '' ? lines : [...lines, unfinished.trim().slice(0, MAX_LINE_CHARS)]),
    cause() {
      const telling = this.lines().filter((line) => NAMES_A_CAUSE.test(line) && !IS_TRACE.test(line));
      return telling.length === 0 ? null : telling.slice(-MAX_CAUSE_LINES).join('; ');
    },
  };
}
