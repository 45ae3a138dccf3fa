import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '#shared/errors.ts';
import { randomNumbers } from '#shared/testing/random-numbers.ts';
import { freePorts, until } from '../fixtures/run-askbox.ts';
import { openCanaries } from './canaries.ts';
import { openDaemon } from './daemon.ts';
import { differences, expectedIndex } from './expected-index.ts';
import { openFolderLife } from './folder-life.ts';
import { openLedgerAccidents } from './ledger-accidents.ts';
import { openQdrantUnderTest, openSqliteUnderTest } from './store-under-test.ts';

/** What a run does. */
export interface TortureOptions {
  /** Determines what is done and what fails, but not when the watcher does its part. */
  readonly seed: number;
  /** With 0, neither the watcher nor its store fails; only the folder changes. */
  readonly kills: number;
  readonly store: 'sqlite' | 'qdrant';
}

/** What a run did, and what it found. */
export interface TortureReport extends TortureOptions {
  /** What must not happen but did; empty if all went well. */
  readonly problems: readonly string[];
  /** What was done to the folder, by kind. */
  readonly operations: Readonly<Record<string, number>>;
  readonly operationCount: number;
  readonly ledgerAccidents: Readonly<Record<string, number>>;
  readonly storeFaults: Readonly<Record<string, number>>;
  /** How often a document became ready. */
  readonly ingested: number;
  /** Documents at the end. */
  readonly documents: number;
  readonly chunksPut: number;
  readonly writesPerChunk: number;
  /** How often the canaries were searched for. */
  readonly polls: number;
  /** How many of their versions were seen. */
  readonly canaryVersions: number;
  /** Seconds from the last change until the store equalled the folder. */
  readonly settleSeconds: number;
  readonly seconds: number;
  /** The kept folder of a failed run; null if the run succeeded and its folder was deleted. */
  readonly folder: string | null;
}

/** A write whose response is lost has to be repeated. */
const MAX_WRITES_PER_CHUNK = 1.1;
/** In a shorter run with few chunks, one lost response weighs more. */
const ENOUGH_KILLS = 10;
/** Bursts of changes in a run without kills. */
const CALM_BURSTS = 25;
const SETTLE_SECONDS = 120;
/** The store must not only equal the folder but still do so after another scan. */
const STAYS_MS = 2000;

/**
 * Edits a folder at random while the watcher is killed and its store fails; at the end the store must equal the folder.
 */
