import { locate, type Chunk } from '#shared/document.ts';
import type { Citation } from './citation.ts';
import { createClaimReader, type Claim, type ClaimMarker } from './claims.ts';
import {
  createEvidenceReader,
  readStatement,
  type CitablePassage,
  type Evidence,
  type EvidenceReader,
  type Statement,
} from './evidence.ts';
import { createLinkFilter } from './links.ts';
import { createMarkerFilter, type Piece } from './markers.ts';
import { ordersIn } from './orders.ts';
import { readOwnWords } from './own-words.ts';
import type { Span } from './sentence-spans.ts';

/** A part of an answer that is safe to show, and what was found about the sentences that ended since the previous part. */
interface CitedText {
  readonly text: string;
  /** The citations of sentences that have ended, in order; none is changed or withdrawn later. */
  readonly located: readonly Citation[];
  /** The sentences that have ended and that no passage supports, in order. */
  readonly unsupported: readonly Span[];
}

/** Turns a model's output, delta by delta, into text without invented markers, and verbatim citations. */
export interface Citer {
  /** Takes the next delta; returns what is safe to show now. */
  push(delta: string): CitedText;
  /** Returns the rest; call it once, at the end. */
  end(): CitedText;
  /** How many numbers that name no passage have been dropped so far. */
  readonly inventedCount: number;
  /** Share of the sentences so far that have evidence, 0 to 1; null while there are none. */
  readonly support: number | null;
}

/** What a statement rests on: the evidence, and the passage that has it. */
interface Found {
  readonly passage: CitablePassage;
  readonly evidence: Evidence;
}

/** Two statements in one sentence, each with its marker: `Dura 27 meses [1], e custa 40 reais [2].` */
const STATEMENT_BORDER = /^\s*(?:[,;:]|(?:e|mas|and|but|while|enquanto)\s)/;

/**
 * Creates a citer, which looks for the evidence of each sentence of an answer in the passages, whether or not the model
 * marked it. A marker is cited if its passage supports the sentence. Otherwise the best evidence elsewhere is cited, at
 * the end of the sentence. A sentence without evidence is unsupported, and its markers are not cited.
 * @param passages the passages that were sent to the model.
 * @param instructions what else was sent to it: a sentence that repeats this is never cited.
 * @param question its links, like those of the passages, stay links; see `createLinkFilter` for all others.
 */
export function createCiter(
  passages: readonly CitablePassage[],
  instructions: readonly string[] = [],
  question = '',
): Citer {
  const links = createLinkFilter([question, ...passages.map(linkableText)]);
  const filter = createMarkerFilter(passages.map(({ rank }) => rank));
  const claims = createClaimReader();
  const ownWords = readOwnWords(instructions);
  const readers = passages.map((passage) => ({ passage, reader: createEvidenceReader(passage) }));
  let sentenceCount = 0;
  let supportedCount = 0;

  const read = (pieces: readonly Piece[]): CitedText => {
    const ended = pieces.flatMap((piece) => claims.push(piece));
    return { text: pieces.map(({ text }) => text).join(''), ...judge(ended) };
  };

  function judge(ended: readonly Claim[]): Omit<CitedText, 'text'> {
    const located: Citation[] = [];
    const unsupported: Span[] = [];
    for (const claim of ended) {
      if (ownWords.isRefusal(claim.words)) continue;
      const citations = ownWords.isEcho(claim.words) ? [] : citationsOf(claim);
      located.push(...citations);
      if (citations.length === 0) unsupported.push({ start: claim.start, end: claim.end });
      sentenceCount++;
      supportedCount += citations.length === 0 ? 0 : 1;
    }
    return { located, unsupported };
  }

  function citationsOf(claim: Claim): readonly Citation[] {
    const parts = partsOf(claim);
    if (parts.length > 1) {
      const cited = parts.map((part) => citationsOfPart(part, claim));
      if (cited.every((citations) => citations.length > 0)) return cited.flat().toSorted((a, b) => a.start - b.start);
    }
    return citationsOfPart({ words: claim.words, start: claim.start, markers: claim.markers }, claim);
  }

  function citationsOfPart({ words, markers }: Part, claim: Claim): readonly Citation[] {
    const statement = readStatement(words);
    const marked = markers.flatMap((marker) =>
      marker.ranks.flatMap((rank) => {
        const found = readers.filter(({ passage }) => passage.rank === rank);
        return found.flatMap(({ passage, reader }) => {
          const quotations = claim.quotations.filter(({ end }) => end <= marker.start).map((each) => each.words);
          const evidence = evidenceIn(reader, statement, quotations, true);
          return evidence === undefined ? [] : [citationOf(marker, { passage, evidence })];
        });
      }),
    );
    if (marked.length > 0) return marked;
    const quotations = claim.quotations.map((each) => each.words);
    const best = bestOf(
      readers.flatMap(({ passage, reader }) => {
        const evidence = evidenceIn(reader, statement, quotations, false);
        return evidence === undefined ? [] : [{ passage, evidence }];
      }),
    );
    return best === undefined ? [] : [citationOf({ start: claim.end, end: claim.end }, best)];
  }

  return {
    push: (delta) => read(filter.push(links.push(delta))),
    end() {
      const rest = read([...filter.push(links.end()), ...filter.end()]);
      const last = judge(claims.end());
      return {
        text: rest.text,
        located: [...rest.located, ...last.located],
        unsupported: [...rest.unsupported, ...last.unsupported],
      };
    },
    get inventedCount() {
      return filter.inventedCount;
    },
    get support() {
      return sentenceCount === 0 ? null : supportedCount / sentenceCount;
    },
  };
}

