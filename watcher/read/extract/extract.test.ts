import { describe, expect, test } from 'vitest';
import { ExtractError } from './extract-error.ts';
import type { Block, Extraction } from './extraction.ts';
import { extract } from './extract.ts';
import { chunk } from '../chunk/chunk.ts';
import { expectSound } from '../../testing/expect-sound.ts';
import { sampleDocx, samplePdf, zipOf } from '../../testing/files.ts';

const read = (path: string, content: Buffer | string): Promise<Extraction> =>
  extract({ path, bytes: Buffer.isBuffer(content) ? content : Buffer.from(content) });

const wordsOf = ({ text }: Extraction, block: Block): string => text.slice(block.startChar, block.endChar);
const outline = (extraction: Extraction): string[] =>
  extraction.blocks.map((block) => `${block.kind}${block.level ?? ''}: ${wordsOf(extraction, block)}`);
/** The text that follows each mark, up to the end of the line. */
const placesOf = ({ text, marks }: Extraction) =>
  marks.map(({ startChar, ...place }) => [text.slice(startChar).split('\n')[0], place]);
const verdictOn = async (path: string, content: Buffer | string): Promise<ExtractError> => {
  const error = await read(path, content).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ExtractError);
  return error as ExtractError; // proved by the line above
};

describe('text', () => {
  test('is split at blank lines, and every line has its number', async () => {
    const extraction = await read('notas.txt', 'Um.\r\nDois.\r\n\r\n\r\nCinco.\n');
    expectSound(extraction);
    expect(outline(extraction)).toEqual(['paragraph: Um.\nDois.', 'paragraph: Cinco.']);
    expect(placesOf(extraction)).toEqual([
      ['Um.', { line: 1 }],
      ['Dois.', { line: 2 }],
      ['Cinco.', { line: 5 }],
    ]);
    expect(extraction.title).toBeNull();
  });

  test.each([
    ['UTF-8', Buffer.from('ação “certa”')],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFFação “certa”')],
    ['UTF-16 with a byte order mark', Buffer.from('\uFEFFação “certa”', 'utf16le')],
    ['UTF-16 without one', Buffer.from('ação “certa”', 'utf16le')],
    ['big-endian UTF-16 without one', Buffer.from('ação “certa”', 'utf16le').swap16()],
  ])('reads %s without a doubt', async (_, bytes) => {
    const extraction = await read('a.txt', bytes);
    expectSound(extraction);
    expect(extraction.text).toBe('ação “certa”');
    expect(extraction.warnings).toEqual([]);
  });

  test('reads windows-1252 and says that it guessed', async () => {
    const { text, warnings } = await read('a.txt', Buffer.from('a\xE7\xE3o \x93certa\x94', 'latin1'));
    expect(text).toBe('ação “certa”');
    expect(warnings).toMatchObject([{ code: 'ENCODING_GUESSED', count: 4 }]);
  });

  test('lines drawn with a thousand pipes give no blank chunks', async () => {
    const extraction = await read('pipes.md', `Um.\n\n${`${'|'.repeat(1000)}\n`.repeat(50)}\nDois.\n`);
    expectSound(extraction);
    const chunks = chunk(extraction);
    expect(chunks.filter(({ text }) => text.trim().length < 2)).toEqual([]);
    expect(chunks.length).toBeLessThan(10);
  });

  test('composes accents, drops stray NULs and mends broken surrogates', async () => {
    const source = Buffer.concat([
      Buffer.from(`\uFEFFac\u0327a\u0303o\0 com\u00ADputador ${'x'.repeat(200)}`, 'utf16le'),
      Buffer.from([0x00, 0xd8]),
    ]);
    const extraction = await read('a.txt', source);
    expectSound(extraction);
    expect(extraction.text).toMatch(/^ação computador x+\uFFFD$/);
  });

  test('control characters are no text: those that separate become spaces, the others go', async () => {
    const last = 'Página um.\fPágina\vdois.\u0085Fim\u0007 do \u0080texto\u001B.\tColuna';
    const extraction = await read('relatorio.txt', 'Linha. '.repeat(99) + last);
    expectSound(extraction);
    expect(extraction.text).toMatch(/Linha\. Página um\. Página dois\. Fim do texto\.\tColuna$/);
  });

  test.each([
    ['tabela.csv', 'text/csv', 'table'],
    ['a.json', 'application/json', 'code'],
    ['a.py', 'text/plain', 'code'],
    ['LEIAME', 'text/plain', 'paragraph'],
  ])('%s is text', async (path, mediaType, kind) => {
    const extraction = await read(path, 'a,b\n1,2\n');
    expect(extraction).toMatchObject({ text: 'a,b\n1,2', mediaType, pageCount: null });
    expect(extraction.blocks[0]?.kind).toBe(kind);
  });
});

