import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import express from 'express';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locate } from '#shared/document.ts';
import { servePage } from '../graphql-api/server/page.ts';
import { extract } from '../watcher/read/extract/extract.ts';
import { openOcr } from '../watcher/read/extract/ocr/ocr.ts';
import { drawnPdf } from '../watcher/testing/files.ts';
import { CHROMIUM, PATIENCE_MS, startChromium, WITHOUT_CHROMIUM } from './fixtures/chromium.ts';
import { root } from './fixtures/run-askbox.ts';

/** A page with nothing but the view. It reports what is marked after a quote was opened. */
const HARNESS = `
import { openPdfView } from ${JSON.stringify(path.join(root, 'web/src/document/pdf/pdf-view.ts'))};
const container = document.getElementById('pages');
let view;
window.show = async (options) => {
  await view?.close();
  const { signal } = new AbortController();
  view = await openPdfView({ before: '', labelOf: (n) => 'Page ' + n, ...options, container, signal });
  return report();
};
window.turn = async (number) => (await view.showPage(number), report());
window.zoom = async (zoom) => (await view.setZoom(zoom), report());
function report() {
  const marks = [...container.querySelectorAll('mark')];
  const box = marks[0]?.getBoundingClientRect();
  const canvases = [...container.querySelectorAll('canvas')];
  return {
    quoteState: view.quoteState,
    pageNumber: view.pageNumber,
    pageCount: view.pageCount,
    scale: view.scale,
    pages: [...container.querySelectorAll('.pdf-page')].map((page) => page.getAttribute('aria-label')),
    marked: marks.map((mark) => mark.textContent),
    isVisible: box !== undefined && box.width > 0 && box.top >= 0 && box.bottom <= innerHeight,
    darkest: Math.min(...canvases.map(darkestOf)),
    links: container.querySelectorAll('a, form, input, iframe, script').length,
  };
}
function darkestOf(canvas) {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let darkest = 255;
  for (let i = 0; i < data.length; i += 4) darkest = Math.min(darkest, data[i]);
  return darkest;
}
`;
const STYLE =
  'body { margin: 0 } #pages { box-sizing: border-box; width: 600px; height: 100vh; overflow: auto; padding: 12px }';

/** What the harness reports. */
interface Report {
  readonly quoteState: 'MARKED' | 'PARTLY' | 'NOT_FOUND' | null;
  readonly pageNumber: number;
  readonly pageCount: number;
  readonly scale: number;
  readonly pages: readonly string[];
  readonly marked: readonly string[];
  readonly isVisible: boolean;
  readonly darkest: number;
  readonly links: number;
}

/** Draws lines of text, 14 points apart, from a place down. */
const lines = (texts: readonly string[], x: number, y: number, size = 10): string =>
  `BT /F1 ${size} Tf 14 TL ${x} ${y} Td ${texts.map((text) => `(${text}) Tj T*`).join(' ')} ET `;

/** Two columns, drawn row by row, with a head and a foot on each page. */
function columns(page: number, left: readonly string[], right: readonly string[]): string {
  const rows = left.map((text, i) => lines([text], 50, 740 - 14 * i) + lines([right[i] ?? ''], 320, 740 - 14 * i));
  const head = lines(['DIARIO OFICIAL DO MUNICIPIO'], 50, 800, 9) + lines([`Pagina ${page} de 3`], 280, 40, 9);
  return head + rows.join('');
}

const GAZETTE = drawnPdf([
  columns(
    1,
    [
      'O prefeito municipal faz saber que a',
      'camara aprovou e ele sanciona a presente',
      'lei sobre o transporte de passageiros em',
      'veiculos de aluguel dentro da area urba-',
      'na da cidade.',
    ],
    [
      'O taxista entrega o alvara vencido no',
      'balcao do setor ate o dia vinte de cada',
      'mes. Quem atrasar paga a multa de cem',
      'reais por dia, e perde a vaga no ponto',
      'se o atraso passar de um mes, contado do',
    ],
  ),
  columns(
    2,
    [
      'dia seguinte ao do vencimento escrito no',
      'alvara. O recurso suspende o prazo.',
      'Os casos omissos sao decididos pelo',
      'secretario de transporte, ouvido o',
      'conselho.',
    ],
    [
      'A vistoria do veiculo ocorre em marco e',
      'em setembro, na garagem da prefeitura.',
      'A taxa de vistoria custa oitenta reais.',
      'Revogam-se as disposicoes em contrario',
      'da lei anterior.',
    ],
  ),
  columns(3, ['Publique-se e registre-se.'], ['Gabinete do prefeito.']),
]);

