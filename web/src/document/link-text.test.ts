import { expect, test } from 'vitest';
import { readLink, writeLink, type DocumentLink } from './link-text.ts';

const whole: DocumentLink = { path: 'a.pdf', chars: null, pageNumber: null, version: null };
const version = '0123456789abcdef';

test.each<[string, DocumentLink, string]>([
  ['a document', whole, 'document=a.pdf'],
  [
    'a place in it',
    { path: 'rh/férias 2026.pdf', chars: { start: 7, end: 19 }, pageNumber: 3, version },
    `document=rh/f%C3%A9rias%202026.pdf&page=3&chars=7-19&version=${version}`,
  ],
  [
    'a name with the signs of addresses',
    { ...whole, path: 'a&chars=1-2?#%+.md' },
    'document=a%26chars%3D1-2%3F%23%25%2B.md',
  ],
])('%s is written and read again', (_, link, query) => {
  expect(writeLink(link)).toBe(query);
  expect(readLink(query)).toEqual(link);
});

test('the hash of a file is cut, and says nothing without a place', () => {
  const long = version.repeat(4);
  expect(writeLink({ ...whole, chars: { start: 0, end: 1 }, version: long })).toBe(
    `document=a.pdf&chars=0-1&version=${version}`,
  );
  expect(writeLink({ ...whole, version })).toBe('document=a.pdf');
});

test.each([
  ['page=0', whole],
  ['page=x', whole],
  ['chars=9-9', whole],
  ['chars=9-3', whole],
  ['chars=0-20001', whole],
  ['chars=0-20000', { ...whole, chars: { start: 0, end: 20_000 } }],
  ['chars=-1-5', whole],
  ['version=javascript:alert(1)', whole],
])('of %s only what can be a place is believed', (part, link) => {
  expect(readLink(`document=a.pdf&${part}`)).toEqual(link);
});

test.each(['', 'document=', 'page=3'])('%j names no document', (query) => {
  expect(readLink(query)).toBeNull();
});
