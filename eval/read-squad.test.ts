import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askedWith, readSquad } from './read-squad.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-squad-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, ...paragraphs: readonly [context: string, ...ids: readonly string[]][]): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  const squad = paragraphs.map(([context, ...ids]) => ({
    context,
    qas: ids.map((id) => ({ id, question: `${name} ${id}?`, answers: [] })),
  }));
  writeFileSync(file, JSON.stringify({ version: '1.1', data: [{ title: 'T', paragraphs: squad }] }));
  return file;
}

test('a folder is one set, in which a text stands once', () => {
  write('a.json', ['one', '1'], ['two', '2', '3']);
  write('deep/b.json', ['two', '4']);
  writeFileSync(path.join(folder, 'README.md'), 'not read');
  const { passages, questions } = readSquad([folder]);
  expect(passages).toEqual(['one', 'two']);
  expect(questions.map(({ id, passage }) => [id, passage])).toEqual([
    ['1', 0],
    ['2', 1],
    ['3', 1],
    ['4', 1],
  ]);
});

test('questions of a translation have the passages of those with the same id', () => {
  const set = readSquad([write('en.json', ['one', '1'], ['two', '2'])]);
  expect(askedWith(set, write('es.json', ['dos', '2'], ['uno', '1']))).toEqual({
    passages: ['one', 'two'],
    questions: [
      { id: '2', question: 'es.json 2?', passage: 1 },
      { id: '1', question: 'es.json 1?', passage: 0 },
    ],
  });
  expect(() => askedWith(set, write('other.json', ['x', '9']))).toThrow('no question of the set has the id 9');
});

test('a file that is no such file is named', () => {
  expect(() => readSquad([folder])).toThrow('no .json file');
  writeFileSync(path.join(folder, 'text.json'), 'text');
  expect(() => readSquad([folder])).toThrow('text.json is not JSON');
  writeFileSync(path.join(folder, 'text.json'), '{"data": [{"paragraphs": [{"context": ""}]}]}');
  expect(() => readSquad([folder])).toThrow('text.json is not in SQuAD format');
});
