import { describe, expect, test } from 'vitest';
import { expectSound } from '../../../testing/expect-sound.ts';
import { sampleDocx, zipOf } from '../../../testing/files.ts';
import { CAN_DRAW_TEXT, drawnPage } from '../../../testing/pictures.ts';
import { extract } from '../extract.ts';
import type { Extraction } from '../extraction.ts';
import { openOcr, type OcrMode } from './ocr.ts';
import type { PageText } from './page-text.ts';
import { MAX_PICTURES } from './picture-parts.ts';

const png = drawnPage(['O recibo vale trezentos reais.']).toBuffer('image/png');
const LARGE = 2_880_000;
const NAMESPACES =
  'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const inWord = (id: string, side = LARGE): string =>
  `<w:p><w:r><w:t>Veja ${id}.</w:t></w:r><w:r><w:drawing ${NAMESPACES}><wp:inline><wp:extent cx="${side}" cy="${side}"/><pic:pic><a:blip r:embed="${id}"/></pic:pic></wp:inline></w:drawing></w:r></w:p>`;
const docx = (body: string, pictures: Readonly<Record<string, Buffer>>): Buffer => sampleDocx(body, pictures);
const onSlide = (id: string, side = LARGE): string =>
  `<p:pic><p:blipFill><a:blip r:embed="${id}"/></p:blipFill><p:spPr><a:xfrm><a:ext cx="${side}" cy="${side}"/></a:xfrm></p:spPr></p:pic>`;
const pptx = (slide: string): Buffer =>
  zipOf({
    'ppt/presentation.xml': '<p:presentation><p:sldIdLst><p:sldId r:id="a"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels':
      '<Relationships><Relationship Id="a" Type="http://x/slide" Target="slides/1.xml"/></Relationships>',
    'ppt/slides/1.xml': `<p:sld><p:sp><p:txBody><a:p><a:r><a:t>Vendas</a:t></a:r></a:p></p:txBody></p:sp>${slide}</p:sld>`,
    'ppt/slides/_rels/1.xml.rels':
      '<Relationships><Relationship Id="um" Type="http://x/image" Target="../media/um.png"/><Relationship Id="fora" Type="http://x/image" Target="http://x/fora.png" TargetMode="External"/></Relationships>',
    'ppt/media/um.png': png,
  });

/** Reads a file whose pages were recognised before, so that no engine is needed. */
const read = (path: string, bytes: Buffer, mode: OcrMode = 'now'): Promise<Extraction> => {
  const known: PageText[] = Array.from({ length: 60 }, (_, n) => ({ paragraphs: [`Foto ${n + 1}.`], confidence: 93 }));
  return extract(
    { path, bytes },
    () => {},
    0,
    openOcr(mode, () => {}, known),
  );
};

test('a large picture in a Word document is a part of it, each once; a smaller one is none', async () => {
  const body = inWord('um') + inWord('um') + inWord('logo', LARGE - 1) + inWord('dois');
  const extraction = await read('a.docx', docx(body, { 'um.png': png, 'logo.png': png, 'dois.jpeg': png }));
  expect(extraction.text).toBe('Veja um.\n\nFoto 1.\n\nVeja um.\n\nVeja logo.\n\nVeja dois.\n\nFoto 2.');
  expect(extraction.marks.flatMap(({ part }) => part ?? [])).toEqual(['um.png', 'dois.jpeg']);
  expect(extraction.warnings).toMatchObject([
    { code: 'READ_BY_OCR', count: 2, message: expect.stringContaining('um.png') },
  ]);
  expectSound(extraction);
});

test('a large picture on a slide is a part of the presentation', async () => {
  const extraction = await read('a.pptx', pptx(onSlide('um') + onSlide('um') + onSlide('fora') + onSlide('nada')));
  expect(extraction.text).toBe('Vendas\n\nFoto 1.');
  expect(extraction.warnings).toMatchObject([{ code: 'READ_BY_OCR', count: 1 }]);
  expect((await read('a.pptx', pptx(onSlide('um', LARGE - 1)))).text).toBe('Vendas');
});

test('pictures are left out and counted while recognition is off or follows, and those of other kinds always', async () => {
  const file = docx(inWord('um') + inWord('vetor'), { 'um.png': png, 'vetor.emf': Buffer.from('EMF') });
  for (const [mode, why] of [
    ['off', 'ASKBOX_OCR=auto'],
    ['later', 'follows'],
  ] as const) {
    const { text, warnings } = await read('a.docx', file, mode);
    expect(text).toBe('Veja um.\n\nVeja vetor.');
    expect(warnings).toMatchObject([{ code: 'PARTS_LEFT_OUT', count: 2, message: expect.stringContaining(why) }]);
    expect(warnings[0]?.message).toContain('vetor.emf: it is a picture');
  }
});

test('no more pictures of a document are recognised than the limit', async () => {
  const names = Array.from({ length: MAX_PICTURES + 1 }, (_, n) => `p${n}`);
  const body = names.map((name) => inWord(name)).join('');
  const extraction = await read('a.docx', docx(body, Object.fromEntries(names.map((name) => [`${name}.png`, png]))));
  expect(extraction.warnings).toMatchObject([
    { code: 'READ_BY_OCR', count: MAX_PICTURES },
    { code: 'PARTS_LEFT_OUT', count: 1, message: expect.stringContaining(`at most ${MAX_PICTURES} pictures`) },
  ]);
});

describe.runIf(CAN_DRAW_TEXT)('a scan in a Word document', { timeout: 120_000 }, () => {
  test('is recognised', async () => {
    const extraction = await extract({ path: 'a.docx', bytes: docx(inWord('um'), { 'um.png': png }) });
    expect(extraction.text).toContain('O recibo vale trezentos reais.');
  });
});