test.each(['the ftyp of a film', 'RIFF and WAVE', 'BM, MZ, PK', 'Um exemplo: %PDF-1.7', 'use <html> aqui'])(
  'words that look like the beginning of another format stay text: %s',
  async (words) => {
    expect(await read('a.txt', words)).toMatchObject({ text: words, mediaType: 'text/plain' });
  },
);

describe('Markdown', () => {
  test('keeps its source, without the marks of headings and fences', async () => {
    const extraction = await read(
      'a.md',
      [
        '# O **contrato** [1](http://x.y)',
        'Texto com **ênfase**:',
        '- um',
        '- dois',
        '',
        '| a | b |',
        '|---|---|',
        '| 1 | 2 |',
        '',
        '```sh',
        '# não é título',
        '',
        'ls',
        '```',
        'Prazos',
        '------',
        'Fim.',
      ].join('\n'),
    );
    expectSound(extraction);
    expect(outline(extraction)).toEqual([
      'heading1: O contrato 1',
      'paragraph: Texto com **ênfase**:',
      'list: - um\n- dois',
      'table: | a | b |\n|---|---|\n| 1 | 2 |',
      'code: # não é título\n\nls',
      'heading2: Prazos',
      'paragraph: Fim.',
    ]);
    expect(placesOf(extraction).at(-1)).toEqual(['Fim.', { line: 17 }]);
    expect(extraction.title).toBe('O contrato 1');
  });

  test('takes its title from the front matter before the first heading', async () => {
    const extraction = await read('a.md', '---\ntitle: "Ata da reunião"\ndate: 2026-11-01\n---\n# Abertura\n');
    expect(extraction.title).toBe('Ata da reunião');
    expect(extraction.text).toContain('date: 2026-11-01');
  });

  test.each([
    ['folded over lines', '---\ntitle: >\n  Plano de\n  contingência\nauthor: X\n---\nTexto.', 'Plano de contingência'],
    ['in TOML', '+++\ntitle = "Manual do forno"\n+++\nTexto.', 'Manual do forno'],
  ])('takes a title %s from the front matter', async (_, source, title) => {
    const extraction = await read('a.md', source);
    expect(extraction.title).toBe(title);
    expect(outline(extraction).at(-1)).toBe('paragraph: Texto.');
  });

  test('does not take a rule at its top for front matter', async () => {
    const extraction = await read('a.md', '---\n# Um\n---\nDois\n');
    expect(outline(extraction)).toEqual(['heading1: Um', 'paragraph: Dois']);
  });
});

