import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { expectSound } from '../../../testing/expect-sound.ts';
import { CAN_DRAW_TEXT, drawnPage } from '../../../testing/pictures.ts';
import { extract } from '../extract.ts';

const LINES = [
  'Contrato de locação de imóvel residencial',
  'O aluguel mensal é de R$ 2.350,00 e vence no dia cinco.',
  'A multa por atraso é de dois por cento.',
  'The tenant pays for water and electricity.',
];

const read = (path: string, bytes: Buffer) => extract({ path, bytes });

describe.runIf(CAN_DRAW_TEXT)('a picture of text', { timeout: 120_000 }, () => {
  test.each([
    ['recibo.png', 'image/png', () => drawnPage(LINES).toBuffer('image/png')],
    ['recibo.jpg', 'image/jpeg', () => drawnPage(LINES).toBuffer('image/jpeg', 80)],
    ['recibo.webp', 'image/webp', () => drawnPage(LINES).toBuffer('image/webp', 80)],
    ['recibo.bin', 'image/png', () => drawnPage(LINES).toBuffer('image/png')],
  ])('is recognised: %s', async (path, mediaType, drawn) => {
    const extraction = await read(path, drawn());
    expectSound(extraction);
    for (const line of LINES) expect(extraction.text).toContain(line);
    expect(extraction).toMatchObject({ mediaType, pageCount: null });
    expect(extraction.warnings).toMatchObject([
      { code: 'READ_BY_OCR', count: 1, message: expect.stringMatching(/mean confidence of (?:8|9)\d%/) },
    ]);
  });

  test.each([90, 180, 270])('is recognised when it lies turned by %s degrees', async (turned) => {
    const page = [...LINES, ...LINES, ...LINES];
    const extraction = await read('virado.png', drawnPage(page, { turned }).toBuffer('image/png'));
    expect(extraction.text).toContain('A multa por atraso é de dois por cento.');
  });

  test('as small as on a screen is enlarged', async () => {
    const screen = createCanvas(500, 120);
    const context = screen.getContext('2d');
    context.fillStyle = 'white';
    context.fillRect(0, 0, 500, 120);
    context.drawImage(drawnPage(LINES), 60, 100, 1000, 240, 0, 0, 500, 120);
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

  const png = createCanvas(40, 40).toBuffer('image/png');
  const huge = Buffer.from(png);
  huge.writeUInt32BE(100_000, 16);
  huge.writeUInt32BE(100_000, 20);

  test.each([
    ['cortada.png', png.subarray(0, 20), 'DAMAGED', 'it is no complete picture'],
    ['cortada.jpg', Buffer.from('\xFF\xD8\xFF\xE0\0\x10JFIF'.padEnd(200, '\0'), 'latin1'), 'DAMAGED', 'no complete'],
    ['lixo.webp', Buffer.from('RIFF\0\0\0\0WEBPVP8X'.padEnd(99, '\0'), 'latin1'), 'DAMAGED', 'no complete'],
    ['enorme.png', huge, 'TOO_LARGE', 'it has 100000 × 100000 pixels, more than 64 million'],
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
