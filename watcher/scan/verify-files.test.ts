import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '#shared/log.ts';
import { Ledger } from '../ledger/ledger.ts';
import { scanInbox } from './scan-inbox.ts';
import type { FolderFile } from '../ledger/action.ts';
import { verifyFiles } from './verify-files.ts';

const SHA256_OF_ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-2, appendix B.1

let folder: string;
let ledger: Ledger;
let seen: FolderFile;
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-verify-'));
  ledger = new Ledger(path.join(folder, '.ledger.db'));
  writeFileSync(path.join(folder, 'a.md'), 'abc');
  seen = (await scanInbox(folder, Date.now)).files.get('a.md')!;
});
afterEach(() => {
  ledger[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Verifies a file that the ledger knows with these bytes, as read a moment after its last change. */
async function verifyAfterReading(bytesSha256: string): Promise<void> {
  ledger.apply([{ type: 'observe', file: seen, quietMs: 1 }], 1);
  ledger.apply([{ type: 'settle', path: 'a.md' }], 2);
  const document = ledger.find('a.md')!;
  ledger.startReading(document);
  ledger.hashed(document, bytesSha256, 'c1', false);
  ledger.published(document, 'c1', ledger.startPublishing(document)!, 3);
  const parts = { inbox: folder, ledger, now: Date.now, log: silentLog };
  await verifyFiles([seen], parts, new AbortController().signal);
}

it('trusts a signature whose bytes are those that were read', async () => {
  await verifyAfterReading(SHA256_OF_ABC);
  expect(ledger.find('a.md')).toMatchObject({ state: 'READY', isTrusted: true });
});

it('starts over with a file whose bytes have changed under the same signature', async () => {
  await verifyAfterReading('of what was there within the same tick of the clock');
  expect(ledger.find('a.md')).toMatchObject({ state: 'DISCOVERED', bytesSha256: null });
});

it('leaves a file that has changed by now to the next scan', async () => {
  appendFileSync(path.join(folder, 'a.md'), 'd');
  await verifyAfterReading(SHA256_OF_ABC);
  expect(ledger.find('a.md')).toMatchObject({ state: 'READY', isTrusted: false });
});
