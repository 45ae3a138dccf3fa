import { describe, expect, test } from 'vitest';
import { sampleDocx } from '../../../testing/files.ts';
import { extract } from '../extract.ts';
import type { Extraction } from '../extraction.ts';

const read = async (body: string, parts: Readonly<Record<string, string>> = {}): Promise<Extraction> => {
  const extraction = await extract({ path: 'a.docx', bytes: sampleDocx(body, parts) });
  const { text, blocks } = extraction;
  expect(blocks.map(({ startChar, endChar }) => text.slice(startChar, endChar)).join('\n\n')).toBe(text);
  return extraction;
};
const textOf = async (body: string, parts: Readonly<Record<string, string>> = {}): Promise<string> =>
  (await read(body, parts)).text;
const outline = ({ text, blocks }: Extraction): string[] =>
  blocks.map(({ kind, level, startChar, endChar }) => `${kind}${level ?? ''}: ${text.slice(startChar, endChar)}`);

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const run = (text: string, properties = ''): string =>
  `<w:r>${properties && `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${text}</w:t></w:r>`;
const paragraph = (content: string, properties = ''): string =>
  `<w:p><w:pPr>${properties}</w:pPr>${content.startsWith('<') ? content : run(content)}</w:p>`;
const style = (id: string): string => `<w:pStyle w:val="${id}"/>`;
const inList = (numId: number, level = 0): string =>
  `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${numId}"/></w:numPr>`;
const item = (text: string, numId: number, level = 0): string => paragraph(text, inList(numId, level));

/** Returns numbering.xml. A level is `format text`, such as `decimal %1.%2.`, with more properties after a `|`. */
const numbering = (lists: readonly (readonly string[])[], nums?: string): Readonly<Record<string, string>> => {
  const abstracts = lists.map((levels, id) => {
    const written = levels.map((level, index) => {
      const [, format = '', text = '', more = ''] = /^(\w+) ?([^|]*)\|?(.*)$/.exec(level) ?? [];
      return `<w:lvl w:ilvl="${index}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/>${more}</w:lvl>`;
    });
    return `<w:abstractNum w:abstractNumId="${id}">${written.join('')}</w:abstractNum>`;
  });
  const each = lists.map((_, id) => `<w:num w:numId="${id + 1}"><w:abstractNumId w:val="${id}"/></w:num>`);
  return { 'numbering.xml': `<w:numbering ${W}>${abstracts.join('')}${nums ?? each.join('')}</w:numbering>` };
};

