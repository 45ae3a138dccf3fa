import { expect, test } from 'vitest';
import { indexOfClosest } from './closest-sequence.ts';

const chosen = (...sequences: (readonly [common: number, all: number])[]): number =>
  indexOfClosest(sequences.map(([common, all]) => ({ common, all })));

test('the sequence that has read most of a prompt reads the rest', () => {
  expect(chosen([130, 900], [700, 900])).toBe(1);
  expect(chosen([130, 130], [0, 0])).toBe(0);
});

test('a few common tokens are no reason to lose what a sequence holds while another is empty', () => {
  expect(chosen([4, 130], [0, 0])).toBe(1);
  expect(chosen([4, 36], [0, 0])).toBe(0);
  expect(chosen([4, 37], [0, 0])).toBe(1);
});

test('if all are equally far, the first is taken', () => {
  expect(chosen([0, 0], [0, 0])).toBe(0);
});
