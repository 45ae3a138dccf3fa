import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { countVerdicts } from './count-verdicts.ts';
import { measureAnswers } from './measure-answers.ts';

test('a folder goes through the watcher, and each question through ask and search', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-answers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'docs/oficina'), { recursive: true });
  const drop = (name: string, text: string): void => writeFileSync(path.join(folder, 'docs', name), text);
  drop('oficina/garantia.md', 'A garantia da embreagem Kovari vale por 14 meses depois da instalação na oficina.\n');
  drop('padaria.txt', 'A padaria Tremembó assa pão de centeio às quartas-feiras, a partir das seis da manhã.\n');
  drop('vazio.txt', '');
  drop('.rascunho.txt', 'A padaria Tremembó assa pão de milho aos domingos.\n');
  const questions = [
    {
      id: 'right',
      kind: 'plain',
      question: 'Quantos meses vale a garantia da embreagem Kovari?',
      answerable: true,
      file: 'oficina/garantia.md',
      answer: ['14 meses'],
    },
    {
      id: 'wrong',
      kind: 'plain',
      question: 'Quando a padaria Tremembó assa pão de centeio?',
      answerable: true,
      evidence: 'às quintas-feiras',
    },
    { id: 'refused', kind: 'absent', question: 'Quem descobriu a penicilina?', answerable: false },
  ];
  writeFileSync(path.join(folder, 'questions.json'), JSON.stringify(questions));

  const { files, failed, arms } = await measureAnswers({ folder });
  expect(files).toBe(3);
  expect(failed).toEqual([{ path: 'vazio.txt', code: 'EMPTY' }]);
  expect(arms.map(({ search, engine }) => [search, engine])).toEqual([['KEYWORD', 'quotes']]);
  expect(
    arms[0]!.results.map(({ question, verdict, rank, answeredBy }) => [question.id, verdict, rank, answeredBy]),
  ).toEqual([
    ['right', 'RIGHT', 1, 'QUOTES'],
    ['wrong', 'WRONG', null, 'QUOTES'],
    ['refused', 'RIGHTLY_REFUSED', null, null],
  ]);
  const none = {
    questions: 0,
    evidenceIn3: 0,
    evidenceIn10: 0,
    documentFirst: 0,
    right: 0,
    wrong: 0,
    wronglyRefused: 0,
    evidenceNearest: 0,
    rightlyRefused: 0,
  };
  const plain = { ...none, questions: 2, evidenceIn3: 1, evidenceIn10: 1, documentFirst: 1, right: 1, wrong: 1 };
  const absent = { ...none, questions: 1, rightlyRefused: 1 };
  expect(countVerdicts(arms[0]!.results)).toEqual({ plain, absent, answerable: plain, unanswerable: absent });
});

test('a follow-up is asked after the questions before it, in a conversation of its own', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-answers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'docs'));
  const drop = (name: string, text: string): void => writeFileSync(path.join(folder, 'docs', name), text);
  drop(
    'oficina.md',
    'A garantia da embreagem Kovari vale por 14 meses. O conserto da embreagem Kovari custa R$ 870,00.\n',
  );
  drop('padaria.md', 'A padaria Tremembó assa pão de centeio às quartas-feiras. O pão de centeio custa R$ 12,00.\n');
  const rest = { question: 'E quanto custa?', answerable: true };
  const questions = [
    { id: 'k', ...rest, before: ['Qual é a garantia da embreagem Kovari?'], file: 'oficina.md', answer: ['870'] },
    { id: 't', ...rest, before: ['Quando se assa o pão de centeio?'], file: 'padaria.md', answer: ['12'] },
  ];
  writeFileSync(path.join(folder, 'questions.json'), JSON.stringify(questions));
  const { arms } = await measureAnswers({ folder });
  const { results } = arms[0]!;
  expect(results.map(({ answer }) => answer.sources[0]?.path)).toEqual(['oficina.md', 'padaria.md']);
  expect(countVerdicts(results)['answerable']).toMatchObject({ questions: 2, documentFirst: 2, right: 2 });
  expect(results.map(({ answer }) => answer.searchedFor)).toEqual([
    expect.stringContaining('Kovari'),
    expect.stringContaining('centeio'),
  ]);
});

test('an index that is kept is brought up to date before the next questions', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-answers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'docs'));
  const note = (months: number): void =>
    writeFileSync(
      path.join(folder, 'docs/garantia.md'),
      `A garantia da embreagem Kovari vale por ${months} meses depois da instalação na oficina.\n`,
    );
  const question = 'Quantos meses vale a garantia da embreagem Kovari?';
  const questions = [{ id: 'q', question, answerable: true, answer: ['15 meses'] }];
  writeFileSync(path.join(folder, 'questions.json'), JSON.stringify(questions));

  const verdictWith = async (months: number): Promise<unknown> => {
    note(months);
    const { arms } = await measureAnswers({ folder, keptIn: path.join(folder, 'kept') });
    return arms[0]!.results[0]!.verdict;
  };
  expect(await verdictWith(14)).toBe('WRONG');
  expect(await verdictWith(15)).toBe('RIGHT');
});

test('a model that is not there is an error: quotes would answer in its place', async () => {
  const folder = path.join(import.meta.dirname, '../golden/answers');
  await expect(measureAnswers({ folder, engines: [path.join(folder, 'none.gguf')] })).rejects.toThrow('does not exist');
});