describe('automatic numbers', () => {
  const contract = ['decimal CLÁUSULA %1ª –', 'decimal %1.%2.'];

  test('of clauses and their headings are printed as Word prints them, and name the clause', async () => {
    const clause = (text: string): string => paragraph(text, style('Ttulo1') + inList(1));
    const extraction = await read(
      paragraph('CONTRATO DE LOCAÇÃO') +
        clause('DO OBJETO') +
        item('O imóvel fica na Rua A.', 1, 1) +
        clause('DO ALUGUEL') +
        item('O aluguel é de R$ 2.000,00.', 1, 1) +
        item('A multa por atraso é de 2%.', 1, 1) +
        clause('DA RESCISÃO') +
        item('A rescisão antecipada custa três aluguéis.', 1, 1),
      numbering([contract]),
    );
    expect(outline(extraction)).toEqual([
      'heading1: CONTRATO DE LOCAÇÃO',
      'heading1: CLÁUSULA 1ª – DO OBJETO',
      'paragraph: 1.1. O imóvel fica na Rua A.',
      'heading1: CLÁUSULA 2ª – DO ALUGUEL',
      'paragraph: 2.1. O aluguel é de R$ 2.000,00.',
      'paragraph: 2.2. A multa por atraso é de 2%.',
      'heading1: CLÁUSULA 3ª – DA RESCISÃO',
      'paragraph: 3.1. A rescisão antecipada custa três aluguéis.',
    ]);
    expect(extraction.title).toBe('CONTRATO DE LOCAÇÃO');
  });

  test('continue after a paragraph without a number', async () => {
    const body = `${item('RG;', 1)}${item('CPF;', 1)}${paragraph('(cópias)')}${item('Comprovante.', 1)}`;
    expect(await textOf(body, numbering([['decimal %1)']]))).toBe('1) RG;\n2) CPF;\n\n(cópias)\n\n3) Comprovante.');
  });

  test('of sections in plain capitals make headings, and their paragraphs count on between others', async () => {
    const extraction = await read(
      item('DO OBJETO', 1) +
        item('Locação de imóvel.', 1, 1) +
        paragraph('Parágrafo solto.') +
        item('DO PREÇO', 1) +
        item('Mil reais.', 1, 1) +
        item('O reajuste é anual.', 1, 1),
      numbering([['decimal %1', 'decimal %1.%2']]),
    );
    expect(outline(extraction)).toEqual([
      'heading1: 1 DO OBJETO',
      'paragraph: 1.1 Locação de imóvel.',
      'paragraph: Parágrafo solto.',
      'heading1: 2 DO PREÇO',
      'paragraph: 2.1 Mil reais.',
      'paragraph: 2.2 O reajuste é anual.',
    ]);
  });

  test.each([
    ['lowerLetter %1)', 'a) z\nb) z'],
    ['upperRoman %1 –', 'I – z\nII – z'],
    ['lowerRoman (%1)', '(i) z\n(ii) z'],
    ['decimalZero %1.', '01. z\n02. z'],
    ['ordinal %1', '1. z\n2. z'],
    ['bullet \uF0B7', '- z\n- z'],
    ['bullet \uF0A8|<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr>', '☐ z\n☐ z'],
    ['decimal %1.|<w:suff w:val="nothing"/>', '1.z\n2.z'],
    ['none ', 'z\n\nz'],
  ])('have the format that their list asks for: %s', async (level, text) => {
    expect(await textOf(item('z', 1) + item('z', 1), numbering([[level]]))).toBe(text);
  });

  test('in Portuguese are ordinal numbers as Brazil writes them', async () => {
    const styles = `<w:styles ${W}><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="pt-BR"/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>`;
    const levels = ['ordinal Art. %1', 'ordinalText %2'];
    const body = item('Um.', 1) + item('dia', 1, 1) + item('dia', 1, 1).repeat(20);
    const text = await textOf(body, { ...numbering([levels]), 'styles.xml': styles });
    expect(text).toMatch(/^Art\. 1º Um\.\n\nPrimeiro dia\nSegundo dia\n/);
    expect(text).toMatch(/\nVigésimo primeiro dia$/);
  });

  test('start again where Word starts them again', async () => {
    const levels = ['decimal %1.', 'lowerLetter %2)', 'decimal %3|<w:lvlRestart w:val="0"/>'];
    const body = [
      [1, 0],
      [1, 1],
      [1, 1],
      [1, 2],
      [1, 0],
      [1, 1],
      [1, 2],
      [2, 0],
      [2, 1],
      [1, 0],
    ].map(([numId, level]) => item('x', numId!, level!));
    const nums =
      '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>';
    const labels = (await textOf(body.join(''), numbering([levels], nums))).match(/\S+(?= x)/g);
    expect(labels).toEqual(['1.', 'a)', 'b)', '1', '2.', 'a)', '2', '7.', 'a)', '8.']);
  });

  test('come from styles too, whose levels are found by the style, and are switched off by a paragraph', async () => {
    const styles = `<w:styles ${W}><w:style w:type="paragraph" w:styleId="Basis"><w:name w:val="Basis"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="Item"><w:name w:val="Item"/><w:basedOn w:val="Basis"/></w:style></w:styles>`;
    const levels = ['decimal %1.|<w:pStyle w:val="Basis"/>', 'decimal %1.%2.|<w:pStyle w:val="Item"/>'];
    const off = '<w:numPr><w:numId w:val="0"/></w:numPr>';
    const body = `${paragraph('um', style('Basis'))}${paragraph('dois', style('Item'))}${paragraph('sem', style('Item') + off)}`;
    expect(await textOf(body, { ...numbering([levels]), 'styles.xml': styles })).toBe('1. um\n\n1.1. dois\n\nsem');
  });

  test('show digits in levels that are marked as legal, and the start of a level that was skipped', async () => {
    const levels = ['upperRoman %1.', 'decimal %1.%2|<w:isLgl/>'];
    expect(await textOf(item('x', 1, 1) + item('y', 1) + item('z', 1, 1), numbering([levels]))).toBe(
      '1.1 x\n\nI. y\n\n1.1 z',
    );
  });

  test('of a list that does not exist are left out', async () => {
    expect(await textOf(item('x', 9))).toBe('x');
  });
});

