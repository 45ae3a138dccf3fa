import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { newAnswer } from './state.ts';
import { openAnswersStore } from './store.ts';

test('an answer saved before evidence was looked for has nothing unsupported', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-answers-'));
  const file = path.join(folder, 'answers.db');
  {
    using store = openAnswersStore(file, 90);
    store.insert(newAnswer('old', 'Onde?'), { id: null, inputHash: '' });
    removeFields(file, "'$.unsupported', '$.support'");
    expect(store.find('old')?.answer).toMatchObject({ question: 'Onde?', unsupported: [], support: null });
  }
  rmSync(folder, { recursive: true });
});

test('an answer saved before endpoints existed says that its passages stayed on this machine', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-answers-'));
  const file = path.join(folder, 'answers.db');
  {
    using store = openAnswersStore(file, 90);
    store.insert(newAnswer('old', 'Onde?'), { id: null, inputHash: '' });
    store.insert({ ...newAnswer('sent', 'Onde?'), passagesLeftMachine: true }, { id: null, inputHash: '' });
    removeFields(file, "'$.passagesLeftMachine'");
  }
  {
    using store = openAnswersStore(file, 90);
    expect(store.find('old')?.answer).toMatchObject({ question: 'Onde?', passagesLeftMachine: false });
    expect(store.find('sent')?.answer).toMatchObject({ passagesLeftMachine: true });
  }
  rmSync(folder, { recursive: true });
});

test('an answer saved before there were ratings has none, and can be rated', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-answers-'));
  const file = path.join(folder, 'answers.db');
  {
    using store = openAnswersStore(file, 90);
    store.insert(newAnswer('old', 'Onde?'), { id: null, inputHash: '' });
    removeFields(file, "'$.rating', '$.ratingComment'");
    expect(store.find('old')?.answer).toMatchObject({ question: 'Onde?', rating: null, ratingComment: null });
    store.rate('old', 'DOWN', 'é "errado"');
    store.rate('unknown', 'UP', null);
  }
  {
    using store = openAnswersStore(file, 90);
    const rated = { question: 'Onde?', rating: 'DOWN', ratingComment: 'é "errado"' };
    expect(store.find('old')?.answer).toMatchObject(rated);
    expect(store.find('unknown')).toBeUndefined();
  }
  rmSync(folder, { recursive: true });
});

/** Removes fields of the answer `old`, as if an askbox without them had saved it. @param paths in SQL. */
function removeFields(file: string, paths: string): void {
  using db = new DatabaseSync(file);
  db.exec(`UPDATE answers SET answer = json_remove(answer, ${paths}) WHERE id = 'old'`);
}
