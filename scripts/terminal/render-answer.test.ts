import { expect, test } from 'vitest';
import { renderAnswer, type ShownAnswer } from './render-answer.ts';
import { NOWHERE } from './testing/nowhere.ts';

const SCREEN = { columns: 80, language: 'en' as const, dim: (text: string) => `(${text})` };
const ANSWER: ShownAnswer = {
  question: 'Qual é a multa?',
  text: 'A multa é de 2% [1]. O prazo é de dez dias.',
  finishReason: 'STOP',
  unsupported: [{ start: 21, end: 43 }],
  citations: [
    { source: { rank: 2, path: 'planilha.xlsx' }, locator: { ...NOWHERE, sheet: 'Custos', cells: 'A12:D12' } },
    { source: { rank: 1, path: 'contrato.pdf' }, locator: { ...NOWHERE, pageNumber: 3, pageLabel: 'iii' } },
    { source: { rank: 1, path: 'contrato.pdf' }, locator: { ...NOWHERE, pageNumber: 4 } },
  ],
  nearest: [],
  notSearched: null,
  passagesLeftMachine: false,
  answeredBy: { kind: 'QUOTES', model: null, fallbackReason: null },
};

test('sentences without a source come first, then the sources by number with their places, then the writer', () => {
  expect(renderAnswer(ANSWER, SCREEN)).toBe(`
([?] no source supports: O prazo é de dez dias.)
[1] contrato.pdf, p. iii, p. 4
[2] planilha.xlsx, Custos!A12:D12
(answered by quotes, without a model)
`);
});

test('on a Portuguese terminal our own words are Portuguese', () => {
  const left = { ...ANSWER, passagesLeftMachine: true };
  expect(renderAnswer(left, { ...SCREEN, language: 'pt' })).toBe(`
([?] nenhuma fonte confirma: O prazo é de dez dias.)
[1] contrato.pdf, p. iii, p. 4
[2] planilha.xlsx, Custos!A12:D12
(respondido por citações, sem modelo)
a pergunta e os trechos foram enviados ao endereço em OPENAI_BASE_URL
`);
});

test('places say what the format has, and control nothing', () => {
  const at = (locator: Partial<typeof NOWHERE> | object): string => {
    const citations = [{ source: { rank: 1, path: 'a\u001b[2J' }, locator: { ...NOWHERE, ...locator } }];
    return renderAnswer({ ...ANSWER, unsupported: [], answeredBy: null, citations }, SCREEN).trim();
  };
  expect(at({})).toBe('[1] a\ufffd[2J');
  expect(at({ line: 12 })).toBe('[1] a\ufffd[2J, l. 12');
  expect(at({ seconds: 65.5 })).toBe('[1] a\ufffd[2J, 1:05');
  expect(at({ part: 'anexo.pdf', pageNumber: 2, line: 12 })).toBe('[1] a\ufffd[2J, anexo.pdf, p. 2');
  expect(at({ slide: 7 })).toBe('[1] a\ufffd[2J, slide 7');
  expect(at({ sheet: 'x\u0007y' })).toBe('[1] a\ufffd[2J, x\ufffdy');
});
