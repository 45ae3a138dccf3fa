import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { documentIdOf } from '#shared/document.ts';
import { startTestWatcher, testDocument } from '#shared/watcher-api/testing/watcher.ts';
import { publish, startTestApi, type TestApi } from '../graphql-api/testing/running-api.ts';
import { prepareAskboxHere } from './fixtures/askbox-here.ts';
import { CHROMIUM, PATIENCE_MS, startChromium, WITHOUT_CHROMIUM } from './fixtures/chromium.ts';
import { makePdf } from './fixtures/make-pdf.ts';
import { startOpenaiServer } from './fixtures/openai-server.ts';
import { IS_WINDOWS, NO_SIGNALS } from './fixtures/platform.ts';
import { prepareAskbox, root, until, type Askbox } from './fixtures/run-askbox.ts';

const AXE = path.join(root, 'node_modules', 'axe-core', 'axe.min.js');
/** Before the viewer of PDF files, which is loaded when it is first used. */
const MOST_GZIPPED_BYTES = 150_000;
/** In every place of a document that people may see: nothing of it may run or become an element. */
const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script><style>*{display:none}</style>';

test('the page and what it loads at once are small', () => {
  const dist = path.join(root, 'web', 'dist');
  const html = readFileSync(path.join(dist, 'index.html'), 'utf8');
  const loaded = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, name]) => name!);
  expect(loaded.length).toBeGreaterThan(1);
  const bytes = ['index.html', ...loaded].map((name) => gzipSync(readFileSync(path.join(dist, name))).length);
  expect(bytes.reduce((sum, each) => sum + each)).toBeLessThan(MOST_GZIPPED_BYTES);
});

