import { expect, test } from 'vitest';
import { wordTerms } from '#shared/text/analyser.ts';
import { askedWords } from '#shared/text/asked-words.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { atOnce } from '../testing/at-once.ts';
import { matchPaths } from './match-paths.ts';

/** Documents whose content id is their path; they have only what is read, these two fields. */
const documents = (...paths: readonly string[]): DocumentState[] =>
  paths.map((path) => ({ path, contentId: path }) as DocumentState);
const match = (question: string, all: readonly DocumentState[]) => atOnce(matchPaths(askedWords(question), all));

test('finds words in folders and names, whatever stands between them, but not in the extension', () => {
  const found = match(
    'contrato de locação da loja',
    documents('contratos/LOCACAO_loja-2.v3.pdf', 'nota.loja', 'b.txt'),
  );
  expect([...found.wordsOf('contratos/LOCACAO_loja-2.v3.pdf')].toSorted()).toEqual(
    wordTerms('contrato locacao loja').toSorted(),
  );
  expect(found.wordsOf('nota.loja').size).toBe(0);
  expect(found.scoreOf('b.txt')).toBe(0);
});

test('a word of few paths is worth more than one of many', () => {
  const all = documents('contratos/loja.pdf', 'contratos/casa.pdf', 'contratos/sala.pdf', 'outro.pdf');
  const found = match('contrato da loja', all);
  expect(found.contents[0]).toBe('contratos/loja.pdf');
  expect(found.contents).toHaveLength(3);
  expect(found.scoreOf('contratos/loja.pdf') - found.scoreOf('contratos/casa.pdf')).toBeGreaterThan(
    found.scoreOf('contratos/casa.pdf'),
  );
});

test('a content has the words of all its paths, and a document without one none', () => {
  const copy = { path: 'arquivo/loja.pdf', contentId: 'a' } as DocumentState;
  const unread = { path: 'loja.pdf', contentId: null } as DocumentState;
  const found = match('contrato da loja', [{ ...copy, path: 'contrato.pdf' }, copy, unread]);
  expect(found.wordsOf('a').size).toBe(2);
  expect(found.contents).toEqual(['a']);
});
