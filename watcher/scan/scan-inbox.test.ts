import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { canLink, IS_LINUX, IS_WINDOWS, NO_LINKS, NO_NOFOLLOW, NO_PIPES } from '../../tests/fixtures/platform.ts';
import { hashFile } from './hash-file.ts';
import { IgnoreUnreadable } from './inbox-rules.ts';
import { fileOf, scanPaths, InboxMissing, scanInbox } from './scan-inbox.ts';

let inbox: string;
beforeEach(() => {
  inbox = mkdtempSync(path.join(os.tmpdir(), 'askbox-inbox-'));
});
afterEach(() => rmSync(inbox, { recursive: true, force: true }));

const drop = (name: string, text = 'texto'): void => {
  mkdirSync(path.dirname(path.join(inbox, name)), { recursive: true });
  writeFileSync(path.join(inbox, name), text);
};
const scan = () => scanInbox(inbox, Date.now);

describe('a scan of the inbox', () => {
  it('finds every file at any depth, whatever its name is made of', async ({ skip }) => {
    skip(!IS_LINUX, 'only Linux tells names apart by the form of an accent and allows line breaks everywhere');
    const names = ['a.md', 'contratos/2024/locação.pdf', 'linha\nnova.txt', 'ação.md', 'ac\u0327a\u0303o.md'];
    names.forEach((name) => drop(name));
    expect([...(await scan()).files.keys()].toSorted()).toEqual(names.toSorted());
  });

  it('leaves out what programs have not finished or do not mean for people', async () => {
    const browsers = [
      'x.pdf.part',
      'y.crdownload',
      'Não confirmado 1234.crdownload',
      'z.pdf.download/z.pdf',
      'w.opdownload',
    ];
    const office = ['~$ata.docx', '~WRL0001.tmp', '.~lock.ata.odt#', 'Thumbs.db', 'desktop.ini'];
    const copiers = ['.syncthing.ata.md.tmp', '~syncthing~ata.md.tmp', '.ata.md.Qx81Zz', '.DS_Store', '._ata.md'];
    const editors = ['nota.md~', '#nota.md#', '.nota.md.swp', '.git/config', '.goutputstream-A1B2C3'];
    [...browsers, ...office, ...copiers, ...editors].forEach((name) => drop(name));
    expect([...(await scan()).files.keys()]).toEqual([]);
  });

  it('leaves out what .inboxignore says, in the syntax of gitignore, and says so of each path', async () => {
    drop('.inboxignore', '# rascunhos\n/privado/\n*.log\n!resumo.log\n');
    ['a.md', 'privado/senha.md', 'sub/privado/aberto.md', 'sub/dia.log', 'resumo.log'].forEach((name) => drop(name));
    const { files, isIgnored } = await scan();
    expect([...files.keys()].toSorted()).toEqual(['a.md', 'resumo.log', 'sub/privado/aberto.md']);
    expect(isIgnored('privado/senha.md')).toBe(true);
    expect(isIgnored('sub/privado/aberto.md')).toBe(false);
  });

  it('lets rules allow what is left out otherwise, folders too', async () => {
    drop('.inboxignore', '*\n!*/\n!*.md\n');
    ['a.md', 'a.txt', 'sub/b.md', 'sub/b.txt'].forEach((name) => drop(name));
    expect([...(await scan()).files.keys()].toSorted()).toEqual(['a.md', 'sub/b.md']);
  });

  it('rejects when .inboxignore exists and cannot be read, instead of indexing what it leaves out', async ({
    skip,
  }) => {
    skip(IS_WINDOWS, NO_NOFOLLOW);
    drop('senha.md');
    symlinkSync('/etc/hostname', path.join(inbox, '.inboxignore'));
    await expect(scan()).rejects.toThrow(IgnoreUnreadable);
    rmSync(path.join(inbox, '.inboxignore'));
    mkdirSync(path.join(inbox, '.inboxignore'));
    await expect(scan()).rejects.toMatchObject({ code: 'IGNORE_UNREADABLE' });
  });

  it('never follows a link, nor opens a pipe, and says what to do about them', async ({ skip }) => {
    skip(IS_WINDOWS, NO_PIPES);
    symlinkSync('/', path.join(inbox, 'raiz'));
    execFileSync('mkfifo', [path.join(inbox, 'cano')]);
    const { files, problems } = await scan();
    expect(files.size).toBe(0);
    expect(problems.get('raiz')).toMatchObject({
      code: 'NOT_A_FILE',
      message: expect.stringContaining('copy the file itself'),
    });
    expect(problems.get('cano')).toMatchObject({ code: 'NOT_A_FILE', message: expect.stringContaining('pipe') });
  });

  it('lists a socket and a device without opening them', async ({ skip }) => {
    skip(IS_WINDOWS, 'Windows has no sockets and devices among its files');
    const server = createServer().listen(path.join(inbox, 'soquete'));
    await once(server, 'listening');
    // Not every user may create a device, and in some containers not even root.
    const hasDevice = spawnSync('mknod', [path.join(inbox, 'nulo'), 'c', '1', '3']).status === 0;
    const { files, problems } = await scan();
    server.close();
    expect(files.size).toBe(0);
    for (const name of hasDevice ? ['soquete', 'nulo'] : ['soquete']) {
      expect(problems.get(name)).toMatchObject({ code: 'NOT_A_FILE', message: expect.stringContaining('device') });
    }
  });

  it('replaces a time or a size that is out of range by the nearest one in range', () => {
    drop('a.md');
    const stats = lstatSync(path.join(inbox, 'a.md'), { bigint: true });
    const noted = (mtimeMs: bigint, size: bigint): readonly unknown[] => {
      const { modifiedMs, sizeBytes } = fileOf('a.md', Object.assign(stats, { mtimeMs, size }));
      return [new Date(modifiedMs).toISOString(), sizeBytes];
    };
    expect(noted(10n ** 17n, 2n ** 62n)).toEqual(['9999-12-31T23:59:59.000Z', Number.MAX_SAFE_INTEGER]);
    expect(noted(-(10n ** 17n), 1n)).toEqual(['0001-01-01T00:00:00.000Z', 1]);
  });

  it('shows a name that is not UTF-8 instead of hiding it', async ({ skip }) => {
    skip(!IS_LINUX, 'only Linux allows names that are not UTF-8');
    writeFileSync(Buffer.concat([Buffer.from(`${inbox}/relat`), Buffer.from([0xf3]), Buffer.from('rio.md')]), 'x');
    expect((await scan()).problems.get('relat\\xf3rio.md')).toMatchObject({ code: 'BAD_NAME' });
  });

  it('notices an edit of the same size whose modification time was put back', async () => {
    drop('a.md', 'um');
    utimesSync(path.join(inbox, 'a.md'), 1e9, 1e9);
    const before = (await scan()).files.get('a.md')!.signature;
    // Repeated until the file system's clock has advanced: two changes within one tick look the same.
    await vi.waitFor(async () => {
      drop('a.md', 'tu');
      utimesSync(path.join(inbox, 'a.md'), 1e9, 1e9);
      expect((await scan()).files.get('a.md')!.signature).not.toBe(before);
    });
  });

  it('treats a folder that it may not read as unknown, and continues with its neighbours', ({ skip }) => {
    skip(IS_WINDOWS, 'Windows has no file modes');
    drop('aberta/a.md');
    drop('trancada/b.md');
    chmodSync(path.join(inbox, 'trancada'), 0o000);
    for (const open of [inbox, path.join(inbox, 'aberta')]) chmodSync(open, 0o755);
    const script = `import { scanInbox } from ${JSON.stringify(path.join(import.meta.dirname, 'scan-inbox.ts'))};
      if (process.getuid() === 0) process.setuid(65534);
      const { files, unknownPaths } = await scanInbox(${JSON.stringify(inbox)}, Date.now);
      console.log(JSON.stringify({ files: [...files.keys()], unknownPaths }));`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    chmodSync(path.join(inbox, 'trancada'), 0o755); // so that a user who is not root can delete it
    expect(JSON.parse(printed)).toEqual({ files: ['aberta/a.md'], unknownPaths: ['trancada'] });
  });

  it('rejects when the inbox itself is gone, instead of finding it empty', async () => {
    rmSync(inbox, { recursive: true });
    await expect(scan()).rejects.toThrow(InboxMissing);
  });
});