test('no part of the page makes elements from text', () => {
  const sources = readdirSync(path.join(root, 'web', 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const unsafe = sources.filter((name) =>
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/.test(
      readFileSync(path.join(root, 'web', 'src', name), 'utf8'),
    ),
  );
  expect(unsafe).toEqual([]);
});

describe.skipIf(CHROMIUM === undefined)(`the page in a browser${WITHOUT_CHROMIUM}`, () => {
  let browser: Browser;
  let desk: Promise<BrowserContext> | undefined;

  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser?.close());

  /** Opens a page that fails the test for errors, messages on the console and requests to other hosts. */
  /** A new context, which has the storage and the cache of one person, costs as much as a page: most tests share one. */
  function openContext(options: object): Promise<BrowserContext> {
    const open = (): Promise<BrowserContext> =>
      browser.newContext({ locale: 'pt-BR', viewport: { width: 1440, height: 900 }, ...options });
    return Object.keys(options).length === 0 ? (desk ??= open()) : open();
  }

  async function openPage(url: string, options: object = {}): Promise<Page & { readonly faults: string[] }> {
    const page = await (await openContext(options)).newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const faults: string[] = [];
    page.on('console', (message) => faults.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('dialog', (dialog) => faults.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !/^(blob|data):/.test(request.url())) faults.push(request.url());
    });
    await page.goto(url);
    if (url !== 'about:blank') await page.locator('.ask, .key').waitFor();
    return Object.assign(page, { faults });
  }

  describe('with files and without a model', () => {
    let askbox: Askbox;

    beforeAll(async () => {
      askbox = await prepareAskboxHere();
      await askbox.start();
    });
    afterAll(() => askbox?.[Symbol.asyncDispose]());

    it('takes dropped files, answers from them, and shows the cited words beside the answer', async () => {
      const page = await openPage(askbox.url);
      await page.getByText('Comece soltando arquivos aqui').waitFor();
      await drop(page, {
        'locacao.md':
          '# Contrato de locação\n\n## Multa\n\nA multa por atraso no pagamento é de dois por cento.\n\n## Foro\n\nO foro é Curitiba.\n',
        'garantia.pdf': makePdf(['O liquidificador Zafira tem garantia de 27 meses.']),
        'vazio.txt': '',
      });
      await page.getByRole('button', { name: /^locacao\.md.*trecho/ }).waitFor();
      await page.getByRole('button', { name: /^garantia\.pdf.*trecho/ }).waitFor();
      await page.getByRole('button', { name: /^vazio\.txt.*Arquivo vazio/ }).waitFor();

      await ask(page, 'Qual é a multa por atraso?');
      await page
        .getByRole('button', { name: /^Fonte 1: abrir/ })
        .first()
        .click();
      const mark = page.locator('mark');
      await mark.waitFor();
      expect(await mark.allInnerTexts()).toEqual(['A multa por atraso no pagamento é de dois por cento.']);
      expect(await page.locator('.document').innerText()).toContain('O foro é Curitiba.');

      expect(await checkAccessibility(page)).toEqual([]);

      // The conversation is in the list, and is shown again by its address.
      await ask(page, 'E qual é o foro?');
      await page.getByRole('button', { name: 'Boa resposta' }).last().click();
      await page.getByRole('button', { name: 'Conversas' }).click();
      await page.getByRole('link', { name: /^Qual é a multa por atraso\?/ }).waitFor();
      expect(await checkAccessibility(page)).toEqual([]);
      await page.reload();
      await page.getByRole('button', { name: 'Boa resposta', pressed: true }).waitFor();
      expect(await page.locator('.question').allInnerTexts()).toEqual([
        'Qual é a multa por atraso?',
        'E qual é o foro?',
      ]);
      await page.getByRole('button', { name: 'Conversas' }).click();
      await page.getByRole('button', { name: /^Renomear/ }).click();
      await page.getByRole('textbox', { name: 'Título' }).fill('Locação');
      await page.getByRole('button', { name: 'Salvar' }).click();
      await page.getByRole('link', { name: /^Locação/ }).waitFor();
      await page.getByRole('button', { name: /^Apagar/ }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Apagar' }).click();
      await page.getByText('Ainda não há conversas').waitFor();
      expect(await page.locator('.turn').count()).toBe(0);
      expect(page.faults).toEqual([]);
      await page.close();
    });

    it('everything is reached and seen with the keyboard alone, and Esc leads back to where one was', async () => {
      const page = await openPage(askbox.url);
      const { keyboard } = page;
      await drop(page, { 'teclado.md': '# Teclado\n\n## Prazo\n\nO prazo de entrega do teclado é de doze dias.\n' });
      await page.getByRole('button', { name: /^teclado\.md.*trecho/ }).waitFor();
      await tabTo(page, 'Ir para a pergunta');
      await keyboard.press('Enter');
      await keyboard.type('Qual é o prazo de entrega do teclado?');
      await keyboard.press('Enter');
      await page.locator('.turn[aria-busy=false]').waitFor();

      // The citation, the document beside it, and back.
      await tabTo(page, /^Fonte 1: abrir Teclado/, 'Shift+Tab');
      await keyboard.press('Enter');
      await page.locator('mark').waitFor();
      await until('the document has the focus', async () => (await focusedName(page)) === 'Documento aberto');
      await keyboard.press('Escape');
      await page.locator('mark').waitFor({ state: 'detached' });
      expect(await focusedName(page)).toMatch(/^Fonte 1: abrir Teclado/);
      await keyboard.press('Enter');
      await tabTo(page, 'Fechar');
      await keyboard.press('Enter');
      expect(await focusedName(page)).toMatch(/^Fonte 1: abrir Teclado/);

      // Everything that can be pressed has a name and is seen when it has the focus, in the order of the page.
      await keyboard.press('Enter');
      await page.locator('mark').waitFor();
      const reached = await walk(page);
      expect(reached.filter(({ isSeen, name }) => !isSeen || name === '')).toEqual([]);
      expect(reached.map(({ name }) => name)).toEqual(await pressable(page));
      for (const name of [
        'Nova conversa',
        'EN – English',
        'Conversas',
        'Filtrar: nome, pasta/ ou #etiqueta',
        'Boa resposta',
        'Sua pergunta',
      ])
        expect(reached.map((each) => each.name)).toContain(name);

      await tabTo(page, 'EN – English');
      await keyboard.press('Enter');
      await tabTo(page, 'PT – Português', 'Shift+Tab');
      await keyboard.press('Enter');

      // A file: a dialog that Esc closes, the trash, and undo.
      await tabTo(page, /^MD teclado\.md/);
      await keyboard.press('End');
      await keyboard.press('Home');
      await until('the first file has the focus', async () => (await focusedName(page)).startsWith('MD teclado.md'));
      await keyboard.press('Enter');
      await tabTo(page, 'Mover para a lixeira');
      await keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await focusedName(page)).toBe('Mover para a lixeira');
      await keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await tabTo(page, 'Mover para a lixeira');
      await keyboard.press('Enter');
      await until('undo has the focus', async () => (await focusedName(page)) === 'Desfazer');
      await page.getByRole('button', { name: /^teclado\.md/ }).waitFor({ state: 'detached' });
      await keyboard.press('Enter');
      await page.getByRole('button', { name: /^teclado\.md.*trecho/ }).waitFor();
      expect(await focusedName(page)).toBe('Sua pergunta');

      await tabTo(page, 'Conversas', 'Shift+Tab');
      await keyboard.press('Enter');
      await tabTo(page, 'Renomear: Qual é o prazo de entrega do teclado?');
      await keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await focusedName(page)).toMatch(/^Renomear/);
      expect(page.faults).toEqual([]);
      await page.close();
    });

    it('asks within one file, downloads it, and moves it to the trash', async () => {
      const page = await openPage(askbox.url);
      await drop(page, { 'a.md': '# Um\n\nO vencimento é dia 7.\n', 'b.md': '# Dois\n\nO vencimento é dia 9.\n' });
      await page.getByRole('button', { name: /^a\.md.*trecho/ }).waitFor();
      await page.getByRole('button', { name: /^b\.md.*trecho/ }).click();
      await page.getByRole('button', { name: 'Perguntar só neste arquivo' }).click();
      await ask(page, 'Qual é o vencimento?');
      const answer = await page.locator('.answer-text').innerText();
      expect(answer).toContain('dia 9');
      expect(answer).not.toContain('dia 7');
      const downloaded = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Baixar o original' }).click();
      expect(readFileSync(await (await downloaded).path(), 'utf8')).toContain('dia 9');
      await page.getByRole('button', { name: 'Mover para a lixeira' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Mover para a lixeira' }).click();
      await page.getByRole('button', { name: /^b\.md/ }).waitFor({ state: 'detached' });
      expect(existsSync(path.join(askbox.inbox, 'b.md'))).toBe(false);
      await page.getByRole('button', { name: 'Desfazer' }).click();
      await page.getByRole('button', { name: /^b\.md.*trecho/ }).waitFor();
      expect(existsSync(path.join(askbox.inbox, 'b.md'))).toBe(true);
      expect(page.faults).toEqual([]);
      await page.close();
    });

    it('takes a dropped folder whole, and finds its files by folder and by the tags that they are given', async () => {
      const page = await openPage(askbox.url);
      const row = (name: string) => page.getByRole('button', { name: new RegExp(String.raw`^${name}\.md`) });
      const dropped = path.join(askbox.dataDir, 'Obras');
      for (const [name, text] of [
        ['muro.md', '# Muro\n\nO muro mede nove metros.\n'],
        ['2026/ponte.md', '# Ponte\n\nA ponte mede trinta metros.\n'],
        ['2026/.oculto.md', '# Oculto\n\nNada.\n'],
      ] as const) {
        mkdirSync(path.join(dropped, path.dirname(name)), { recursive: true });
        writeFileSync(path.join(dropped, name), text);
      }
      await dropFromDisk(page, dropped);
      await page.getByRole('button', { name: /^muro\.md.*1 trecho · Obras$/ }).waitFor();
      await page.getByRole('button', { name: /^ponte\.md.*1 trecho · Obras\/2026$/ }).waitFor();
      expect(readdirSync(path.join(askbox.inbox, 'Obras', '2026'))).toEqual(['ponte.md']);

      // Everything below a folder.
      const names = () => page.locator('.file-name').allInnerTexts();
      await page.getByRole('button', { name: 'Obras', exact: true }).click();
      await until('only that folder', async () => (await names()).toSorted().join() === 'muro.md,ponte.md');
      await page.getByRole('button', { name: 'Obras/2026', exact: true }).click();
      await until('only the inner folder', async () => (await names()).join() === 'ponte.md');

      await row('ponte').click();
      await page.getByRole('button', { name: 'Mudar título e etiquetas' }).click();
      await page.getByRole('textbox', { name: 'Título' }).fill('Ponte do rio Una');
      await page.getByRole('textbox', { name: 'Etiquetas' }).fill('#medição, ponte,medição');
      await page.getByRole('button', { name: 'Salvar' }).click();
      await page.getByRole('heading', { name: 'Ponte do rio Una' }).waitFor();
      await page.getByRole('button', { name: 'Perguntar só em #medição' }).waitFor();
      await page.getByRole('button', { name: /^ponte\.md.*1 trecho · Obras\/2026 · #medição · #ponte$/ }).waitFor();
      const filter = page.getByLabel('Filtrar: nome, pasta/ ou #etiqueta');
      await filter.fill('');
      await row('muro').waitFor();
      await page.getByRole('button', { name: 'medição', exact: true }).click();
      await until('only what has the tag', async () => (await names()).join() === 'ponte.md');
      expect(await filter.inputValue()).toBe('#medição');
      await page.getByRole('button', { name: 'medição', exact: true }).click();
      await row('muro').waitFor();
      expect(await checkAccessibility(page)).toEqual([]);

      // An empty title is that of the file again.
      await page.getByRole('button', { name: 'Mudar título e etiquetas' }).click();
      await page.getByRole('textbox', { name: 'Título' }).fill('');
      await page.getByRole('textbox', { name: 'Etiquetas' }).fill('');
      await page.getByRole('textbox', { name: 'Etiquetas' }).press('Enter');
      await page.getByRole('heading', { name: 'Ponte', exact: true }).waitFor();
      await page.getByRole('button', { name: 'Ler de novo', exact: true }).click();
      await page.getByRole('button', { name: /^ponte\.md.*1 trecho · Obras\/2026$/ }).waitFor();
      expect(page.faults).toEqual([]);
      await page.close();
    });

    it('asks before it replaces a file, and can keep both', async () => {
      const page = await openPage(askbox.url);
      await drop(page, { 'igual.txt': 'A primeira versão.' });
      await page.getByRole('button', { name: /^igual\.txt.*trecho/ }).waitFor();
      await drop(page, { 'igual.txt': 'A segunda versão.' });
      await page.getByRole('button', { name: 'Manter os dois' }).click();
      await page.getByRole('button', { name: /^igual \(2\)\.txt.*trecho/ }).waitFor();
      await drop(page, { 'igual.txt': 'A terceira versão.' });
      await page.getByRole('button', { name: 'Substituir' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await until('the file is replaced', () =>
        readFileSync(path.join(askbox.inbox, 'igual.txt'), 'utf8').includes('terceira'),
      );
      expect(readFileSync(path.join(askbox.inbox, 'igual (2).txt'), 'utf8')).toBe('A segunda versão.');
      expect(page.faults).toEqual([]);
      await page.close();
    });

    it('opens a cited PDF at its page with the words marked, saves it, and says when it has changed', async () => {
      const page = await openPage(askbox.url);
      const pdf = makePdf([
        'Manual da cafeteira.',
        'A cafeteira Umbra leva 90 segundos para aquecer.',
        'O reservatorio da Umbra guarda 2 litros de agua.',
      ]);
      await drop(page, { 'cafeteira.pdf': pdf });
      await page.getByRole('button', { name: /^cafeteira\.pdf.*trecho/ }).waitFor();
      await ask(page, 'Quanto tempo a cafeteira Umbra leva para aquecer?');
      const source = page.getByRole('button', { name: /^Fonte 1: abrir/ }).first();
      await source.click();
      const mark = page.locator('.pdf-page mark');
      await mark.waitFor();
      const umbra = 'A cafeteira Umbra leva 90 segundos para aquecer.';
      expect(await mark.allTextContents()).toEqual([umbra]);
      const pageNumber = page.getByLabel('Número da página');
      expect(await pageNumber.inputValue()).toBe('2');
      expect(await checkAccessibility(page)).toEqual([]);

      // The address leads back to the same words after a reload, and to others who get the link.
      await page.reload();
      await mark.waitFor();
      expect([await mark.allTextContents(), await pageNumber.inputValue()]).toEqual([[umbra], '2']);
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('button', { name: 'Copiar o link deste trecho' }).click();
      await page.getByRole('button', { name: 'Copiado' }).waitFor();
      const link = await page.evaluate<string>('navigator.clipboard.readText()');
      expect(link.replace(askbox.url, '')).toMatch(
        /^\/#\/\?document=cafeteira\.pdf&page=2&chars=\d+-\d+&version=[0-9a-f]{16}$/,
      );
      const other = await openPage(askbox.url);
      await other.evaluate(`location.href = ${JSON.stringify(link)}`);
      await other.locator('.pdf-page mark').waitFor();
      expect(await other.locator('.pdf-page mark').allTextContents()).toEqual([umbra]);
      expect(await other.locator('.turn').count()).toBe(0);

      // Another citation of the file is scrolled to; nothing of the file is loaded again.
      let loaded = 0;
      page.on('request', (request) => request.url().includes('/inbox/') && loaded++);
      await ask(page, 'Quantos litros de água guarda o reservatório da Umbra?');
      await page
        .getByRole('button', { name: /^Fonte 1: abrir/ })
        .last()
        .click();
      await until('the other words', async () => (await mark.allTextContents()).join().startsWith('O reservatorio'));
      await until('its page', async () => (await pageNumber.inputValue()) === '3');
      expect(loaded).toBe(0);
      await source.click();
      await until('the first words again', async () => (await mark.allTextContents()).join() === umbra);

      await page.getByRole('button', { name: 'Página anterior' }).click();
      await page.locator('.pdf-page', { hasText: 'Manual da cafeteira.' }).waitFor();
      await until('the number of the page', async () => (await pageNumber.inputValue()) === '1');
      await page.getByRole('button', { name: 'Ver o texto' }).click();
      await page.locator('.extracted mark').waitFor();
      const saving = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Baixar o original' }).click();
      const saved = await saving;
      expect([saved.suggestedFilename(), readFileSync(await saved.path())]).toEqual(['cafeteira.pdf', pdf]);

      askbox.drop('cafeteira.pdf', makePdf(['Outro manual.', 'A cafeteira Umbra leva 80 segundos para aquecer.']));
      const words = 'query { search(query: "cafeteira Umbra leva 80 segundos") { hits { chunk { text } } } }';
      await until('the new manual is searchable', async () =>
        JSON.stringify(await askbox.query(words)).includes('80 segundos para'),
      );
      await page.getByRole('button', { name: 'Fechar' }).click();
      await source.click();
      await page.getByText('O arquivo mudou depois desta resposta').waitFor();
      await other.reload();
      await other.getByText('O arquivo mudou depois que este link foi feito').waitFor();
      expect([page.faults, other.faults]).toEqual([[], []]);
      await other.close();
      await page.close();
    });

    it('shows text of documents as text, whatever it looks like', async () => {
      const page = await openPage(askbox.url);
      await page.addInitScript(`window.blocked = [];
        addEventListener('securitypolicyviolation', ({ violatedDirective }) => window.blocked.push(violatedDirective));`);
      await page.reload();
      await page.locator('.ask').waitFor();
      const name = process.platform === 'win32' ? 'hostil.md' : `${HOSTILE.replaceAll('/', '∕')}.md`;
      const link = '[clique aqui](javascript:window.hacked=1)';
      await drop(page, {
        [name]: `# ${HOSTILE}\n\n## Sobre ${HOSTILE}\n\nO código secreto do cofre é 4711 ${HOSTILE}. Veja ${link}.\n`,
        'hostil.eml': [
          'From: "<script>window.hacked=1</script>" <a@example.com>',
          `Subject: ${HOSTILE}`,
          'Content-Type: text/html; charset=utf-8',
          '',
          `<p onclick="window.hacked=1">A senha do mensageiro Orfeu é marmelo.</p><a href="javascript:window.hacked=1">ver</a>${HOSTILE}`,
        ].join('\r\n'),
        // A browser that heeds the sign shows it as `fatura` followed by `dm.pdf`.
        'fatura\u202Efdp.md': `# عقد الإيجار\n\nغرامة التأخير هي خمسة في المئة من الإيجار.\n`,
      });
      for (const start of [name.slice(0, 10), 'hostil.eml', 'faturafdp.md'])
        await page.locator('.file', { hasText: 'trecho' }).filter({ hasText: start }).waitFor();

      // The title and the tags, which people give, have it too.
      await page.locator('.file').filter({ hasText: 'hostil.eml' }).getByRole('button').click();
      await page.getByRole('button', { name: 'Mudar título e etiquetas' }).click();
      await page.getByRole('textbox', { name: 'Título' }).fill(HOSTILE);
      await page.getByRole('textbox', { name: 'Etiquetas' }).fill('<img src=x onerror=window.hacked=1>');
      await page.getByRole('button', { name: 'Salvar' }).click();
      await page.locator('.facets button', { hasText: '<img' }).waitFor();
      expect(await page.locator('.document h2').innerText()).toBe(HOSTILE);

      for (const [question, quote] of [
        ['Qual é o código secreto do cofre?', '<img src=x'],
        ['Qual é a senha do mensageiro Orfeu?', 'marmelo'],
        ['غرامة التأخير', 'خمسة'],
      ] as const) {
        await ask(page, question);
        const turn = page.locator('.turn').last();
        await turn
          .getByRole('button', { name: /^Fonte 1: abrir/ })
          .first()
          .click();
        await page.locator('mark', { hasText: quote }).first().waitFor();
        expect(await turn.locator('a').count()).toBe(0);
      }
      // Text from right to left stays in its own paragraph, and turns nothing beside it.
      const direction = (selector: string): Promise<string> =>
        page.evaluate<string>(`getComputedStyle([...document.querySelectorAll('${selector}')].at(-1)).direction`);
      expect([await direction('.answer-text p'), await direction('.extracted p')]).toEqual(['rtl', 'rtl']);
      expect([
        await direction('.answer-foot'),
        await direction('.file-state'),
        await direction('.document-head'),
      ]).toEqual(['ltr', 'ltr', 'ltr']);
      expect((await page.locator('#app').innerText()).match(/[\u202A-\u202E]/)).toBeNull();

      expect(await page.evaluate('[window.hacked, window.blocked]')).toEqual([undefined, []]);
      expect(await page.locator('#app img:not([src="/favicon.svg"]), #app script, #app style').count()).toBe(0);
      expect(await page.locator('#app a[href]:not([href^="#/"]), #app [onclick]').count()).toBe(0);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(page.faults).toEqual([]);
      await page.close();
    });

    it('pauses reading and resumes it, reads what failed again, and asks before it believes that most files are gone', async () => {
      const page = await openPage(askbox.url);
      const files = 30;
      const folder = path.join(askbox.inbox, 'muitos');
      const write = (from: number, to: number): void => {
        mkdirSync(folder, { recursive: true });
        for (let i = from; i < to; i++) writeFileSync(path.join(folder, `${i}.md`), `# Arquivo ${i}\n\nO lote ${i}.\n`);
      };
      // Reading may be over before the button is pressed; then there is more to read.
      let dropped = 0;
      const pause = page.getByRole('button', { name: 'Pausar a leitura' });
      const paused = page.getByText('A leitura está pausada.');
      await until('reading is paused', async () => {
        if (!(await pause.isVisible())) askbox.drop(`pausa ${dropped++}.md`, `# Pausa\n\nA pausa ${dropped}.\n`);
        await pause.click({ timeout: 1_000 });
        await paused.waitFor({ timeout: 5_000 });
        return true;
      });
      write(0, files);
      await page.getByLabel('Filtrar: nome, pasta/ ou #etiqueta').fill('muitos/');
      await page.getByRole('button', { name: /^29\.md.*Na fila… · muitos$/ }).waitFor();
      await page.getByRole('button', { name: 'Continuar a leitura' }).click();
      await paused.waitFor({ state: 'detached' });
      const read = async (): Promise<number> =>
        (await readInbox(askbox)).filter((name) => name.startsWith('muitos/')).length;
      await until('all are read', async () => (await read()) === files);

      // The empty file fails again, and is still in the list of those.
      await page.getByLabel('Filtrar: nome, pasta/ ou #etiqueta').fill('');
      await page.getByRole('button', { name: /^Falhas/ }).click();
      await page.getByRole('button', { name: /^vazio\.txt.*Arquivo vazio/ }).waitFor();
      await page.getByRole('button', { name: 'Tentar todos de novo' }).click();
      await page.getByRole('button', { name: /^vazio\.txt.*Arquivo vazio/ }).waitFor();
      await page.getByRole('button', { name: /^Todos/ }).click();

      const others = readdirSync(askbox.inbox).filter((name) => name !== 'muitos');
      const emptyInbox = (): void => rmSync(folder, { recursive: true });
      expect(others.length).toBeLessThan(files);
      emptyInbox();
      await page.getByText('Muitos arquivos sumiram da pasta de uma vez').waitFor();
      expect(await read()).toBe(files);
      expect(await checkAccessibility(page)).toEqual([]);
      write(0, files);
      await page.getByRole('button', { name: 'Não, olhar a pasta de novo' }).click();
      await page.getByText('Muitos arquivos sumiram').waitFor({ state: 'detached' });
      await until('they are read again', async () => (await read()) === files);
      emptyInbox();
      await page.getByRole('button', { name: 'Sim, tirar da busca' }).click();
      await page.getByText('Muitos arquivos sumiram').waitFor({ state: 'detached' });
      await until('they are gone', async () => (await read()) === 0);
      await page.getByRole('button', { name: /^Todos/ }).waitFor();
      expect(await page.locator('.file', { hasText: 'muitos' }).count()).toBe(0);
      expect(page.faults).toEqual([]);
      await page.close();
    });

    it('fits on a phone, in the dark, in English, and breaks no rule of accessibility', async () => {
      const phone = { viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'en-US' };
      const page = await openPage(askbox.url, phone);
      await ask(page, 'Quantos elefantes voam sobre Marte?');
      await page.getByText('The nearest I found').or(page.getByText('What could not be searched')).first().waitFor();
      for (const tab of ['Ask', 'Files']) {
        await page.getByRole('navigation').getByRole('button', { name: tab }).click();
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        expect(await checkAccessibility(page)).toEqual([]);
      }
      expect(page.faults).toEqual([]);
      await page.close();
    });
  });

  describe('while an answer is written', () => {
    let api: TestApi;
    const WORDS = ['A', ' multa', ' por', ' atraso', ' é', ' de', ' dois', ' por', ' cento', ' [1]', '.'];

    beforeAll(async () => {
      api = await startTestApi();
      await publish(api.store, 'locacao.txt', ['A multa por atraso é de dois por cento.']);
    });
    afterAll(() => api?.[Symbol.asyncDispose]());

    const answerText = (page: Page): Promise<string> =>
      page.locator('.answer-text').innerText({ timeout: PATIENCE_MS });

    it('a reload in the middle loses no word and repeats none', async () => {
      const page = await openPage(api.url);
      await type(page, 'Qual é a multa por atraso?');
      // What the model thinks is folded, and can be read while it thinks and afterwards.
      const thoughts = page.locator('.thoughts p');
      api.engines.think('Dez por cento?', ` ${HOSTILE}`);
      await page.getByText('Pensamentos do modelo').click();
      expect(await thoughts.innerText()).toBe(`Dez por cento? ${HOSTILE}`);
      api.engines.say(...WORDS.slice(0, 4));
      await until('the first words', async () => (await answerText(page)) === 'A multa por atraso');
      expect(await thoughts.isVisible()).toBe(true);
      await page.reload();
      await until('the first words again', async () => (await answerText(page)) === 'A multa por atraso');
      expect([await thoughts.count(), await thoughts.isVisible()]).toEqual([1, false]);
      expect(await page.getByRole('heading', { name: 'Qual é a multa por atraso?' }).count()).toBe(1);
      api.engines.say(...WORDS.slice(4));
      api.engines.finish();
      await page
        .getByRole('button', { name: /^Fonte 1/ })
        .first()
        .waitFor();
      expect(await answerText(page)).toBe('A multa por atraso é de dois por cento 1.');
      expect(api.engines.requests).toHaveLength(1);
      expect(page.faults).toEqual([]);
      await page.close();
    });

    it('a lost connection loses no word and repeats none, and asks nothing twice', async () => {
      const asked = api.engines.requests.length;
      const context = await browser.newContext({ locale: 'pt-BR' });
      const page = await context.newPage();
      await page.addInitScript(`window.sockets = [];
        window.WebSocket = class extends WebSocket { constructor(...given) { super(...given); window.sockets.push(this); } };`);
      await page.goto(api.url);
      await type(page, 'Qual é mesmo a multa por atraso?');
      api.engines.say(...WORDS.slice(0, 6));
      await until('the first words', async () => (await answerText(page)) === 'A multa por atraso é de');
      await page.evaluate(`window.sockets.at(-1).close(4000, 'the line breaks')`);
      api.engines.say(...WORDS.slice(6));
      api.engines.finish();
      await page
        .getByRole('button', { name: /^Fonte 1/ })
        .first()
        .waitFor();
      expect(await answerText(page)).toBe('A multa por atraso é de dois por cento 1.');
      expect(api.engines.requests).toHaveLength(asked + 1);
      await context.close();
    });

    it('a restart of the server in the middle keeps what was written, and asking again is one press', async () => {
      const page = await openPage(api.url);
      await type(page, 'Qual é a multa por atraso?');
      api.engines.say('A multa', ' é');
      await until('the first words', async () => (await answerText(page)) === 'A multa é');
      await api.restart();
      await page.getByRole('button', { name: 'Perguntar de novo' }).click();
      api.engines.say(...WORDS);
      api.engines.finish();
      await page
        .getByRole('button', { name: /^Fonte 1/ })
        .first()
        .waitFor();
      expect(await page.locator('.answer-text').allInnerTexts()).toEqual([
        'A multa é',
        'A multa por atraso é de dois por cento 1.',
      ]);
      await page.close();
    });

    it('kill -9 of the API in the middle: no word is lost or doubled, and the page says what happened', async ({
      skip,
    }) => {
      skip(IS_WINDOWS, NO_SIGNALS);
      await using server = await startOpenaiServer();
      await using askbox = await prepareAskbox({ OPENAI_BASE_URL: server.url('endless'), OPENAI_MODEL: 'some' });
      askbox.drop('locacao.txt', 'A multa por atraso é de dois por cento.');
      await askbox.start();
      const page = await openPage(askbox.url);
      await page.getByRole('button', { name: /^locacao\.txt.*trecho/ }).waitFor();
      await type(page, 'Qual é a multa por atraso?');
      await page.locator('.answer-text', { hasText: 'mais 20' }).waitFor();
      // From now on, every text that is shown has to continue the one before it.
      await page.evaluate(`{
        const text = () => document.querySelector('.answer-text').innerText;
        window.shown = text();
        window.broken = [];
        new MutationObserver(() => {
          if (!text().startsWith(window.shown)) window.broken.push([window.shown, text()]);
          window.shown = text();
        }).observe(document.querySelector('.turn'), { subtree: true, childList: true, characterData: true });
      }`);
      for (const pid of askbox.pidsOf('graphql-api/main.ts')) process.kill(pid, 'SIGKILL');
      await page.getByText('A conexão caiu. Reconectando').waitFor();
      await page.getByText('O askbox parou no meio desta resposta').waitFor();
      await page.locator('.turn[aria-busy=false]').waitFor();
      expect(await page.evaluate('window.broken')).toEqual([]);
      const written = await answerText(page);
      expect(written.length).toBeGreaterThan('mais 20'.length);
      const count = written.split('mais ').length - 1;
      const sent = Array.from({ length: count }, (_, at) => `mais ${at}${at % 2 === 0 ? '' : ','} `).join('');
      expect(sent.slice(0, written.trim().length)).toBe(written.trim());
      // The browser itself reports each attempt to connect to a server that is away.
      expect(page.faults.filter((fault) => !/net::ERR_CONNECTION_(?:REFUSED|RESET)/.test(fault))).toEqual([]);
      await tabTo(page, 'Perguntar de novo', 'Shift+Tab');
      await page.keyboard.press('Enter');
      await page.locator('.turn[aria-busy=true] .answer-text', { hasText: 'mais 5' }).waitFor();
      await tabTo(page, 'Parar');
      await page.keyboard.press('Enter');
      await page.getByText('Você parou esta resposta.').waitFor();
      await page.getByRole('button', { name: 'Perguntar de novo' }).last().waitFor();
      expect(await focusedName(page)).toBe('Sua pergunta');
      await page.close();
    });

    it('shows the page that a citation of a scan is on, with the recognised words beside it', async () => {
      const text = 'A vistoria da caldeira acontece em setembro.';
      await publish(api.store, 'scan.pdf', ['Capa.', text], { mediaType: 'application/pdf', pages: true });
      const page = await openPage(api.url);
      // Pages without text, as scans are; there is no watcher here that knows the file and sends it.
      const body = makePdf(['', '', '']);
      await page.route('**/inbox/scan.pdf', (route) => route.fulfill({ body, contentType: 'application/pdf' }));
      await page.route('**/graphql', async (route) => {
        const isFile = route.request().postData()?.includes('query FileByPath') ?? false;
        const isPicture = route.request().postData()?.includes('foto.png') ?? false;
        if (isFile) await route.fulfill({ json: { data: { documentByPath: isPicture ? PICTURE_FILE : SCAN } } });
        else await route.continue();
      });
      await type(page, 'Quando acontece a vistoria da caldeira?');
      api.engines.say(text.slice(0, -1), ' [1].');
      api.engines.finish();
      await page
        .getByRole('button', { name: /^Fonte 1/ })
        .first()
        .click();
      await page.getByText('O texto desta página foi reconhecido (OCR); trecho citado:').waitFor();
      expect(await page.locator('.document blockquote').innerText()).toBe(text);
      await page.locator('.is-recognised .pdf-page[aria-label="Página 2"]').waitFor();
      expect(await checkAccessibility(page)).toEqual([]);
      await page.getByRole('button', { name: 'Próxima página' }).click();
      await page.locator('.pdf-page[aria-label="Página 3"]').waitFor();
      await page.locator('.is-recognised').waitFor({ state: 'detached' });

      // A picture is shown above its text.
      await page.route('**/inbox/foto.png', (route) => route.fulfill({ path: PICTURE, contentType: 'image/png' }));
      await page.goto(`${api.url}/#/?document=foto.png`);
      await page.getByRole('img', { name: 'foto.png' }).waitFor();
      const width = `(async (image) => (await image.decode(), image.naturalWidth))(document.querySelector('.picture img'))`;
      expect(await page.evaluate(width)).toBeGreaterThan(0);
      expect(page.faults).toEqual([]);
      await page.close();
    });

    it('Back closes a document and leaves the talk as it is, Forward opens it again', async () => {
      const page = await openPage(api.url);
      const cited = page.getByRole('button', { name: /^Fonte 1/ }).first();
      const name = page.locator('.document h2');
      await type(page, 'Qual é a multa por atraso?');
      api.engines.say('A multa por atraso é de dois por cento [1].');
      api.engines.finish();
      await cited.click();
      await name.waitFor();
      // The talk goes on while the document is open: what Back leads to is older.
      await page.getByRole('button', { name: 'Nova conversa' }).click();
      await page.goBack();
      await name.waitFor({ state: 'detached' });
      await cited.waitFor({ state: 'detached' });
      expect(new URL(page.url()).hash).toMatch(/^(#\/)?$/);
      await page.goForward();
      await name.waitFor();
      // What is closed by hand leaves no step behind that would do nothing.
      await page.keyboard.press('Escape');
      await name.waitFor({ state: 'detached' });
      await until('the step is taken back', () =>
        page.evaluate(`history.state === 'seen' && location.hash.length < 3`),
      );
      expect(page.faults).toEqual([]);
      await page.close();
    });

    it('Esc stops the model, and what was written stays', async () => {
      const aborted = api.engines.aborted;
      const page = await openPage(api.url);
      await type(page, 'Qual é a multa por atraso?');
      api.engines.say('A multa', ' é');
      await until('the first words', async () => (await answerText(page)) === 'A multa é');
      await page.keyboard.press('Escape');
      await page.getByText('Você parou esta resposta.').waitFor();
      expect(await answerText(page)).toBe('A multa é');
      expect(api.engines.aborted).toBe(aborted + 1);
      expect(page.faults).toEqual([]);
      await page.close();
    });
  });

  it('keeps at most 100 rows of 20,000 files in the document, and shows any of them', async () => {
    await using api = await startTestApi();
    const page = await openPage('about:blank');
    await page.route('**/graphql', async (route) => {
      const body = route.request().postData();
      const asked = filesQuery(body);
      const counts = { documents: MANY, chunks: 0, documentsByStatus: [], ingestion: { unembeddedChunks: 0 } };
      if (asked !== null) await route.fulfill({ json: { data: manyFiles(asked) } });
      else if (body?.includes('query Counts')) await route.fulfill({ json: { data: { stats: counts } } });
      else await route.continue();
    });
    await page.goto(api.url);
    await page.getByRole('button', { name: /^file-0\.txt/ }).waitFor();
    for (const last of [40, 9_000, 19_999]) {
      await page.evaluate(`document.querySelector('.file-list').scrollTop = ${last} * 54`);
      await page.getByRole('button', { name: new RegExp(String.raw`^file-${last}\.txt`) }).waitFor();
      expect(await page.locator('.file').count()).toBeLessThanOrEqual(100);
    }
    // The keyboard reaches the rows that are not drawn yet.
    await page.getByRole('button', { name: /^file-19999\.txt/ }).focus();
    for (const [key, name] of [
      ['ArrowUp', 'file-19998.txt'],
      ['PageUp', 'file-19988.txt'],
    ] as const) {
      await page.keyboard.press(key);
      await until(`the focus is on ${name}`, async () =>
        (await page.evaluate<string>('document.activeElement.title')).startsWith(name),
      );
    }
    await page.close();
  });

  it('shows nothing before the right key is given, and asks for it once', async () => {
    const apiKey = 'a key of at least 16 characters';
    await using api = await startTestApi({ config: { apiKey } });
    const page = await openPage(api.url);
    await page.getByLabel(/^Chave/).fill('a wrong key of 16 characters');
    await page.getByRole('button', { name: 'Entrar' }).click();
    await page.getByText('A chave está errada').waitFor();
    expect(await page.locator('.side, .talk').count()).toBe(0);
    await page.getByLabel(/^Chave/).fill(apiKey);
    await page.getByRole('button', { name: 'Entrar' }).click();
    await page.locator('.side').waitFor();
    await page.reload();
    await page.locator('.side').waitFor();
    expect(await page.getByLabel(/^Chave/).count()).toBe(0);
    await page.close();
  });

  it('asks for the key again when it was changed while the page was open', async () => {
    const api = await startTestApi({ config: { apiKey: 'a key of at least 16 characters' } });
    const page = await openPage(api.url);
    await page.getByLabel(/^Chave/).fill('a key of at least 16 characters');
    await page.getByRole('button', { name: 'Entrar' }).click();
    await page.locator('.side').waitFor();
    await page.reload(); // the key that the tab keeps is the one that becomes wrong
    await page.locator('.side').waitFor();
    await api[Symbol.asyncDispose]();
    const apiKey = 'another key of 16 characters';
    await using changed = await startTestApi({ config: { apiKey, port: api.port } });
    await page.getByLabel(/^Chave/).fill(apiKey);
    expect(await page.locator('.side, .talk').count()).toBe(0);
    await page.getByRole('button', { name: 'Entrar' }).click();
    await page.locator('.side').waitFor();
    await type(page, 'Qual é a multa?');
    await page.locator('.turn').waitFor();
    expect(changed.url).toBe(api.url);
    await page.close();
  });

  it('a list that was scrolled is whole again after the network was away, without asking all the time', async () => {
    const files = Array.from({ length: 900 }, (_, i) =>
      testDocument({ id: documentIdOf(`${i}.txt`), path: `${i}.txt`, seq: i + 1 }),
    );
    await using watcher = await startTestWatcher(files);
    await using api = await startTestApi({ config: { watcherUrl: watcher.url } });
    const page = await openPage(api.url, { locale: 'pt-BR' }); // a context of its own goes offline
    await page.locator('.file').first().waitFor();
    await page.context().setOffline(true);
    let requests = 0;
    page.on('request', () => requests++);
    await page.evaluate(`document.querySelector('.file-list').scrollTop = 700 * 54`);
    await page.getByText('O askbox não responde').waitFor();
    // Each attempt to connect and each page of the list is one; without a wait there were hundreds a second.
    expect(requests).toBeLessThan(50);
    await page.context().setOffline(false);
    await page.locator('li[aria-posinset="705"]').waitFor();
    await page.close();
  });
});

/** A file as the view of documents reads it. */
const SCAN = {
  id: 'scan',
  path: 'scan.pdf',
  title: 'scan.pdf',
  tags: [],
  status: 'READY',
  progress: null,
  chunkCount: 2,
  stale: false,
  createdAt: '2026-01-01T00:00:00Z',
  error: null,
  mediaType: 'application/pdf',
  sizeBytes: 900,
  contentHash: 'f'.repeat(64),
  pageCount: 3,
  modifiedAt: '2026-01-01T00:00:00Z',
  warnings: [{ code: 'READ_BY_OCR', count: 3, message: '' }],
};

/** Any picture. */
const PICTURE = path.join(root, 'docs', 'images', 'page.en.png');
const PICTURE_FILE = { ...SCAN, path: 'foto.png', title: 'foto.png', mediaType: 'image/png', pageCount: null };

const MANY = 20_000;

/** Returns the variables if this is a query for a page of files; otherwise null. */
function filesQuery(body: string | null): { readonly first: number; readonly after: string | null } | null {
  // `as`: the page's own request.
  const { query, variables } = JSON.parse(body ?? '{"query":""}') as {
    query: string;
    variables: { first: number; after: string | null };
  };
  return query.startsWith('query Files(') ? variables : null;
}

/** Returns a page of files that no folder has. */
function manyFiles({ first, after }: { readonly first: number; readonly after: string | null }): object {
  const start = Number(after ?? 0);
  const nodes = Array.from({ length: Math.min(first, MANY - start) }, (_, index) => ({
    id: String(start + index),
    path: `file-${start + index}.txt`,
    title: `file-${start + index}.txt`,
    tags: [],
    status: 'READY',
    progress: null,
    chunkCount: 1,
    stale: false,
    createdAt: '2026-01-01T00:00:00Z',
    error: null,
  }));
  const end = start + nodes.length;
  return { documents: { totalCount: MANY, nodes, pageInfo: { hasNextPage: end < MANY, endCursor: String(end) } } };
}

/** Drops files onto the page, as a person drags them from a folder. */
async function drop(page: Page, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  const dropped = Object.entries(files).map(([name, content]) => [name, Buffer.from(content).toString('base64')]);
  await page.evaluate(`{
    const transfer = new DataTransfer();
    for (const [name, base64] of ${JSON.stringify(dropped)}) {
      transfer.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name));
    }
    for (const type of ['dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
  }`);
}

/** Drops a folder of the disk onto the page: only the browser itself makes the entries of a folder. */
async function dropFromDisk(page: Page, folder: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  await devtools.detach();
}

/** Returns the paths of all documents that are searchable. */
async function readInbox(askbox: Askbox): Promise<readonly string[]> {
  const { documents } = await askbox.query<{ documents: { nodes: { path: string }[] } }>(
    '{ documents(first: 100, filter: { status: [READY] }) { nodes { path } } }',
  );
  return documents.nodes.map(({ path: name }) => name);
}

/** Types a question and asks it. */
async function type(page: Page, question: string): Promise<void> {
  await page.getByLabel(/^(Sua pergunta|Your question)$/).fill(question);
  await page.keyboard.press('Enter');
}

/** Asks, and waits until the answer is complete. */
async function ask(page: Page, question: string): Promise<void> {
  const before = await page.locator('.turn').count();
  await type(page, question);
  await page.locator('.turn').nth(before).and(page.locator('[aria-busy=false]')).waitFor();
}

/** What has the focus. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  const shown = element.closest('.ask-box:focus-within, .search:focus-within') ?? element;
  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
  const box = element.getBoundingClientRect();
  const isInView = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {
    name: element === document.body ? '' : window.nameOf(element),
    isSeen: isInView && outlineStyle !== 'none' && outlineWidth !== '0px',
    isBody: element === document.body,
  };
})()`;
/** The name of an element, as far as the page gives names. */
const NAME_OF = `window.nameOf = (element) =>
  (element.getAttribute('aria-label') ?? [...(element.labels ?? [])].map((label) => label.innerText)[0] ?? element.innerText)
    .replaceAll(/\\s+/g, ' ').trim()`;

interface Focused {
  readonly name: string;
  /** Whether it is in view, with a line around it. */
  readonly isSeen: boolean;
  readonly isBody: boolean;
}

async function focused(page: Page): Promise<Focused> {
  await page.evaluate(NAME_OF);
  return page.evaluate<Focused>(FOCUSED);
}

async function focusedName(page: Page): Promise<string> {
  return (await focused(page)).name;
}

/** Presses a key until something with this name has the focus. */
async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let pressed = 0; pressed < 100; pressed++) {
    await page.keyboard.press(key);
    const reached = await focusedName(page);
    if (typeof name === 'string' ? reached === name : name.test(reached)) return;
    passed.push(reached);
  }
  throw new Error(`${String(name)} is not reached by ${key}; what is: ${passed.join(' | ')}`);
}

/** Presses Tab from the top of the page to its end, and returns what had the focus. */
async function walk(page: Page): Promise<Focused[]> {
  await page.evaluate('document.activeElement.blur(), getSelection().removeAllRanges()');
  await tabTo(page, 'Ir para a pergunta', 'Shift+Tab');
  const reached = [await focused(page)];
  for (;;) {
    await page.keyboard.press('Tab');
    const next = await focused(page);
    if (next.isBody || next.name === reached[0]?.name) return reached;
    reached.push(next);
    if (reached.length > 200) throw new Error('Tab does not come to the end of the page');
  }
}

/** Returns the names of all that can be pressed or written into, in the order of the page. */
async function pressable(page: Page): Promise<string[]> {
  await page.evaluate(NAME_OF);
  return page.evaluate<
    string[]
  >(`[...document.querySelectorAll('a[href], button, input, textarea, summary, [tabindex="0"]')]
    .filter((each) => !each.disabled && each.tabIndex >= 0 && each.checkVisibility())
    .map((each) => window.nameOf(each))`);
}

/** Returns the rules of axe-core that the page violates, with the elements that do. */
async function checkAccessibility(page: Page): Promise<unknown> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(readFileSync(AXE, 'utf8'));
  return page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => [id, ...nodes.map(({ html, failureSummary }) => html + failureSummary)]))`);
}
