import { describe, expect, test } from 'vitest';
import { createLoopDetector, MAX_PART_CHARS } from './loops.ts';

interface Read {
  /** What may be shown before the loop is recognised, or all of it if there is none. */
  readonly shown: string;
  readonly isLooping: boolean;
  /** The longest text that was held back at a time. */
  readonly longestHeld: number;
}

/** Reads a text word by word, until it loops. */
function read(text: string, deltas: readonly string[] = text.match(/\s*\S+\s*$|\s*\S+/g) ?? []): Read {
  const detector = createLoopDetector();
  let shown = '';
  let taken = 0;
  let longestHeld = 0;
  for (const delta of deltas) {
    taken += delta.length;
    shown += detector.push(delta);
    expect(text.startsWith(shown)).toBe(true);
    longestHeld = Math.max(longestHeld, taken - shown.length);
    if (detector.isLooping) return { shown: shown + detector.endOfRound(), isLooping: true, longestHeld };
  }
  return { shown: shown + detector.release(), isLooping: false, longestHeld };
}

describe('ends a loop and shows its first round only', () => {
  test.each([
    ['a sentence', 'A multa é de 2% [1]. '.repeat(9), 'A multa é de 2% [1].'],
    ['a sentence after others', `São 27 meses. ${'A multa é de 2%. '.repeat(9)}`, 'São 27 meses. A multa é de 2%.'],
    [
      'a sentence that ends as the one before',
      `É o prazo do contrato [1]. ${'A multa é do contrato [1]. '.repeat(9)}`,
      'É o prazo do contrato [1]. A multa é do contrato [1].',
    ],
    ['a sentence with its marker after it', 'A multa é de 2%. [1] '.repeat(9), 'A multa é de 2%. [1]'],
    ['lines', 'O sol.\nA lua.\n'.repeat(20), 'O sol.\nA lua.'],
    [
      'a numbered list',
      Array.from({ length: 9 }, (_, at) => `${at + 1}. O prazo é de 27 meses.\n`).join(''),
      '1. O prazo é de 27 meses.',
    ],
    [
      'changing markers',
      [1, 2, 3, 4, 5].map((at) => `A multa é de 2% e o prazo de 3 dias [${at}].`).join(' '),
      'A multa é de 2% e o prazo de 3 dias [1].',
    ],
    ['a word', `A resposta ${'muito '.repeat(40)}`, 'A resposta muito'],
    ['characters without spaces', 'あいう。えおか。'.repeat(20), 'あいう。えおか。'],
    ['dots', `São ${'.'.repeat(300)}`, 'São .'],
    [
      'a paragraph',
      `${'O contrato tem cláusulas sobre multa, prazo e foro, '.repeat(1)}além de ${'abcdefghij '.repeat(1)}anexos. `.repeat(
        4,
      ),
      'O contrato tem cláusulas sobre multa, prazo e foro, além de abcdefghij anexos.',
    ],
  ])('of %s', (_, text, shown) => {
    for (const deltas of [undefined, Array.from(text), [text.slice(0, 50), text.slice(50)]]) {
      expect(read(text, deltas)).toMatchObject({ shown, isLooping: true });
    }
  });
});

test('a part is repeated only up to a length, and only so often on purpose', () => {
  const words = (chars: number): string => {
    let text = '';
    for (let at = 0; text.length < chars; at++) text += `palavra${at * at} `;
    return text.slice(0, chars);
  };
  expect(read(words(MAX_PART_CHARS).repeat(4)).isLooping).toBe(true);
  expect(read(words(MAX_PART_CHARS + 1).repeat(4)).isLooping).toBe(false);
  expect(read('E viva o nosso time, que hoje joga em casa! '.repeat(2)).isLooping).toBe(false);
});

test.each([
  [
    'a table',
    '| mês | valor |\n| --- | --- |\n| jan | R$ 100,00 |\n| fev | R$ 100,00 |\n| mar | R$ 100,00 |\n| abr | R$ 100,00 |\n',
  ],
  ['a row of zeros', `| ${'0 | '.repeat(24)}`],
  ['a short emphasis', 'É muito, muito, muito, muito importante.'],
  ['a list of one template', 'Parcela 1: vence em 10/01. Parcela 2: vence em 10/02. Parcela 3: vence em 10/03.'],
])('lets %s pass', (_, text) => {
  expect(read(text)).toMatchObject({ shown: text, isLooping: false });
});

const upTo = (count: number, item: (number: number) => string): string =>
  Array.from({ length: count }, (_, at) => item(at + 1)).join('');

