import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startStandIn } from '#shared/store/qdrant/testing/stand-in.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { makePdf } from './fixtures/make-pdf.ts';
import { canMount } from './fixtures/can-mount.ts';
import { IS_WINDOWS, NO_PS } from './fixtures/platform.ts';
import { freePorts, until } from './fixtures/run-askbox.ts';
import { openDaemon, type Daemon } from './torture/daemon.ts';
import { readQdrantIndex, readSqliteIndex } from './torture/read-index.ts';

// Faults of the system around the watcher, one at a time. docs/testing.md has the list; torture.test.ts covers the
// rest.

let folder: string;
let inbox: string;
let environment: NodeJS.ProcessEnv;
let daemon: Daemon;

beforeEach(async ({ skip }) => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-faults-'));
  inbox = path.join(folder, 'inbox');
  mkdirSync(inbox);
  const [port] = await freePorts(1);
  environment = {
    ...process.env,
    ASKBOX_INBOX: inbox,
    ASKBOX_DATA: path.join(folder, 'data'),
    ASKBOX_WATCHER_PORT: String(port),
    ASKBOX_EMBEDDER: 'none',
    ASKBOX_STORE: 'sqlite',
    ASKBOX_QUIET_MS: '100',
  };
  daemon = openDaemon(environment, path.join(folder, 'watcher.log'));
  skip(IS_WINDOWS, NO_PS); // last, so that afterEach finds everything that it cleans up
});
afterEach(async () => {
  await daemon.kill();
  rmSync(folder, { recursive: true, force: true });
});

const drop = (name: string, content: string | Buffer): void => writeFileSync(path.join(inbox, name), content);
const find = async (name: string): Promise<DocumentState | undefined> =>
  (await daemon.documents()).find((document) => document.path === name);
const untilIs = (name: string, status: DocumentState['status'], code: string | null = null): Promise<unknown> =>
  until(`${name} is ${status} ${code}`, async () => {
    const document = await find(name);
    return document?.status === status && (document.error?.code ?? null) === code;
  });
const answersOf = (name: string): readonly string[] | undefined =>
  readSqliteIndex(path.join(folder, 'data', 'store.db')).get(name);
const untilAnswers = (name: string, text: string): Promise<unknown> =>
  until(`${name} answers with its last text`, () => answersOf(name)?.join('\n\n') === text);
const said = (): string => readFileSync(path.join(folder, 'watcher.log'), 'utf8');
const start = async (): Promise<void> => {
  daemon.start();
  await daemon.untilListening();
};

describe('file events', () => {
  it('may never arrive', async () => {
    environment['ASKBOX_WATCH'] = 'polling';
    await start();
    await until('the first scan is over', () => said().includes('compared the store'));
    drop('a.md', 'Uma nota.');
    await untilIs('a.md', 'READY');
    expect((await daemon.ingestion()).watching).toBe('POLLING');
  });

  it('may be lost because there are too many while the watcher is stopped', async () => {
    for (const name of ['a.md', 'b.md']) drop(name, `Nota ${name}.`);
    mkdirSync(path.join(inbox, 'pasta'));
    await start();
    await untilIs('b.md', 'READY');
    daemon.signal('SIGSTOP');
    // More than fs.inotify.max_queued_events (16,384): the system drops the events after those.
    for (let n = 0; n < 20_000; n++) utimesSync(path.join(inbox, n % 2 === 0 ? 'a.md' : 'b.md'), n, n);
    for (let n = 0; n < 20; n++) drop(`pasta/${n}.md`, `Depois ${n}.`);
    daemon.signal('SIGCONT');
    for (let n = 0; n < 20; n++) expect(await untilIs(`pasta/${n}.md`, 'READY')).toBe(true);
  });
});

describe('a copy', () => {
  const paragraphs = Array.from({ length: 4 }, (_, n) => `Parágrafo ${n} da ata.`);

  it('that began before the start, and stalls, is read whole in the end', async () => {
    drop('ata.md', paragraphs[0]!);
    await start();
    for (const paragraph of paragraphs.slice(1)) {
      await delay(400); // longer than the quiet time, so that the file is read as it is
      appendFileSync(path.join(inbox, 'ata.md'), `\n\n${paragraph}`);
    }
    expect(await untilAnswers('ata.md', paragraphs.join('\n\n'))).toBe(true);
  });

  it('into a file that has its full size from the beginning is read once it is there', async () => {
    const text = paragraphs.join('\n\n');
    const handle = openSync(path.join(inbox, 'ata.md'), 'w');
    ftruncateSync(handle, Buffer.byteLength(text));
    await start();
    await untilIs('ata.md', 'FAILED', 'UNSUPPORTED_TYPE');
    writeSync(handle, text);
    closeSync(handle);
    expect(await untilAnswers('ata.md', text)).toBe(true);
  });
});