export async function runTorture({ seed, kills, store }: TortureOptions): Promise<TortureReport> {
  const startedMs = performance.now();
  const folder = mkdtempSync(path.join(os.tmpdir(), `askbox-torture-${seed}-`));
  const inbox = path.join(folder, 'inbox');
  const dataDir = path.join(folder, 'data');
  for (const each of [inbox, dataDir]) mkdirSync(each);
  const random = randomNumbers(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const problems: string[] = [];

  await using opened = new AsyncDisposableStack();
  const [port] = await freePorts(1);
  const settings = {
    ASKBOX_INBOX: inbox,
    ASKBOX_DATA: dataDir,
    ASKBOX_WATCHER_PORT: String(port),
    ASKBOX_EMBEDDER: 'none',
    ASKBOX_QUIET_MS: '60',
  };
  const underTest = opened.use(
    store === 'sqlite'
      ? openSqliteUnderTest(folder, settings)
      : await openQdrantUnderTest(settings, randomNumbers(seed + 1)),
  );
  const life = openFolderLife(inbox, random);
  const canaries = opened.use(openCanaries(inbox, random, underTest.openReader));
  const logFile = path.join(folder, 'watcher.log');
  const daemon = openDaemon({ ...withoutSettings(), ...underTest.settings }, logFile);
  opened.defer(() => daemon.kill());
  const ledger = openLedgerAccidents(path.join(dataDir, 'ledger.db'), random);

  const burst = (): void => {
    for (let left = below(4); left >= 0; left--) life.step();
    if (random() < 0.15) canaries.edit();
  };
  const start = (): void => daemon.start([String(below(1e9)), ...underTest.watcherArgs]);
  const confirmHeldRemovals = async (): Promise<void> => {
    const { pausedBecause } = await daemon.ingestion();
    if (pausedBecause === 'INBOX_EMPTIED') await daemon.confirmRemovals();
  };

  const countIngested = (): number => readFileSync(logFile, 'utf8').split('"msg":"ingested"').length - 1;
  /**
   * Waits at most a second or so for the watcher to finish a document, since it is then probably busy with the next.
   */
  const whenBusy = async (): Promise<void> => {
    const before = countIngested();
    for (let waits = 40; waits > 0 && countIngested() === before; waits--) await delay(25);
    await delay(below(60));
  };
  const liveUntilKilled = async (): Promise<void> => {
    const diesEarly = random() < 0.15; // perhaps before the watcher has done anything
    let bursts = 1 + below(50);
    if (!diesEarly) {
      await daemon.untilListening();
      await confirmHeldRemovals();
    }
    for (; bursts > 0; bursts--) {
      burst();
      if (random() < 0.01) daemon.crashExtractor();
      if (random() < 0.01) underTest.lockFor(300 + below(6000));
      await delay(20 + below(100));
    }
    if (random() < 0.5) await whenBusy();
    await daemon.kill();
    if (random() < 0.3) ledger.happen();
    if (random() < 0.3) for (let steps = below(20); steps >= 0; steps--) life.step();
  };
  const liveInPeace = async (): Promise<void> => {
    await daemon.untilListening();
    for (let bursts = CALM_BURSTS; bursts > 0; bursts--) {
      burst();
      await delay(20 + below(100));
    }
  };
  const findDifferences = async (): Promise<readonly string[]> => {
    await confirmHeldRemovals();
    const { queued, pausedBecause } = await daemon.ingestion();
    const unfinished = queued > 0 || pausedBecause !== null;
    return [
      ...(unfinished ? [`${queued} documents are in the queue, paused because: ${pausedBecause}`] : []),
      ...differences(expectedIndex(inbox), await underTest.readIndex()),
    ];
  };

  let settleSeconds = 0;
  try {
    underTest.playFaults(kills > 0);
    start();
    for (let kill = 0; kill < kills; kill++) {
      await liveUntilKilled();
      start();
    }
    if (kills === 0) await liveInPeace();

    life.settle();
    underTest.playFaults(false);
    const changedMs = performance.now();
    await daemon.untilListening();
    problems.push(...(await waitUntilNone(findDifferences)));
    settleSeconds = Math.round((performance.now() - changedMs) / 1000);

    const exitCode = await daemon.stop();
    if (exitCode !== 0) problems.push(`the watcher exited with ${exitCode} after SIGTERM`);
    await until('no extractor is left', () => daemon.orphans().length === 0);
  } catch (error) {
    problems.push(messageOf(error));
  }
  const { chunksPut, writesPerChunk } = underTest.writes();
  const allowed = kills === 0 ? 1 : kills < ENOUGH_KILLS ? Infinity : MAX_WRITES_PER_CHUNK;
  if (writesPerChunk > allowed) problems.push(`${writesPerChunk.toFixed(3)} writes per chunk, more than ${allowed}`);
  problems.push(...daemon.deaths, ...canaries.problems.slice(0, 5));
  if (canaries.polls === 0) problems.push('the canaries were never searched for');
  await opened.disposeAsync();

  const report: TortureReport = {
    seed,
    kills,
    store,
    problems,
    operations: Object.fromEntries(life.done),
    operationCount: [...life.done.values()].reduce((sum, count) => sum + count, 0),
    ledgerAccidents: Object.fromEntries(ledger.happened),
    storeFaults: underTest.faults(),
    ingested: countIngested(),
    documents: expectedIndex(inbox).size,
    chunksPut,
    writesPerChunk: Number(writesPerChunk.toFixed(3)),
    polls: canaries.polls,
    canaryVersions: canaries.versions,
    settleSeconds,
    seconds: Math.round((performance.now() - startedMs) / 1000),
    folder: problems.length > 0 ? folder : null,
  };
  if (problems.length === 0) rmSync(folder, { recursive: true });
  else writeFileSync(path.join(folder, 'report.json'), JSON.stringify(report));
  return report;
}

/** Waits until nothing differs, twice in a row. @returns what still differs after `SETTLE_SECONDS`. */
async function waitUntilNone(findDifferences: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const giveUpMs = performance.now() + SETTLE_SECONDS * 1000;
  for (;;) {
    let found = await findDifferences();
    if (found.length === 0) {
      await delay(STAYS_MS);
      found = await findDifferences();
      if (found.length === 0) return [];
    }
    if (performance.now() > giveUpMs) return found;
    await delay(300);
  }
}

/** Returns the environment without the developer's own askbox settings. */
function withoutSettings(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter((name) => !/^(?:ASKBOX_|QDRANT_)/.test(name));
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}
