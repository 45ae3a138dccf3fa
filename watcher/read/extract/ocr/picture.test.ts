import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { expectSound } from '../../../testing/expect-sound.ts';
import { CAN_DRAW_TEXT, drawnPage } from '../../../testing/pictures.ts';
import { extract } from '../extract.ts';
import { openOcr } from './ocr.ts';

const LINES = [
  'Contrato de locação de imóvel residencial',
  'O aluguel mensal é de R$ 2.350,00 e vence no dia cinco.',
  'A multa por atraso é de dois por cento.',
  'The tenant pays for water and electricity.',
];

/** Returns a TIFF without compression, with these pages. */
function tiffOf(
  pages: readonly { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number }[],
) {
  const parts: Buffer[] = [];
  let at = 8;
  for (const [index, { data, width, height }] of pages.entries()) {
    const grey = Buffer.from(data.filter((_, byte) => byte % 4 === 0));
    const tags = [
      [256, width],
      [257, height],
      [258, 8],
      [259, 1],
      [262, 1],
      [273, at + 2 + 8 * 12 + 4],
      [278, height],
      [279, grey.length],
    ];
    const directory = Buffer.alloc(2 + tags.length * 12 + 4);
    directory.writeUInt16LE(tags.length, 0);
    for (const [entry, [tag, value]] of tags.entries()) {
      directory.writeUInt16LE(tag!, 2 + entry * 12);
      directory.writeUInt16LE(4, 4 + entry * 12);
      directory.writeUInt32LE(1, 6 + entry * 12);
      directory.writeUInt32LE(value!, 10 + entry * 12);
    }
    at += directory.length + grey.length;
    directory.writeUInt32LE(index + 1 < pages.length ? at : 0, directory.length - 4);
    parts.push(directory, grey);
  }
  return Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), ...parts]);
}

const read = (path: string, bytes: Buffer) => extract({ path, bytes });

describe.runIf(CAN_DRAW_TEXT)('a picture of text', { timeout: 120_000 }, () => {
  const short = LINES.slice(1, 3);
  test.each([
    ['recibo.png', 'image/png', LINES, () => drawnPage(LINES, { height: 420 }).toBuffer('image/png')],
    ['recibo.jpg', 'image/jpeg', short, () => drawnPage(short, { height: 240 }).toBuffer('image/jpeg', 80)],
    ['recibo.webp', 'image/webp', short, () => drawnPage(short, { height: 240 }).toBuffer('image/webp', 80)],
    ['recibo.bin', 'image/png', short, () => drawnPage(short, { height: 240 }).toBuffer('image/png')],
  ])('is recognised: %s', async (path, mediaType, lines, drawn) => {
    const extraction = await read(path, drawn());
    expectSound(extraction);
    for (const line of lines) expect(extraction.text).toContain(line);
    expect(extraction).toMatchObject({ mediaType, pageCount: null });
    expect(extraction.warnings).toMatchObject([
      { code: 'READ_BY_OCR', count: 1, message: expect.stringMatching(/mean confidence of (?:8|9)\d%/) },
    ]);
  });

  test.each([90, 180, 270])('is recognised when it lies turned by %s degrees', async (turned) => {
    const extraction = await read('virado.png', drawnPage(short, { height: 240, turned }).toBuffer('image/png'));
    expect(extraction.text).toContain('A multa por atraso é de dois por cento.');
  });

  test('is recognised on each page of a TIFF', async () => {
    const pages = [short, [], LINES.slice(0, 1)].map((lines) => drawnPage(lines, { height: 240 }));
    const shares: number[] = [];
    const bytes = tiffOf(pages.map((page) => page.getContext('2d').getImageData(0, 0, 1240, 240)));
    const extraction = await extract({ path: 'fax.tif', bytes }, (share) => shares.push(share));
    expectSound(extraction);
    expect(extraction.marks.map(({ pageNumber }) => pageNumber)).toEqual([1, 3]);
    expect(extraction.text).toContain(LINES[2]);
    expect(extraction).toMatchObject({ mediaType: 'image/tiff', pageCount: 3 });
    expect(extraction.warnings).toMatchObject([
      { code: 'READ_BY_OCR', count: 2, message: expect.stringMatching(/^pages 1, 3: /) },
      { code: 'PAGES_WITHOUT_TEXT', count: 1, message: expect.stringMatching(/^page 2: /) },
    ]);
    expect(shares).toEqual([0, 1 / 3, 2 / 3, 1]);
  });

  test('as small as on a screen is enlarged', async () => {
    const screen = createCanvas(500, 120);
    const context = screen.getContext('2d');
    context.fillStyle = 'white';
    context.fillRect(0, 0, 500, 120);
    context.drawImage(drawnPage(LINES.slice(0, 2)), 60, 100, 1000, 240, 0, 0, 500, 120);
    expect((await read('tela.png', screen.toBuffer('image/png'))).text).toContain('Contrato de locação');
  });
});

describe('a picture that cannot be read', { timeout: 120_000 }, () => {
  test('without text has no text, instead of the letters that its pattern resembles', async () => {
    const photo = createCanvas(900, 700);
    const context = photo.getContext('2d');
    for (let index = 0; index < 400; index++) {
      context.fillStyle = `hsl(${(index * 37) % 360} 60% ${30 + ((index * 7) % 50)}%)`;
      context.fillRect((index * 131) % 900, (index * 89) % 700, 20 + ((index * 13) % 90), 10 + ((index * 17) % 60));
    }
    await expect(read('foto.jpg', photo.toBuffer('image/jpeg', 90))).rejects.toMatchObject({
      code: 'NO_TEXT',
      message: expect.stringContaining('no text was recognised in this picture'),
    });
  });

  test('while recognition is off, names the setting', async () => {
    const bytes = createCanvas(40, 40).toBuffer('image/png');
    await expect(extract({ path: 'a.png', bytes }, () => {}, 0, openOcr('off'))).rejects.toMatchObject({
      code: 'UNSUPPORTED_TYPE',
      message: expect.stringContaining('ASKBOX_OCR=auto'),
    });
  });

  const png = createCanvas(40, 40).toBuffer('image/png');
  const huge = Buffer.from(png);
  huge.writeUInt32BE(100_000, 16);
  huge.writeUInt32BE(100_000, 20);

  test.each([
    ['cortada.png', png.subarray(0, 20), 'DAMAGED', 'it is no complete picture'],
    ['cortada.jpg', Buffer.from('\xFF\xD8\xFF\xE0\0\x10JFIF'.padEnd(200, '\0'), 'latin1'), 'DAMAGED', 'no complete'],
    ['lixo.webp', Buffer.from('RIFF\0\0\0\0WEBPVP8X'.padEnd(99, '\0'), 'latin1'), 'DAMAGED', 'no complete'],
    ['enorme.png', huge, 'TOO_LARGE', 'it has 100000 × 100000 pixels, more than 64 million'],
    ['ciclo.tif', Buffer.from('II*\0\x08\0\0\0\0\0\x08\0\0\0'.padEnd(99, '\0'), 'latin1'), 'DAMAGED', 'no complete'],
    ['cortada.tif', Buffer.from('II*\0\xFF\0\0\0', 'latin1'), 'DAMAGED', 'no complete'],
    ['ponto.png', createCanvas(1, 1).toBuffer('image/png'), 'NO_TEXT', 'no text was recognised'],
    [
      'foto.heic',
      Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'.padEnd(99, '\0'), 'latin1'),
      'UNSUPPORTED_TYPE',
      'HEIC',
    ],
  ])('ends with a named reason: %s', async (path, bytes, code, message) => {
    await expect(read(path, bytes)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
