import { describe, expect, test } from 'vitest';
import { createMarkerFilter, markersOf } from './markers.ts';

const CASES = [
  ['keeps known numbers as they are', 'Um [1], dois [1, 2] e três [1][2].', 'Um [1], dois [1, 2] e três [1][2].', 0],
  ['drops an invented number with the space before it', 'Um [9]. Dois [1].', 'Um. Dois [1].', 1],
  ['keeps the known ones of a list', 'Um [1, 9, 2; 7].', 'Um [1, 2].', 2],
  ['drops invented neighbours', 'Um [8][1][9].', 'Um [1].', 2],
  ['leaves other brackets alone', 'a[i] [nota] [ ] [1a] [-1] [', 'a[i] [nota] [ ] [1a] [-1] [', 0],
  ['leaves quoted numbers alone', '“Como em [9] se vê.” [1] «E [8].» [7]', '“Como em [9] se vê.” [1] «E [8].»', 1],
  [
    'takes a quotation without an end as ended by a blank line',
    '“Aberta [9]\n\nDepois [9].',
    '“Aberta [9]\n\nDepois.',
    1,
  ],
  ['does not hold on to a bracket for ever', `[${'1'.repeat(100)}`, `[${'1'.repeat(100)}`, 0],
] as const;

describe('the filter', () => {
  test.each(CASES)('%s', (_, text, expected, droppedCount) => {
    const filter = createMarkerFilter([1, 2]);
    expect(filter.push(text) + filter.end()).toBe(expected);
    expect(filter.droppedCount).toBe(droppedCount);
  });

  test.each(CASES)('%s, wherever the deltas are cut', (_, text, expected, droppedCount) => {
    for (let cut = 0; cut <= text.length; cut++) {
      const filter = createMarkerFilter([1, 2]);
      expect(filter.push(text.slice(0, cut)) + filter.push(text.slice(cut)) + filter.end()).toBe(expected);
    }
    const filter = createMarkerFilter([1, 2]);
    expect(
      text
        .split('')
        .map((delta) => filter.push(delta))
        .join('') + filter.end(),
    ).toBe(expected);
    expect(filter.droppedCount).toBe(droppedCount);
  });

  test('keeps back only what may become a marker', () => {
    const filter = createMarkerFilter([1]);
    expect(filter.push('Trinta dias')).toBe('Trinta dias');
    expect(filter.push(' [')).toBe('');
    expect(filter.push('1')).toBe('');
    expect(filter.push(']')).toBe(' [1]');
    expect(filter.push(' [x')).toBe(' [x');
  });
});

test('finds markers with their places and numbers', () => {
  const text = 'Um [1], “dois [5]” [2, 3].';
  expect(markersOf(text)).toEqual([
    { start: 3, end: 6, ranks: [1] },
    { start: 19, end: 25, ranks: [2, 3] },
  ]);
});
