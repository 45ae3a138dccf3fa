import { utils, write, type WorkBook, type WorkSheet } from '@e965/xlsx';
import { expect, test } from 'vitest';
import { zipOf } from '../../../testing/files.ts';
import { extract } from '../extract.ts';
import type { Extraction } from '../extraction.ts';

const read = (path: string, bytes: Buffer): Promise<Extraction> => extract({ path, bytes });

type BookType = 'xlsx' | 'xlsm' | 'xlsb' | 'xls';
const bookOf = (sheets: Record<string, WorkSheet>, bookType: BookType = 'xlsx', rest: Partial<WorkBook> = {}): Buffer =>
  // SheetJS returns a Buffer for the type `buffer`.
  write({ SheetNames: Object.keys(sheets), Sheets: sheets, ...rest }, { type: 'buffer', bookType }) as Buffer;

/** Returns a workbook of one sheet with these rows, written as XML. */
const bookOfXml = (rows: string, more: Readonly<Record<string, string>> = {}): Buffer =>
  zipOf({
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    '_rels/.rels':
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    'xl/workbook.xml':
      '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Planilha1" sheetId="1" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows}</sheetData></worksheet>`,
    ...more,
  });

const blocksOf = ({ text, blocks }: Extraction): string[] =>
  blocks.map(({ kind, startChar, endChar }) => `${kind}: ${text.slice(startChar, endChar)}`);
const placesOf = ({ text, marks }: Extraction) =>
  marks.map(({ startChar, ...place }) => [text.slice(startChar).split('\n')[0], place]);

const payments = utils.aoa_to_sheet([
  ['Parcela', 'Vencimento', 'Valor', 'Juros'],
  ['1ª', { t: 'n', v: 45_000, z: 'dd/mm/yyyy' }, { t: 'n', v: 1234.5, z: '#,##0.00' }, { t: 'n', v: 0.025, z: '0.0%' }],
  ['2ª', { t: 'n', v: 45_031, z: 'dd/mm/yyyy' }, { t: 'n', v: 99, f: '90+9', z: '#,##0.00' }, true],
]);

test.each<BookType>(['xlsx', 'xlsm', 'xlsb', 'xls'])(
  '%s: cells read as displayed, each row with its place',
  async (type) => {
    const extraction = await read('contas', bookOf({ 'Contas 2023': payments }, type));
    expect(blocksOf(extraction)).toEqual([
      'heading: Contas 2023',
      'table: Parcela | Vencimento | Valor | Juros\n1ª | 15/03/2023 | 1,234.50 | 2.5%\n2ª | 15/04/2023 | 99.00 | TRUE',
    ]);
    const sheet = 'Contas 2023';
    expect(placesOf(extraction)).toEqual([
      ['Contas 2023', { sheet }],
      ['Parcela | Vencimento | Valor | Juros', { sheet, cells: 'A1:D1' }],
      ['1ª | 15/03/2023 | 1,234.50 | 2.5%', { sheet, cells: 'A2:D2' }],
      ['2ª | 15/04/2023 | 99.00 | TRUE', { sheet, cells: 'A3:D3' }],
    ]);
    expect(extraction.mediaType).toMatch(type === 'xls' ? /ms-excel$/ : /spreadsheetml\.sheet$/);
  },
);

test.each<BookType>(['xlsx', 'xls'])('%s: a workbook with amounts in reais has Brazilian numbers', async (type) => {
  const sheet = utils.aoa_to_sheet([
    ['Item', 'Preço', 'Peso', 'Versão'],
    ['Arroz', { t: 'n', v: 1234.5, z: '"R$" #,##0.00' }, { t: 'n', v: 1.5 }, '1.5'],
  ]);
  expect((await read('a', bookOf({ Plan1: sheet }, type))).text).toBe(
    'Item | Preço | Peso | Versão\nArroz | R$ 1.234,50 | 1,5 | 1.5',
  );
});

test('the short date of the system is written so that everybody reads the same day', async () => {
  const sheet = utils.aoa_to_sheet([['Data', { t: 'n', v: 45_000, z: 'm/d/yy' }]]);
  expect((await read('a.xlsx', bookOf({ Plan1: sheet }))).text).toBe('Data | 2023-03-15');
});

test('empty rows and columns divide a sheet into tables; captions are no header', async () => {
  const sheet = utils.aoa_to_sheet([
    ['Despesas de março'],
    ['Item', 'Valor', null, null, 'Nome', 'Ramal'],
    ['Luz', 180, null, null, 'Ana', 201],
    [],
    ['Total', null, 180],
  ]);
  const extraction = await read('a.xlsx', bookOf({ Plan1: sheet }));
  expect(blocksOf(extraction)).toEqual([
    'paragraph: Despesas de março',
    'table: Item | Valor\nLuz | 180',
    'table: Nome | Ramal\nAna | 201',
    'table: Total |  | 180',
  ]);
  expect(placesOf(extraction).map(([, place]) => place)).toMatchObject([
    { cells: 'A1' },
    { cells: 'A2:B2' },
    { cells: 'A3:B3' },
    { cells: 'E2:F2' },
    { cells: 'E3:F3' },
    { cells: 'A5:C5' },
  ]);
});