describe('a scan of a few paths', () => {
  const scanSome = (...paths: readonly string[]) => scanPaths(inbox, paths, Date.now);

  it('sees there what a full scan sees, and nothing else', async ({ skip }) => {
    skip(IS_WINDOWS, NO_PIPES);
    ['a.md', 'sub/b.md', 'sub/c.md'].forEach((name) => drop(name));
    execFileSync('mkfifo', [path.join(inbox, 'cano')]);
    const { files, problems } = await scan();
    const found = await scanSome('sub/b.md', 'cano', 'sub');
    expect([...found.files]).toEqual([['sub/b.md', files.get('sub/b.md')]]);
    expect(found.problems).toEqual(problems);
  });

  it('leaves out what a full scan leaves out', async () => {
    drop('.inboxignore', '/privado/\n*.log\n');
    const names = ['privado/sub/senha.md', 'dia.log', '.git/config', 'z.pdf.download/z.pdf', 'nota.md~'];
    names.forEach((name) => drop(name));
    const { files, problems, unknownPaths } = await scanSome(...names);
    expect([files.size, problems.size, unknownPaths.length]).toEqual([0, 0, 0]);
  });

  it('treats what it does not find as unknown, not as gone', async () => {
    ['arquivo', 'pasta.md/b.md'].forEach((name) => drop(name));
    const names = ['a.md', 'nem/pasta.md', 'arquivo/x.md', 'pasta.md'];
    expect((await scanSome(...names)).unknownPaths).toEqual(names);
  });

  it('follows no link', async ({ skip }) => {
    skip(!canLink(), NO_LINKS);
    drop('pasta/segredo.md');
    symlinkSync('pasta', path.join(inbox, 'atalho'));
    const { files, unknownPaths } = await scanSome('atalho/segredo.md');
    expect(files.size).toBe(0);
    expect(unknownPaths).toEqual(['atalho/segredo.md']);
  });

  it('rejects when the inbox itself is gone, or its rules cannot be read', async () => {
    drop('senha.md');
    mkdirSync(path.join(inbox, '.inboxignore'));
    await expect(scanSome('senha.md')).rejects.toThrow(IgnoreUnreadable);
    rmSync(inbox, { recursive: true });
    await expect(scanSome('senha.md')).rejects.toThrow(InboxMissing);
  });
});

