/**
 * The pages and pictures that are recognised in one file of the inbox, with all files inside it. At 1 s of CPU time for
 * a clean page to 7 s for a full and noisy one, that is at most 25 minutes of a core.
 */
export const MAX_OCR_PAGES = 200;

/** When text is recognised. */
export type OcrMode =
  /** In this reading. */
  | 'now'
  /** Not in this reading, which ends with `OcrPostponed` if there is something to recognise. */
  | 'later'
  /** Never: somebody has switched it off. */
  | 'off'
  /** Not any more: readings that tried it died. What has text of its own is still read. */
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
  /** Asks for one more page. @returns false once `MAX_OCR_PAGES` were given. @throws OcrPostponed in the mode `later`. */
  takePage(): boolean;
  /** Reports that a page was recognised, or that there is nothing in it to recognise. */
  pageDone(): void;
}

/**
 * Begins to count the pages of one reading.
 * @param onPage called after each page.
 */
export function openOcr(mode: OcrMode = 'now', onPage: () => void = () => {}): Ocr {
  let taken = 0;
  return {
    mode,
    takePage() {
      if (mode === 'later') throw new OcrPostponed();
      return mode === 'now' && taken++ < MAX_OCR_PAGES;
    },
    pageDone: onPage,
  };
}

/** A file has pages to recognise, which this reading must not do. */
export class OcrPostponed extends Error {
  override readonly name = 'OcrPostponed';

  constructor() {
    super('the file has pages to recognise');
  }
}
