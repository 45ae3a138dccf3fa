import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IngestionState, Snapshot } from '#shared/watcher-api/watcher-api.ts';
import { pdfThatNeverEnds } from '../watcher/testing/files.ts';
import { canMount } from './fixtures/can-mount.ts';
import { IS_WINDOWS, NO_PS, NO_SIGNALS } from './fixtures/platform.ts';
import { freePorts, isAlive, processesBelow, root, until } from './fixtures/run-askbox.ts';

/** Enough that many are unread when the watcher is stopped, moments after the first is ready. */
const NOTES = 60;

let folder: string;
let inbox: string;
let environment: NodeJS.ProcessEnv;
let url: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-watcher-'));
  inbox = path.join(folder, 'inbox');
  mkdirSync(inbox);
  const [port] = await freePorts(1);
  url = `http://127.0.0.1:${port}`;
  environment = {
    ...process.env,
    ASKBOX_INBOX: inbox,
    ASKBOX_DATA: path.join(folder, 'data'),
    ASKBOX_WATCHER_PORT: String(port),
    ASKBOX_EMBEDDER: 'none',
    ASKBOX_STORE: 'sqlite',
  };
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => end(child, 'SIGKILL')));
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a watcher; `output` returns all that it has printed. */
function startWatcher(through: readonly string[] = []): {
  readonly child: ChildProcess;
  readonly output: () => string;
} {
  const [command, ...args] = [...through, process.execPath, 'watcher/main.ts'];
  const child = spawn(command!, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += String(bytes)));
  return { child, output: () => output };
}

