import { locate, type Chunk } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import type { Citation } from './citation.ts';
import { markersOf, type Marker } from './markers.ts';
import { sentencesOf, type Span } from './sentences.ts';

/** Shorter quotations, such as a single word, stand in too many places. */
const MIN_QUOTED_WORDS = 3;
const QUOTATION = /“(?<curly>[^“”]+)”|«(?<angle>[^«»]+)»|"(?<straight>[^"\n]+)"/g;

/**
 * Finds for each marker of an answer the words of its passage that its sentence rests on: those it quotes, else the
 * passage's sentence that shares most words with it, else the whole passage. Numbers of no passage are passed over.
 */
export function cite(
  text: string,
  passages: readonly { readonly rank: number; readonly chunk: Chunk }[],
): readonly Citation[] {
  const markers = markersOf(text);
  // Blanked, a marker after the full stop belongs to the sentence before it.
  const unmarked = markers.reduce(
    (rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end),
    text,
  );
  const sentences = sentencesOf(unmarked);
  const quotations = [...unmarked.matchAll(QUOTATION)].map((match) => ({
    words: match.groups!['curly'] ?? match.groups!['angle'] ?? match.groups!['straight']!,
    end: match.index + match[0].length,
  }));

  return markers.flatMap((marker) => {
    const sentence = sentenceOf(marker, sentences);
    const quoted = quotations
      .filter(({ end }) => end > sentence.start && end <= marker.start)
      .map(({ words }) => words);
    return [...new Set(marker.ranks)].flatMap((rank) => {
      const chunk = passages.find((passage) => passage.rank === rank)?.chunk;
      if (chunk === undefined) return [];
      const span = findQuoted(quoted, chunk.text) ??
        findClosest(unmarked.slice(sentence.start, sentence.end), chunk.text) ?? { start: 0, end: chunk.text.length };
      return [citationOf(marker, rank, chunk, span)];
    });
  });
}

/** The last one that begins before the marker: it carries the marker or is followed by it. */
function sentenceOf(marker: Marker, sentences: readonly Span[]): Span {
  return sentences.findLast(({ start }) => start < marker.start) ?? { start: marker.end, end: marker.end };
}

function findQuoted(quotations: readonly string[], text: string): Span | undefined {
  const words = quotations
    .filter((quoted) => quoted.trim().split(/\s+/).length >= MIN_QUOTED_WORDS && text.includes(quoted))
    .toSorted((a, b) => b.length - a.length)[0];
  if (words === undefined) return undefined;
  const start = text.indexOf(words);
  return { start, end: start + words.length };
}

function findClosest(claim: string, text: string): Span | undefined {
  const claimed = new Set(wordTerms(claim));
  let best: { readonly span: Span; readonly shared: number } | undefined;
  for (const span of sentencesOf(text)) {
    const shared = new Set(wordTerms(text.slice(span.start, span.end))).intersection(claimed).size;
    if (shared > (best?.shared ?? 0)) best = { span, shared };
  }
  return best?.span;
}

function citationOf(marker: Marker, rank: number, chunk: Chunk, span: Span): Citation {
  const startChar = chunk.startChar + span.start;
  return {
    rank,
    start: marker.start,
    end: marker.end,
    quote: chunk.text.slice(span.start, span.end),
    startChar,
    endChar: chunk.startChar + span.end,
    place: locate(chunk.marks, startChar),
  };
}
