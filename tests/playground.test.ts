import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareAskboxHere } from './fixtures/askbox-here.ts';
import { CHROMIUM, PATIENCE_MS, startChromium, WITHOUT_CHROMIUM } from './fixtures/chromium.ts';
import { until, type Askbox } from './fixtures/run-askbox.ts';
import { writeScriptedModel } from './fixtures/tiny-llama.ts';

/** The button while it asks; while an answer is running it has another label and stops it. */
const RUN_BUTTON = 'button.graphiql-execute-button[aria-label^="Execute"]';
const WORDS = ['Solte', ' um', ' arquivo', ' na', ' pasta', ' e', ' pergunte', ' [1]', '.'];

const KEY = 'a key of at least 16 characters';

describe.skipIf(CHROMIUM === undefined)(`the playground in a browser${WITHOUT_CHROMIUM}`, () => {
  let askbox: Askbox;
  let browser: Browser;

  beforeAll(async () => {
    askbox = await prepareWithModel({});
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await askbox?.[Symbol.asyncDispose]();
  });

  async function openPage(): Promise<Page> {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    return page;
  }

  it('streams an answer at the press of the button, asks no other host for anything, and each press is a new question', async () => {
    const page = await openPage();
    const requested: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    const texts = collectAnswerTexts(page);
    await page.goto(`${askbox.url}/graphql`);

    await page.locator(RUN_BUTTON).click();
    await until('the whole answer is on the page', async () =>
      (await page.locator('.result-window').innerText()).includes('COMPLETED'),
    );
    const seen = new Set(texts.splice(0));
    expect([...seen].at(-1)).toBe(WORDS.join(''));
    expect(
      [...seen].every((text) => WORDS.join('').startsWith(text)),
      'the text only grows',
    ).toBe(true);
    expect(await page.locator('.result-window').innerText()).toContain('sobre.md');

    await page.locator(RUN_BUTTON).click();
    await until('the second answer', () => texts.at(-1) === WORDS.join(''));
    await until('two answers', () => countAnswers() === 2);

    const others = requested.filter((url) => !url.startsWith(askbox.url) && !/^(blob|data):/.test(url));
    expect(others).toEqual([]);
    await page.close();
  });

  it('joins the running answer when the line breaks, instead of asking again', async () => {
    const page = await openPage();
    // Breaks the first connection at the first event of the answer.
    await page.addInitScript(`window.sockets = [];
      window.WebSocket = class extends WebSocket {
        constructor(...given) {
          super(...given);
          if (window.sockets.push(this) > 1) return;
          this.addEventListener('message', ({ data }) => data.includes('"next"') && this.close(4000, 'the line breaks'));
        }
      };`);
    const texts = collectAnswerTexts(page);
    await page.goto(`${askbox.url}/graphql`);
    const before = countAnswers();
    await page.locator(RUN_BUTTON).click();
    await until('a second connection', async () => (await page.evaluate<number>('window.sockets.length')) > 1);
    await until('the whole answer', () => texts.at(-1) === WORDS.join(''));
    await until('the answer in the log', () => countAnswers() > before);
    expect(countAnswers() - before).toBe(1);
    await page.close();
  });

  it('asks for the key once when the server has one, and asks questions and reads the schema with it', async () => {
    await using locked = await prepareWithModel({ ASKBOX_API_KEY: KEY });
    const page = await openPage();
    const texts = collectAnswerTexts(page);
    const refused: string[] = [];
    page.on('response', (response) => response.status() === 401 && refused.push(response.url()));
    await page.goto(`${locked.url}/graphql`);
    const form = page.locator('form#askbox-key');
    await form.locator('input').fill('a wrong key of 16 characters');
    await form.locator('button').click();
    await until('the wrong key is refused', async () => (await form.locator('[role=alert]').innerText()) !== '');
    await form.locator('input').fill(KEY);
    await form.locator('button').click();

    const askAndRead = async (): Promise<void> => {
      await page.locator(RUN_BUTTON).click();
      await until('the whole answer reaches the page', () => texts.at(-1) === WORDS.join(''));
      texts.length = 0;
    };
    await askAndRead();
    // After a reload the key is remembered: the page reads the schema with it. The editor may still be empty then, so no question.
    const schemaRead = page.waitForResponse(
      (response) => response.request().method() === 'POST' && response.url().endsWith('/graphql') && response.ok(),
    );
    await page.reload();
    await schemaRead;
    expect(await form.count()).toBe(0);
    expect(refused).toHaveLength(1);
    await page.close();
  });

  it('gives nothing to a page of another origin, neither over HTTP nor over WebSocket', async () => {
    const { server, url } = await serveEmptyPage();
    const page = await openPage();
    await page.goto(url);
    const overHttp =
      await page.evaluate(`fetch('${askbox.url}/graphql', { method: 'POST', headers: { 'content-type': 'application/json' },
      body: '{"query":"{ health { version } }"}' }).then((response) => response.text(), () => 'refused')`);
    const overWebSocket = await page.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket('${askbox.url.replace('http', 'ws')}/graphql', 'graphql-transport-ws');
      socket.onopen = () => socket.send('{"type":"connection_init"}');
      socket.onmessage = (message) => resolve(message.data);
      socket.onclose = () => resolve('refused');
    })`);
    expect(overHttp).toBe('refused');
    expect(overWebSocket).toBe('refused');
    await page.close();
    await new Promise((resolve) => server.close(resolve));
  });

  function countAnswers(): number {
    return new Set(askbox.output().match(/answered answer=[0-9a-f-]+/g)).size;
  }
});

/** Starts askbox with a model that writes `WORDS`, and waits until its document is indexed. */
async function prepareWithModel(environment: Record<string, string>): Promise<Askbox> {
  const askbox = await prepareAskboxHere({ ASKBOX_MODEL: 'auto', ...environment });
  const models = path.join(askbox.dataDir, 'models');
  mkdirSync(models, { recursive: true });
  writeScriptedModel(path.join(models, 'tiny.gguf'), { script: WORDS });
  askbox.drop(
    'sobre.md',
    '# Como funciona o askbox\n\nSolte um arquivo na pasta e pergunte: o askbox funciona assim.\n',
  );
  await askbox.start();
  await until('the sample is indexed', () => askbox.output().includes('ingested document=sobre.md'));
  await until('the model is loaded', () => askbox.output().includes('model ready'));
  return askbox;
}

/** Collects the text of every event of the answer that reaches the page, in order. */
function collectAnswerTexts(page: Page): string[] {
  const texts: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const text = /"text":"((?:[^"\\]|\\.)*)"/.exec(String(payload))?.[1];
      if (text !== undefined) texts.push(text);
    }),
  );
  return texts;
}

async function serveEmptyPage(): Promise<{ server: Server; url: string }> {
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>other</title>'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, url: `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}/` };
}
