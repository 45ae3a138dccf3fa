/**
 * Measures the cost and speed of a real watcher with 10,000 files: a scan relative to a plain walk, the delays of its
 * event loop compared with an idle process, one edit, a thousand renames, notes dropped alongside a PDF of 2,000 pages
 * and alongside ten PDFs that never end, and 20,000 files dropped while it was stopped. Then, in this process, an audit
 * of 30,000 documents, which should not keep the event loop 50 ms longer than an idle process is kept, and titles and
 * tags for 3,000 documents, of which the last 500 should take no longer than the first 500. Linux only. Takes some
 * minutes.
 *
 *   npm run bench -- ingest [--json]
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parseConfig } from '#shared/config.ts';
import { openStoreReader } from '#shared/store/open-store.ts';
import { queryVector } from '#shared/text/sparse.ts';
import { freePorts } from '../tests/fixtures/run-askbox.ts';
import { openDaemon } from '../tests/torture/daemon.ts';
import { pdfThatNeverEnds, samplePdf } from '../watcher/testing/files.ts';
import { measureScans } from './ingest/scans.ts';
import { measureAudit, measureTagging } from './ingest/upkeep.ts';
import { watchingGaps, worstGapMs } from './ingest/worst-gap.ts';

const { values: flags } = parseArgs({
  args: process.argv.slice(3),
  options: { json: { type: 'boolean', default: false } },
});

const FOLDERS = 20;
const FILES_A_FOLDER = 1000;
const RENAMES = 1000;
const EDITS = 20;
const NOTES = 20;
const PAGES = 2000;
const LOOPING_PDFS = 10;
const NOTES_BESIDE_LOOPS = 40;
const QUIET_MS = 500;
const GIVE_UP_MS = 1_200_000;

const figures: Record<string, number> = {};
const work = mkdtempSync(path.join(os.tmpdir(), 'askbox-bench-'));
const at = (...names: readonly string[]): string => path.join(work, ...names);
const file = (...names: readonly string[]): string => at('inbox', ...names);
mkdirSync(at('inbox'));
mkdirSync(at('data'));
const [port] = await freePorts(1);
const settings = {
  ASKBOX_INBOX: at('inbox'),
  ASKBOX_DATA: at('data'),
  ASKBOX_WATCHER_PORT: String(port),
  ASKBOX_EMBEDDER: 'none',
  ASKBOX_QUIET_MS: String(QUIET_MS),
};
const daemon = openDaemon({ ...process.env, ...settings, ...watchingGaps(at('watcher-gap')) }, at('watcher.log'));
// The same measurement at the same time in an idle process: the delays that the machine itself causes.
const idle = spawn(process.execPath, ['--eval', 'os.setPriority(10); setInterval(() => {}, 60_000)'], {
  env: { ...process.env, ...watchingGaps(at('idle-gap')) },
  stdio: 'ignore',
});
try {
  writeFileSync(at('faults-off'), '');
  daemon.start(['0', at('puts'), at('faults'), at('faults-off')]);
  await daemon.untilListening();
  await using reader = await openStoreReader(parseConfig(settings, work));
  const isFound = async (word: string): Promise<boolean> => {
    const { sparse } = await reader.search({ sparse: queryVector(word), limit: 10 });
    return sparse.some((hit) => hit.chunk.text.includes(word));
  };

  await dropWhileStopped();
  await deleteHalf();
  await renameFiles();
  await editOneAmongMany(isFound);
  await readNotesBesidePdf(isFound);
  await readNotesBesideLoops(isFound);
  figures['watcherPeakMB'] = peakMBOf(daemon.pid ?? 0);
  figures['stoppedWithinSeconds'] = (await timedMs(async () => void (await daemon.stop()))) / 1000;
  Object.assign(figures, await measureScans(at('inbox'), at('data', 'ledger.db')));
  Object.assign(figures, await measureAudit(at('audit'), idleGapMs), measureTagging(at('tagging')));
} finally {
  await daemon.kill();
  idle.kill();
  rmSync(work, { recursive: true, force: true });
}
for (const [name, value] of Object.entries(figures)) figures[name] = Number(value.toFixed(2));
console.table(figures);
if (flags.json) console.log(JSON.stringify(figures));

/** Drops more files than the system queues events for, so that half of them cause none. */
async function dropWhileStopped(): Promise<void> {
  for (let folder = 0; folder < FOLDERS; folder++) mkdirSync(file(`pasta-${folder}`));
  writeFileSync(file('primeira.md'), 'A primeira nota.');
  await until('the folders are watched', async () => (await countReady()) === 1);
  daemon.signal('SIGSTOP');
  for (let folder = 0; folder < FOLDERS; folder++) {
    for (let n = 0; n < FILES_A_FOLDER; n++) {
      writeFileSync(file(`pasta-${folder}`, `${n}.md`), `O produto ${folder}-${n} custa ${n} reais.`);
    }
  }
  daemon.signal('SIGCONT');
  const files = FOLDERS * FILES_A_FOLDER;
  const ms = await timedMs(() =>
    until('all are ready', async () => (await daemon.ingestion()).queued === 0 && (await countReady()) === files + 1),
  );
  figures[`readyOf${files}DroppedWhileStopped`] = files;
  figures['smallFilesASecond'] = files / (ms / 1000);
}

