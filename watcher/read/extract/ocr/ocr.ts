import type { PageText } from './page-text.ts';

/**
 * The pages and pictures that are recognised in one file of the inbox, with all files inside it. At 1 s of CPU time for
 * a clean page to 7 s for a full and noisy one, that is at most 25 minutes of a core.
 */
export const MAX_OCR_PAGES = 200;

/** When text is recognised. */
export type OcrMode =
  /** In this reading. */
  | 'now'
  /** In another reading, which follows if there is something to recognise. This one is quick. */
  | 'later'
  /** Never: somebody has switched it off. */
  | 'off'
  /** Not any more: readings that tried it died. What they recognised, and what has text of its own, is still read. */
  | 'failed';

/** Why pages were left out in these modes, and the next step. */
export const WHY_LEFT: Readonly<Record<OcrMode, string>> = {
  off: 'text recognition (OCR) is off; if it is a scan, set ASKBOX_OCR=auto and drop it again',
  failed: 'text recognition (OCR) of this file failed; save it smaller or split it',
  now: `at most ${MAX_OCR_PAGES} pages and pictures of a file are recognised; split it and drop the parts`,
  later: 'text recognition (OCR) follows',
};

/** What is recognised in one reading. A file and the files inside it share it. */
export interface Ocr {
  readonly mode: OcrMode;
  /** Whether something was left to another reading, in the mode `later`. */
  readonly isPostponed: boolean;
  /**
   * Asks for one more page. The same file asks for the same pages in the same order, whatever the mode.
   * @returns `new` if it is to be recognised; its text if an earlier reading has done that (null: there was none);
   * `left` if it may not be recognised, in this mode or because `MAX_OCR_PAGES` were given.
   */
  takePage(): 'new' | 'left' | { readonly text: PageText | null };
  /** Reports the text of a new page; without one, that there is nothing on a page that could be recognised. */
  pageDone(text?: PageText | null): void;
}

/** Receives the text of each page that was recognised, or undefined for one with nothing to recognise. */
export type OnPageRecognized = (text?: PageText | null) => void;

/**
 * Begins to count the pages of one reading.
 * @param onPage called after each page.
 * @param known what earlier readings of the same file recognised, in the order of the pages.
 */
export function openOcr(
  mode: OcrMode = 'now',
  onPage: OnPageRecognized = () => {},
  known: readonly (PageText | null)[] = [],
): Ocr {
  let taken = 0;
  let isPostponed = false;
  return {
    mode,
    get isPostponed() {
      return isPostponed;
    },
    takePage() {
      isPostponed ||= mode === 'later';
      if (mode === 'off' || mode === 'later') return 'left';
      const text = known[taken++];
      if (text !== undefined) return { text };
      return mode === 'now' && taken <= MAX_OCR_PAGES ? 'new' : 'left';
    },
    pageDone: onPage,
  };
}

/** A file has nothing but pages to recognise, which this reading must not do. */
export class OcrPostponed extends Error {
  override readonly name = 'OcrPostponed';

  constructor() {
    super('the file has no text but on pages to recognise');
  }
}