describe('HTML', () => {
  const article = 'O prazo de entrega é de trinta dias corridos, contados da assinatura do contrato. '.repeat(8);

  test('reads a page with pictures, which are neither fetched nor drawn', async () => {
    const page = `<!DOCTYPE html><title>Fotos</title><article><img src="a.png" width="10"><picture><img src="data:image/png;base64,AA=="></picture><canvas></canvas><p>${article}</p></article>`;
    expect((await read('a.html', page)).text).toContain('trinta dias');
  });

  test('keeps the article and leaves the navigation out', async () => {
    const extraction = await read(
      'a.html',
      `<!DOCTYPE html><title>Contrato</title><nav><a href="/">Início</a></nav><article><h1>Entrega</h1><p>${article}</p><h2>Multas</h2><p>${article}</p></article><footer>Direitos reservados</footer>`,
    );
    expectSound(extraction);
    expect(extraction.title).toBe('Contrato');
    expect(extraction.text).toContain(article.trim());
    expect(outline(extraction)).toContain('heading2: Multas');
    expect(extraction.text).not.toMatch(/Início|Direitos/);
  });

  test('keeps all but the navigation of a page that is no article', async () => {
    const extraction = await read(
      'a.html',
      '<html><nav>Início</nav><ul><li>um<ol><li>dentro</li><li>fora</li></ol></li><li>dois</li></ul><table><tr><th>a</th><th>b</th></tr><tr><td><p>1</p><p>2</p></td><td></td></tr></table><pre>x\n  y</pre>',
    );
    expectSound(extraction);
    expect(outline(extraction)).toEqual([
      'list: - um\n  1. dentro\n  2. fora\n- dois',
      'table: a | b\n1 2 |',
      'code: x\n  y',
    ]);
  });

  test('reads a table that arranges the page as paragraphs', async () => {
    const extraction = await read(
      'a.html',
      '<html><table><tr><td>menu</td><td><h1>Título</h1>um<br>dois</td></tr></table>',
    );
    expect(outline(extraction)).toEqual(['paragraph: menu', 'heading1: Título', 'paragraph: um\ndois']);
  });

  test('believes UTF-8 bytes rather than what an old <meta> declares', async () => {
    const page = '<html><meta charset="iso-8859-1"><p>ação</p>';
    expect((await read('a.html', page)).text).toBe('ação');
    expect(await read('a.html', Buffer.from(page, 'latin1'))).toMatchObject({ text: 'ação', warnings: [] });
  });

  test('is not taken in by a page in windows-1252 that calls itself UTF-16', async () => {
    const page = Buffer.from('<html><meta charset="utf-16"><p>a\xE7\xE3o', 'latin1');
    expect(await read('a.html', page)).toMatchObject({ text: 'ação', warnings: [{ code: 'ENCODING_GUESSED' }] });
  });

  test('runs no script', async () => {
    const extraction = await read('a.html', '<html><p>ok</p><script>document.write("dito"); while (true) {}</script>');
    expect(extraction.text).toBe('ok');
  });

  test.each([
    ['nested elements', `<html><p>start</p>${'<div>'.repeat(5_000)}deep`],
    ['attributes', `<html><p>start</p><div ${Array.from({ length: 2_000 }, (_, i) => `a${i}=1`).join(' ')}>deep</div>`],
    ['elements', `<html><p>start</p>${'<i></i>'.repeat(60_000)}<p>deep`],
  ])('reads a page with too many %s for jsdom', async (_, page) => {
    const extraction = await read('a.html', page);
    expectSound(extraction);
    expect(extraction.text).toBe('start\n\ndeep');
  });
});

describe('PDF', () => {
  test('joins lines into paragraphs and marks every page', async () => {
    const extraction = await read(
      'a.pdf',
      samplePdf([
        ['O prazo de entrega \\351 de trinta dias', 'corridos, contados da assi-', 'natura.'],
        ['Segunda p\\341gina.'],
      ]),
    );
    expectSound(extraction);
    expect(extraction.text).toBe(
      'O prazo de entrega é de trinta dias corridos, contados da assinatura.\n\nSegunda página.',
    );
    expect(placesOf(extraction).map(([, place]) => place)).toEqual([{ pageNumber: 1 }, { pageNumber: 2 }]);
    expect(extraction).toMatchObject({ pageCount: 2, mediaType: 'application/pdf', warnings: [] });
  });

  test.each([
    ['Contrato 8.666/2025', 'Contrato 8.666/2025'],
    ['Microsoft Word - nota.doc', null],
    ['relatorio.indd', null],
  ])('a title in its metadata counts when somebody meant it: %s', async (written, title) => {
    const pdf = samplePdf([['Um']], `/Info<</Title(${written})>>`);
    expect((await read('a.pdf', pdf)).title).toBe(title);
  });

  test('takes what is set larger for headings, and the first of them for the title', async () => {
    const pdf = samplePdf([['Do prazo'], ['O prazo de entrega \\351 de trinta dias.']]).toString('latin1');
    const extraction = await read('a.pdf', Buffer.from(pdf.replace('/F1 12 Tf', '/F1 16 Tf'), 'latin1'));
    expect(outline(extraction)).toEqual(['heading1: Do prazo', 'paragraph: O prazo de entrega é de trinta dias.']);
    expect(extraction.title).toBe('Do prazo');
  });

  test('names the pages without text, and the pages as printed', async () => {
    const pdf = samplePdf([['Prefácio'], [], ['Fim']]).toString('latin1');
    const labelled = pdf.replace('/Catalog', '/Catalog/PageLabels<</Nums[0<</S/r>>2<</S/D/St 3>>]>>');
    const extraction = await read('a.pdf', Buffer.from(labelled, 'latin1'));
    expect(placesOf(extraction)).toEqual([
      ['Prefácio', { pageNumber: 1, pageLabel: 'i' }],
      ['Fim', { pageNumber: 3 }],
    ]);
    expect(extraction.warnings).toMatchObject([
      { code: 'PAGES_WITHOUT_TEXT', count: 1, message: expect.stringContaining('page 2: ') },
    ]);
  });
});

