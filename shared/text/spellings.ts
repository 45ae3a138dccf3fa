import type { AskedWord } from './asked-words.ts';
import { alternativesOf } from './words/synonyms.ts';

/** A term must be this long for one typing error to be assumed, and for two; a shorter one is too near to others. */
const MIN_LENGTH = 5;
const MIN_LENGTH_FOR_TWO = 9;
/** A letter in the place of another makes another word more often than a missing, doubled or swapped one does. */
const MIN_LENGTH_FOR_REPLACED = 6;
const SHARES = [1, 0.8, 0.6];
const MAX_SPELLINGS = 3;

/** Whether a word of a question may be mistyped, if the texts do not have it. Everyday words that we know are not. */
export function mayBeMistyped({ term, written, isCode }: AskedWord): boolean {
  return !isCode && term.length >= MIN_LENGTH && /^[a-z]+$/.test(term) && alternativesOf(written).length === 0;
}

/**
 * Returns the same words, where one that no text has, and that may be mistyped, also gets the nearest terms of the texts
 * as forms.
 * @param vocabulary the terms of the texts that the question's words are compared with.
 */
export function withSpellings(asked: readonly AskedWord[], vocabulary: ReadonlySet<string>): readonly AskedWord[] {
  return asked.map((word) => {
    if (vocabulary.has(word.term) || !mayBeMistyped(word)) return word;
    const near = nearTerms(word.term, vocabulary);
    if (near.length === 0) return word;
    const forms = new Map(word.forms);
    for (const [term, share] of near) forms.set(term, Math.max(share, forms.get(term) ?? 0));
    return { ...word, forms };
  });
}

function nearTerms(term: string, vocabulary: ReadonlySet<string>): readonly (readonly [string, number])[] {
  const maxErrors = term.length >= MIN_LENGTH_FOR_TWO ? 2 : 1;
  const near: (readonly [string, number])[] = [];
  for (const other of vocabulary) {
    // The first letter is nearly always right, and comparing it saves most of the work.
    if (other[0] !== term[0] || Math.abs(other.length - term.length) > maxErrors || !/^[a-z]+$/.test(other)) continue;
    const errors = errorsBetween(term, other, maxErrors);
    if (errors > maxErrors) continue;
    if (other.length === term.length && term.length < MIN_LENGTH_FOR_REPLACED && !isSwapped(term, other)) continue;
    near.push([other, SHARES[errors] ?? 0]);
  }
  return near.toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MAX_SPELLINGS);
}

/**
 * Counts the letters that are missing, added, replaced or swapped with their neighbour (Damerau's distance, each letter
 * in one error at most); more than `max` as soon as that is certain.
 */
function errorsBetween(one: string, other: string, max: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      let errors = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        errors = Math.min(errors, beforeLast[j - 2]! + 1);
      }
      row.push(errors);
    }
    if (Math.min(...row) > max) return max + 1;
    beforeLast = last;
    last = row;
  }
  return last[other.length]!;
}

function isSwapped(one: string, other: string): boolean {
  return one.split('').toSorted().join('') === other.split('').toSorted().join('');
}