/** Sends a signal and waits for the exit. @returns the exit code; null after a signal. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await exited;
  }
  return child.exitCode;
}

async function ingestion(): Promise<IngestionState> {
  return (await (await fetch(`${url}/readyz`)).json()) as IngestionState;
}

async function statuses(): Promise<ReadonlyMap<string, string>> {
  const key = readFileSync(path.join(folder, 'data', 'internal.key'), 'utf8').trim();
  const response = await fetch(`${url}/v1/documents`, { headers: { authorization: `Bearer ${key}` } });
  const { documents } = (await response.json()) as Snapshot;
  return new Map(documents.map((document) => [document.path, document.status]));
}

const drop = (name: string, content: string | Buffer): void => writeFileSync(path.join(inbox, name), content);
const isListening = (): Promise<boolean> => fetch(`${url}/healthz`).then(({ ok }) => ok);
const isReady = (name: string) => async (): Promise<boolean> => (await statuses()).get(name) === 'READY';
const extractorsOf = ({ pid }: ChildProcess): readonly number[] =>
  processesBelow(pid!).flatMap((each) => (each.args.includes('extract-process.ts') ? each.pid : []));

describe('one watcher at a time', () => {
  it('lets a second one end with the pid and host of the first, also when that is stopped, and follow a killed one', async ({
    skip,
  }) => {
    skip(IS_WINDOWS, NO_SIGNALS);
    const first = startWatcher();
    await until('the first listens', isListening, first.output);
    first.child.kill('SIGSTOP');
    const second = startWatcher();
    const holder = `process ${first.child.pid} on ${os.hostname()}`;
    await until('the second names the first', () => second.output().includes(holder), second.output);
    await until('the second has ended', () => second.child.exitCode !== null, second.output);
    expect(second.child.exitCode).toBe(78);

    await end(first.child, 'SIGKILL');
    const third = startWatcher();
    await until('the third listens', isListening, third.output);
  });
});

describe('an end in the middle of work', () => {
  const startUnderLoad = async () => {
    drop('sem-fim.pdf', pdfThatNeverEnds());
    const watcher = startWatcher();
    const statusOf = async (name: string): Promise<string | undefined> => (await statuses()).get(name);
    await until('the hostile file is in work', async () => (await statusOf('sem-fim.pdf')) === 'EXTRACTING');
    // Only now, because the smallest file is read first.
    for (let n = 0; n < NOTES; n++) drop(`${n}.md`, `Nota ${n}.`);
    await until('notes are in work', async () => [...(await statuses()).values()].includes('READY'));
    expect(await statusOf('sem-fim.pdf')).toBe('EXTRACTING');
    const extractors = extractorsOf(watcher.child);
    expect(extractors.length).toBeGreaterThan(0);
    return { ...watcher, extractors };
  };

  it('by SIGTERM is orderly, and leaves no process and nothing half-done', async ({ skip }) => {
    skip(IS_WINDOWS, NO_SIGNALS);
    const { child, extractors } = await startUnderLoad();
    const askedMs = performance.now();
    expect(await end(child, 'SIGTERM')).toBe(0);
    expect(performance.now() - askedMs).toBeLessThan(10_000); // what is promised, not a measurement
    expect(extractors.filter(isAlive)).toEqual([]);

    rmSync(path.join(inbox, 'sem-fim.pdf'));
    const { output } = startWatcher();
    await until(
      'all notes are ready',
      async () => [...(await statuses()).values()].join() === 'READY,'.repeat(NOTES).slice(0, -1),
      output,
    );
  });

  it('by SIGKILL leaves no process that goes on reading', async ({ skip }) => {
    skip(IS_WINDOWS, NO_PS);
    const { child, extractors } = await startUnderLoad();
    await end(child, 'SIGKILL');
    expect(extractors).not.toEqual([]);
    await until('the extractors have ended', () => !extractors.some(isAlive));
  });
});

describe('an inbox that is not there', () => {
  it('is waited for, not made anew, when it was there before', async () => {
    drop('a.md', 'Uma nota.');
    const first = startWatcher();
    await until('the note is ready', isReady('a.md'), first.output);
    await end(first.child, 'SIGTERM');
    renameSync(inbox, `${inbox}-away`);

    const second = startWatcher();
    await until('it says so', async () => (await ingestion()).pausedBecause === 'INBOX_MISSING', second.output);
    expect(existsSync(inbox)).toBe(false);
    renameSync(`${inbox}-away`, inbox);
    await until('it continues', async () => (await ingestion()).pausedBecause === null, second.output);
    expect(await isReady('a.md')()).toBe(true);
  });
});

describe('a full disk of the data', () => {
  const mount = (...options: readonly string[]): Buffer =>
    execFileSync('mount', [...options, path.join(folder, 'data')], { stdio: 'pipe' });

  it.skipIf(!canMount())('is waited for, and every file is ready once there is room (wants root)', async () => {
    mkdirSync(path.join(folder, 'data'));
    mount('-t', 'tmpfs', '-o', 'size=2m', 'tmpfs');
    try {
      for (let n = 0; n < 80; n++) drop(`${n}.md`, `# Nota ${n}\n\n${`palavra${n} `.repeat(2000)}`);
      const { child, output } = startWatcher();
      await until('it says so', async () => (await ingestion()).pausedBecause === 'DISK_FULL', output);
      mount('-o', 'remount,size=64m');
      await until(
        'all are ready',
        async () => [...(await statuses()).values()].join() === 'READY,'.repeat(80).slice(0, -1),
        output,
      );
      await until('nothing waits', async () => (await ingestion()).pausedBecause === null, output);
      expect((await ingestion()).queued).toBe(0);
      await end(child, 'SIGTERM');
    } finally {
      execFileSync('umount', ['--lazy', path.join(folder, 'data')]);
    }
  });
});

describe('doctor', () => {
  const doctor = (name: string): string =>
    spawnSync(process.execPath, ['scripts/doctor.ts', name], { cwd: root, env: environment, encoding: 'utf8' }).stdout;

  it('explains a path with the watcher running, and from its ledger when it is not', async () => {
    drop('a.md', 'Uma nota.');
    drop('vazio.md', '');
    const { child, output } = startWatcher();
    await until('the note is ready', isReady('a.md'), output);
    await until('the empty file has failed', async () => (await statuses()).get('vazio.md') === 'FAILED', output);
    expect(doctor('a.md')).toMatch(/^a\.md is in the index \(indexed at .*\n$/);
    expect(doctor('vazio.md')).toContain('it is empty');

    await end(child, 'SIGKILL');
    expect(doctor('a.md')).toMatch(/^a\.md is in the index[^]*the watcher cannot be reached[^]*npm start/);
    expect(doctor('vazio.md')).toContain('it is empty');
  });
});

describe('a system without room for file events', () => {
  // In a separate namespace, so that the limit applies to this watcher alone.
  const limited = [
    'unshare',
    '--user',
    '--map-root-user',
    'sh',
    '-c',
    'echo 20 > /proc/sys/user/max_inotify_watches && exec "$@"',
    'sh',
  ];

  it.skipIf(!canLimit())(
    'is said once, with the setting to raise, and costs no file (wants user namespaces)',
    async () => {
      for (let n = 0; n < 40; n++) mkdirSync(path.join(inbox, `pasta-${n}`));
      const { output } = startWatcher(limited);
      await until('it knows', () => output().includes('fs.inotify.max_user_watches'), output);
      await until('it polls', async () => (await ingestion()).watching === 'POLLING', output);
      for (let n = 0; n < 40; n++) drop(`pasta-${n}/nota.md`, `Nota ${n}.`);
      await until(
        'every note is ready',
        async () => [...(await statuses()).values()].filter((one) => one === 'READY').length === 40,
        output,
      );
      expect(output().split('fs.inotify.max_user_watches')).toHaveLength(2);
    },
  );

  function canLimit(): boolean {
    try {
      execFileSync(limited[0]!, [...limited.slice(1), 'true'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }
});
