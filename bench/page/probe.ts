import type { Browser } from 'playwright-core';
import { PATIENCE_MS } from '../../tests/fixtures/chromium.ts';

/** What a page is like, and how it was since the start of a phase. */
interface PageFigures {
  /** Rows of the list that are in the document now, and the most that were. */
  readonly rows: number;
  readonly mostRows: number;
  /** Tasks of more than 50 ms, as the browser reports them; 0 if there was none. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
  readonly elements: number;
  readonly heapMB: number;
}

/** A page in a browser, with what watches its tasks and its rows. */
export interface PageProbe {
  /** Errors and messages on the console. */
  readonly faults: readonly string[];
  startPhase(): Promise<void>;
  figures(): Promise<PageFigures>;
  scrollBy(px: number): Promise<void>;
  /** @param share of the whole height, from 0 to 1 */
  scrollTo(share: number): Promise<void>;
  /** Returns the position, from 0, of the last row that is drawn. */
  lastPosition(): Promise<number>;
  ask(question: string): Promise<void>;
  untilAnswered(): Promise<void>;
  answerText(): Promise<string>;
}

const WATCH = `
window.phase = { tasks: [], mostRows: 0 };
new PerformanceObserver((list) => window.phase.tasks.push(...list.getEntries().map((task) => task.duration)))
  .observe({ type: 'longtask', buffered: true });
(function watch() {
  window.phase.mostRows = Math.max(window.phase.mostRows, document.querySelectorAll('.file').length);
  requestAnimationFrame(watch);
})();`;

const FIGURES = `({
  rows: document.querySelectorAll('.file').length,
  mostRows: window.phase.mostRows,
  longTasks: window.phase.tasks.length,
  longestTaskMs: Math.max(0, ...window.phase.tasks),
  elements: document.querySelectorAll('*').length,
})`;

/** Opens the page and starts watching it. */
export async function openPageProbe(browser: Browser, url: string): Promise<PageProbe> {
  const context = await browser.newContext({ locale: 'pt-BR', viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const faults: string[] = [];
  page.on('console', (message) => faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  const devtools = await context.newCDPSession(page);
  await page.addInitScript(WATCH);
  await page.goto(url);
  await page.locator('.ask').waitFor();

  return {
    faults,
    async startPhase() {
      await page.evaluate('window.phase = { tasks: [], mostRows: 0 }');
    },
    async figures() {
      const figures = await page.evaluate<Omit<PageFigures, 'heapMB'>>(FIGURES);
      const { usedSize } = await devtools.send('Runtime.getHeapUsage');
      return { ...figures, heapMB: usedSize / 1e6 };
    },
    async scrollBy(px) {
      await page.evaluate(`new Promise((drawn) => {
        document.querySelector('.file-list').scrollTop += ${px};
        requestAnimationFrame(() => requestAnimationFrame(drawn));
      })`);
    },
    async scrollTo(share) {
      await page.evaluate(`(() => {
        const list = document.querySelector('.file-list');
        list.scrollTop = list.scrollHeight * ${share};
      })()`);
    },
    lastPosition: () =>
      page.evaluate<number>(
        `Math.max(-1, ...[...document.querySelectorAll('.file')].map((row) => Number(row.ariaPosInSet ?? row.getAttribute('aria-posinset')) - 1))`,
      ),
    async ask(question) {
      await page.getByLabel('Sua pergunta').fill(question);
      await page.keyboard.press('Enter');
    },
    async untilAnswered() {
      await page.locator('.turn[aria-busy=false]').last().waitFor();
    },
    async answerText() {
      return (await page.locator('.answer-text').last().textContent()) ?? '';
    },
  };
}