const form = (content: string, annotations: readonly string[]): Buffer =>
  drawnPdf([content], {
    objects: annotations,
    page: `/Annots[${annotations.map((_, i) => `${4 + i} 0 R`).join(' ')}]`,
    catalog: `/AcroForm<</Fields[${annotations.map((_, i) => `${4 + i} 0 R`).join(' ')}]>>`,
  });
const FORM = form(lines(['Nome completo:'], 50, 700) + lines(['Cidade onde mora:'], 50, 660), [
  '<</Type/Annot/Subtype/Widget/F 4/FT/Tx/T(a)/V(Benedita Farias)/Rect[140 692 300 712]>>',
  '<</Type/Annot/Subtype/Widget/F 4/FT/Tx/T(b)/V(Quixeramobim)/Rect[140 652 300 672]>>',
  '<</Type/Annot/Subtype/Text/F 4/Contents(Conferido pelo cartorio em maio.)/Rect[50 500 70 520]>>',
]);
/** A heading with spaced letters, and one that is bold because it is drawn twice. */
const LETTERS = drawnPdf([
  lines(['P O D E R   E X E C U T I V O'], 50, 780, 16) +
    lines(['Total geral da folha'], 50, 700) +
    lines(['Total geral da folha'], 50.3, 700) +
    lines(['O valor e de dois mil reais.'], 50, 660),
]);
const TURNED = drawnPdf([lines(['Esta pagina foi digitalizada de lado.', 'Leia com a cabeca virada.'], 50, 700)], {
  page: '/Rotate 90',
});
const HOSTILE = drawnPdf([lines(['Clique aqui para ganhar um premio.'], 50, 700)], {
  objects: [
    '<</Type/Annot/Subtype/Link/Rect[50 690 300 712]/A<</S/URI/URI(javascript:alert\\(1\\))>>>>',
    '<</S/JavaScript/JS(app.alert\\(1\\); this.submitForm\\("http://127.0.0.1:9/"\\))>>',
  ],
  page: '/Annots[4 0 R]/AA<</O 5 0 R>>',
  catalog: '/OpenAction 5 0 R',
});

const FILES: Readonly<Record<string, Buffer>> = {
  'gazette.pdf': GAZETTE,
  'form.pdf': FORM,
  'letters.pdf': LETTERS,
  'turned.pdf': TURNED,
  'hostile.pdf': HOSTILE,
  'broken.pdf': Buffer.from('%PDF-1.7\nnothing follows'),
};

const lettersOf = (text: string): string => text.normalize('NFKC').replaceAll(/[^\p{L}\p{N}]/gu, '');
const sorted = (text: string): string => Array.from(lettersOf(text)).toSorted().join('');

