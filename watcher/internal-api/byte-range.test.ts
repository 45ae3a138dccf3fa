import { expect, test } from 'vitest';
import { byteRangeOf } from './byte-range.ts';

test.each([
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=3-5', { start: 3, end: 6 }],
  ['bytes=9-', { start: 9, end: 10 }],
  ['bytes=9-99', { start: 9, end: 10 }],
  ['bytes=-1', { start: 9, end: 10 }],
  ['bytes=-10', { start: 0, end: 10 }],
  ['bytes=-99', { start: 0, end: 10 }],
  ['BYTES=0-', { start: 0, end: 10 }],
  ['bytes=10-', null],
  ['bytes=10-20', null],
  ['bytes=-0', null],
  ['bytes=5-3', undefined],
  ['bytes=-', undefined],
  ['bytes=0-1,3-4', undefined],
  ['bytes=a-b', undefined],
  ['bytes=0-1e3', undefined],
  ['bytes=9999999999999999-', undefined],
  ['pages=1-2', undefined],
  ['', undefined],
  [undefined, undefined],
])('of 10 bytes, %j is %j', (header, range) => {
  expect(byteRangeOf(header, 10)).toEqual(range);
});

test('an empty file has no range', () => {
  for (const header of ['bytes=0-', 'bytes=0-0', 'bytes=-1'])
    expect([header, byteRangeOf(header, 0)]).toEqual([header, null]);
});
