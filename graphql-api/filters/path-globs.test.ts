import { expect, test } from 'vitest';
import { compileGlobs, GLOB_LIMITS } from './path-globs.ts';

const refuse = (problem: string): Error => new Error(problem);
const matches = (path: string, ...globs: readonly string[]): boolean => compileGlobs(globs, refuse)(path);

test.each([
  ['contratos/**', 'contratos/a.pdf', true],
  ['contratos/**', 'contratos/2025/a.pdf', true],
  ['contratos/**', 'contratos', false],
  ['contratos/**/*.pdf', 'contratos/a.pdf', true],
  ['contratos/**/*.pdf', 'contratos/x/y/a.pdf', true],
  ['contratos/**/*.pdf', 'outros/a.pdf', false],
  ['**/a/**/b.txt', 'x/a/a/y/b.txt', true],
  ['**', 'a/b/c.txt', true],
  ['*', 'a/b.txt', false],
  ['*.txt', 'a.txt', true],
  ['a?.txt', 'aé.txt', true],
  ['a?.txt', 'a😀.txt', true],
  ['a?.txt', 'a.txt', false],
  ['a?b', 'a/b', false],
  ['*ab*ab*c', 'abxababc', true],
  ['a?*', 'a😀', true],
  ['a??', 'a😀', false],
  ['*ab*ab*c', 'abxabab', false],
  ['*.{pdf,md}', 'a.md', true],
  ['*.{pdf,md}', 'a.txt', false],
  ['{a/b,c}/*', 'a/b/x', true],
  ['{,x}a', 'a', true],
  ['CONTRATOS/*', 'contratos/a', false],
  ['a**b/c', 'axb/c', true],
])('%s against %s: %s', (glob, path, expected) => {
  expect(matches(path, glob)).toBe(expected);
});

test('a path as the API returns it matches itself, whatever characters it has', () => {
  for (const path of [
    '(cópia) [final].txt',
    '100% real [v2] {x}.txt',
    'a {1,2}.txt',
    'a\\b.txt',
    'é só isso?.txt',
    '!não.txt',
    '{{x}}',
    'a{b',
    'fim\\',
  ]) {
    expect([path, matches(path, path)]).toEqual([path, true]);
    expect([path, matches(`x${path}`, path)]).toEqual([path, false]);
  }
});

test('brackets are literal in globs, and a backslash makes wildcards literal', () => {
  expect(matches('a [final].txt', '*[final].txt')).toBe(true);
  expect(matches('a f.txt', '*[final].txt')).toBe(false);
  expect(matches('a*b.txt', 'a\\*b.*')).toBe(true);
  expect(matches('axb.txt', 'a\\*b.*')).toBe(false);
  expect(matches('{a,b}.txt', '\\{a,b\\}.*')).toBe(true);
});

test('a name in NFD is found by its NFC form, and the other way round', () => {
  const name = 'Licitação São José.txt';
  for (const [path, glob] of [
    [name.normalize('NFD'), name.normalize('NFC')],
    [name.normalize('NFC'), name.normalize('NFD')],
    [name.normalize('NFD'), 'Licitação*'.normalize('NFC')],
  ] as const) {
    expect(matches(path, glob)).toBe(true);
  }
});

test('what would multiply is refused before it is multiplied out', () => {
  const { alternatives, wildcards, patterns } = GLOB_LIMITS;
  const five = '{a,b}'.repeat(5);
  expect(matches('ababa', five)).toBe(true);
  const choice = (count: number): string => `{${Array.from({ length: count }, (_, n) => `n${n}`).join(',')}}`;
  expect(matches(`n${alternatives - 1}`, choice(alternatives))).toBe(true);
  for (const glob of [
    '{1..100000}',
    '{a..z}',
    '{a,b}'.repeat(6),
    '{a,b}'.repeat(200),
    choice(alternatives + 1),
    '{a,{b,c}}',
    '*a'.repeat(wildcards + 1),
  ]) {
    expect(() => [glob, matches('x', glob)]).toThrow(/^has /);
  }
  expect(matches('x', '*a'.repeat(wildcards))).toBe(false);
  const many = Array.from({ length: patterns / 2 }, (_, n) => `{a,b}${n}`);
  expect(matches('b7', ...many)).toBe(true);
  expect(() => matches('b7', ...many, 'c')).toThrow(/alternatives/);
});