describe('a file that may not be read', () => {
  it('says so, keeps its old version answering, and is read when it may be', async () => {
    drop('a.md', 'Antes.');
    await start();
    await untilAnswers('a.md', 'Antes.');
    // Unreadable from the moment it exists.
    const next = path.join(folder, 'next.md');
    writeFileSync(next, 'Depois.', { mode: 0 });
    renameSync(next, path.join(inbox, 'a.md'));
    await untilIs('a.md', 'FAILED', 'UNREADABLE');
    expect((await find('a.md'))?.error).toMatchObject({ retryAt: expect.stringMatching(/Z$/) });
    expect(answersOf('a.md')).toEqual(['Antes.']);
    chmodSync(path.join(inbox, 'a.md'), 0o644);
    await untilAnswers('a.md', 'Depois.');
  });
});

describe('a store that has lost everything', () => {
  it('is filled again, also when it happens under the watcher (Qdrant)', async () => {
    await using standIn = await startStandIn();
    Object.assign(environment, { ASKBOX_STORE: 'qdrant', QDRANT_URL: standIn.url });
    drop('a.md', 'Uma nota.');
    await start();
    await untilIs('a.md', 'READY');
    for (const name of ['chunks', 'documents'])
      await fetch(`${standIn.url}/collections/askbox_${name}`, { method: 'DELETE' });
    drop('b.md', 'Outra nota.');
    const answering = async (): Promise<string> =>
      [...(await readQdrantIndex(standIn.url, 'askbox')).keys()].toSorted().join();
    expect(await until('both answer', async () => (await answering()) === 'a.md,b.md')).toBe(true);
  });
});

/** On Linux, reading this fails with EIO until something has been written to it. */
const UNREADABLE = '/proc/sys/net/ipv6/conf/default/stable_secret';

describe.skipIf(!canMount())('a disk in the place of the inbox (wants root)', () => {
  const mount = (...args: readonly string[]): Buffer => execFileSync('mount', args, { stdio: 'pipe' });
  const unmount = (place: string): Buffer => execFileSync('umount', ['--lazy', place], { stdio: 'pipe' });

  it('that fills up while a file is copied: half of it is a verdict, the whole is read', async () => {
    mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', inbox);
    try {
      await start();
      const pdf = makePdf(Array.from({ length: 400 }, (_, page) => `Pagina ${page} da ata.`));
      expect(() => drop('ata.pdf', pdf)).toThrow('ENOSPC');
      await until('half of it has been read', async () => (await find('ata.pdf'))?.status !== 'DISCOVERED');
      mount('-o', 'remount,size=8m', inbox);
      drop('ata.pdf', pdf);
      await untilIs('ata.pdf', 'READY');
      expect((await find('ata.pdf'))?.pageCount).toBe(400);
    } finally {
      await daemon.kill();
      unmount(inbox);
    }
  });

  it.skipIf(!existsSync(UNREADABLE))(
    'that reports an error: the old version answers until the file can be read',
    async () => {
      drop('a.md', 'Antes.');
      await start();
      await untilAnswers('a.md', 'Antes.');
      mount('--bind', UNREADABLE, path.join(inbox, 'a.md'));
      try {
        await untilIs('a.md', 'FAILED', 'UNREADABLE');
        expect((await find('a.md'))?.error?.message).toContain('EIO');
        expect(answersOf('a.md')).toEqual(['Antes.']);
      } finally {
        unmount(path.join(inbox, 'a.md'));
      }
      expect(await untilIs('a.md', 'READY')).toBe(true);
    },
  );

  it('that is unmounted: nothing is deleted, and all goes on when it is back', async () => {
    const disk = path.join(folder, 'disk');
    mkdirSync(disk);
    mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk);
    mount('--bind', disk, inbox);
    try {
      drop('a.md', 'Uma nota.');
      await start();
      await untilAnswers('a.md', 'Uma nota.');
      unmount(inbox);
      await until('it says so', async () => (await daemon.ingestion()).pausedBecause === 'INBOX_REPLACED');
      expect(answersOf('a.md')).toEqual(['Uma nota.']);
      mount('--bind', disk, inbox);
      drop('b.md', 'Outra nota.');
      await untilAnswers('b.md', 'Outra nota.');
      await until('nothing waits', async () => {
        const { pausedBecause, queued } = await daemon.ingestion();
        return pausedBecause === null && queued === 0;
      });
      expect(answersOf('a.md')).toEqual(['Uma nota.']);
    } finally {
      await daemon.kill();
      for (const place of [inbox, disk]) unmount(place);
    }
  });
});
