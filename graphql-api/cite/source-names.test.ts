import { expect, test } from 'vitest';
import { sourceNames } from './source-names.ts';

const namesOf = (...documents: readonly (readonly [path: string, title: string])[]): readonly string[] =>
  sourceNames(documents.map(([path, title]) => ({ id: path, path, title })));

test('a document is named by its title', () => {
  expect(namesOf(['a/ata.md', 'Ata de maio'], ['b/ata.md', 'Ata de junho'])).toEqual(['Ata de maio', 'Ata de junho']);
});

test('passages of one document have one name', () => {
  expect(namesOf(['a/ata.txt', 'ata.txt'], ['a/ata.txt', 'ata.txt'])).toEqual(['ata.txt', 'ata.txt']);
});

test.each([
  [
    ['x/2023/ata.txt', 'x/2024/ata.txt'],
    ['2023/ata.txt', '2024/ata.txt'],
  ],
  [
    ['2023/sul/ata.txt', '2024/sul/ata.txt'],
    ['2023/sul/ata.txt', '2024/sul/ata.txt'],
  ],
  [
    ['ata.txt', 'velhas/ata.txt'],
    ['ata.txt', 'velhas/ata.txt'],
  ],
  [
    ['a/b/ata.txt', 'c/b/ata.txt', 'c/d/ata.txt'],
    ['a/b/ata.txt', 'c/b/ata.txt', 'd/ata.txt'],
  ],
])('files of one name are named by the shortest end of their paths: %j', (paths, names) => {
  expect(namesOf(...paths.map((path) => [path, 'ata.txt'] as const))).toEqual(names);
});

test('a title inside the files comes before what tells them apart', () => {
  expect(namesOf(['viagem.md', 'Política de viagens'], ['viagem-v2.md', 'Política de viagens'])).toEqual([
    'Política de viagens – viagem.md',
    'Política de viagens – viagem-v2.md',
  ]);
});
