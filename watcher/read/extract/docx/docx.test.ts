import { describe, expect, test } from 'vitest';
import { sampleDocx } from '../../../testing/files.ts';
import { extract } from '../extract.ts';
import type { Extraction } from '../extraction.ts';

const read = (body: string, parts: Readonly<Record<string, string>> = {}): Promise<Extraction> =>
  extract({ path: 'a.docx', bytes: sampleDocx(body, parts) });
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