const cell = (content: string, properties = ''): string =>
  `<w:tc><w:tcPr>${properties}</w:tcPr>${content.startsWith('<w:p>') || content.startsWith('<w:tbl>') ? content : paragraph(content)}</w:tc>`;
const row = (...cells: readonly string[]): string => `<w:tr>${cells.join('')}</w:tr>`;
const table = (...rows: readonly string[]): string => `<w:tbl>${rows.join('')}</w:tbl>`;

describe('tables', () => {
  test('keep a list in a cell in its row', async () => {
    const body = table(
      row(cell('Plano'), cell('Inclui'), cell('Preço')),
      row(cell('Básico'), cell(item('e-mail', 1) + item('chat', 1)), cell('R$ 50')),
      row(cell('Ouro'), cell(item('telefone', 2)), cell('R$ 90')),
    );
    expect(await textOf(body, numbering([['bullet -'], ['decimal %1)']]))).toBe(
      'Plano | Inclui | Preço\nBásico | e-mail; chat | R$ 50\nOuro | 1) telefone | R$ 90',
    );
  });

  test('keep every value in its column where cells are merged', async () => {
    const merged = '<w:vMerge/>';
    const body = table(
      row(cell('Região'), cell('Vendas', '<w:gridSpan w:val="2"/>'), cell('Meta')),
      row(cell('Sul', '<w:vMerge w:val="restart"/>'), cell('Cabo'), cell('12'), cell('10')),
      row(cell('', merged), cell('Cubo'), cell('7'), cell('9')),
      `<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>${cell('Total')}${cell('19')}${cell('')}</w:tr>`,
    );
    expect(await textOf(body)).toBe(
      'Região | Vendas |  | Meta\nSul | Cabo | 12 | 10\nSul | Cubo | 7 | 9\n | Total | 19',
    );
  });

  test('have what is merged over some named columns in each of them, and what is merged over all once', async () => {
    const header = row(cell('Dia'), cell('Manhã'), cell('Tarde'));
    const over = (columns: number, text: string): string => cell(text, `<w:gridSpan w:val="${columns}"/>`);
    const long = 'x'.repeat(101);
    expect(
      await textOf(
        table(header, row(cell('Seg.'), over(2, 'Ana')), row(over(2, long), cell('c')), row(over(3, 'Fim'))),
      ),
    ).toBe(`Dia | Manhã | Tarde\nSeg. | Ana | Ana\n${long} |  | c\nFim`);
    const form = table(row(cell('Nome'), over(2, 'Ana')), row(cell('Rua'), cell('Sol'), cell('7')));
    expect(await textOf(form)).toBe('Nome | Ana\nRua | Sol | 7');
  });

  test('that arrange the page are read cell by cell', async () => {
    const inner = table(row(cell('a'), cell('b')));
    const extraction = await read(table(row(cell('Lado'), cell(inner + paragraph('fim')))));
    expect(outline(extraction)).toEqual(['paragraph: Lado', 'table: a | b', 'paragraph: fim']);
  });

  test('have no more columns than Word allows, whatever a file says', async () => {
    const wide = row(cell('a', '<w:gridSpan w:val="999999999"/>'), cell('b'));
    expect((await textOf(table(wide, row(cell('c'), cell('d'))))).length).toBeLessThan(300);
  });
});

describe('headers and footers', () => {
  const header = (content: string): string => `<w:hdr ${W}>${content}</w:hdr>`;
  const section = (...references: readonly string[]): string => {
    const written = references.map((reference) => {
      const [kind, type, id] = reference.split(' ');
      return `<w:${kind}Reference xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" w:type="${type}" r:id="${id}"/>`;
    });
    return `<w:sectPr>${written.join('')}</w:sectPr>`;
  };
  const field = (code: string, result: string): string =>
    `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> ${code} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${run(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>`;

  test('are read once, before and after the text, without the numbers of pages', async () => {
    const text = await textOf(
      paragraph('Um.', section('header default header1')) +
        paragraph('Segue o parecer.') +
        section('header default header2', 'header first header3', 'footer default footer1'),
      {
        'header1.xml': header(paragraph('Processo SEI 0042.118/2023')),
        'header2.xml': header(paragraph('Processo SEI 0042.118/2023') + paragraph('Olinda')),
        'header3.xml': header(paragraph('de uma primeira página que não há')),
        'footer1.xml': header(
          paragraph(run('Página ') + field('PAGE', '1') + run(' de ') + field('NUMPAGES', '9')) +
            paragraph('– 2 –') +
            paragraph(run('Rua A, folha ') + field('PAGE', '1')),
        ),
      },
    );
    expect(text).toBe('Processo SEI 0042.118/2023\n\nOlinda\n\nUm.\n\nSegue o parecer.\n\nRua A, folha');
  });
});

