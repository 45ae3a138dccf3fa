import { expect, test } from 'vitest';
import { zipOf } from '../../../testing/files.ts';
import { extract } from '../extract.ts';
import type { Extraction } from '../extraction.ts';

const read = (path: string, bytes: Buffer): Promise<Extraction> => extract({ path, bytes });

const odfOf = (kind: 'text' | 'presentation' | 'spreadsheet', body: string, styles = ''): Buffer =>
  zipOf({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    'content.xml': `<office:document-content><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    'meta.xml':
      '<office:document-meta><office:meta><dc:title>Do arquivo</dc:title></office:meta></office:document-meta>',
  });
const p = (words: string): string => `<text:p>${words}</text:p>`;
const style = (name: string, properties: string): string =>
  `<style:style style:name="${name}">${properties}</style:style>`;

const blocksOf = ({ text, blocks }: Extraction): string[] =>
  blocks.map(({ kind, level, startChar, endChar }) => `${kind}${level ?? ''}: ${text.slice(startChar, endChar)}`);
const placesOf = ({ text, marks }: Extraction) =>
  marks.map(({ startChar, ...place }) => [text.slice(startChar).split('\n')[0], place]);

test('a text keeps headings, lists, tables, footnotes and comments', async () => {
  const cell = (words: string): string => `<table:table-cell>${p(words)}</table:table-cell>`;
  const body = `
    <text:tracked-changes><text:deletion>${p('apagado')}</text:deletion></text:tracked-changes>
    <text:h text:outline-level="2">Do  prazo</text:h>
    ${p('Trinta<text:s text:c="2"/>dias<text:note><text:note-citation>1</text:note-citation><text:note-body>' + p('úteis') + '</text:note-body></text:note>, contados<office:annotation><dc:creator>Ana</dc:creator>' + p('da assinatura?') + '</office:annotation>.')}
    <text:list><text:list-item>${p('um')}<text:list><text:list-item>${p('dentro')}</text:list-item></text:list></text:list-item><text:list-item>${p('dois')}</text:list-item></text:list>
    <table:table><table:table-row>${cell('a')}${cell('b')}</table:table-row><table:table-row>${cell('1')}${cell('2')}</table:table-row></table:table>
    ${p('<text:span text:style-name="T1">segredo</text:span>Fim.')}`;
  const extraction = await read(
    'a.odt',
    odfOf('text', body, style('T1', '<style:text-properties text:display="none"/>')),
  );
  expect(blocksOf(extraction)).toEqual([
    'heading2: Do prazo',
    'paragraph: Trinta dias[1], contados.',
    'paragraph: [1] úteis',
    'paragraph: da assinatura?',
    'list: - um\n  - dentro\n- dois',
    'table: a | b\n1 | 2',
    'paragraph: Fim.',
  ]);
  expect(extraction).toMatchObject({
    title: 'Do arquivo',
    mediaType: 'application/vnd.oasis.opendocument.text',
    warnings: [{ code: 'HIDDEN_TEXT_LEFT_OUT', count: 7 }],
  });
});

test('a presentation is read slide by slide, its notes are marked, hidden slides are left out', async () => {
  const frame = (words: string, kind = ''): string =>
    `<draw:frame presentation:class="${kind}"><draw:text-box>${p(words)}</draw:text-box></draw:frame>`;
  const body = `
    <draw:page>${frame('Metas', 'title')}${frame('Vender mais')}<presentation:notes>${frame('falar devagar')}</presentation:notes></draw:page>
    <draw:page draw:style-name="oculto">${frame('segredo')}</draw:page>
    <draw:page>${frame('Prazos', 'title')}</draw:page>`;
  const hidden = style('oculto', '<style:drawing-page-properties presentation:visibility="hidden"/>');
  const extraction = await read('a.odp', odfOf('presentation', body, hidden));
  expect(blocksOf(extraction)).toEqual([
    'heading1: Metas',
    'paragraph: Vender mais',
    'paragraph: Notes: falar devagar',
    'heading1: Prazos',
  ]);
  expect(placesOf(extraction)).toEqual([
    ['Metas', { slide: 1 }],
    ['Prazos', { slide: 3 }],
  ]);
  expect(extraction.warnings).toMatchObject([{ code: 'HIDDEN_TEXT_LEFT_OUT', count: 1 }]);
});

test('a spreadsheet has its cells as displayed, also those that are repeated', async () => {
  const cell = (words: string, attributes = ''): string =>
    `<table:table-cell ${attributes}>${words && p(words)}</table:table-cell>`;
  const body = `
    <table:table table:name="Contas 2024">
      <table:table-row>${cell('Item')}${cell('Valor')}</table:table-row>
      <table:table-row>${cell('Luz', 'office:value-type="string"')}${cell('R$ 1.234,50', 'office:value="1234.5"')}</table:table-row>
      <table:table-row table:number-rows-repeated="3">${cell('', 'table:number-columns-repeated="16384"')}</table:table-row>
      <table:table-row>${cell('<office:annotation>' + p('conferir') + '</office:annotation>')}${cell('0', 'table:number-columns-repeated="2"')}</table:table-row>
    </table:table>
    <table:table table:name="Custos" table:style-name="oculta"><table:table-row>${cell('segredo')}</table:table-row></table:table>`;
  const hidden = style('oculta', '<style:table-properties table:display="false"/>');
  const extraction = await read('a.ods', odfOf('spreadsheet', body, hidden));
  const sheet = 'Contas 2024';
  expect(placesOf(extraction)).toEqual([
    ['Contas 2024', { sheet }],
    ['Item | Valor', { sheet, cells: 'A1:B1' }],
    ['Luz | R$ 1.234,50', { sheet, cells: 'A2:B2' }],
    ['0 | 0', { sheet, cells: 'B6:C6' }],
    ['A6: conferir', { sheet, cells: 'A6' }],
  ]);
  expect(extraction.warnings).toMatchObject([{ code: 'HIDDEN_TEXT_LEFT_OUT', count: 1 }]);
});

const repeated =
  '<table:table><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row></table:table>';
const encrypted = zipOf({ 'content.xml': 'xyz', 'META-INF/manifest.xml': '<manifest:encryption-data/>' });

test.each<[string, Buffer, string]>([
  ['a cell repeated over the whole sheet', odfOf('spreadsheet', repeated), 'TOO_LARGE'],
  ['a text that is not well-formed', odfOf('text', '<text:p>'), 'DAMAGED'],
  ['lists inside each other without end', odfOf('text', '<text:list>'.repeat(3_000)), 'DAMAGED'],
  ['an entity of its own', odfOf('text', p('&lol;')), 'DAMAGED'],
  ['a document with a password', encrypted, 'ENCRYPTED'],
  ['an empty document', odfOf('text', ''), 'NO_TEXT'],
])('%s ends in a named reason', async (_, bytes, code) => {
  const message: unknown = expect.stringMatching(/^cannot read a\.od_: .+; .+[^.]$/);
  await expect(read('a.od_', bytes)).rejects.toMatchObject({ code, message });
});