async function deleteHalf(): Promise<void> {
  for (let folder = FOLDERS / 2; folder < FOLDERS; folder++) rmSync(file(`pasta-${folder}`), { recursive: true });
  const left = (FOLDERS / 2) * FILES_A_FOLDER + 1;
  await until('half of them are gone', async () => (await countReady()) === left);
}

/** Extractors exit by themselves when there is nothing to read; a rename must not start one. */
async function renameFiles(): Promise<void> {
  await until('nothing is read any more', () => Promise.resolve(daemon.extractors().length === 0));
  const putsBefore = countPuts();
  for (let n = 0; n < RENAMES; n++) renameSync(file('pasta-0', `${n}.md`), file('pasta-0', `novo-${n}.md`));
  const ms = await timedMs(() =>
    until('all are ready under their new names', async () => {
      if ((await daemon.ingestion()).queued > 0) return false; // listing all documents would distort the measurement
      const documents = await daemon.documents();
      const renamed = documents.filter(({ path: name, status }) => name.includes('/novo-') && status === 'READY');
      return renamed.length === RENAMES;
    }),
  );
  figures['renamesToReadySeconds'] = ms / 1000;
  figures['extractorsForRenames'] = daemon.extractors().length;
  figures['chunkWritesForRenames'] = countPuts() - putsBefore;
}

/** Each edit causes scans of all files; the delays of the event loop are measured during these. */
async function editOneAmongMany(isFound: (word: string) => Promise<boolean>): Promise<void> {
  await until('all is quiet', async () => (await daemon.ingestion()).queued === 0);
  await sleep(5000);
  await measureGaps();
  const latencies: number[] = [];
  for (let edit = 0; edit < EDITS; edit++) {
    const word = `zafira${String(edit).padStart(4, 'q')}`;
    writeFileSync(file('pasta-1', `${edit}.md`), `Agora com a palavra ${word}.`);
    latencies.push(await timedMs(() => until('the edit is found', () => isFound(word))));
  }
  const gaps = await measureGaps();
  figures['editToSearchableMedianMs'] = quantile(latencies, 0.5);
  figures['editToSearchableWorstMs'] = quantile(latencies, 1);
  figures['editLimitMs'] = QUIET_MS + 1000;
  figures['worstGapMs'] = gaps.watcherMs;
  figures['worstGapOfIdleProcessMs'] = gaps.idleMs;
}

/**
 * Drops notes one after another while a PDF is read and stored, then continues with another PDF until there are enough.
 */