describe('what stands in the text', () => {
  test('fields show their values, whatever their kind', async () => {
    const simple = `<w:fldSimple w:instr=" MERGEFIELD Valor ">${run('R$ 4.321,00')}</w:fldSimple>`;
    expect(await textOf(paragraph(`${run('Valor: ')}${simple}${run(' por mês.')}`))).toBe(
      'Valor: R$ 4.321,00 por mês.',
    );
    const nested =
      '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>X</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>' +
      `${run('oculto')}<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${run('sim')}<w:r><w:fldChar w:fldCharType="end"/></w:r>`;
    expect(await textOf(paragraph(nested))).toBe('sim');
  });

  test('a field whose code never ends hides no paragraph after it', async () => {
    const broken = paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r>').repeat(3);
    expect(await textOf(broken + paragraph('Texto.'))).toBe('Texto.');
  });

  test('boxes show whether they are ticked, in new and old forms', async () => {
    const box = (isChecked: number, content: string): string =>
      `<w:sdt><w:sdtPr><w14:checkbox xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w14:checked w14:val="${isChecked}"/></w14:checkbox></w:sdtPr><w:sdtContent>${content}</w:sdtContent></w:sdt>`;
    const old = (more: string): string =>
      `<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>${more}</w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`;
    const symbol = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>';
    const body = [
      box(1, run('☒')),
      run(' Simples '),
      box(0, symbol),
      run(' Real '),
      old('<w:default w:val="0"/><w:checked/>'),
      run(' Presumido '),
      old('<w:default w:val="0"/>'),
      run(' MEI '),
      symbol,
    ];
    expect(await textOf(paragraph(body.join('')))).toBe('☒ Simples ☐ Real ☒ Presumido ☐ MEI ☑');
  });

  test.each([
    ['<m:r><m:t>M = 0,02 × V</m:t></m:r>', 'M = 0,02 × V'],
    ['<m:f><m:num><m:r><m:t>a + b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>', '(a + b)/2'],
    ['<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>', 'x^2'],
    ['<m:rad><m:deg/><m:e><m:r><m:t>y</m:t></m:r></m:e></m:rad>', '√(y)'],
    [
      '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub><m:r><m:t>i=1</m:t></m:r></m:sub><m:sup><m:r><m:t>n</m:t></m:r></m:sup><m:e><m:r><m:t>i</m:t></m:r></m:e></m:nary>',
      '∑_(i=1)^n i',
    ],
    ['<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e><m:r><m:t>z</m:t></m:r></m:e></m:d>', '[z]'],
  ])('an equation is written in one line: %s', async (equation, text) => {
    const math = `<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">${equation}</m:oMath>`;
    expect(await textOf(paragraph(`${run('A multa é ')}${math}${run('.')}`))).toBe(`A multa é ${text}.`);
  });

  test('notes and comments follow the paragraph that refers to them', async () => {
    const body =
      paragraph(
        `${run('Vale a lei')}<w:r><w:footnoteReference w:id="2"/></w:r>${run(' e o valor')}<w:r><w:commentReference w:id="0"/></w:r>.`,
      ) + paragraph('Fim.');
    expect(
      await textOf(body, {
        'footnotes.xml': `<w:footnotes ${W}><w:footnote w:id="2">${paragraph('Lei 8.245/1991.')}</w:footnote></w:footnotes>`,
        'comments.xml': `<w:comments ${W}><w:comment w:id="0" w:author="Ana">${paragraph('Conferir.')}</w:comment></w:comments>`,
      }),
    ).toBe('Vale a lei[1] e o valor\n\n[1] Lei 8.245/1991.\n\n[Ana] Conferir.\n\nFim.');
  });

  test('a text box follows its paragraph, once', async () => {
    const box = (text: string): string => `<w:txbxContent>${paragraph(text)}</w:txbxContent>`;
    const drawing = `<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice><w:drawing>${box('Aviso')}</w:drawing></mc:Choice><mc:Fallback><w:pict>${box('Aviso')}</w:pict></mc:Fallback></mc:AlternateContent></w:r>`;
    expect(await textOf(paragraph(`${run('Texto.')}${drawing}`))).toBe('Texto.\n\nAviso');
  });

  test('lines of code are one block, by the name of their style', async () => {
    const styles = `<w:styles ${W}><w:style w:type="paragraph" w:styleId="SC"><w:name w:val="Source Code"/></w:style><w:style w:type="paragraph" w:styleId="LN"><w:name w:val="Listing Number"/></w:style></w:styles>`;
    const body = paragraph('if x:', style('SC')) + paragraph('  y', style('SC')) + paragraph('1', style('LN'));
    expect(outline(await read(body, { 'styles.xml': styles }))).toEqual(['code: if x:\n  y', 'paragraph: 1']);
  });

  test('changes that are tracked show the document as it is now', async () => {
    const body =
      paragraph(
        `${run('Fica ')}<w:del><w:r><w:delText>vedado</w:delText></w:r></w:del><w:ins>${run('permitido')}</w:ins>`,
      ) +
      paragraph(run('o uso '), '<w:rPr><w:del/></w:rPr>') +
      paragraph('comum.');
    expect(await textOf(body)).toBe('Fica permitido\n\no uso comum.');
  });

  test('a chart is a table of its values, and a diagram a list', async () => {
    const drawing = (content: string): string =>
      `<w:r><w:drawing xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">${content}</w:drawing></w:r>`;
    const points = (...values: readonly string[]): string =>
      values.map((value, index) => `<c:pt idx="${index}"><c:v>${value}</c:v></c:pt>`).join('');
    const extraction = await read(
      paragraph(`${run('Veja.')}${drawing('<c:chart r:id="chart1"/>')}${drawing('<dgm:relIds r:dm="data1"/>')}`),
      {
        'charts/chart1.xml': `<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart><c:title><a:p><a:r><a:t>Vendas</a:t></a:r></a:p></c:title><c:ser><c:tx>${points('2025')}</c:tx><c:cat>${points('Sul', 'Norte')}</c:cat><c:val>${points('12', '4.4000000000000004')}</c:val></c:ser></c:chart></c:chartSpace>`,
        'diagrams/data1.xml': `<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><dgm:pt><dgm:t><a:p><a:r><a:t>Pedido</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt/></dgm:dataModel>`,
      },
    );
    expect(outline(extraction)).toEqual([
      'paragraph: Veja.',
      'paragraph: Vendas',
      'table: | 2025\nSul | 12\nNorte | 4.4',
      'list: - Pedido',
    ]);
  });

  test('another document that was put into it is a part of it', async () => {
    const chunk =
      '<w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="trecho"/>';
    const { text, marks, warnings } = await read(paragraph('Um.') + chunk + paragraph('Dois.'), {
      'trecho.html': '<html><p>Cláusula de outro arquivo.</p></html>',
    });
    expect(text).toBe('Um.\n\nCláusula de outro arquivo.\n\nDois.');
    expect(marks[0]).toMatchObject({ part: 'trecho.html' });
    expect(warnings).toEqual([]);
  });

  test('what cannot be read is counted: a file that is missing, a large picture', async () => {
    const picture =
      '<w:r><w:drawing xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><wp:inline><wp:extent cx="5000000" cy="5000000"/><pic:pic><a:blip r:embed="foto"/></pic:pic></wp:inline></w:drawing></w:r>';
    const { warnings } = await read(paragraph(run('Veja a foto.') + picture), { 'foto.png': 'x' });
    expect(warnings).toEqual([
      { code: 'PARTS_LEFT_OUT', count: 1, message: expect.stringContaining('foto.png: it is a picture') },
    ]);
  });

  test.each([
    ['marked as hidden', paragraph(run('secreto', '<w:vanish/>'))],
    ['below 1 pt', paragraph(run('secreto', '<w:sz w:val="2"/>'))],
    ['white on white', paragraph(run('secreto', '<w:color w:val="FFFFFF"/>'))],
  ])('text that is %s is left out and counted', async (_, hidden) => {
    const { text, warnings } = await read(paragraph('Visto.') + hidden);
    expect(text).toBe('Visto.');
    expect(warnings).toMatchObject([{ code: 'HIDDEN_TEXT_LEFT_OUT', count: 7 }]);
  });

  test('white text on a coloured ground is read', async () => {
    const white = run('Total', '<w:color w:val="FFFFFF"/>');
    const body = paragraph(white, '<w:shd w:fill="000000"/>') + table(row(cell(paragraph(white)), cell('9')));
    expect(await read(body)).toMatchObject({ text: 'Total\n\nTotal | 9', warnings: [] });
  });
});

