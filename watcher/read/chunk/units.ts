import type { BlockKind } from '../extract/extraction.ts';
import { sentenceStarts } from '#shared/text/sentence-starts.ts';

/** A span of text that is never divided between chunks. */
export interface Unit {
  readonly startChar: number;
  readonly endChar: number;
  readonly wordCount: number;
  readonly isSentence: boolean;
}

interface UnitLimits {
  readonly chars: number;
  readonly words: number;
}

/** Returns the offsets at which the pieces of a text begin, ascending from 0. */
type Splitter = (text: string) => readonly number[];

const lineStarts: Splitter = (text) => [0, ...startsAfter(text, /\n+/g)];
const clauseStarts: Splitter = (text) => [0, ...startsAfter(text, /[;:,]\s/g)];

// From coarse to fine: a piece that is still too long goes to the next splitter, and after the last is cut between
// words.
const SPLITTERS: Readonly<Record<BlockKind, readonly Splitter[]>> = {
  heading: [sentenceStarts, lineStarts, clauseStarts],
  paragraph: [sentenceStarts, lineStarts, clauseStarts],
  list: [lineStarts, sentenceStarts, clauseStarts],
  table: [lineStarts],
  code: [lineStarts],
};

/** Returns the whole span as one unit, however long it is. */
export function unitOf(text: string, startChar: number, endChar: number, isSentence = false): Unit {
  return { startChar, endChar, wordCount: countWords(text.slice(startChar, endChar)), isSentence };
}

/**
 * Divides a span into sentences, or into lines where lines matter more (lists, tables, code).
 * Every unit is within the limits and none is empty.
 */
export function splitIntoUnits(
  text: string,
  kind: BlockKind,
  startChar: number,
  endChar: number,
  limits: UnitLimits,
): readonly Unit[] {
  const units: Unit[] = [];
  const split = (from: number, to: number, level: number): void => {
    const splitter = SPLITTERS[kind][level];
    if (splitter === undefined) {
      units.push(...cutBetweenWords(text, from, to, limits));
      return;
    }
    const starts = splitter(text.slice(from, to));
    for (const [index, start] of starts.entries()) {
      const unit = unitOf(text, from + start, from + (starts[index + 1] ?? to - from), splitter === sentenceStarts);
      if (isWithin(unit, limits)) units.push(unit);
      else split(unit.startChar, unit.endChar, level + 1);
    }
  };
  split(startChar, endChar, 0);
  return units.filter((unit) => unit.endChar > unit.startChar);
}

/** Returns whether a unit exceeds neither the characters nor the words of the limits. */
export function isWithin(unit: Unit, limits: UnitLimits): boolean {
  return unit.endChar - unit.startChar <= limits.chars && unit.wordCount <= limits.words;
}

/**
 * Yields the longest pieces within the limits, cut after white space, or inside a word that is too long for one piece.
 */
function* cutBetweenWords(text: string, from: number, to: number, limits: UnitLimits): Generator<Unit> {
  for (let startChar = from; startChar < to;) {
    const endChar = Math.min(
      to,
      startChar + pieceLength(text.slice(startChar, Math.min(to, startChar + limits.chars + 1)), limits),
    );
    yield unitOf(text, startChar, endChar);
    startChar = endChar;
  }
}

/** @param text one character longer than a piece may be, unless the span ends before that. */
function pieceLength(text: string, limits: UnitLimits): number {
  let length = 0;
  let words = 0;
  for (const { 0: word, index } of text.matchAll(/\S+\s*|\s+/g)) {
    words++;
    if (index + word.length > limits.chars || words > limits.words) break;
    length = index + word.length;
  }
  if (length > 0) return length;
  // What is left would be a piece of white space.
  if (/^\S\s*$/.test(text.slice(limits.chars - 1))) return limits.chars - 1;
  const wouldCutPair = /[\uD800-\uDBFF]/.test(text.charAt(limits.chars - 1));
  return wouldCutPair ? limits.chars - 1 : limits.chars;
}

function startsAfter(text: string, separator: RegExp): readonly number[] {
  return [...text.matchAll(separator)]
    .map((match) => match.index + match[0].length)
    .filter((start) => start < text.length);
}

function countWords(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(/\S+/g)) count++;
  return count;
}
