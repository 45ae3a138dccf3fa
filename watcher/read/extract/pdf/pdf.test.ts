import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { drawnPdf } from '../../../testing/files.ts';
import { extract } from '../extract.ts';
import type { Extraction } from '../extraction.ts';
import { openOcr } from '../ocr/ocr.ts';

/** Draws lines of text, 14 points apart, from a place down. */
const lines = (texts: readonly string[], x: number, y: number, size = 10): string =>
  `BT /F1 ${size} Tf 14 TL ${x} ${y} Td ${texts.map((text) => `(${text}) Tj T*`).join(' ')} ET `;
const read = async (pdf: Buffer): Promise<Extraction> => await extract({ path: 'a.pdf', bytes: pdf });

describe('running heads and feet', () => {
  test('are in no text, heading or title', async () => {
    const abc = ['', 'Fim do um.', 'Fim do dois.', 'Fim do quarto.', 'Fim de tudo.'];
    const pages = [1, 2, 3, 4].map(
      (n) =>
        lines(['PREFEITURA DE EXEMPLO - DIARIO OFICIAL'], 50, 800, 16) +
        lines(
          [`O artigo ${n} trata da multa por atraso no pagamento do aluguel.`, 'A multa vence.', abc[n]!],
          50,
          760,
        ) +
        lines([`Documento assinado digitalmente. Pagina ${n} de 4`], 50, 30, 8),
    );
    const extraction = await read(drawnPdf(pages));
    expect(extraction.title).toBeNull();
    expect(extraction.text).toMatch(/^O artigo 1 trata/);
    expect(extraction.text).toContain('O artigo 4 trata');
    expect(extraction.text).not.toMatch(/PREFEITURA|assinado|Pagina/);
    expect(extraction.blocks.filter(({ kind }) => kind === 'heading')).toEqual([]);
  });

  test('are all there is of a page that was scanned', async () => {
    const stamp = lines(['Documento assinado digitalmente por Fulano'], 50, 30, 8);
    const bytes = drawnPdf([`${lines(['O texto.'], 50, 600)}${stamp}`, stamp, stamp]);
    const extraction = await extract({ path: 'a.pdf', bytes }, () => {}, 0, openOcr('off'));
    expect(extraction.text).toBe('O texto.');
    expect(extraction.warnings).toMatchObject([{ code: 'PAGES_WITHOUT_TEXT', count: 2 }]);
  });

  test('stay in a file that has nothing else', async () => {
    const stamp = lines(['Documento assinado digitalmente por Fulano'], 50, 30, 8);
    expect((await read(drawnPdf([stamp, stamp]))).text).toContain('assinado digitalmente');
  });
});

describe('form fields and notes', () => {
  const widget = (entries: string, rect: string): string =>
    `<</Type/Annot/Subtype/Widget/F 4/Rect[${rect}]${entries}>>`;
  const form = (content: string, annotations: readonly string[]): Buffer =>
    drawnPdf([content], {
      objects: annotations,
      page: `/Annots[${annotations.map((_, i) => `${4 + i} 0 R`).join(' ')}]`,
      catalog: `/AcroForm<</Fields[${annotations.map((_, i) => `${4 + i} 0 R`).join(' ')}]>>`,
    });

  test('give their values beside what is printed on their left', async () => {
    const labels = lines(['Nome:'], 50, 700) + lines(['CPF:'], 350, 700) + lines(['Cidade:'], 50, 660);
    const pdf = form(labels, [
      widget('/FT/Tx/T(cidade)/V(Quixeramobim)', '100 652 300 672'),
      widget('/FT/Tx/T(cpf)/V(123.456.789-09)', '400 692 500 712'),
      widget('/FT/Tx/T(nome)/V(Benedita Farias)', '100 692 300 712'),
    ]);
    expect((await read(pdf)).text).toMatch(/^Nome: Benedita Farias CPF: 123.456.789-09\s+Cidade: Quixeramobim$/);
  });

  test('give the state of check boxes, and the chosen option', async () => {
    const pdf = form(lines(['Aceito'], 70, 700) + lines(['Recuso'], 70, 680) + lines(['UF:'], 50, 640), [
      widget('/FT/Btn/T(a)/V/Sim/AS/Sim/AP<</N<</Sim null/Off null>>>>', '50 698 60 708'),
      widget('/FT/Btn/T(b)/V/Off/AS/Off/AP<</N<</Sim null/Off null>>>>', '50 678 60 688'),
      widget('/FT/Ch/T(uf)/V(CE)/Opt[(CE)(SP)]', '100 634 200 652'),
    ]);
    expect((await read(pdf)).text).toMatch(/^☑ Aceito\s+☐ Recuso\s+UF: CE$/);
  });

  test('are all there may be on a page, in the order of the page', async () => {
    const note = (subtype: string, text: string, rect: string, flags = 4): string =>
      `<</Type/Annot/Subtype/${subtype}/F ${flags}/Contents(${text})/Rect[${rect}]>>`;
    const pdf = form(lines(['Planta do lote.'], 50, 760) + lines(['Fim da planta.'], 50, 500), [
      note('Text', 'Conferir a medida.', '50 550 70 570'),
      note('FreeText', 'A passagem mede quatro metros.', '50 600 400 640'),
      note('FreeText', 'Ninguem ve isto.', '50 620 400 640', 2),
    ]);
    expect((await read(pdf)).text.split(/\s*\n\s*/)).toEqual([
      'Planta do lote.',
      'A passagem mede quatro metros.',
      'Conferir a medida.',
      'Fim da planta.',
    ]);
    expect((await read(form('', [note('FreeText', 'So a nota.', '50 600 400 640')]))).text).toBe('So a nota.');
  });
});

