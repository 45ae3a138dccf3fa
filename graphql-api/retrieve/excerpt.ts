import type { Chunk } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { sentenceSpans } from '../cite/sentence-spans.ts';

/** A part of a chunk: the content's text from startChar to endChar. */
export interface Excerpt {
  readonly text: string;
  readonly startChar: number;
  readonly endChar: number;
}

/** About three lines on a screen. UTF-16 code units. */
const MAX_CHARS = 320;

/**
 * Returns the best part of a chunk for a query: the consecutive sentences that contain the most distinct words of the
 * query, the first of them on a tie. Verbatim; empty for a chunk of white space only.
 * @param maxChars the most UTF-16 code units; default: 320.
 */
export function excerptOf(chunk: Chunk, query: string, maxChars = MAX_CHARS): Excerpt {
  const asked = new Set(wordTerms(query));
  const sentences = sentenceSpans(chunk.text).map(({ start, end }) => ({
    start,
    end,
    found: asked.intersection(new Set(wordTerms(chunk.text.slice(start, end)))),
  }));

  let best = { start: 0, end: 0, found: -1 };
  for (const [first, { start }] of sentences.entries()) {
    let found: ReadonlySet<string> = new Set();
    for (const sentence of sentences.slice(first)) {
      if (sentence.start > start && sentence.end - start > maxChars) break;
      found = found.union(sentence.found);
      // Extends the excerpt even without a new word: the next sentence often has the answer.
      if (found.size > best.found || (found.size === best.found && start === best.start)) {
        best = { start, end: sentence.end, found: found.size };
      }
    }
  }
  const text = shortened(chunk.text.slice(best.start, best.end), maxChars);
  const startChar = chunk.startChar + best.start;
  return { text, startChar, endChar: startChar + text.length };
}

/** Cuts a single sentence that is too long after its last whole word. */
function shortened(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const cut = text.slice(0, maxChars);
  const space = cut.search(/\s\S*$/);
  return space > 0 ? cut.slice(0, space) : cut;
}
