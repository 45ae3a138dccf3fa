import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sampleDocx } from '../../../testing/files.ts';
import { extract } from '../extract.ts';
import { oleNames } from '../ole.ts';
import { extractOldOffice } from './old-office.ts';

const file = { path: 'carta.doc', bytes: Buffer.from('conteúdo') };

/** Stands for LibreOffice: a script that finds what it was asked in $from, $to and $outdir. */
async function officeThat(script: string, converted: Buffer = Buffer.alloc(0)): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'askbox-test-office-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const office = path.join(folder, 'soffice');
  await writeFile(path.join(folder, 'converted'), converted);
  const header = `#!/bin/sh\nwhile [ $# -gt 1 ]; do case $1 in --convert-to) to=$2;; --outdir) outdir=$2;; esac; shift; done\nfrom=$1; here='${folder}'\n`;
  await writeFile(office, header + script);
  await chmod(office, 0o755);
  return office;
}

test.each([
  ['doc', '.docx'],
  ['ppt', '.pptx'],
] as const)('without LibreOffice the reason for a .%s names both ways', async (kind, successor) => {
  const reading = extractOldOffice(file, kind, extract, null);
  await expect(reading).rejects.toMatchObject({ code: 'UNSUPPORTED_TYPE' });
  await expect(reading).rejects.toThrow(successor);
  await expect(reading).rejects.toThrow('install LibreOffice');
});

const isWindows = process.platform === 'win32';

test.skipIf(isWindows)('the file that LibreOffice makes is what is read; nothing of it stays behind', async () => {
  const docx = sampleDocx('<w:p><w:r><w:t>Prezada Ana</w:t></w:r></w:p>');
  const office = await officeThat(
    '[ "$(cat "$from")" = conteúdo ] && mkdir "$outdir" && cp "$here/converted" "$outdir/source.$to" && echo "$HOME" > "$here/home"',
    docx,
  );
  const extraction = await extractOldOffice(file, 'doc', extract, office);
  expect(extraction).toMatchObject({ text: 'Prezada Ana', mediaType: 'application/msword' });
  const folders = await readdir(os.tmpdir());
  expect(folders.filter((name) => name.startsWith('askbox-office-'))).toEqual([]);
});

test.skipIf(isWindows).each([
  ['exit 3', 'exit code 3'],
  ['exit 0', 'no result'],
  ['kill -9 $$', 'SIGKILL'],
])('when LibreOffice does `%s`, the reason says so', async (script, reason) => {
  const reading = extractOldOffice(file, 'doc', extract, await officeThat(script));
  await expect(reading).rejects.toMatchObject({ code: 'DAMAGED' });
  await expect(reading).rejects.toThrow(reason);
});

test('what an old Office file is comes from the names at its top, and a damaged one has none', () => {
  const sector = 512;
  const bytes = Buffer.alloc(3 * sector);
  bytes.writeUInt32LE(0xe1_1a_b1_a1, 4);
  bytes.writeUInt16LE(9, 30);
  bytes.writeUInt32LE(1, 48); // the directory is the second sector
  bytes.writeUInt32LE(0, 76); // the table of sectors is the first
  bytes.writeUInt32LE(0xff_ff_ff_fe, sector + 4);
  const entry = (index: number, name: string, left: number, right: number, child: number): void => {
    const at = 2 * sector + 128 * index;
    bytes.write(name, at, 'utf16le');
    bytes.writeUInt16LE(2 * name.length + 2, at + 64);
    for (const [i, id] of [left, right, child].entries()) bytes.writeUInt32LE(id, at + 68 + 4 * i);
  };
  const none = 0xff_ff_ff_ff;
  entry(0, 'Root Entry', none, none, 1);
  entry(1, 'WordDocument', 2, none, none);
  entry(2, 'ObjectPool', none, 1, 3); // its right neighbour is a loop
  entry(3, 'Workbook', none, none, none);
  expect(oleNames(bytes).toSorted()).toEqual(['ObjectPool', 'WordDocument']);
  expect(oleNames(bytes.subarray(0, 60))).toEqual([]);
});