test('a cell that is merged over rows belongs to each of them', async () => {
  const sheet = utils.aoa_to_sheet([
    ['Setor', 'Nome'],
    ['Compras', 'Ana'],
    [null, 'Bia'],
  ]);
  sheet['!merges'] = [{ s: { r: 1, c: 0 }, e: { r: 1_048_575, c: 0 } }];
  expect((await read('a.xlsx', bookOf({ Plan1: sheet }))).text).toBe('Setor | Nome\nCompras | Ana\nCompras | Bia');
});

test('comments follow the cells of their sheet and name their cell', async () => {
  const sheet = utils.aoa_to_sheet([['Prazo', 30]]);
  utils.cell_add_comment(sheet['B1'], 'contar da\nassinatura', 'Ana');
  const extraction = await read('a.xlsx', bookOf({ Plan1: sheet }));
  expect(blocksOf(extraction)).toEqual(['table: Prazo | 30', 'paragraph: B1: contar da assinatura']);
  expect(extraction.marks.at(-1)).toMatchObject({ sheet: 'Plan1', cells: 'B1' });
});

test('text boxes and charts follow the cells of their sheet', async () => {
  const cells = '<row r="1"><c r="A1"><v>1</v></c></row>';
  const extraction = await read(
    'a.xlsx',
    bookOfXml(cells, {
      'xl/worksheets/_rels/sheet1.xml.rels':
        '<Relationships><Relationship Id="r1" Type="http://x/drawing" Target="../drawings/drawing1.xml"/></Relationships>',
      'xl/drawings/_rels/drawing1.xml.rels':
        '<Relationships><Relationship Id="r1" Type="http://x/chart" Target="/xl/charts/chart1.xml"/></Relationships>',
      'xl/drawings/drawing1.xml':
        '<xdr:wsDr><xdr:sp><xdr:txBody><a:p><a:r><a:t>Rever em maio</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>',
      'xl/charts/chart1.xml':
        '<c:chart><c:ser><c:tx><c:v>Vendas</c:v></c:tx><c:cat><c:pt idx="0"><c:v>abril</c:v></c:pt></c:cat><c:val><c:pt idx="0"><c:v>12</c:v></c:pt></c:val></c:ser></c:chart>',
    }),
  );
  expect(blocksOf(extraction)).toEqual(['paragraph: 1', 'paragraph: Rever em maio', 'table: | Vendas\nabril | 12']);
  expect(extraction.marks.at(-1)).toMatchObject({ startChar: 3, sheet: 'Planilha1' });
});

test('hidden sheets are left out, counted and named', async () => {
  const sheets = { Plan1: utils.aoa_to_sheet([['visto']]), Custos: utils.aoa_to_sheet([['segredo']]) };
  const hidden = bookOf(sheets, 'xlsx', { Workbook: { Sheets: [{}, { Hidden: 1 }] }, Props: { Title: 'Preços' } });
  const extraction = await read('a.xlsx', hidden);
  expect(extraction).toMatchObject({ text: 'visto', title: 'Preços' });
  expect(extraction.warnings).toMatchObject([
    { code: 'HIDDEN_TEXT_LEFT_OUT', count: 1, message: expect.stringContaining('"Custos"') },
  ]);
});

test('a sheet with its first and its last cell only is two cells', async () => {
  const rows =
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c><c r="XFD1048576"><v>3</v></c></row>';
  const extraction = await read('a.xlsx', bookOfXml(rows));
  expect(blocksOf(extraction)).toEqual(['paragraph: 1', 'paragraph: 2', 'paragraph: 3']);
  expect(extraction.marks.at(-1)).toMatchObject({ cells: 'XFD1048576' });
});

test.each<[string, Buffer, string]>([
  ['a bomb', bookOfXml(`<row r="1"><c r="A1"><v>1</v></c></row>${' '.repeat(11_000_000)}`), 'TOO_LARGE'],
  ['a workbook without sheets', bookOfXml('').subarray(0, -30), 'DAMAGED'],
  ['a workbook with empty sheets', bookOfXml(''), 'NO_TEXT'],
  ['a workbook cut short', bookOf({ Plan1: payments }, 'xls').subarray(0, 3_000), 'DAMAGED'],
])('%s ends in a named reason', async (_, bytes, code) => {
  await expect(read('a.xlsx', bytes)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(/^cannot read a\.xlsx: .+; .+[^.]$/),
  });
});
