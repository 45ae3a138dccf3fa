import { describe, expect, test } from 'vitest';
import { findQuote, type PageItem } from './find-quote.ts';
import { lettersOf } from './letters.ts';

/** A page with one item a line, from the top down, at the left edge. */
const page = (...lines: readonly string[]): readonly PageItem[] =>
  lines.map((text, i) => ({ text, x: 50, y: 800 - 14 * i, height: 10 }));

/** Returns the marked parts; null if the quote was not found. */
function marked(pages: readonly (readonly PageItem[])[], quote: string, before?: string): readonly string[] | null {
  const found = findQuote(pages, quote, before);
  return found && found.ranges.map(({ page: p, item, start, end }) => pages[p]![item]!.text.slice(start, end));
}

describe('a quote in one piece', () => {
  test('is found by its letters and digits, whatever is between them', () => {
    expect(marked([page('A multa é', 'de 10 %, não', 'mais.')], 'A multa é de 10%, não mais.')).toEqual([
      'A multa é',
      'de 10 %, não',
      'mais.',
    ]);
    expect(marked([page('O índice anual (IPCA) vale.')], 'índice anual (IPCA)')).toEqual(['índice anual (IPCA)']);
  });

  test('is found across hyphens, ligatures, accents of their own, spaced capitals and doubled letters', () => {
    expect(marked([page('OS SER-', 'VIÇOS DE')], 'SERVIÇOS')).toEqual(['SER', 'VIÇOS']);
    expect(marked([page('o ﬁm da oﬃcina')], 'fim da officina')).toEqual(['ﬁm da oﬃcina']);
    expect(marked([page('a loca', '¸c˜ao do', 'lote')], 'locacao do lote')).toEqual(['loca', 'c˜ao do', 'lote']);
    expect(marked([page('a reunia\u0303o geral')], 'reunião geral')).toEqual(['reunia\u0303o geral']);
    expect(marked([page('P O D E R', 'E x ecutivo')], 'PODER Executivo')).toEqual(['P O D E R', 'E x ecutivo']);
    expect(marked([page('TToottaall', '500')], 'Total 500')).toEqual(['T', 'o', 't', 'a', 'l', '500']);
    expect(marked([page('C', 'CL', 'L A', 'AU', 'U SSU', 'ULA', 'LA')], 'CLAUSULA')?.join('')).toBe('CLAUSULA');
  });

  test('takes the signs around it along only if it has them', () => {
    expect(marked([page('(R$ 1.500,00);')], 'R$ 1.500,00')).toEqual(['R$ 1.500,00']);
    expect(marked([page('Custa $500.')], '$500.')).toEqual(['$500.']);
    expect(marked([page('Custa $500.')], '500')).toEqual(['500']);
  });

  test('is, of several places with the same words, the one with the right words before it', () => {
    const pages = [page('Multa: 10 dias', 'Aviso: 10 dias', 'Prazo: 10 dias')];
    const itemOf = (before?: string) => findQuote(pages, '10 dias', before)?.ranges.map(({ item }) => item);
    expect([itemOf(), itemOf('o Aviso: '), itemOf('Prazo:')]).toEqual([[0], [1], [2]]);
  });

  test('of letters beyond 16 bits is counted right', () => {
    expect(marked([page('𝐀𝐁 𝒳 depois'), page('x')], '𝒳 depois')).toEqual(['𝒳 depois']);
    expect(marked([page('𠮷野家 depois')], '野家 depois')).toEqual(['野家 depois']);
  });
});

describe('a quote in pieces', () => {
  test('goes on after the foot of a page and the head of the next', () => {
    const first = page('DIARIO OFICIAL', 'o contrato termina quando o', 'Pagina 1 de 2');
    const second = page('DIARIO OFICIAL', 'prazo de trinta dias acabar.', 'Pagina 2 de 2');
    expect(marked([first, second], 'termina quando o prazo de trinta dias acabar.')).toEqual([
      'termina quando o',
      'prazo de trinta dias acabar.',
    ]);
  });

  test('goes on in the next column', () => {
    const items = page(
      'o locador entrega',
      'outra coisa ao lado',
      'as chaves no mesmo',
      'que nada diz disto',
      'dia do pagamento',
    );
    expect(marked([items], 'o locador entrega as chaves no mesmo dia do pagamento')).toEqual([
      'o locador entrega',
      'as chaves no mesmo',
      'dia do pagamento',
    ]);
  });

  test('may be a row of a table that is drawn by columns', () => {
    const cells = ['Item', 'Caneta', 'Lapis', 'Qtd', '7', '9', 'Preco', '2', '3'];
    const items = cells.map((text, i) => ({
      text,
      x: 50 + 100 * Math.floor(i / 3),
      y: 700 - 20 * (i % 3),
      height: 10,
    }));
    const found = findQuote([items], 'Lapis 9 3');
    expect(found).toMatchObject({ isWhole: true });
    expect(found!.ranges.map(({ item }) => items[item]!.text)).toEqual(['Lapis', '9', '3']);
  });

  test('is not whole if some of its letters are nowhere', () => {
    const found = findQuote(
      [page('o prazo de trinta dias corridos acaba')],
      'o prazo de trinta dias úteis corridos acaba',
    );
    expect(found).toMatchObject({ isWhole: false });
  });
});

describe('a quote that is not there', () => {
  const text = page(
    'Este contrato trata da venda de um carro usado entre as partes abaixo,',
    'que declaram conhecer o estado do carro e aceitam o preco combinado.',
  );
  test.each([
    ['other words', 'A reunião foi adiada para a próxima semana por falta de quórum'],
    ['words of it in another sense', 'as partes do preco usado'],
    ['a short one', 'zebra'],
    ['no letters', '— … —'],
    ['nothing', ''],
  ])('%s', (_, quote) => {
    expect(findQuote([text], quote)).toBeNull();
  });

  test('on pages without text', () => {
    expect(findQuote([], 'palavras')).toBeNull();
    expect(findQuote([[], []], 'palavras')).toBeNull();
  });
});

test('a dense page and a long quote that is nowhere take no more than their product', () => {
  const items = page(...Array.from({ length: 200 }, (_, i) => `a linha ${i} de um texto comprido e sem muita graça`));
  const quote = Array.from({ length: 40 }, (_, i) => `outra ${i} coisa`).join(' ');
  expect(findQuote([items, items], quote)).toBeNull();
});

test('letters keep the places of their characters', () => {
  expect(lettersOf('Ça, ﬁ!')).toEqual({
    letters: ['c', 'a', 'f', 'i'],
    starts: [0, 1, 4, 4],
    ends: [1, 2, 5, 5],
  });
  expect(lettersOf('a-1 B')).toEqual({ letters: ['a', '1', 'b'], starts: [0, 2, 4], ends: [1, 3, 5] });
});