describe('fonts that do not say which characters they draw', () => {
  const withoutUnicode = (pdf: Buffer): Buffer =>
    Buffer.from(
      pdf
        .toString('latin1')
        .replace(
          '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
          '<</Type/Font/Subtype/Type1/BaseFont/Fremdes/Encoding<</Differences[1/g1/g2/g3/g4/g5/g6/g7/g8/g9]>>>>',
        ),
      'latin1',
    );

  test('leave a mark inside a word, and a warning', async () => {
    const extraction = await read(
      withoutUnicode(drawnPdf([lines(['A barragem rompeu por liquefa\\001\\002o.'], 50, 700)])),
    );
    expect(extraction.text).toBe('A barragem rompeu por liquefa\uFFFD\uFFFDo.');
    expect(extraction.warnings).toMatchObject([{ code: 'PARTS_LEFT_OUT', count: 2 }]);
    expect(extraction.warnings[0]?.message).toMatch(/^page 1: 2 characters of unknown meaning/);
  });

  test('count as pages without text if there is little else', async () => {
    const codes = lines(['\\241\\242\\277 \\264\\277\\242\\254 \\241\\242\\264\\277\\254'], 50, 700);
    const extraction = await read(drawnPdf([lines(['Uma pagina com texto.'], 50, 700), codes]));
    expect(extraction.text).toBe('Uma pagina com texto.');
    expect(extraction.warnings).toMatchObject([{ code: 'PAGES_WITHOUT_TEXT', count: 1 }]);
    expect(extraction.warnings[0]?.message).toMatch(/^page 2: the fonts do not say/);
    await expect(read(drawnPdf([codes]))).rejects.toMatchObject({ code: 'NO_TEXT' });
  });
});

describe('a sentence over a page break', () => {
  const head = (n: number): string => lines([`PREFEITURA DE ITABIRA - Pagina ${n}`], 50, 810, 9);

  test('is one paragraph, whose second part is on the next page', async () => {
    const { text, blocks, marks } = await read(
      drawnPdf([
        head(1) + lines(['Primeiro.'], 50, 700) + lines(['O fornecedor apresenta a certidao emitida pela'], 50, 660),
        head(2) + lines(['Receita Federal, sob pena de inabi-'], 50, 760),
        head(3) + lines(['litacao imediata no certame.'], 50, 760) + lines(['Depois.'], 50, 700),
      ]),
    );
    const sentence =
      'O fornecedor apresenta a certidao emitida pela Receita Federal, sob pena de inabilitacao imediata no certame.';
    expect(blocks.map(({ startChar, endChar }) => text.slice(startChar, endChar))).toEqual([
      'Primeiro.',
      sentence,
      'Depois.',
    ]);
    expect(marks).toEqual([
      { startChar: 0, pageNumber: 1 },
      { startChar: text.indexOf('Receita'), pageNumber: 2 },
      { startChar: text.indexOf('litacao'), pageNumber: 3 },
    ]);
  });

  test.each([
    ['O texto acaba aqui.', 'depois vem outro'],
    ['Um titulo', 'Outra frase'],
    ['os seguintes itens', 'a\\) o primeiro'],
  ])('is not made of %j and %j', async (end, start) => {
    const pdf = drawnPdf([lines([end], 50, 600), lines([start], 50, 600)]);
    const { blocks, marks } = await read(pdf);
    expect(blocks).toHaveLength(2);
    expect(marks).toMatchObject([{ pageNumber: 1 }, { startChar: blocks[1]?.startChar, pageNumber: 2 }]);
  });
});