describe('an inbox that is replaced during a scan', () => {
  it('is seen whole, as the one or the other, or not at all', async ({ skip }) => {
    skip(IS_WINDOWS, 'Windows renames no folder that is being read');
    for (let turn = 0; turn < 20; turn++) {
      for (let n = 0; n < 200; n++) drop(`${n}.md`);
      const scanning = scan().then(
        ({ files }) => files.size,
        (error: unknown) => error instanceof InboxMissing && 'missing',
      );
      for (let ticks = turn * 5; ticks > 0; ticks--) await nextTurn();
      renameSync(inbox, `${inbox}-away`);
      mkdirSync(inbox);
      expect([0, 200, 'missing']).toContain(await scanning);
      rmSync(`${inbox}-away`, { recursive: true });
    }
  });
});

describe('hashing a file', () => {
  const { signal } = new AbortController();

  it('gives the SHA-256 of the file that was scanned', async () => {
    drop('a.md', 'abc');
    const { signature } = (await scan()).files.get('a.md')!;
    expect(await hashFile(path.join(inbox, 'a.md'), signature, signal)).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', // FIPS 180-2, appendix B.1
    );
  });

  it('gives nothing for a file that is no longer the one scanned', async () => {
    drop('a.md', 'abc');
    const { signature } = (await scan()).files.get('a.md')!;
    drop('a.md', 'abcd');
    expect(await hashFile(path.join(inbox, 'a.md'), signature, signal)).toBeUndefined();
  });

  it('does not follow a link that has taken the place of the file', async ({ skip }) => {
    skip(IS_WINDOWS, NO_NOFOLLOW);
    symlinkSync('/etc/hostname', path.join(inbox, 'a.md'));
    await expect(hashFile(path.join(inbox, 'a.md'), 'any', signal)).rejects.toMatchObject({ code: 'ELOOP' });
  });
});
