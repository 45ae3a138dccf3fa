import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '#shared/errors.ts';
import { silentLog } from '#shared/log.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import { PageUnreachable } from './ingest-link.ts';
import { ExtractError, ExtractorDied, FileUnreadable } from './read/extract/extract-error.ts';
import { LinkFound } from './read/extract/link/link.ts';
import { Ledger } from './ledger/ledger.ts';
import type { LedgerDocument } from './ledger/document.ts';
import { settleFailure } from './settle-failure.ts';

const NOW = 1_000_000;

let folder: string;
let ledger: Ledger;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-settle-'));
  ledger = new Ledger(path.join(folder, 'ledger.db'));
  const file = { path: 'a.md', signature: 's1', sizeBytes: 1, modifiedMs: 0, changedMs: 0 };
  ledger.apply([{ type: 'observe', file, quietMs: 1 }], 1);
  ledger.apply([{ type: 'settle', path: 'a.md' }], 2);
});
afterEach(() => {
  ledger[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Reads the document, in vain. @param contentId of its bytes, when it was read as far as that. @returns what has become of it. */
function failing(error: unknown, contentId: string | null = null): LedgerDocument {
  const document = ledger.find('a.md')!;
  ledger.startReading(document);
  if (contentId !== null) ledger.hashed(document, 'h', contentId, true);
  settleFailure(error, document, ledger, NOW, silentLog);
  return ledger.find('a.md')!;
}

describe('a reading that failed', () => {
  it.each(['CRASHED', 'TIMEOUT'] as const)('is tried three times when the extractor died (%s), ever later', (code) => {
    const died = new ExtractorDied(code, 'a.md', 'it died');
    expect(failing(died)).toMatchObject({ state: 'STABLE', attempts: 1, error: null });
    expect(ledger.queue.nextToReadAgain(NOW + 999)).toBeUndefined();
    expect(ledger.queue.nextToReadAgain(NOW + 1000)?.path).toBe('a.md');
    expect(failing(died)).toMatchObject({ state: 'STABLE', attempts: 2 });
    expect(ledger.queue.nextToReadAgain(NOW + 1999)).toBeUndefined();
    expect(failing(died)).toMatchObject({ state: 'FAILED', attempts: 3, error: { code, retryMs: null } });
  });

  it('has a link wait behind all new files, and tries its page three times, a minute apart', () => {
    expect(failing(new LinkFound('a.md', 'https://a.br/'))).toMatchObject({
      state: 'STABLE',
      attempts: 1,
      error: null,
    });
    const unreachable = new PageUnreachable(
      'a.md',
      new CommandRefused('FETCH_FAILED', 'cannot fetch https://a.br/: 503'),
    );
    expect(failing(unreachable)).toMatchObject({ state: 'STABLE', attempts: 2 });
    expect(ledger.queue.nextToReadAgain(NOW + 59_999)).toBeUndefined();
    expect(ledger.queue.nextToReadAgain(NOW + 60_000)?.path).toBe('a.md');
    const error = { code: 'FETCH_FAILED', retryMs: null };
    expect(failing(unreachable)).toMatchObject({ state: 'FAILED', attempts: 3, error });
  });

  it('is final at once when the bytes are to blame', () => {
    const error = { code: 'ENCRYPTED', retryMs: null };
    expect(failing(new ExtractError('ENCRYPTED', 'a.md', 'locked'))).toMatchObject({ state: 'FAILED', error });
  });

  it('is tried again in a minute when the file could not be opened, or the fault is ours', () => {
    const inAMinute = { retryMs: NOW + 60_000 };
    expect(failing(new FileUnreadable('a.md', 'EACCES'))).toMatchObject({ state: 'FAILED', error: inAMinute });
    ledger.apply([{ type: 'retry', path: 'a.md' }], NOW);
    expect(failing(new TypeError('x is undefined'))).toMatchObject({
      state: 'FAILED',
      error: { ...inAMinute, code: 'INTERNAL' },
    });
  });

  it('says what the system says when the file could not be opened for its hash', () => {
    const denied = Object.assign(new Error('EACCES: permission denied, open'), { code: 'EACCES', syscall: 'open' });
    expect(failing(denied)).toMatchObject({
      state: 'FAILED',
      error: { code: 'UNREADABLE', message: expect.stringContaining('permission to read it'), retryMs: NOW + 60_000 },
    });
    ledger.apply([{ type: 'retry', path: 'a.md' }], NOW);
    const gone = Object.assign(new Error('ENOENT: no such file, open'), { code: 'ENOENT', syscall: 'open' });
    expect(failing(gone).state).toBe('DISCOVERED');
  });

  it('is no failure when the file has gone, the store is down or refuses, or the disk is full', () => {
    expect(failing(new FileUnreadable('a.md', 'ENOENT'))).toMatchObject({ state: 'DISCOVERED', error: null });
    ledger.apply([{ type: 'settle', path: 'a.md' }], NOW);
    for (const error of [
      new StoreError('STORE_UNAVAILABLE', 'down'),
      new StoreError('STORE_REFUSED', 'wrong key'),
      Object.assign(new Error('full'), { code: 'ENOSPC' }),
    ]) {
      expect(failing(error)).toMatchObject({ state: 'STABLE', attempts: 0, error: null });
    }
  });

  it('has every chunk put again when the store lacks some, and is a fault of ours when that does not help', () => {
    const incomplete = new StoreError('CONTENT_INCOMPLETE', '3 of 4');
    expect(failing(incomplete, 'c1')).toMatchObject({ state: 'STABLE', error: null });
    expect(ledger.contents.isDamaged('c1')).toBe(true);
    expect(failing(incomplete, 'c1')).toMatchObject({
      state: 'FAILED',
      error: { code: 'INTERNAL', retryMs: NOW + 60_000 },
    });
  });
});
