import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { putFile } from './put-file.ts';

let inbox: string;
beforeEach(() => {
  inbox = mkdtempSync(path.join(os.tmpdir(), 'askbox-put-'));
});
afterEach(() => rmSync(inbox, { recursive: true, force: true }));

/** A body; after its first half, another program writes a file of the same name. */
async function* bodyWithRival(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half ');
  writeFileSync(path.join(inbox, 'a.txt'), 'from another program');
  yield Buffer.from('and half');
}
const here = (): string[] =>
  readdirSync(inbox).map((name) => `${name}: ${readFileSync(path.join(inbox, name), 'utf8')}`);

it('a file that must be new gives way to one that came meanwhile', async () => {
  const put = putFile(inbox, 'a.txt', bodyWithRival(), { maxBytes: 100, sizeBytes: null, mustBeNew: true });
  await expect(put).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  expect(here()).toEqual(['a.txt: from another program']);
});

it('a file that may replace takes the place of one that came meanwhile, as a whole', async () => {
  await putFile(inbox, 'a.txt', bodyWithRival(), { maxBytes: 100, sizeBytes: null, mustBeNew: false });
  expect(here()).toEqual(['a.txt: half and half']);
});

it('takes exactly as many bytes as it may', async () => {
  const put = (name: string, sizeBytes: number): Promise<unknown> =>
    putFile(inbox, name, [Buffer.alloc(sizeBytes, 'x')], { maxBytes: 5, sizeBytes: null, mustBeNew: true });
  await put('5.txt', 5);
  await expect(put('6.txt', 6)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect(here()).toEqual(['5.txt: xxxxx']);
});
