import { CHUNK_LIMITS, type ChunkDraft } from '../../watcher/read/chunk/chunk.ts';

/** The text of a file, and what its chunks break of what every chunk promises. */
export interface CheckedText {
  readonly text: string;
  /** For people; empty if nothing is broken. */
  readonly faults: readonly string[];
}

/**
 * Puts the text of a file together from its chunks and checks them: they are in order and cover the text, each is its
 * slice and not blank, its marks ascend inside it, and the text is in the form NFC without control characters.
 * @param textLength of the extracted text, in UTF-16 code units.
 */
export function checkChunks(chunks: readonly ChunkDraft[], textLength: number): CheckedText {
  const faults = new Set<string>();
  let text = '';
  let start = -1;
  for (const [i, chunk] of chunks.entries()) {
    const check = (isKept: boolean, what: string): void => {
      if (!isKept) faults.add(`chunk ${i}: ${what}`);
    };
    const known = text.slice(chunk.startChar);
    check(chunk.ordinal === i, `its ordinal is ${chunk.ordinal}`);
    check(chunk.text.length === chunk.endChar - chunk.startChar, 'its length is not that of its range');
    check(chunk.startChar <= text.length, 'characters before it are in no chunk');
    check(chunk.startChar > start, 'it begins before the one in front of it');
    check(chunk.text.startsWith(known.slice(0, chunk.text.length)), 'its overlap differs');
    check(chunk.text.trim() !== '', 'it is blank');
    check(chunk.text.length <= CHUNK_LIMITS.chars, `it has ${chunk.text.length} characters`);
    check(chunk.text.isWellFormed(), 'it has half a character');
    check(areInside(chunk), 'its marks are not in order inside it');
    if (known.length < chunk.text.length) text += chunk.text.slice(known.length);
    start = chunk.startChar;
  }
  if (text.length !== textLength) faults.add(`the chunks have ${text.length} of ${textLength} characters`);
  if (text !== text.normalize('NFC')) faults.add('the text is not in the form NFC');
  const control = /(?![\n\t])\p{Cc}/u.exec(text);
  if (control !== null) faults.add(`control character ${control[0].charCodeAt(0)} at ${control.index}`);
  return { text, faults: [...faults] };
}

function areInside({ marks, startChar, endChar }: ChunkDraft): boolean {
  return marks.every((mark, i) => {
    return mark.startChar >= (marks[i - 1]?.startChar ?? startChar) && mark.startChar < endChar;
  });
}
