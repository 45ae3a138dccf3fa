import { expect, test } from 'vitest';
import { facetsOf, offeredOf, readFilter } from './facets.ts';

const file = (path: string, ...tags: readonly string[]) => ({ path, tags });

test('folders, also those above, and tags are offered by the number of their files', () => {
  const files = [file('a.txt', 'fiscal'), file('rh/férias/b.txt', 'fiscal'), file('rh/c.txt'), file('rh/d.txt')];
  expect(facetsOf(files)).toEqual(['rh/', '#fiscal', 'rh/férias/']);
  expect(facetsOf([file('a.txt')])).toEqual([]);
  expect(facetsOf([file('rh/férias/b.txt'), file('rh/férias/c.txt')])).toEqual(['rh/']);
});

test('at most six are offered, and the chosen one', () => {
  const facets = ['1/', '2/', '3/', '4/', '5/', '6/', '7/'];
  expect(offeredOf(facets, '')).toEqual(facets.slice(0, 6));
  expect(offeredOf(facets, '7/')).toEqual(facets);
  expect(offeredOf(facets, '6/')).toHaveLength(6);
});

test.each([
  ['', {}],
  ['  ', {}],
  ['contrato de aluguel', { text: 'contrato de aluguel' }],
  ['rh/', { paths: ['rh/**'] }],
  ['RH/', { paths: ['rh/**'] }],
  ['Meus documentos/2026/ férias', { paths: ['Meus documentos/2026/**'], text: 'férias' }],
  ['o que?*/', { paths: [String.raw`o que\?\*/**`] }],
  ['/', {}],
  ['#Fiscal', { tags: ['fiscal'] }],
  ['#fi', { tags: ['fiscal', 'Finança'] }],
  ['#financa', { tags: ['Finança'] }],
  ['#outra', { tags: ['outra'] }],
  ['#', {}],
  ['nota rh/ #fiscal #outra', { paths: ['nota rh/**'], tags: ['fiscal', 'outra'] }],
])('%j filters by %j', (written, filter) => {
  expect(readFilter(written, ['rh/', '#fiscal', '#Finança'])).toEqual(filter);
});