async function readNotesBesidePdf(isFound: (word: string) => Promise<boolean>): Promise<void> {
  const latencies: number[] = [];
  const pdfSeconds: number[] = [];
  await measureGaps();
  while (latencies.length < NOTES) {
    const name = `manual-${pdfSeconds.length}.pdf`;
    const line = (page: number, n: number): string => `${name} pagina ${page} linha ${n} do manual de bombeamento`;
    const pages = Array.from({ length: PAGES }, (_, page) => Array.from({ length: 40 }, (_x, n) => line(page, n)));
    writeFileSync(file(name), samplePdf(pages));
    const statusOfPdf = async (): Promise<string | undefined> =>
      (await daemon.documents()).find((document) => document.path === name)?.status;
    await until('the PDF is being read', async () => ['EXTRACTING', 'STORING'].includes((await statusOfPdf()) ?? ''));
    const startedMs = performance.now();
    while ((await statusOfPdf()) !== 'READY') {
      const note = latencies.length;
      const word = `quorlim${String(note).padStart(4, 'w')}`;
      writeFileSync(file(`nota-${note}.md`), `Uma nota sobre ${word}.`);
      latencies.push(await timedMs(() => until('the note is found', () => isFound(word))));
    }
    pdfSeconds.push((performance.now() - startedMs) / 1000);
  }
  const gaps = await measureGaps();
  figures['pdfOf2000PagesSeconds'] = quantile(pdfSeconds, 0.5);
  figures['notesBesidePdf'] = latencies.length;
  figures['noteBesidePdfMedianMs'] = quantile(latencies, 0.5);
  figures['noteBesidePdfP95Ms'] = quantile(latencies, 0.95);
  figures['worstGapBesidePdfMs'] = gaps.watcherMs;
  figures['worstGapOfIdleProcessBesidePdfMs'] = gaps.idleMs;
}

/** Drops notes one after another, first while nothing else is read, then alongside PDFs that never end. */
async function readNotesBesideLoops(isFound: (word: string) => Promise<boolean>): Promise<void> {
  const latencies = async (name: string): Promise<readonly number[]> => {
    const ms: number[] = [];
    for (let note = 0; note < NOTES_BESIDE_LOOPS; note++) {
      const word = `${name}${String(note).padStart(4, 'w')}`;
      writeFileSync(file(`${name}-${note}.md`), `Uma nota sobre ${word}.`);
      ms.push(await timedMs(() => until('the note is found', () => isFound(word))));
    }
    return ms;
  };
  await until('all is quiet', async () => (await daemon.ingestion()).queued === 0);
  const idleMs = quantile(await latencies('quieta'), 0.95);
  // Each has its own content: of equal ones only one is read at a time.
  for (let n = 0; n < LOOPING_PDFS; n++)
    writeFileSync(file(`laco-${n}.pdf`), `${pdfThatNeverEnds().toString('latin1')}%${n}`);
  const besideMs = quantile(await latencies('agitada'), 0.95);
  figures['noteAloneP95Ms'] = idleMs;
  figures['noteBesideLoopsP95Ms'] = besideMs;
  figures['noteBesideLoopsToAlone'] = besideMs / idleMs; // wanted: at most 3
  for (let n = 0; n < LOOPING_PDFS; n++) rmSync(file(`laco-${n}.pdf`));
}

/** Returns the longest delays since the last call. */
async function measureGaps(): Promise<{ readonly watcherMs: number; readonly idleMs: number }> {
  const [watcherMs, idleMs] = await Promise.all([
    worstGapMs(at('watcher-gap'), () => daemon.signal('SIGUSR2')),
    idleGapMs(),
  ]);
  return { watcherMs, idleMs };
}

function idleGapMs(): Promise<number> {
  return worstGapMs(at('idle-gap'), () => idle.kill('SIGUSR2'));
}

/** Returns the peak memory of a process in 10^6 bytes. */
function peakMBOf(pid: number): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kib) * 1024) / 1e6;
}

async function countReady(): Promise<number> {
  return (await daemon.documents()).filter(({ status }) => status === 'READY').length;
}

function countPuts(): number {
  return existsSync(at('puts')) ? readFileSync(at('puts'), 'utf8').split('\n').length - 1 : 0;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`timed out after ${GIVE_UP_MS / 60_000} minutes: ${what}`);
    await sleep(50);
  }
}

async function timedMs(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!);
}
