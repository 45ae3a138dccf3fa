import { describe, expect, test } from 'vitest';
import { createMarkerFilter, type Piece } from './markers.ts';

const CASES = [
  ['keeps known numbers as they are', 'Um [1], dois [1, 2] e três [1][2].', 'Um [1], dois [1, 2] e três [1][2].', 0],
  ['drops an invented number with the space before it', 'Um [9]. Dois [1].', 'Um. Dois [1].', 1],
  ['keeps the known ones of a list', 'Um [1, 9, 2; 7].', 'Um [1, 2].', 2],
  ['names a number once', 'Um [1, 1].', 'Um [1].', 0],
  ['drops invented neighbours', 'Um [8][1][9].', 'Um [1].', 2],
  ['spells out a range', 'Um [1-2], dois [2 – 1] e três [2, 1–1].', 'Um [1, 2], dois [1, 2] e três [2, 1].', 0],
  ['keeps the known ones of a range', 'Um [2-9].', 'Um [2].', 1],
  ['drops an invented range', 'Um [7-9].', 'Um.', 2],
  ['takes numbers joined by a word', 'Um [1 e 2], two [1 and 2].', 'Um [1, 2], two [1, 2].', 0],
  ['takes brackets of another script', 'Um 【1】, dois 【2, 9】.', 'Um [1], dois [2].', 1],
  ['takes a footnote', 'Um [^1].', 'Um [1].', 0],
  ['takes a labelled number', 'Um [Trecho 1], dois [passages 1, 2].', 'Um [1], dois [1, 2].', 0],
  ['leaves round brackets alone', 'Art. 5 (1), (2) e (9).', 'Art. 5 (1), (2) e (9).', 0],
  ['leaves other brackets alone', 'a[i] [nota] [ ] [1a] [-1] [art. 1] [', 'a[i] [nota] [ ] [1a] [-1] [art. 1] [', 0],
  ['leaves years alone', '[2024] e [1990-2000]', '[2024] e [1990-2000]', 0],
  ['leaves quoted numbers alone', '“Como em [9] se vê.” [1] «E [8].» [7]', '“Como em [9] se vê.” [1] «E [8].»', 1],
  [
    'takes a quotation without an end as ended by a blank line',
    '“Aberta [9]\n\nDepois [9].',
    '“Aberta [9]\n\nDepois.',
    1,
  ],
  ['does not hold on to a bracket for ever', `[${'1'.repeat(300)}`, `[${'1'.repeat(300)}`, 0],
] as const;

const textOf = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');

describe('the filter', () => {
  test.each(CASES)('%s', (_, text, expected, inventedCount) => {
    const filter = createMarkerFilter([1, 2]);
    expect(textOf([...filter.push(text), ...filter.end()])).toBe(expected);
    expect(filter.inventedCount).toBe(inventedCount);
  });

  test.each(CASES)('%s, wherever the deltas are cut', (_, text, expected, inventedCount) => {
    for (let cut = 0; cut <= text.length; cut++) {
      const filter = createMarkerFilter([1, 2]);
      const pieces = [...filter.push(text.slice(0, cut)), ...filter.push(text.slice(cut)), ...filter.end()];
      expect(textOf(pieces)).toBe(expected);
    }
    const filter = createMarkerFilter([1, 2]);
    expect(textOf([...text.split('').flatMap((delta) => filter.push(delta)), ...filter.end()])).toBe(expected);
    expect(filter.inventedCount).toBe(inventedCount);
  });

  test('holds back only what may become a marker', () => {
    const filter = createMarkerFilter([1]);
    const push = (delta: string): string => textOf(filter.push(delta));
    expect(push('Trinta dias')).toBe('Trinta dias');
    expect(push(' [')).toBe('');
    expect(push('Trecho 1')).toBe('');
    expect(push(']')).toBe(' [1]');
    expect(push(' [x')).toBe('');
    expect(push('](')).toBe(' [x](');
  });

  test('says which pieces are markers, and what they name', () => {
    const filter = createMarkerFilter([1, 2, 3]);
    const pieces = [...filter.push('Um [1], “dois [3]” [2-3].'), ...filter.end()];
    expect(pieces.filter(({ ranks }) => ranks !== null)).toEqual([
      { text: '[1]', ranks: [1] },
      { text: '[2, 3]', ranks: [2, 3] },
    ]);
  });
});
