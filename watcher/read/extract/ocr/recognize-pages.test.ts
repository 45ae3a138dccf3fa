import { describe, expect, test } from 'vitest';
import { expectSound } from '../../../testing/expect-sound.ts';
import { scannedPdf } from '../../../testing/files.ts';
import { CAN_DRAW_TEXT, drawnPage } from '../../../testing/pictures.ts';
import { extract } from '../extract.ts';
import type { Extraction } from '../extraction.ts';
import { MAX_OCR_PAGES, openOcr, type OcrMode } from './ocr.ts';
import type { PageText } from './page-text.ts';

const SCANNED = 'O outorgado tem poderes para o foro em geral.';
const scan = drawnPage(['PROCURAÇÃO', SCANNED]).toBuffer('image/jpeg', 80);
const empty = drawnPage([]).toBuffer('image/jpeg', 80);
const text = ['Contrato de trabalho entre as partes.'];

const read = (bytes: Buffer, mode: OcrMode = 'now', onPage = () => {}): Promise<Extraction> =>
  extract({ path: 'a.pdf', bytes }, () => {}, 0, openOcr(mode, onPage));

describe.runIf(CAN_DRAW_TEXT)('the scanned pages of a PDF', { timeout: 120_000 }, () => {
  test('are recognised, each with the number of its page, between the pages of text', async () => {
    const shares: number[] = [];
    let recognized = 0;
    const extraction = await extract(
      { path: 'a.pdf', bytes: scannedPdf([text, scan, empty, text]) },
      (share) => shares.push(share),
      0,
      openOcr('now', () => (recognized += 1)),
    );
    expectSound(extraction);
    expect(
      extraction.marks.map(({ startChar, pageNumber }) => [pageNumber, extraction.text.slice(startChar)[0]]),
    ).toEqual([
      [1, 'C'],
      [2, 'P'],
      [4, 'C'],
    ]);
    expect(extraction.text).toContain(SCANNED);
    expect(extraction.warnings).toMatchObject([
      { code: 'READ_BY_OCR', count: 1, message: expect.stringMatching(/^page 2: .* mean confidence of \d\d%/) },
      { code: 'PAGES_WITHOUT_TEXT', count: 1, message: expect.stringMatching(/^page 3: /) },
    ]);
    expect(recognized).toBe(2);
    expect(shares).toEqual(shares.toSorted((one, other) => one - other));
    expect(shares.at(-1)).toBeCloseTo(1);
  });

  test('alone make a document', async () => {
    const extraction = await read(scannedPdf([scan]));
    expectSound(extraction);
    expect(extraction).toMatchObject({ pageCount: 1, title: null });
    expect(extraction.text).toContain(SCANNED);
  });
});

describe('pages without text', { timeout: 120_000 }, () => {
  test('are left out while recognition is off, with the next step', async () => {
    const extraction = await read(scannedPdf([text, scan]), 'off');
    expect(extraction.text).toBe(text[0]);
    expect(extraction.warnings).toMatchObject([
      { code: 'PAGES_WITHOUT_TEXT', count: 1, message: expect.stringContaining('ASKBOX_OCR=auto') },
    ]);
    await expect(read(scannedPdf([scan]), 'off')).rejects.toMatchObject({
      code: 'NO_TEXT',
      message: expect.stringContaining('ASKBOX_OCR=auto'),
    });
  });

  test('are left out when recognition has failed, and the text of the others is kept', async () => {
    const extraction = await read(scannedPdf([text, scan]), 'failed');
    expect(extraction.text).toBe(text[0]);
    expect(extraction.warnings).toMatchObject([{ message: expect.stringContaining('of this file failed') }]);
  });

  test('are left to another reading if something is drawn on them, and the text of the others is read', async () => {
    const ocr = openOcr('later');
    const extraction = await extract({ path: 'a.pdf', bytes: scannedPdf([text, scan]) }, () => {}, 0, ocr);
    expect(ocr.isPostponed).toBe(true);
    expect(extraction.text).toBe(text[0]);
    expect(extraction.warnings).toMatchObject([
      { code: 'PAGES_WITHOUT_TEXT', count: 1, message: expect.stringContaining('(OCR) follows') },
    ]);
    const nothing = openOcr('later');
    await extract({ path: 'a.pdf', bytes: scannedPdf([text, []]) }, () => {}, 0, nothing);
    expect(nothing.isPostponed).toBe(false);
  });

  test('that an earlier reading recognised are not recognised again, whatever became of that reading', async () => {
    const known: readonly (PageText | null)[] = [{ paragraphs: ['Da vez passada.'], confidence: 91 }, null];
    for (const mode of ['now', 'failed'] as const) {
      const news: unknown[] = [];
      const ocr = openOcr(mode, (page) => news.push(page), known);
      const extraction = await extract({ path: 'a.pdf', bytes: scannedPdf([text, scan, scan]) }, () => {}, 0, ocr);
      expect([mode, extraction.text, news]).toEqual([mode, `${text[0]}\n\nDa vez passada.`, []]);
      expect(extraction.warnings.map(({ code, count }) => [code, count])).toEqual([
        ['READ_BY_OCR', 1],
        ['PAGES_WITHOUT_TEXT', 1],
      ]);
    }
  });

  test('are counted when there are more than may be recognised', async () => {
    const ocr = openOcr();
    for (let page = 0; page < MAX_OCR_PAGES; page++) expect(ocr.takePage()).toBe('new');
    const extraction = await extract({ path: 'a.pdf', bytes: scannedPdf([text, scan, scan]) }, () => {}, 0, ocr);
    expect(extraction.text).toBe(text[0]);
    expect(extraction.warnings).toMatchObject([
      { code: 'PAGES_WITHOUT_TEXT', count: 2, message: expect.stringContaining(`at most ${MAX_OCR_PAGES} pages`) },
    ]);
  });
});