/** Returns the text whose links an answer may show: not those that an instruction to the model wants shown. */
function linkableText({ chunk: { text }, context }: CitablePassage): string {
  let rest = text;
  for (const { start, end } of ordersIn(text).toReversed()) rest = rest.slice(0, start) + rest.slice(end);
  return `${context}\n${rest}`;
}

/** A part of a sentence with the markers that follow it. */
interface Part {
  readonly words: string;
  /** Where it starts in the answer. */
  readonly start: number;
  readonly markers: readonly ClaimMarker[];
}

/** Cuts a sentence after a marker where another statement begins; returns one part if there is no such place. */
function partsOf({ words, start, end, markers }: Claim): readonly Part[] {
  const parts: Part[] = [];
  let from = start;
  let own: ClaimMarker[] = [];
  markers.forEach((marker, index) => {
    own.push(marker);
    const next = markers[index + 1]?.start ?? end;
    const between = words.slice(marker.end - start, next - start);
    if (marker.end >= end || !STATEMENT_BORDER.test(between) || (between.match(/\p{L}+/gu) ?? []).length < 2) return;
    parts.push({ words: words.slice(from - start, marker.start - start), start: from, markers: own });
    from = marker.end;
    own = [];
  });
  if (from < end) parts.push({ words: words.slice(from - start), start: from, markers: own });
  return parts;
}

function evidenceIn(
  reader: EvidenceReader,
  statement: Statement,
  quotations: readonly string[],
  isMarked: boolean,
): Evidence | undefined {
  const longestFirst = quotations.toSorted((a, b) => b.length - a.length);
  for (const quotation of longestFirst) {
    const evidence = reader.findQuoted(quotation, statement);
    if (evidence !== undefined) return evidence;
  }
  return reader.find(statement, { isMarked });
}

function bestOf(found: readonly Found[]): Found | undefined {
  return found.toSorted((a, b) => b.evidence.score - a.evidence.score)[0];
}

function citationOf({ start, end }: Span, { passage: { rank, chunk }, evidence }: Found): Citation {
  const startChar = chunk.startChar + evidence.start;
  return {
    rank,
    start,
    end,
    quote: quoteOf(chunk, evidence),
    startChar,
    endChar: chunk.startChar + evidence.end,
    place: locate(chunk.marks, startChar),
  };
}

function quoteOf(chunk: Chunk, { start, end }: Span): string {
  return chunk.text.slice(start, end);
}