describe('headings without a style', () => {
  const bold = (text: string): string => run(text, '<w:b/>');
  const centred = '<w:jc w:val="center"/>';

  test('are short lines in bold or centred capitals that text follows', async () => {
    const extraction = await read(
      paragraph(bold('CONTRATO Nº 12'), centred) +
        paragraph('As partes acordam o que segue.') +
        paragraph('DO PRAZO', centred) +
        paragraph(bold('Renovação')) +
        paragraph('O prazo é de um ano.') +
        paragraph(`${bold('Multa:')}${run(' dois por cento.')}`) +
        paragraph(bold('ANA SOUZA'), centred) +
        paragraph('Locadora', centred),
    );
    expect(outline(extraction)).toEqual([
      'heading1: CONTRATO Nº 12',
      'paragraph: As partes acordam o que segue.',
      'heading1: DO PRAZO',
      'heading2: Renovação',
      'paragraph: O prazo é de um ano.',
      'paragraph: Multa: dois por cento.',
      'paragraph: ANA SOUZA',
      'paragraph: Locadora',
    ]);
  });

  test('are not the items of a list in capitals', async () => {
    const body = item('RG', 1) + item('CPF', 1) + paragraph('Os documentos são devolvidos.');
    expect(outline(await read(body, numbering([['decimal %1.']])))).toEqual([
      'list: 1. RG\n2. CPF',
      'paragraph: Os documentos são devolvidos.',
    ]);
  });
});

