import { appendFileSync, lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashFile } from './hash-file.ts';
import { signatureOf } from './scan-inbox.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-hash-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A signal that runs this before each piece of the file is read. */
function whileReading(change: () => void): AbortSignal {
  return Object.assign(new AbortController().signal, { throwIfAborted: change });
}

it('gives nothing for a file that grows while it is read', async () => {
  const file = path.join(folder, 'a.md');
  writeFileSync(file, 'x'.repeat(3_000_000));
  const signature = signatureOf(lstatSync(file, { bigint: true }));
  let pieces = 0;
  const grow = (): void => {
    if (++pieces === 2) appendFileSync(file, 'y');
  };
  expect(await hashFile(file, signature, whileReading(grow))).toBeUndefined();
  expect(pieces).toBeGreaterThan(2);
});
