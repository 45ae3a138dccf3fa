import { expect, test } from 'vitest';
import { zipOf } from '../../../testing/files.ts';
import { extract } from '../extract.ts';
import type { Extraction } from '../extraction.ts';

const read = (bytes: Buffer): Promise<Extraction> => extract({ path: 'a.pptx', bytes });

const shape = (placeholder: string, ...paragraphs: readonly string[]): string =>
  `<p:sp><p:nvPr>${placeholder && `<p:ph type="${placeholder}"/>`}</p:nvPr><p:txBody>${paragraphs.map((words) => `<a:p><a:r><a:t>${words}</a:t></a:r></a:p>`).join('')}</p:txBody></p:sp>`;
const slideOf = (content: string, attributes = ''): string =>
  `<p:sld ${attributes}><p:spTree>${content}</p:spTree></p:sld>`;
const relationsOf = (targets: readonly (readonly [type: string, target: string])[]): string =>
  `<Relationships>${targets.map(([type, target], i) => `<Relationship Id="r${i + 1}" Type="http://x/${type}" Target="${target}"/>`).join('')}</Relationships>`;

/** Returns a presentation with these slides, which are stored in the opposite order. */
const pptxOf = (slides: readonly string[], more: Readonly<Record<string, string>> = {}): Buffer => {
  const names = slides.map((_, i) => `slides/slide${slides.length - i}.xml`);
  return zipOf({
    'ppt/presentation.xml': `<p:presentation><p:sldIdLst>${slides.map((_, i) => `<p:sldId r:id="r${i + 1}"/>`).join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relationsOf(names.map((name) => ['slide', name])),
    ...Object.fromEntries(slides.map((slide, i) => [`ppt/${names[i]}`, slide])),
    ...more,
  });
};

const blocksOf = ({ text, blocks }: Extraction): string[] =>
  blocks.map(({ kind, startChar, endChar }) => `${kind}: ${text.slice(startChar, endChar)}`);

test('slides come in their order, each with its title first, its table, notes and comments', async () => {
  const cell = (words: string): string => `<a:tc><a:txBody><a:p><a:r><a:t>${words}</a:t></a:r></a:p></a:txBody></a:tc>`;
  const table = `<p:graphicFrame><a:tbl><a:tr>${cell('Mês')}${cell('Meta')}</a:tr><a:tr>${cell('maio')}${cell('12')}</a:tr></a:tbl></p:graphicFrame>`;
  const first = slideOf(
    shape('body', 'Vender <![CDATA[mais]]>', 'Gastar menos') +
      shape('ctrTitle', 'Metas', 'de 2024') +
      table +
      shape('sldNum', '1'),
  );
  const twice = `<mc:AlternateContent><mc:Choice>${shape('', 'Prazos')}</mc:Choice><mc:Fallback>${shape('', 'Prazos')}</mc:Fallback></mc:AlternateContent>`;
  const extraction = await read(
    pptxOf([first, slideOf(twice)], {
      'ppt/slides/_rels/slide2.xml.rels': relationsOf([
        ['notesSlide', '../notesSlides/n1.xml'],
        ['comments', '../comments/c1.xml'],
        ['image', '../media/x.png'],
      ]),
      'ppt/notesSlides/n1.xml': `<p:notes>${shape('sldImg', '')}${shape('body', 'falar devagar')}</p:notes>`,
      'ppt/comments/c1.xml': '<p:cmLst><p:cm><p:text>de acordo</p:text></p:cm></p:cmLst>',
    }),
  );
  expect(blocksOf(extraction)).toEqual([
    'heading: Metas de 2024',
    'paragraph: Vender mais\nGastar menos',
    'table: Mês | Meta\nmaio | 12',
    'paragraph: Notes: falar devagar',
    'paragraph: de acordo',
    'paragraph: Prazos',
  ]);
  expect(extraction.marks.map(({ slide }) => slide)).toEqual([1, 2]);
  expect(extraction.title).toBe('Metas de 2024');
});

test('a chart is a table of its numbers', async () => {
  const series = (name: string, values: readonly number[]): string =>
    `<c:ser><c:tx><c:v>${name}</c:v></c:tx><c:cat>${['maio', 'junho'].map((month, i) => `<c:pt idx="${i}"><c:v>${month}</c:v></c:pt>`).join('')}</c:cat><c:val>${values.map((value, i) => `<c:pt idx="${i}"><c:v>${value}</c:v></c:pt>`).join('')}</c:val></c:ser>`;
  const extraction = await read(
    pptxOf([slideOf(shape('title', 'Vendas'))], {
      'ppt/slides/_rels/slide1.xml.rels': relationsOf([['chart', '../charts/chart1.xml']]),
      'ppt/charts/chart1.xml': `<c:chart><c:title><a:p><a:t>Por mês</a:t></a:p></c:title>${series('Recife', [1, 2])}${series('Natal', [3])}</c:chart>`,
    }),
  );
  expect(blocksOf(extraction)).toEqual([
    'heading: Vendas',
    'paragraph: Por mês',
    'table: | Recife | Natal\nmaio | 1 | 3\njunho | 2 |',
  ]);
});

test('hidden slides are left out and counted', async () => {
  const extraction = await read(pptxOf([slideOf(shape('', 'segredo'), 'show="0"'), slideOf(shape('', 'visto'))]));
  expect(extraction.text).toBe('visto');
  expect(extraction.marks).toEqual([{ startChar: 0, slide: 2 }]);
  expect(extraction.warnings).toMatchObject([{ code: 'HIDDEN_TEXT_LEFT_OUT', count: 1 }]);
});

test.each<[string, Buffer, string]>([
  ['a slide that is not well-formed', pptxOf(['<p:sld>']), 'DAMAGED'],
  ['a presentation with empty slides', pptxOf([slideOf('')]), 'NO_TEXT'],
  ['a bomb', pptxOf([slideOf(' '.repeat(11_000_000))]), 'TOO_LARGE'],
])('%s ends in a named reason', async (_, bytes, code) => {
  const message: unknown = expect.stringMatching(/^cannot read a\.pptx: .+; .+[^.]$/);
  await expect(read(bytes)).rejects.toMatchObject({ code, message });
});
