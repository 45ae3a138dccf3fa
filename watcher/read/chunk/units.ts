import type { BlockKind } from '../extract/extraction.ts';
import { sentenceStarts } from '#shared/text/sentences.ts';

/** A stretch of text that stays in one piece. */
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

/** @returns where the pieces of a text begin, ascending, the first at 0. */
type Splitter = (text: string) => readonly number[];

const lineStarts: Splitter = (text) => [0, ...startsAfter(text, /\n+/g)];
const clauseStarts: Splitter = (text) => [0, ...startsAfter(text, /[;:,]\s/g)];

// Coarse to fine: a piece that is still too long goes to the next one, and at last is cut between words.
const SPLITTERS: Readonly<Record<BlockKind, readonly Splitter[]>> = {
  heading: [sentenceStarts, lineStarts, clauseStarts],
  paragraph: [sentenceStarts, lineStarts, clauseStarts],
  list: [lineStarts, sentenceStarts, clauseStarts],
  table: [lineStarts],
  code: [lineStarts],
};

/** The whole stretch as one unit, however long. */
export function unitOf(text: string, startChar: number, endChar: number, isSentence = false): Unit {
  return { startChar, endChar, wordCount: countWords(text.slice(startChar, endChar)), isSentence };
}

/** Divides a stretch into sentences, or lines where those matter more; every unit is within the limits and none is empty. */
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

export function isWithin(unit: Unit, limits: UnitLimits): boolean {
  return unit.endChar - unit.startChar <= limits.chars && unit.wordCount <= limits.words;
}

/** The longest pieces within the limits, cut after white space, or inside a word that is longer than a whole piece. */
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

/** @param text one character longer than a piece may be, unless the stretch ends before. */
function pieceLength(text: string, limits: UnitLimits): number {
  let length = 0;
  let words = 0;
  for (const { 0: word, index } of text.matchAll(/\S+\s*|\s+/g)) {
    words++;
    if (index + word.length > limits.chars || words > limits.words) break;
    length = index + word.length;
  }
  if (length > 0) return length;
  const isPairAtCut = /[\uD800-\uDBFF]/.test(text.charAt(limits.chars - 1));
  return isPairAtCut ? limits.chars - 1 : limits.chars;
}

function startsAfter(text: string, border: RegExp): readonly number[] {
  return [...text.matchAll(border)]
    .map((match) => match.index + match[0].length)
    .filter((start) => start < text.length);
}

function countWords(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(/\S+/g)) count++;
  return count;
}
