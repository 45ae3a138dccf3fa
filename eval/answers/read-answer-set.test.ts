import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAnswerSet } from './read-answer-set.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-answers-'));
  mkdirSync(path.join(folder, 'docs'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (questions: unknown): void =>
  writeFileSync(path.join(folder, 'questions.json'), JSON.stringify(questions));
const question = { id: 'q1', question: 'quem?', answerable: true, evidence: 'a Ana' };

test('a question needs no more than evidence, and other fields are ignored', () => {
  write([{ ...question, lang: 'pt' }]);
  expect(readAnswerSet(folder)).toEqual({
    docs: path.join(folder, 'docs'),
    questions: [{ ...question, kind: 'all', also: [], before: [], answer: [], said: [], saidAbroad: [], notSaid: [] }],
  });
});

test('what is wrong with a set is named', () => {
  expect(() => readAnswerSet(folder)).toThrow('questions.json cannot be read as JSON');
  write([{ ...question, answerable: 'yes' }]);
  expect(() => readAnswerSet(folder)).toThrow('answerable');
  write([{ ...question, evidence: null }]);
  expect(() => readAnswerSet(folder)).toThrow('q1 is answerable, but has neither');
  rmSync(path.join(folder, 'docs'), { recursive: true });
  expect(() => readAnswerSet(folder)).toThrow('docs is not a folder');
});
