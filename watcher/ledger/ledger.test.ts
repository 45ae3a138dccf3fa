import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContentSummary } from '#shared/document.ts';
import { Ledger } from './ledger.ts';
import type { LedgerDocument } from './document.ts';
import { plan } from '../scan/plan.ts';
import type { FolderFile } from './action.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-ledger-'));
  file = path.join(folder, 'ledger.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const seen = (fields: Partial<FolderFile> = {}): FolderFile => ({
  path: 'a.md',
  signature: 's1',
  sizeBytes: 10,
  modifiedMs: 5,
  changedMs: 5,
  ...fields,
});

const CONTENT: ContentSummary = {
  id: 'c1',
  chunkCount: 1,
  textLength: 3,
  title: null,
  mediaType: 'text/markdown',
  language: 'pt',
  pageCount: null,
  warnings: [],
};

function observed(ledger: Ledger, fields: Partial<FolderFile> = {}): LedgerDocument {
  const found = seen(fields);
  ledger.apply([{ type: 'observe', file: found, quietMs: 1 }], 1);
  ledger.apply([{ type: 'settle', path: found.path }], 2);
  return ledger.find(found.path)!;
}

function ingested(ledger: Ledger, fields: Partial<FolderFile> = {}): LedgerDocument {
  const document = observed(ledger, fields);
  ledger.startReading(document);
  ledger.hashed(document, 'h1', 'c1', true);
  ledger.startStoring(document, CONTENT);
  ledger.contents.stored('c1');
  ledger.published(document, 'c1', ledger.startPublishing(document)!, 3);
  return ledger.find(document.path)!;
}