test.each([
  ['items', (n: number) => `item ${n}, `],
  [
    'list items in one paragraph, with other words before the number',
    (n: number) => `Ponto ${n}: O prazo é de 27 meses. `,
  ],
  ['rows of a table', (n: number) => `| ${n} | R$ 100,00 |\n`],
  ['numbers alone', (n: number) => `${n}, `],
  ['a count from above', (n: number) => `faltam ${900 - n} dias; `],
  ['a count by tens', (n: number) => `página ${10 * n} de 800, linha 4. `],
])('24 %s pass, endless ones are ended', (_, item) => {
  for (const cut of [undefined, 1] as const) {
    const real = `São estes: ${upTo(24, item)}`;
    expect(read(real, cut && Array.from(real))).toMatchObject({ shown: real, isLooping: false });
    const { shown, isLooping } = read(`São estes: ${upTo(80, item)}`);
    expect(isLooping).toBe(true);
    expect(`São estes: ${upTo(25, item)}`.startsWith(shown)).toBe(true);
  }
});

test('a numbered list in one paragraph that repeats itself is a loop', () => {
  const text = upTo(9, (n) => `${n}. O prazo de garantia é de 27 meses. `);
  for (const deltas of [undefined, Array.from(text)]) {
    expect(read(text, deltas)).toMatchObject({ shown: '1. O prazo de garantia é de 27 meses.', isLooping: true });
  }
});

const MONTHS = ['janeiro', 'fevereiro', 'março', 'abril', 'maio', 'junho', 'julho', 'agosto', 'setembro', 'outubro'];

test.each([
  [
    'instalments with dates',
    upTo(36, (n) => `Parcela ${n}: R$ 250,00, vence em 10/${String((n % 12) + 1).padStart(2, '0')}. `),
  ],
  ['instalments of a year', upTo(12, (n) => `Parcela ${n}: R$ 250,00.\n`)],
  ['the hours of a day', upTo(24, (n) => `${n - 1}h: plantão da enfermagem\n`)],
  ['years that are alike', upTo(8, (n) => `${2016 + n}: reajuste de 4,5% pelo IPCA\n`)],
  [
    'steps',
    'Passo 1: desligue o aparelho. Passo 2: retire a tampa. Passo 3: limpe o filtro. Passo 4: recoloque a tampa.',
  ],
  [
    'articles',
    upTo(
      10,
      (n) =>
        `Art. ${n}. Compete ao ${['síndico', 'conselho', 'zelador', 'fiscal', 'gerente'][n % 5]} cuidar do item ${n * 7}.\n`,
    ),
  ],
  ['rooms of a hotel', upTo(20, (n) => `Quarto ${100 + n}: diária de R$ ${180 + 5 * (n % 3)},00\n`)],
  ['months', MONTHS.map((month, at) => `${at + 1}. ${month}: consumo de ${210 + at * at} kWh\n`).join('')],
  [
    'a ranking',
    upTo(30, (n) => `${n}º lugar: ${'ABCDEFGHIJKLMNOPQRSTUVWXYZÁÉÍÓ'[n - 1]}na Souza, ${1000 - n * 13} pontos. `),
  ],
  ['phone extensions', upTo(30, (n) => `Ramal ${2000 + n}: sala ${100 + ((n * 7) % 31)}. `)],
  ['clauses with amounts', upTo(30, (n) => `Cláusula ${n}: multa de R$ ${n * n * 10},00. `)],
  [
    'a bus timetable',
    upTo(
      30,
      (n) => `Linha ${n}: saída às ${String(6 + (n % 14)).padStart(2, '0')}:${String((n * 7) % 60).padStart(2, '0')}. `,
    ),
  ],
  [
    'pages of an index',
    'Introdução, p. 1; Prazo, p. 3; Multa, p. 5; Foro, p. 7; Rescisão, p. 9; Garantia, p. 11; Anexos, p. 13.',
  ],
  [
    'lines that differ in a word',
    upTo(30, (n) => `Lote ${n}: ${['norte', 'sul', 'leste', 'oeste', 'centro', 'cais', 'morro'][(n * n) % 7]}.\n`),
  ],
])('a real list passes: %s', (_, text) => {
  for (const deltas of [undefined, Array.from(text)])
    expect(read(text, deltas)).toMatchObject({ shown: text, isLooping: false });
});

test('holds back a few characters of ordinary text', () => {
  const text =
    'O prazo de garantia é de 27 meses, contados da data da compra [1]. O cliente deve apresentar a nota fiscal no balcão ' +
    'da loja [2]. A garantia não cobre o desgaste natural, nem o mau uso do aparelho [1].';
  const { shown, longestHeld } = read(text);
  expect(shown).toBe(text);
  expect(longestHeld).toBeLessThanOrEqual(12);
});
