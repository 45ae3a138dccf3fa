import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { FileToRead } from './read/extractor.ts';
import { scannedPdf } from './testing/files.ts';
import { CAN_DRAW_TEXT, drawnPage } from './testing/pictures.ts';
import { makeLoopFolders, settled } from './testing/running-loop.ts';

const WAIT = { timeout: 150_000, interval: 50 };
const TEXT = ['Contrato de trabalho entre as partes.'];

describe.runIf(CAN_DRAW_TEXT)('a PDF with scanned pages', { timeout: 400_000 }, () => {
  test('is ready for its text at once, gains the others, and after a stop resumes at the next page', async () => {
    await using folders = await makeLoopFolders();
    const scans = ['O outorgado tem poderes para o foro.', 'A testemunha mora em Recife.'].map((words) =>
      drawnPage([words]).toBuffer('image/jpeg', 80),
    );
    writeFileSync(folders.file('a.pdf'), scannedPdf([TEXT, ...scans]));
    const { recognizedDir } = folders.config;
    const keptPages = (): number => {
      const [name] = existsSync(recognizedDir) ? readdirSync(recognizedDir) : [];
      return name === undefined ? 0 : readFileSync(path.join(recognizedDir, name), 'utf8').split('\n').length - 1;
    };

    const first = await folders.start();
    await vi.waitFor(() => expect(first.ledger.find('a.pdf')?.liveContentId).toEqual(expect.any(String)), WAIT);
    const partial = first.ledger.find('a.pdf')!.liveContentId!;
    expect(first.ledger.contents.find(partial)?.warnings).toMatchObject([
      { code: 'PAGES_WITHOUT_TEXT', count: 2, message: expect.stringContaining('(OCR) follows') },
    ]);
    expect(await folders.search('contrato de trabalho')).toEqual(['a.pdf']);
    expect(await folders.search('outorgado')).toEqual([]);
    expect(first.ledger.queue.countUnfinished()).toBe(1);
    await vi.waitFor(() => expect(keptPages()).toBeGreaterThan(0), WAIT);
    await folders.stop();
    const kept = keptPages(); // the next page may just have been ready
    expect(kept).toBeGreaterThan(0);

    const asked: FileToRead[] = [];
    let recognized = 0;
    const second = await folders.start({
      extractor: (extractor) => ({
        read(file, options) {
          asked.push(file);
          const onPageRecognized: typeof options.onPageRecognized = (text) => {
            recognized++;
            options.onPageRecognized?.(text);
          };
          return extractor.read(file, { ...options, onPageRecognized });
        },
        [Symbol.asyncDispose]: () => extractor[Symbol.asyncDispose](),
      }),
    });
    await vi.waitFor(() => expect(second.ledger.queue.countUnfinished()).toBe(0), WAIT);
    const document = await settled(second.ledger, 'a.pdf', 'READY');
    expect(asked.map(({ ocr, knownPages }) => [ocr, knownPages?.length])).toEqual([['now', kept]]);
    expect(recognized).toBe(2 - kept);
    expect(second.ledger.contents.find(document.liveContentId!)?.warnings).toMatchObject([
      { code: 'READ_BY_OCR', count: 2 },
    ]);
    for (const words of ['outorgado', 'testemunha', 'contrato']) expect(await folders.search(words)).toEqual(['a.pdf']);
    expect(readdirSync(recognizedDir)).toEqual([]);
  });
});