describe.skipIf(CHROMIUM === undefined)(`the page of a PDF in a browser${WITHOUT_CHROMIUM}`, () => {
  let folder: string;
  let server: Server;
  let browser: Browser;
  let page: Page;
  /** What must not happen: errors on the console, requests to another host, dialogs. */
  const wrong: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-pdf-view-'));
    const [source, dist, inbox] = ['source', 'dist', 'inbox'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const each of [source, inbox]) mkdirSync(each);
    writeFileSync(path.join(source, 'main.js'), HARNESS);
    writeFileSync(path.join(source, 'page.css'), STYLE);
    writeFileSync(
      path.join(source, 'index.html'),
      '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><link rel="stylesheet" href="./page.css"><div id="pages" class="pdf-pages"></div><script type="module" src="./main.js"></script>',
    );
    for (const [name, bytes] of Object.entries(FILES)) writeFileSync(path.join(inbox, name), bytes);
    const configFile = path.join(root, 'web/vite.config.ts');
    await build({ configFile, root: source, logLevel: 'error', build: { outDir: dist, minify: false } });

    const app = express().use('/inbox', express.static(inbox)).use(servePage(dist));
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
    browser = await startChromium();
    page = await browser.newPage({ viewport: { width: 640, height: 700 } });
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('dialog', (dialog) => (wrong.push(dialog.message()), void dialog.dismiss()));
    page.on(
      'request',
      (request) =>
        !/^(?:blob:|data:)/.test(request.url()) && !request.url().startsWith(url) && wrong.push(request.url()),
    );
    await page.goto(url);
    await page.waitForFunction('window.show !== undefined');
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const call = (name: string, argument: unknown): Promise<Report> =>
    page.evaluate(`window.${name}(${JSON.stringify(argument)})`);
  const show = (name: string, quote: string | null, pageNumber = 1, more: object = {}): Promise<Report> =>
    call('show', { source: { url: `/inbox/${name}`, headers: {} }, quote, pageNumber, ...more });

  /** Opens what the extracted text has between two words (inclusive), on the page that the extraction names. */
  async function showExtracted(
    name: string,
    first: string,
    last: string,
  ): Promise<Report & { readonly quote: string }> {
    const { text, marks } = await extract({ path: name, bytes: FILES[name]! }, () => {}, 0, openOcr('off'));
    const start = text.indexOf(first);
    const end = text.indexOf(last, start) + last.length;
    expect([start, end - last.length], `${first} and ${last} in ${text}`).not.toContain(-1);
    const quote = text.slice(start, end);
    const { pageNumber } = locate(marks, start);
    return { quote, ...(await show(name, quote, pageNumber)) };
  }

  it.each([
    ['a sentence of one column', 'gazette.pdf', 'O taxista entrega', 'cada mes.', ['Page 1']],
    ['a word that was hyphenated', 'gazette.pdf', 'veiculos de aluguel', 'da cidade.', ['Page 1']],
    [
      'a paragraph that crosses a page and its heads',
      'gazette.pdf',
      'Quem atrasar paga',
      'o prazo.',
      ['Page 1', 'Page 2'],
    ],
    ['both columns of a page', 'gazette.pdf', 'Os casos omissos', 'da prefeitura.', ['Page 2']],
    ['values of a form', 'form.pdf', 'Nome completo', 'Quixeramobim', ['Page 1']],
    ['a note', 'form.pdf', 'Conferido', 'em maio.', ['Page 1']],
    ['spaced letters, and words drawn twice', 'letters.pdf', 'PODER', 'dois mil reais.', ['Page 1']],
    ['a page that lies on its side', 'turned.pdf', 'digitalizada', 'virada.', ['Page 1']],
  ])('marks exactly the words of %s', async (_, name, first, last, pages) => {
    const report = await showExtracted(name, first, last);
    expect(sorted(report.marked.join(''))).toBe(sorted(report.quote));
    expect(report).toMatchObject({ quoteState: 'MARKED', isVisible: true, pages });
    expect(report.darkest).toBeLessThan(100); // the print is there
  });

  it('says when the words are not on the page, and shows it all the same', async () => {
    const report = await show('gazette.pdf', 'Nada disto foi escrito em qualquer lugar deste documento', 2);
    expect(report).toMatchObject({ quoteState: 'NOT_FOUND', pages: ['Page 2'], marked: [], pageCount: 3 });
  });

  it('turns pages, and back to the marks; changes the size', async () => {
    const opened = await showExtracted('gazette.pdf', 'A taxa de vistoria', 'oitenta reais.');
    expect(opened).toMatchObject({ pageNumber: 2, pages: ['Page 2'] });
    expect(await call('turn', 3)).toMatchObject({ pages: ['Page 3'], marked: [] });
    expect(await call('turn', 99)).toMatchObject({ pages: ['Page 3'] });
    expect(await call('turn', 0)).toMatchObject({ pages: ['Page 1'] });
    expect(await call('turn', 2)).toMatchObject({ marked: opened.marked, isVisible: true });
    expect(await call('zoom', 2)).toMatchObject({ scale: 2, marked: opened.marked, isVisible: true });
    expect((await call('zoom', 'WIDTH')).scale).toBeCloseTo(opened.scale);
  });

  it('also opens bytes', async () => {
    const report = (await page.evaluate(
      `fetch('/inbox/turned.pdf').then((r) => r.arrayBuffer()).then((b) => window.show({ source: { bytes: new Uint8Array(b) }, quote: 'Leia com', pageNumber: 1 }))`,
    )) as Report;
    expect(report).toMatchObject({ quoteState: 'MARKED', marked: ['Leia com'] });
  });

  it('fails for what is not a PDF or not there', async () => {
    await expect(show('broken.pdf', null)).rejects.toThrow(/InvalidPDF|Invalid PDF/);
    await expect(show('absent.pdf', null)).rejects.toThrow(/ResponseException/);
    expect(wrong.splice(0)).toEqual([expect.stringContaining('404')]);
  });

  it('runs nothing that a document brings along, and asks no other host', async () => {
    expect(await show('hostile.pdf', 'ganhar um premio')).toMatchObject({ marked: ['ganhar um premio'], links: 0 });
    expect(wrong).toEqual([]);
  });
});
