import { expect, test } from 'vitest';
import { linesOf, type PdfItem } from './pdf-lines.ts';
import { paragraphsOf } from './pdf-paragraphs.ts';

/** A piece of text in a font whose letters are half as wide as they are high. */
const piece = (str: string, x: number, y: number, size = 10): PdfItem => ({
  str,
  transform: [size, 0, 0, size, x, y],
  width: (str.length * size) / 2,
});
/** Lines below one another, 12 points apart. */
const column = (lines: readonly string[], x: number, y = 700): PdfItem[] =>
  lines.map((line, i) => piece(line, x, y - 12 * i));
const textOf = (items: readonly PdfItem[]): string[] => paragraphsOf(linesOf(items)).map(({ text }) => text);

test('puts pieces of a line together, with blanks where there are gaps', () => {
  expect(textOf([piece('Con', 50, 700), piece('trato', 65, 700), piece('social', 95, 702)])).toEqual([
    'Contrato social',
  ]);
});

test('lets the lines of a paragraph flow and puts divided words together', () => {
  expect(textOf(column(['O prazo de entrega é de trin-', 'ta dias corridos a contar da', 'assinatura.'], 50))).toEqual([
    'O prazo de entrega é de trinta dias corridos a contar da assinatura.',
  ]);
});

test('keeps a line end after which the next word would have fitted', () => {
  expect(textOf(column(['Rua das Flores, 12', 'Bairro Alto', '1200-192 Lisboa, em Portugal'], 50))).toEqual([
    'Rua das Flores, 12\nBairro Alto\n1200-192 Lisboa, em Portugal',
  ]);
});

test('begins a paragraph after a short last line, an indent or a gap', () => {
  const long = 'Uma linha que enche a coluna.';
  expect(textOf(column([long, 'Fim.', 'Outro parágrafo, que é longo.'], 50))).toHaveLength(2);
  expect(textOf([...column([long], 50), ...column([long], 62, 688)])).toHaveLength(2);
  expect(textOf([...column([long, long], 50), ...column([long, long], 50, 660)])).toHaveLength(2);
});

test('reads columns one after the other, and a sentence across them as one', () => {
  const left = ['A primeira coluna fala do', 'prazo, e termina no meio da'];
  const right = ['frase que segue.', 'Depois começa uma outra frase.'];
  expect(textOf([...column(left, 50), ...column(right, 300)])).toEqual([
    'A primeira coluna fala do prazo, e termina no meio da frase que segue.',
    'Depois começa uma outra frase.',
  ]);
});

test('keeps rows of cells apart', () => {
  const row = (y: number, cells: readonly string[]): PdfItem[] => cells.map((cell, i) => piece(cell, 50 + 100 * i, y));
  expect(textOf([...row(700, ['Mesa', '250,00 reais']), ...row(688, ['Sofá', '900,00 reais'])])).toEqual([
    'Mesa 250,00 reais\nSofá 900,00 reais',
  ]);
});

test('reads a page that is turned by 90 degrees', () => {
  const turned = ['Uma linha que enche a coluna', 'e continua.'].map((str, i) => ({
    str,
    transform: [0, 10, -10, 0, 100 + 12 * i, 50],
    width: str.length * 5,
  }));
  expect(textOf(turned)).toEqual(['Uma linha que enche a coluna e continua.']);
});

test('sets apart what is larger, such as a heading', () => {
  const items = [piece('Do prazo', 50, 714, 14), ...column(['O prazo é de trinta dias.'], 50)];
  expect(paragraphsOf(linesOf(items))).toEqual([
    { text: 'Do prazo', size: 14, lineCount: 1 },
    { text: 'O prazo é de trinta dias.', size: 10, lineCount: 1 },
  ]);
});

test('reads capitals set apart as words', () => {
  const title = [piece('C O N T R A T O', 50, 700), piece(' ', 125, 700), piece('D E', 130, 700), piece(' ', 145, 700)];
  expect(textOf([...title, piece('A L U G U E L', 150, 700)])).toEqual(['CONTRATO DE ALUGUEL']);
  expect(
    textOf('M U L T A E J U R O S'.split(' ').map((char, i) => piece(char, 50 + 8 * i + (i > 5 ? 8 : 0), 700))),
  ).toEqual(['MULTAE JUROS']);
  expect(textOf([piece('As letras A B C', 50, 700)])).toEqual(['As letras A B C']);
});

test('reads bold that is drawn twice once', () => {
  expect(textOf([piece('MULTA DE DOIS', 50, 700), piece('MULTA DE DOIS', 50.3, 700)])).toEqual(['MULTA DE DOIS']);
  const letters = ['C', 'CL', 'LA', 'AU', 'US', 'SU', 'UL', 'LA', 'A'];
  expect(textOf(letters.map((str, i) => piece(str, i === 0 ? 50 : 50.3 + 5 * (i - 1), 700)))).toEqual(['CLAUSULA']);
  // Kerning is no overlap.
  expect(textOf([piece('car', 50, 700), piece('ro', 64.5, 700)])).toEqual(['carro']);
});

test('keeps a superscript in its line', () => {
  const raised = [piece('mede 300 m', 50, 700, 11), piece('2', 105.2, 706, 7), piece(' ', 109, 706, 7)];
  expect(textOf([...raised, piece('e custa pouco', 112, 700, 11)])).toEqual(['mede 300 m2 e custa pouco']);
});