describe('Word', () => {
  const paragraph = (words: string, style = ''): string =>
    `<w:p><w:pPr>${style && `<w:pStyle w:val="${style}"/>`}</w:pPr><w:r><w:t>${words}</w:t></w:r></w:p>`;

  test('keeps headings, paragraphs and tables', async () => {
    const cell = (words: string): string => `<w:tc>${paragraph(words)}</w:tc>`;
    const extraction = await read(
      'a.docx',
      sampleDocx(
        `${paragraph('Cláusula 1ª', 'Ttulo1')}${paragraph('Do prazo.')}<w:tbl><w:tr>${cell('a')}${cell('b')}</w:tr></w:tbl>`,
      ),
    );
    expectSound(extraction);
    expect(outline(extraction)).toEqual(['heading1: Cláusula 1ª', 'paragraph: Do prazo.', 'table: a | b']);
    expect(extraction.title).toBe('Cláusula 1ª');
  });

  test('is known by its bytes, whatever its name', async () => {
    expect((await read('a.txt', sampleDocx(paragraph('oi')))).text).toBe('oi');
  });
});

describe('a file that cannot be read', () => {
  const png = Buffer.from('\x89PNG\r\n\x1A\n\0\0\0\rIHDR', 'latin1');
  const encrypted =
    '/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<' + '00'.repeat(32) + '>/U<' + '00'.repeat(32) + '>>>';

  test.each<[string, Buffer | string, string, string]>([
    ['vazio.txt', '', 'EMPTY', 'it is empty'],
    ['brancos.txt', ' \n\t\r\n ', 'NO_TEXT', 'it contains no text'],
    ['foto.txt', png, 'DAMAGED', 'it is no complete picture'],
    ['zeros.txt', Buffer.alloc(100_000), 'UNSUPPORTED_TYPE', 'neither text nor'],
    [
      'velho.doc',
      Buffer.from('\xD0\xCF\x11\xE0'.padEnd(600, '\0'), 'latin1'),
      'UNSUPPORTED_TYPE',
      'save it as .docx or .pdf',
    ],
    [
      'senha.docx',
      Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.from('EncryptedPackage', 'utf16le')]),
      'ENCRYPTED',
      'remove the password',
    ],
    ['planilha.xlsx', zipOf({ 'xl/workbook.xml': '<x/>' }), 'DAMAGED', 'save it again'],
    ['fotos.zip', zipOf({ 'a.bin': '\0'.repeat(100) }), 'NO_TEXT', 'a.bin: it is'],
    ['pacote.7z', Buffer.from('7z\xBC\xAF\x27\x1C', 'latin1'), 'UNSUPPORTED_TYPE', 'unpack it'],
    ['cortado.docx', sampleDocx('').subarray(0, 300), 'DAMAGED', 'copy or save it again'],
    ['torto.docx', sampleDocx('<w:p>'), 'DAMAGED', 'save it again'],
    ['bomba.docx', sampleDocx(' '.repeat(12_000_000)), 'TOO_LARGE', 'zip bomb'],
    ['vazio.docx', sampleDocx(''), 'NO_TEXT', 'it contains no text'],
    ['cortado.pdf', samplePdf([['Um']]).subarray(0, 200), 'DAMAGED', 'cut short'],
    ['senha.pdf', samplePdf([['Um']], encrypted), 'ENCRYPTED', 'remove the password'],
    [
      'digitalizado.pdf',
      samplePdf([[], []]),
      'NO_TEXT',
      '2 pages: pages 1, 2: no text; text recognition (OCR) found nothing to read',
    ],
    ['pagina.html', '<html><script>x()</script>', 'NO_TEXT', 'it contains no text'],
  ])('%s: the sentence names it and the next step', async (path, content, code, words) => {
    const error = await verdictOn(path, content);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(new RegExp(`^cannot read ${path.replace('.', '\\.')}: .+; .+[^.]$`));
    expect(error.message).toContain(words);
  });
});
