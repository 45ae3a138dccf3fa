import { describe, expect, test } from 'vitest';
import { judgeAnswer, rankOfEvidence, type JudgedAnswer } from './judge-answer.ts';
import type { AnswerQuestion } from './read-answer-set.ts';

const asked: AnswerQuestion = {
  id: 'q1',
  kind: 'plain',
  question: 'quando vence a anuidade do clube?',
  answerable: true,
  file: 'clube/estatuto.md',
  also: ['clube/boleto.txt'],
  answer: ['dia 1', 'primeiro dia'],
  evidence: 'A anuidade vence no PRIMEIRO dia útil de março.',
  before: [],
  said: [],
  saidAbroad: [],
  notSaid: [],
};
const answered = (text: string, quotes: JudgedAnswer['citations'] = []): JudgedAnswer => ({
  isRefusal: false,
  text,
  citations: quotes,
});
const quoting = (quote: string, path = 'clube/estatuto.md'): JudgedAnswer => answered('[1]', [{ quote, path }]);
const refusal: JudgedAnswer = { isRefusal: true, text: 'dia 1', citations: [] };

describe('a question that the documents answer', () => {
  test.each([
    ['its evidence, in other case, accents and white space', 'a anuidade  vence no\nprimeiro dia util de marco.'],
    ['one of its answers', 'Paga-se no dia 1 de março.'],
    ['one of its answers, at the end', 'Sempre no dia 1'],
    ['one of its answers, as the beginning of a longer word', 'primeiro diazinho'],
  ])('is answered rightly with %s', (_, quote) => {
    expect(judgeAnswer(asked, quoting(quote))).toBe('RIGHT');
  });

  test.each([
    ['other words', 'A anuidade custa caro.'],
    ['a longer number', 'Paga-se no dia 10.'],
    ['an answer in the middle of a word', 'Sempre ao meiodia 1.'],
    ['a part of the evidence', 'A anuidade vence no'],
  ])('is answered wrongly with %s', (_, quote) => {
    expect(judgeAnswer(asked, quoting(quote))).toBe('WRONG');
  });

  test('may be answered in the text, or from another document that holds it', () => {
    expect(judgeAnswer(asked, answered('No dia 1 [1].', [{ quote: 'x', path: 'clube/boleto.txt' }]))).toBe('RIGHT');
  });

  test('is not answered rightly from a wrong document, or without a citation', () => {
    expect(judgeAnswer(asked, quoting('no dia 1', 'escola/boleto.txt'))).toBe('WRONG');
    expect(judgeAnswer(asked, answered('no dia 1'))).toBe('WRONG');
  });

  test('may be answered from any document if it names none, and needs only its evidence', () => {
    const bare = { ...asked, file: undefined, answer: [] };
    expect(judgeAnswer(bare, quoting(asked.evidence!, 'x.txt'))).toBe('RIGHT');
    expect(judgeAnswer(bare, quoting('no dia 1', 'x.txt'))).toBe('WRONG');
  });

  test('is wrongly refused, whatever the refusal says', () => {
    expect(judgeAnswer(asked, refusal)).toBe('WRONGLY_REFUSED');
  });

  test('names its file in either form of Unicode', () => {
    const accented = { ...asked, file: 'reunião.md'.normalize('NFD') };
    expect(judgeAnswer(accented, quoting('no dia 1', 'reunião.md'.normalize('NFC')))).toBe('RIGHT');
  });
});

test('a question that no document answers must be refused', () => {
  const unanswerable = { ...asked, answerable: false, file: null, answer: [], evidence: null };
  expect(judgeAnswer(unanswerable, refusal)).toBe('RIGHTLY_REFUSED');
  expect(judgeAnswer(unanswerable, quoting('no dia 1'))).toBe('WRONG');
});

test.each([
  ['18', 'custa 18 reais', true],
  ['R$ 18', 'custa R$ 18,00.', true],
  ['R$ 18', 'custa R$ 18.000,00', false],
  ['18', 'custa 18,50', false],
  ['18', 'custa 2.018', false],
  ['18', 'são 18.', true],
  ['18', 'são 18, ou 19', true],
  ['18', 'em 18/09', true],
  ['18', 'a218', false],
  ['2.350', 'R$ 2.350,00', true],
  ['350', 'R$ 2.350,00', false],
  ['1h', 'até as 21h, ou 1h30', true],
  ['1h', 'até as 21h', false],
])('the number %s in "%s": %s', (answer, quote, isRight) => {
  expect(judgeAnswer({ ...asked, answer: [answer] }, quoting(quote))).toBe(isRight ? 'RIGHT' : 'WRONG');
});

test('the evidence counts at its rank, in a right document only', () => {
  const evidence = { text: `# Clube\n\n${asked.evidence}`, paths: ['copia.md', 'clube/boleto.txt'] };
  const elsewhere = { ...evidence, paths: ['escola/boleto.txt'] };
  const answer = { text: 'dia 1', paths: ['clube/estatuto.md'] };
  expect(rankOfEvidence(asked, [elsewhere, answer, evidence])).toBe(3);
  expect(rankOfEvidence(asked, [elsewhere, answer])).toBeNull();
  expect(rankOfEvidence({ ...asked, evidence: null }, [elsewhere, answer, evidence])).toBe(2);
});
