import { expect, test } from 'vitest';
import { facetsOf, offeredOf, readFilter } from './facets.ts';

const folder = (path: string, count: number) => ({ path, count });

test('folders and tags are offered by the number of their files', () => {
  expect(facetsOf([folder('rh', 3), folder('rh/férias', 1)], [{ tag: 'fiscal', count: 2 }])).toEqual([
    'rh/',
    '#fiscal',
    'rh/férias/',
  ]);
  expect(facetsOf([], [])).toEqual([]);
});

test('a folder with nothing but one folder in it is offered alone', () => {
  expect(facetsOf([folder('rh', 2), folder('rh/férias', 2)], [])).toEqual(['rh/']);
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