test.each([
  ['Contrato 8.666/2025', 'Contrato 8.666/2025'],
  ['Documento1', 'DO OBJETO'],
  ['modelo.dotx', 'DO OBJETO'],
  ['', 'DO OBJETO'],
])('a title in its properties counts when somebody meant it: %s', async (written, title) => {
  const core = `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${written}</dc:title></cp:coreProperties>`;
  const extraction = await read(paragraph('DO OBJETO', style('Ttulo1')), { '/docProps/core.xml': core });
  expect(extraction.title).toBe(title);
});

describe('files of other programs', () => {
  test('are read in the strict format, and with other prefixes', async () => {
    const strict =
      '<x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main"><x:body><x:p><x:r><x:t>Estrito.</x:t></x:r></x:p></x:body></x:document>';
    expect(await textOf('', { 'document.xml': strict })).toBe('Estrito.');
  });

  test('may be deep, but not without end', async () => {
    const nested = (depth: number): string =>
      `${'<w:tbl><w:tr><w:tc>'.repeat(depth)}${paragraph('fundo')}${'</w:tc></w:tr></w:tbl>'.repeat(depth)}`;
    expect(await textOf(nested(100))).toBe('fundo');
    await expect(textOf(nested(1000))).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  test('may have a paragraph of very many runs, but not of a million', async () => {
    const runs = (count: number): string => `<w:p>${'<w:r/>'.repeat(count)}${run('fim')}</w:p>`;
    expect(await textOf(runs(100_000))).toBe('fim');
    await expect(textOf(runs(1_000_000))).rejects.toMatchObject({
      code: 'TOO_LARGE',
      reason: expect.stringMatching(/million elements; split it$/),
    });
  });

  test('do not expand entities of their own', async () => {
    const document = `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document ${W}><w:body>${paragraph('&a;')}</w:body></w:document>`;
    await expect(textOf('', { 'document.xml': document })).rejects.toMatchObject({ code: 'DAMAGED' });
  });
});
