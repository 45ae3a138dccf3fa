/**
 * Measures the page in Chromium over an API with many documents: what is in the page and how long its tasks block it
 * while the whole list is scrolled through, while a long answer streams, and while many documents change.
 *
 *   npm run bench -- page [--documents 20000] [--tokens 4000] [--changes 10000] [--json]
 *
 * The watcher and the model are scripted, the API is real. A busy machine makes tasks longer: compare with `idle`, an untouched page of
 * the same run. Exits with 1 if a target is missed. Without Chromium nothing is measured.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { documentIdOf } from '#shared/document.ts';
import { startTestWatcher, testDocument } from '#shared/watcher-api/testing/watcher.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { publish, startTestApi } from '../graphql-api/testing/running-api.ts';
import { CHROMIUM, startChromium, WITHOUT_CHROMIUM } from '../tests/fixtures/chromium.ts';
import { until } from '../tests/fixtures/run-askbox.ts';
import { openPageProbe, type PageProbe } from './page/probe.ts';

const { values: flags } = parseArgs({
  args: process.argv.slice(3),
  options: {
    documents: { type: 'string', default: '20000' },
    tokens: { type: 'string', default: '4000' },
    changes: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
});

const LONGEST_TASK_MS = 50;
const MOST_ROWS = 100;
const IDLE_MS = 5_000;
/** Rows of a list go past at about this speed while it is scrolled; the page has to load them as well. */
const SCROLL_PX = 4_000;
/** Tokens of one write, and the pause after it: 200 tokens/s. */
const TOKENS_AT_ONCE = 4;
const TOKENS_EVERY_MS = 20;
const CHANGES_AT_ONCE = 50;
/** The page gathers changes for 200 ms and counts once a second. */
const SETTLE_MS = 2_000;
const documentCount = Number(flags.documents);

if (CHROMIUM === undefined) {
  console.log(`The page is not measured${WITHOUT_CHROMIUM}`);
  process.exit(0);
}
const misses: string[] = [];
await using watcher = await startTestWatcher(Array.from({ length: documentCount }, (_, i) => makeDocument(i, i + 1)));
await using api = await startTestApi({ config: { watcherUrl: watcher.url } });
await publish(api.store, 'locacao.txt', ['A multa por atraso é de dois por cento.']);
await until('the API knows the documents', () => watcher.followers === 1);
const browser = await startChromium();
try {
  const probe = await openPageProbe(browser, api.url);
  await until(
    'the list is there',
    async () => (await probe.figures()).rows > 0,
    () => probe.faults.join('\n'),
  );
  await measure(probe, 'idle', () => sleep(IDLE_MS));
  await measure(probe, 'scroll', () => scrollThrough(probe));
  const answer = makeAnswer(Number(flags.tokens));
  await measure(probe, 'answer', () => streamAnswer(probe, answer));
  if (wordsOf(await probe.answerText()) !== wordsOf(answer.join(''))) misses.push('answer: words differ');
  await measure(probe, 'changes', () => changeDocuments(Number(flags.changes)));
  if (probe.faults.length > 0) misses.push(`console: ${probe.faults.slice(0, 3).join('; ')}`);
} finally {
  await browser.close();
}
for (const miss of misses) console.error(`missed: ${miss}`);
process.exitCode = misses.length === 0 ? 0 : 1;

/** Measures a phase, prints its figures, and notes which targets it misses. */
async function measure(probe: PageProbe, phase: string, run: () => Promise<unknown>): Promise<void> {
  await probe.startPhase();
  const startedAt = performance.now();
  await run();
  const figures = { phase, seconds: (performance.now() - startedAt) / 1_000, ...(await probe.figures()) };
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, typeof value === 'number' ? Math.round(value) : value]),
  );
  console.log(flags.json ? JSON.stringify(rounded) : rounded);
  if (figures.mostRows > MOST_ROWS) misses.push(`${phase}: ${figures.mostRows} rows in the document`);
  if (figures.longestTaskMs > LONGEST_TASK_MS) misses.push(`${phase}: a task of ${rounded['longestTaskMs']} ms`);
}

/** Scrolls through the whole list, and once more back in leaps. */
async function scrollThrough(probe: PageProbe): Promise<void> {
  let reached = 0;
  while (reached < documentCount - 1) {
    const before = reached;
    await probe.scrollBy(SCROLL_PX);
    reached = await probe.lastPosition();
    if (reached === before) await until('more files are loaded', async () => (await probe.lastPosition()) > before);
  }
  for (const share of [0.5, 0.9, 0.1, 0]) {
    await probe.scrollTo(share);
    await sleep(200);
  }
}

async function streamAnswer(probe: PageProbe, tokens: readonly string[]): Promise<void> {
  await probe.ask('Qual é a multa por atraso?');
  for (let i = 0; i < tokens.length; i += TOKENS_AT_ONCE) {
    api.engines.say(...tokens.slice(i, i + TOKENS_AT_ONCE));
    await sleep(TOKENS_EVERY_MS);
  }
  api.engines.finish();
  await probe.untilAnswered();
}

/** Returns tokens of paragraphs and lists, of which nothing is a citation. */
function makeAnswer(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    if (i % 80 === 79) return i % 160 === 159 ? '.\n\n' : '.\n\n- ';
    return i % 80 === 0 ? `Ponto ${i}` : ` palavra${i % 7}`;
  });
}

/** Returns the letters, digits and full stops; the page draws spaces and the signs of lists in its own way. */
function wordsOf(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}.]/gu, '');
}

/** Sends changes of documents as fast as the API reads them, and waits until the page has drawn them. */
async function changeDocuments(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const seq = documentCount + 1 + i;
    watcher.send('document', makeDocument(i % documentCount, seq), seq);
    if (i % CHANGES_AT_ONCE === 0) await sleep(1);
  }
  await sleep(SETTLE_MS);
}

/** Returns a document that is searchable; a change of it has more passages. */
function makeDocument(i: number, seq: number): DocumentState {
  const path = `pasta-${i % 50}/contrato-${i}.txt`;
  const createdAt = new Date(Date.UTC(2026, 0, 1) + i * 1_000).toISOString();
  return testDocument({ id: documentIdOf(path), path, seq, createdAt, chunkCount: 1 + (seq % 9) });
}
