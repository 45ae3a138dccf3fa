import { expect, test } from 'vitest';
import { zipOf } from '../../testing/files.ts';
import { extract } from './extract.ts';
import type { Extraction } from './extraction.ts';

const read = (bytes: Buffer): Promise<Extraction> => extract({ path: 'a.epub', bytes });

const bookOf = (more: Readonly<Record<string, string>> = {}): Buffer =>
  zipOf({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': '<container><rootfiles><rootfile full-path="OEBPS/livro.opf"/></rootfiles></container>',
    'OEBPS/livro.opf':
      '<package><metadata><dc:title>Dom Casmurro</dc:title></metadata><manifest><item id="b" href="capitulo%202.xhtml"/><item id="a" href="texto/um.xhtml"/><item id="n" href="indice.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/><itemref idref="n" linear="no"/></spine></package>',
    'OEBPS/capitulo 2.xhtml': '<html><body><h1>Do livro</h1><p>Agora que expliquei o título.</p></body></html>',
    'OEBPS/texto/um.xhtml':
      '<?xml version="1.0"?><html><head><title>x</title></head><body><nav>Capítulo 1</nav><h1>Do título</h1><p>Uma noite destas.</p></body></html>',
    'OEBPS/indice.xhtml': '<html><body><p>Índice</p></body></html>',
    ...more,
  });

test('chapters come in reading order, with their headings; the contents are left out', async () => {
  const { text, blocks, title, mediaType } = await read(bookOf());
  expect(text).toBe('Do título\n\nUma noite destas.\n\nDo livro\n\nAgora que expliquei o título.');
  expect(blocks.map(({ kind }) => kind)).toEqual(['heading', 'paragraph', 'heading', 'paragraph']);
  expect({ title, mediaType }).toEqual({ title: 'Dom Casmurro', mediaType: 'application/epub+zip' });
});

test.each<[string, Buffer, string]>([
  ['a book with copy protection', bookOf({ 'META-INF/rights.xml': '<rights/>' }), 'ENCRYPTED'],
  ['a book without a list of chapters', zipOf({ 'META-INF/container.xml': '<container/>' }), 'DAMAGED'],
  ['a list of chapters that is not well-formed', bookOf({ 'OEBPS/livro.opf': '<package>' }), 'DAMAGED'],
  ['a book whose chapters are absent', bookOf({ 'OEBPS/livro.opf': '<package/>' }), 'NO_TEXT'],
])('%s ends in a named reason', async (_, bytes, code) => {
  const message: unknown = expect.stringMatching(/^cannot read a\.epub: .+; .+[^.]$/);
  await expect(read(bytes)).rejects.toMatchObject({ code, message });
});

test('encrypted fonts do not make a book unreadable', async () => {
  const fonts = '<encryption><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></encryption>';
  expect((await read(bookOf({ 'META-INF/encryption.xml': fonts }))).text).toContain('Uma noite destas.');
});