describe('the ledger', () => {
  it('brings a file from its first sight to ready, and says what answers', () => {
    using ledger = new Ledger(file);
    const document = ingested(ledger);
    expect(document).toMatchObject({ state: 'READY', liveContentId: 'c1', contentId: 'c1', indexedMs: 3 });
    expect(ledger.contents.findStored('c1')).toEqual(CONTENT);
    expect(ledger.queue.countUnfinished()).toBe(0);
  });

  it('begins again after a kill with what was under way', () => {
    const first = new Ledger(file);
    first.startReading(observed(first));
    first[Symbol.dispose]();
    using second = new Ledger(file);
    expect(second.queue.nextToRead(100, 10)?.path).toBe('a.md');
  });

  it('tells followers after a kill that what was under way waits again, also while nothing is read', () => {
    const first = new Ledger(file);
    first.setPaused(true);
    first.startReading(observed(first));
    const { seq } = first;
    first[Symbol.dispose]();
    using second = new Ledger(file);
    expect(second.changedSince(seq, 10)).toMatchObject([{ path: 'a.md', state: 'STABLE' }]);
  });

  it('publishes no version after the next one is being read or searchable', () => {
    using ledger = new Ledger(file);
    const older = observed(ledger);
    ledger.startReading(older);
    ledger.hashed(older, 'h1', 'c1', true);
    const newer = observed(ledger, { signature: 's2' });
    const revision = ledger.startPublishing(older)!; // its file has changed, and nobody reads that yet
    ledger.startReading(newer);
    expect(ledger.startPublishing(older)).toBeUndefined();
    ledger.hashed(newer, 'h2', 'c2', true);
    expect(ledger.published(newer, 'c2', ledger.startPublishing(newer)!, 5)).toBe(true);
    expect(ledger.startPublishing(older)).toBeUndefined();
    // The store's answer to the older one comes last: the store has ignored its lower revision, and so does the ledger.
    expect(ledger.published(older, 'c1', revision, 6)).toBe(false);
    expect(ledger.find('a.md')).toMatchObject({ state: 'READY', liveContentId: 'c2', contentId: 'c2' });
  });

  it('takes over a ledger of the version before without reading anything again', () => {
    const before = new Ledger(file);
    ingested(before);
    before.apply([{ type: 'observe', file: seen({ path: 'b.md' }), quietMs: 1 }], 1);
    before[Symbol.dispose]();
    const database = new DatabaseSync(file);
    database.exec(`ALTER TABLE documents RENAME COLUMN store_revision TO may_be_in_store; ALTER TABLE contents RENAME COLUMN is_damaged TO is_doubted;
      UPDATE documents SET may_be_in_store = min(may_be_in_store, 1); UPDATE meta SET version = 2;
      ALTER TABLE meta DROP COLUMN reading_settings`);
    database.close();
    using after = new Ledger(file);
    expect(after.setAside).toBeNull();
    expect(after.find('a.md')).toMatchObject({ state: 'READY', liveContentId: 'c1' });
    after.apply([{ type: 'remove', path: 'a.md' }], 20);
    expect(after.queue.toWithdraw(10).map((row) => row.path)).toEqual(['a.md']);
  });

  it('hands out the smallest file first, and none above a lane limit', () => {
    using ledger = new Ledger(file);
    observed(ledger, { path: 'big.md', sizeBytes: 1000 });
    observed(ledger, { path: 'small.md', sizeBytes: 10 });
    expect(ledger.queue.nextToRead(5000, 10)?.path).toBe('small.md');
    ledger.startReading(ledger.find('small.md')!);
    expect(ledger.queue.nextToRead(100, 10)).toBeUndefined();
    expect(ledger.queue.nextToRead(5000, 10)?.path).toBe('big.md');
  });

  it('leaves out files with extensions that a lane avoids', () => {
    using ledger = new Ledger(file);
    observed(ledger, { path: 'a.pdf', sizeBytes: 1 });
    observed(ledger, { path: 'B.PDF', sizeBytes: 2 });
    expect(ledger.queue.nextToRead(5000, 10, ['.html', '.pdf'])).toBeUndefined();
    observed(ledger, { path: 'pdf.md', sizeBytes: 3 });
    expect(ledger.queue.nextToRead(5000, 10, ['.html', '.pdf'])?.path).toBe('pdf.md');
    expect(ledger.queue.nextToRead(5000, 10)?.path).toBe('a.pdf');
  });

  it('hands out what the extractor has died over behind everything new, and apart from it', () => {
    using ledger = new Ledger(file);
    for (const [name, attempts] of [
      ['twice.md', 2],
      ['once.md', 1],
    ] as const) {
      observed(ledger, { path: name, sizeBytes: 1 });
      ledger.startReading(ledger.find(name)!);
      ledger.putBack(ledger.find(name)!, null, attempts);
    }
    observed(ledger, { path: 'new.md', sizeBytes: 1000 });
    expect(ledger.queue.nextToRead(5000, 10)?.path).toBe('new.md');
    expect(ledger.queue.nextToReadAgain(10)).toBeUndefined();
    ledger.startReading(ledger.find('new.md')!);
    expect(ledger.queue.nextToRead(5000, 10)).toBeUndefined();
    expect(ledger.queue.nextToReadAgain(10)?.path).toBe('once.md');
    ledger.startReading(ledger.find('once.md')!);
    expect(ledger.queue.nextToReadAgain(10)?.path).toBe('twice.md');
  });

  it('hands out what the extractor has died over before pages to recognise, which take long, however small these are', () => {
    using ledger = new Ledger(file);
    for (const [name, sizeBytes, retryMs, attempts] of [
      ['scan.pdf', 1, null, 1],
      ['died.html', 1000, 10, 2],
    ] as const) {
      observed(ledger, { path: name, sizeBytes });
      ledger.startReading(ledger.find(name)!);
      ledger.putBack(ledger.find(name)!, retryMs, attempts);
    }
    expect(ledger.queue.nextToReadAgain(9)?.path).toBe('scan.pdf');
    expect(ledger.queue.nextToReadAgain(10)?.path).toBe('died.html');
    ledger.startReading(ledger.find('died.html')!);
    expect(ledger.queue.nextToReadAgain(10)?.path).toBe('scan.pdf');
  });

  it('ignores every step of a document whose file has changed meanwhile, but knows what the store answers with', () => {
    using ledger = new Ledger(file);
    const document = observed(ledger);
    ledger.startReading(document);
    ledger.hashed(document, 'h1', 'c1', true);
    ledger.apply([{ type: 'observe', file: seen({ signature: 's2' }), quietMs: 1 }], 5);
    expect(ledger.published(document, 'c1', ledger.startPublishing(document)!, 6)).toBe(false);
    ledger.failed(document, { code: 'DAMAGED', message: 'late', retryMs: null }, 0);
    expect(ledger.find('a.md')).toMatchObject({
      state: 'DISCOVERED',
      liveContentId: 'c1',
      contentId: null,
      error: null,
    });
  });

  it('withdraws a removed path until the store confirms it, and keeps the removal for the feed', () => {
    using ledger = new Ledger(file);
    const before = ingested(ledger).seq;
    ledger.apply([{ type: 'miss', path: 'a.md' }], 10);
    ledger.apply([{ type: 'remove', path: 'a.md' }], 20);
    expect(ledger.queue.toWithdraw(10).map((row) => row.path)).toEqual(['a.md']);
    ledger.withdrawn('a.md', ledger.startWithdrawing('a.md')!);
    expect(ledger.queue.toWithdraw(10)).toEqual([]);
    expect(ledger.documents()).toEqual([]);
    expect(ledger.changedSince(before, 10).map((row) => row.state)).toEqual(['REMOVED']);
  });

  it('withdraws again when the file came back and went while the store was being asked', () => {
    using ledger = new Ledger(file);
    ingested(ledger);
    ledger.apply([{ type: 'remove', path: 'a.md' }], 20);
    const revision = ledger.startWithdrawing('a.md')!;
    ingested(ledger, { signature: 's3' });
    ledger.apply([{ type: 'remove', path: 'a.md' }], 40);
    ledger.withdrawn('a.md', revision);
    expect(ledger.find('a.md')?.liveContentId).toBe('c1');
    expect(ledger.queue.toWithdraw(10).map((row) => row.path)).toEqual(['a.md']);
  });

  it('withdraws the old version of a file that is condemned for good, and keeps it while the failure may pass', () => {
    using ledger = new Ledger(file);
    ingested(ledger);
    const edited = observed(ledger, { signature: 's2' });
    ledger.startReading(edited);
    ledger.failed(edited, { code: 'UNREADABLE', message: 'm', retryMs: 99 }, 0);
    expect(ledger.queue.toWithdraw(10)).toEqual([]);
    ledger.apply([{ type: 'retry', path: 'a.md' }], 99);
    ledger.startReading(edited);
    ledger.failed(edited, { code: 'DAMAGED', message: 'm', retryMs: null }, 0);
    expect(ledger.queue.toWithdraw(10)).toHaveLength(1);
  });

  it('collects a content only when no path wants it and none answers with it', () => {
    using ledger = new Ledger(file);
    ingested(ledger);
    expect(ledger.contents.orphaned(1000, 1000)).toEqual([]);
    ledger.apply([{ type: 'remove', path: 'a.md' }], 20);
    expect(ledger.contents.orphaned(1000, 1000)).toEqual([]); // the store still answers with it
    ledger.withdrawn('a.md', ledger.startWithdrawing('a.md')!);
    expect(ledger.contents.orphaned(1000, 1000)).toEqual(['c1']);
    expect(ledger.contents.startCollecting(['c1'])).toEqual(['c1']);
    expect(ledger.contents.findStored('c1')).toBeUndefined(); // no longer taken for whole, before the first delete
    ledger.contents.collected(['c1']);
    expect(ledger.contents.orphaned(5000, 5000)).toEqual([]);
  });

  it('does not collect a content that is wanted again in the last moment', () => {
    using ledger = new Ledger(file);
    ingested(ledger);
    ledger.apply([{ type: 'remove', path: 'a.md' }], 20);
    ledger.withdrawn('a.md', ledger.startWithdrawing('a.md')!);
    const orphans = ledger.contents.orphaned(1000, 1000);
    const copy = observed(ledger, { path: 'b.md' });
    ledger.startReading(copy);
    ledger.hashed(copy, 'h1', 'c1', true);
    expect(ledger.contents.startCollecting(orphans)).toEqual([]);
  });

  it('forgets old removals, and says up to where', () => {
    using ledger = new Ledger(file);
    observed(ledger);
    ledger.apply([{ type: 'remove', path: 'a.md' }], 20);
    const { seq } = ledger;
    ledger.sweep(21);
    expect(ledger.sweptSeq).toBe(seq);
    expect(ledger.find('a.md')).toBeUndefined();
  });

  it('refuses a second watcher on the same files, naming the first', () => {
    using ledger = new Ledger(file);
    const message = expect.stringContaining(`process ${process.pid} on ${os.hostname()}`);
    expect(() => new Ledger(file)).toThrow(expect.objectContaining({ code: 'ALREADY_RUNNING', message }));
    expect(ledger.seq).toBe(0);
  });

  it('is copied as it is, and deletes what a kill left of copies at the next start', () => {
    const before = new Ledger(file);
    observed(before);
    const copy = before.copy();
    observed(before, { path: 'b.md' });
    before[Symbol.dispose]();
    const copied = new DatabaseSync(copy, { readOnly: true });
    expect(copied.prepare(`SELECT count(*) AS n FROM documents WHERE path = 'a.md'`).get()).toEqual({ n: 1 });
    copied.close();
    using after = new Ledger(file);
    expect(after.documents()).toHaveLength(2);
    expect(readdirSync(folder).filter((name) => name.includes('.copy-'))).toEqual([]);
  });

  it('moves a damaged ledger aside and starts anew from the folder', () => {
    writeFileSync(file, 'this is not a database, whatever its name says'.repeat(40));
    using ledger = new Ledger(file);
    expect(ledger.documents()).toEqual([]);
    expect(readdirSync(folder).some((name) => name.includes('set-aside'))).toBe(true);
  });

  it('moves a ledger aside that is damaged in the middle, also when its first page is whole', () => {
    const before = new Ledger(file);
    const files = Array.from({ length: 200 }, (_, n) => seen({ path: `${n}.md` }));
    before.apply(
      files.map((each) => ({ type: 'observe', file: each, quietMs: 1 })),
      1,
    );
    before[Symbol.dispose]();
    const bytes = readFileSync(file);
    bytes.fill(0xaa, bytes.length - 8192);
    writeFileSync(file, bytes);
    using after = new Ledger(file);
    expect(after.setAside).toContain('set-aside');
    expect(after.documents()).toEqual([]);
  });

  it('moves nothing aside that only cannot be opened', () => {
    mkdirSync(file);
    expect(() => new Ledger(file)).toThrow(expect.objectContaining({ code: 'LEDGER_UNUSABLE', isRetryable: true }));
    expect(readdirSync(folder)).toEqual(['ledger.db']);
  });

  it('has everything read anew when the pipeline changes, and goes on answering until then', () => {
    using ledger = new Ledger(file);
    ledger.queue.adoptPipeline('v1', 100);
    ingested(ledger);
    const failing = observed(ledger, { path: 'b.md' });
    ledger.startReading(failing);
    ledger.failed(failing, { code: 'CRASHED', message: 'm', retryMs: null }, 3);
    ledger.queue.adoptPipeline('v1', 100);
    expect(ledger.queue.countUnfinished()).toBe(0);
    ledger.queue.adoptPipeline('v2', 100);
    expect(ledger.find('a.md')).toMatchObject({ state: 'STABLE', liveContentId: 'c1' });
    expect(ledger.find('b.md')).toMatchObject({ state: 'STABLE', attempts: 0, error: null });
  });

  it('tries what failed again when the limit of size changes, but never what cannot be opened', () => {
    using ledger = new Ledger(file);
    ledger.queue.adoptPipeline('v1', 100);
    ingested(ledger);
    const failing = observed(ledger, { path: 'b.md' });
    ledger.startReading(failing);
    ledger.failed(failing, { code: 'TOO_LARGE', message: 'm', retryMs: null }, 0);
    const problem = { path: 'cano', signature: 'p', code: 'NOT_A_FILE', message: 'm' } as const;
    ledger.apply([{ type: 'refuse', problem }], 1);
    ledger.queue.adoptPipeline('v1', 200);
    const states = ['a.md', 'b.md', 'cano'].map((name) => ledger.find(name)?.state);
    expect(states).toEqual(['READY', 'STABLE', 'FAILED']);
  });

  it('goes on above the revisions of a store that is older than the ledger', () => {
    using ledger = new Ledger(file);
    ledger.raiseSeq(1000);
    ledger.raiseSeq(5);
    expect(observed(ledger).seq).toBeGreaterThan(1000);
  });

  it('never leaves a document in a state that no loop looks at, whatever happens to it', () => {
    const seed = Date.now() % 2 ** 31;
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const ledger = new Ledger(file);
    for (let step = 1; step < 400; step++) {
      const name = `${random(4)}.md`;
      const document = ledger.find(name);
      const inState = (wanted: LedgerDocument['state']): LedgerDocument | undefined =>
        document?.state === wanted ? document : undefined;
      const moves = [
        () =>
          ledger.apply([{ type: 'observe', file: seen({ path: name, signature: `s${random(3)}` }), quietMs: 1 }], step),
        () => inState('DISCOVERED') && ledger.apply([{ type: 'settle', path: name }], step),
        () => document && ledger.apply([{ type: 'miss', path: name }], step),
        () => document && ledger.apply([{ type: 'remove', path: name }], step),
        () => inState('STABLE') && ledger.startReading(document!),
        () => inState('EXTRACTING') && ledger.hashed(document!, 'h', 'c1', random(2) === 0),
        () => inState('EXTRACTING') && ledger.startStoring(document!, CONTENT),
        () => inState('STORING') && ledger.published(document!, 'c1', ledger.startPublishing(document!)!, step),
        () => document && ledger.failed(document, { code: 'INTERNAL', message: 'm', retryMs: step + random(5) }, 0),
        () => document && ledger.putBack(document, random(2) === 0 ? null : step, 0),
        () => document && ledger.startOver(document, step),
        () => document && ledger.lostFromStore(document),
        () => ledger.contentLost('c1'),
        () => document && ledger.queue.reread([document]),
      ];
      moves[random(moves.length)]!();
    }
    // A kill, and then only the loops: every scan sees the files that there are, every lane reads what it is given.
    const files = ledger.documents().map((row) => seen({ path: row.path, signature: row.signature }));
    ledger[Symbol.dispose]();
    using reopened = new Ledger(file);
    for (let now = 10_000; now < 10_020; now++) {
      const scan = {
        atMs: now,
        files: new Map(files.map((each) => [each.path, each])),
        problems: new Map(),
        unknownPaths: [],
        isIgnored: () => false,
        inboxIdentity: '1:2',
      };
      const known = { identity: '1:2', areRemovalsConfirmed: false };
      reopened.apply(plan(scan, reopened.documents(), known, { quietMs: 1, goneMs: 1, racyMs: 1 }).actions, now);
      for (
        let next = reopened.queue.nextToRead(100, now);
        next !== undefined;
        next = reopened.queue.nextToRead(100, now)
      ) {
        reopened.startReading(next);
        reopened.hashed(next, 'h', 'c1', true);
        reopened.published(next, 'c1', reopened.startPublishing(next)!, now);
      }
    }
    const unfinished = reopened.documents().filter((row) => row.state !== 'READY');
    expect(unfinished, `seed ${seed}`).toEqual([]);
  });
});
