import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashFile } from './hash-file.ts';
import { InboxMissing, scanInbox } from './scan-inbox.ts';

let inbox: string;
beforeEach(() => {
  inbox = mkdtempSync(path.join(os.tmpdir(), 'askbox-inbox-'));
});
afterEach(() => rmSync(inbox, { recursive: true, force: true }));

const drop = (name: string, text = 'texto'): void => {
  mkdirSync(path.dirname(path.join(inbox, name)), { recursive: true });
  writeFileSync(path.join(inbox, name), text);
};
const look = () => scanInbox(inbox, Date.now);

describe('a look at the inbox', () => {
  it('finds every file at any depth, whatever its name is made of', async () => {
    const names = ['a.md', 'contratos/2024/locação.pdf', 'linha\nnova.txt', 'ação.md', 'ac\u0327a\u0303o.md'];
    names.forEach((name) => drop(name));
    expect([...(await look()).files.keys()].toSorted()).toEqual(names.toSorted());
  });

  it('leaves out what programs have not finished or do not mean for people', async () => {
    ['~$ata.docx', 'x.part', 'y.crdownload', '.DS_Store', '.git/config', 'z.tmp', 'nota.md~', 'Thumbs.db'].forEach(
      (name) => drop(name),
    );
    expect((await look()).files.size).toBe(0);
  });

  it('never follows a link, nor opens a pipe, and says what to do about them', async () => {
    symlinkSync('/', path.join(inbox, 'raiz'));
    execFileSync('mkfifo', [path.join(inbox, 'cano')]);
    const { files, problems } = await look();
    expect(files.size).toBe(0);
    expect(problems.get('raiz')).toMatchObject({
      code: 'NOT_A_FILE',
      message: expect.stringContaining('copy the file itself'),
    });
    expect(problems.get('cano')).toMatchObject({ code: 'NOT_A_FILE', message: expect.stringContaining('pipe') });
  });

  it('shows a name that is not UTF-8 instead of hiding it', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${inbox}/relat`), Buffer.from([0xf3]), Buffer.from('rio.md')]), 'x');
    expect((await look()).problems.get('relat\\xf3rio.md')).toMatchObject({ code: 'BAD_NAME' });
  });

  it('notices an edit of the same size whose modification time was put back', async () => {
    drop('a.md', 'um');
    utimesSync(path.join(inbox, 'a.md'), 1e9, 1e9);
    const before = (await look()).files.get('a.md')!.signature;
    drop('a.md', 'tu');
    utimesSync(path.join(inbox, 'a.md'), 1e9, 1e9);
    expect((await look()).files.get('a.md')!.signature).not.toBe(before);
  });

  it('rejects when the inbox itself is gone, instead of finding it empty', async () => {
    rmSync(inbox, { recursive: true });
    await expect(look()).rejects.toThrow(InboxMissing);
  });
});

describe('hashing a file', () => {
  const { signal } = new AbortController();

  it('gives the SHA-256 of the file that was looked at', async () => {
    drop('a.md', 'abc');
    const { signature } = (await look()).files.get('a.md')!;
    expect(await hashFile(path.join(inbox, 'a.md'), signature, signal)).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', // FIPS 180-2, appendix B.1
    );
  });

  it('gives nothing for a file that is no longer the one looked at', async () => {
    drop('a.md', 'abc');
    const { signature } = (await look()).files.get('a.md')!;
    drop('a.md', 'abcd');
    expect(await hashFile(path.join(inbox, 'a.md'), signature, signal)).toBeUndefined();
  });

  it('does not follow a link that has taken the place of the file', async () => {
    symlinkSync('/etc/hostname', path.join(inbox, 'a.md'));
    await expect(hashFile(path.join(inbox, 'a.md'), 'any', signal)).rejects.toMatchObject({ code: 'ELOOP' });
  });
});
