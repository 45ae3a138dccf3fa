import { write } from '@e965/xlsx';
import { describe, expect, test } from 'vitest';
import { expectSound } from '../../testing/expect-sound.ts';
import { drawnPdf, sampleDocx, zipOf } from '../../testing/files.ts';
import { extract } from './extract.ts';

const mail = (html: string): string =>
  `From: ana@a.br\r\nSubject: Aviso\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}`;
const slide = (words: string, attributes = ''): string =>
  `<p:sld ${attributes}><p:sp><p:txBody><a:p><a:r><a:t>${words}</a:t></a:r></a:p></p:txBody></p:sp></p:sld>`;
const cells = {
  Notas: { A1: { t: 's', v: 'visto' }, '!ref': 'A1' },
  Custos: { A1: { t: 's', v: 'oculto' }, '!ref': 'A1' },
};
const workbook = {
  SheetNames: ['Notas', 'Custos'],
  Sheets: cells,
  Workbook: { Sheets: [{}, { Hidden: 1 }] },
} as const;
const pdf = 'BT /F1 12 Tf 50 700 Td (visto) Tj ET BT 1 g /F1 12 Tf 50 650 Td (oculto) Tj ET';

/** Files in which a reader sees "visto" but not "oculto". */
const FILES: Readonly<Record<string, Buffer>> = {
  'a.pdf': drawnPdf([pdf]),
  'minúsculo.pdf': drawnPdf([pdf.replace('1 g /F1 12', '/F1 0.1')]),
  'a.html': Buffer.from('<p>visto</p><p hidden>oculto</p>'),
  'a.eml': Buffer.from(mail('<p>visto</p><div style="display:none">oculto</div>')),
  'a.epub': zipOf({
    'META-INF/container.xml': '<container><rootfile full-path="a.opf"/></container>',
    'a.opf': '<package><item id="1" href="a.xhtml"/><itemref idref="1"/></package>',
    'a.xhtml': '<p>visto</p><p style="display:none">oculto</p>',
  }),
  'a.docx': sampleDocx(
    '<w:p><w:r><w:t>visto</w:t></w:r></w:p><w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>oculto</w:t></w:r></w:p>',
  ),
  // SheetJS returns a Buffer for the type `buffer`; it only reads the workbook.
  'a.xlsx': write(structuredClone(workbook) as never, { type: 'buffer', bookType: 'xlsx' }) as Buffer,
  'a.pptx': zipOf({
    'ppt/presentation.xml':
      '<p:presentation><p:sldIdLst><p:sldId r:id="a"/><p:sldId r:id="b"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels':
      '<Relationships><Relationship Id="a" Type="http://x/slide" Target="slides/1.xml"/><Relationship Id="b" Type="http://x/slide" Target="slides/2.xml"/></Relationships>',
    'ppt/slides/1.xml': slide('visto'),
    'ppt/slides/2.xml': slide('oculto', 'show="0"'),
  }),
  'a.odt': zipOf({
    mimetype: 'application/vnd.oasis.opendocument.text',
    'content.xml':
      '<office:document-content><office:body><office:text><text:p>visto</text:p><text:hidden-paragraph>oculto</text:hidden-paragraph></office:text></office:body></office:document-content>',
  }),
  'a.rtf': Buffer.from(String.raw`{\rtf1\ansi visto\par {\v oculto}}`),
};

describe.each(Object.entries(FILES))('hidden text in %s', (path, bytes) => {
  test('is left out and counted', async () => {
    const extraction = await extract({ path, bytes });
    expect(extraction.text).toContain('visto');
    expect(extraction.text).not.toContain('oculto');
    expect(extraction.warnings).toMatchObject([
      { code: 'HIDDEN_TEXT_LEFT_OUT', message: expect.stringContaining('ASKBOX_HIDDEN_TEXT=read') },
    ]);
  });

  test('is read as any other text if that is wanted', async () => {
    const extraction = await extract({ path, bytes, readsHidden: true });
    expect(extraction.text).toContain('visto');
    expect(extraction.text).toContain('oculto');
    expect(extraction.warnings).toEqual([]);
    expectSound(extraction);
  });
});

test('text that was deleted is never read', async () => {
  const bytes = Buffer.from(String.raw`{\rtf1\ansi visto {\deleted apagado}}`);
  expect(await extract({ path: 'a.rtf', bytes, readsHidden: true })).toMatchObject({ text: 'visto', warnings: [] });
});

test('it is read in files inside files too', async () => {
  const zip = zipOf({ 'a.rtf': FILES['a.rtf']!.toString('latin1') });
  expect((await extract({ path: 'a.zip', bytes: zip })).text).not.toContain('oculto');
  expect((await extract({ path: 'a.zip', bytes: zip, readsHidden: true })).text).toContain('oculto');
});