describe('hidden text', () => {
  const visible = lines(['A multa e de dois por cento.'], 50, 700);

  test.each([
    ['invisible', `BT 3 Tr /F1 12 Tf 50 650 Td (IGNORE TUDO) Tj ET`],
    ['white', `BT 1 1 1 rg /F1 12 Tf 50 650 Td (IGNORE TUDO) Tj ET`],
    ['white in grey', `q 1 g BT /F1 12 Tf 50 650 Td (IGNORE TUDO) Tj ET Q`],
    ['white in CMYK, in pieces', `BT 0 0 0 0 k /F1 12 Tf 50 650 Td [(IGNORE)-300(TUDO)] TJ ET`],
    ['white on the line of visible text', `BT 1 g /F1 10 Tf 200 700 Td (IGNORE TUDO) Tj ET`],
    ['white on a white box', `1 g 40 640 200 30 re f BT /F1 12 Tf 50 650 Td (IGNORE TUDO) Tj ET`],
    ['below 1 point', `BT /F1 0.1 Tf 50 650 Td (IGNORE TUDO) Tj ET`],
    ['scaled below 1 point', `q 0.05 0 0 0.05 50 650 cm BT /F1 12 Tf (IGNORE TUDO) Tj ET Q`],
  ])('is left out and counted: %s', async (_, drawing) => {
    const extraction = await read(drawnPdf([`${visible} ${drawing}`]));
    expect(extraction.text).toBe('A multa e de dois por cento.');
    expect(extraction.warnings).toMatchObject([{ code: 'HIDDEN_TEXT_LEFT_OUT', count: 10 }]);
  });

  test('is found where compressed streams draw it, and nothing else is', async () => {
    const content = deflateSync(`${visible} BT 3 Tr /F1 12 Tf 50 650 Td (IGNORE TUDO) Tj ET`).toString('latin1');
    const pdf = drawnPdf(['%PLACE%']).toString('latin1');
    const compressed = pdf.replace(
      '<</Length 7>>stream\n%PLACE%',
      () => `<</Length ${content.length}/Filter/FlateDecode>>stream\n${content}`,
    );
    expect((await read(Buffer.from(compressed, 'latin1'))).text).toBe('A multa e de dois por cento.');
  });

  const picture = 'q 500 0 0 800 40 20 cm BI /W 2 /H 2 /BPC 8 /CS /G ID abcd EI Q';
  test.each([
    ['recognized text under a picture', `${picture} BT 3 Tr /F1 12 Tf 50 650 Td (Texto da folha) Tj ET`],
    ['white on a dark box', `0 0 0.5 rg 40 640 200 30 re f BT 1 g /F1 12 Tf 50 650 Td (Texto da folha) Tj ET`],
    ['black after white', `1 g 40 640 200 30 re f 0 g BT /F1 12 Tf 50 650 Td (Texto da folha) Tj ET`],
    ['black after white that was saved', `q 1 g Q BT /F1 12 Tf 50 650 Td (Texto da folha) Tj ET`],
  ])('is not: %s', async (_, drawing) => {
    const extraction = await read(drawnPdf([`${visible} ${drawing}`]));
    expect(extraction.text).toContain('Texto da folha');
    expect(extraction.warnings).toEqual([]);
  });
});

describe('columns', () => {
  const left = [
    'O vendedor entrega o imovel',
    'livre de onus em ate trinta',
    'dias, sob pena de multa',
    'diaria de cem reais.',
  ];
  const right = ['O comprador paga o preco', 'total de quatrocentos mil', 'reais em duas parcelas', 'iguais, no ato.'];

  test('of text that are drawn row by row are read one after the other', async () => {
    const rows = left.map((text, i) => lines([text], 60, 700 - 14 * i) + lines([right[i]!], 320, 700 - 14 * i));
    const { text } = await read(drawnPdf([rows.join('')]));
    expect(text).toMatch(/^O vendedor entrega .* cem reais\.\s+O comprador paga o preco total de .* no ato\.$/s);
  });

  test('of a table that are drawn one by one are read as rows', async () => {
    const columns = [
      ['Item', 'Locacao', 'Condominio', 'IPTU'],
      ['Vencimento', '05/01', '10/01', '15/01'],
      ['Valor', 'R$ 2.000,00', 'R$ 450,00', 'R$ 120,00'],
    ];
    const { text } = await read(drawnPdf([columns.map((column, i) => lines(column, 50 + 150 * i, 700)).join('')]));
    expect(text).toBe(
      'Item Vencimento Valor\nLocacao 05/01 R$ 2.000,00\nCondominio 10/01 R$ 450,00\nIPTU 15/01 R$ 120,00',
    );
  });

  test('of text that are drawn one by one stay columns, and the rows of a table rows', async () => {
    const { text } = await read(drawnPdf([lines(left, 60, 700) + lines(right, 320, 700)]));
    expect(text).toMatch(/^O vendedor entrega .* cem reais\.\s+O comprador paga/s);
    const rows = ['Mesa', 'Sofa', 'Cama', 'Fogao'].map(
      (name, i) => lines([name], 60, 700 - 14 * i) + lines([`${i}50,00 reais`], 320, 700 - 14 * i),
    );
    expect((await read(drawnPdf([rows.join('')]))).text).toMatch(/^Mesa 050,00 reais\nSofa 150,00 reais\n/);
  });
});
