import { assert, describe, expect, it } from 'vitest';
import type { LedgerDocument } from '../ledger/document.ts';
import { plan, type Plan } from './plan.ts';
import { document, INBOX, LIMITS, NOW, scanOf } from '../testing/scans.ts';
import type { FolderScan } from './scan-inbox.ts';
import type { FolderFile, FolderProblem } from '../ledger/action.ts';

/** Enough scans for 40 documents that are due one after the other, several times over. */
const MAX_ROUNDS = 300;

describe('plan over thousands of random trees', () => {
  it('brings the ledger to the folder, removes nothing that is there, unknown or held, and then rests', () => {
    const seed = Date.now() % 2 ** 31;
    const random = randomNumbers(seed);
    let removals = 0;
    for (let tree = 0; tree < 3000; tree++) {
      const holds = (claim: string, isTrue: boolean): void => assert(isTrue, `${claim} (seed ${seed}, tree ${tree})`);
      const folder = randomFolder(random);
      const { files, problems, unknownPaths, isIgnored } = folder;
      let documents = randomLedger(folder, random);
      let atMs = NOW;
      let rounds = 0;
      for (; rounds < MAX_ROUNDS; rounds++) {
        const result = plan({ ...folder, atMs }, documents, INBOX, LIMITS);
        const removed = result.actions.flatMap((action) => (action.type === 'remove' ? action.path : []));
        removals += removed.length;
        for (const path of removed) {
          holds('what is there stays', !files.has(path) && !problems.has(path));
          holds('what is unknown stays', !isBelow(unknownPaths, path));
          holds('what is held back stays', result.hold === null || isIgnored(path));
        }
        documents = applied(documents, result, atMs);
        const againInMs = Math.min(result.againInMs, result.settleInMs);
        if (result.actions.length === 0 && againInMs === Infinity) break;
        atMs += Math.min(againInMs, 100_000);
      }
      holds('it comes to rest', rounds < MAX_ROUNDS);
      const isHeld = plan({ ...folder, atMs }, documents, INBOX, LIMITS).hold !== null;
      const known = new Map(documents.map((each) => [each.path, each]));
      for (const [path, { signature }] of [...files, ...problems]) {
        holds('every entry is known as it is', known.get(path)?.signature === signature);
        holds('no file waits for ever', files.has(path) ? known.get(path)?.state !== 'DISCOVERED' : true);
      }
      for (const path of known.keys()) {
        const isThere = files.has(path) || problems.has(path);
        holds('what is gone is removed', isThere || isHeld || isBelow(unknownPaths, path));
      }
    }
    expect(removals).toBeGreaterThan(1000); // the trees do try it
  });
});

const isBelow = (folders: readonly string[], path: string): boolean =>
  folders.some((folder) => path.startsWith(`${folder}/`));

type Random = (below: number) => number;

function randomNumbers(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Up to 40 entries in folders, one of which may be locked and one is left out by a rule. */
function randomFolder(random: Random): FolderScan {
  const isLocked = random(3) === 0;
  const files: Partial<FolderFile>[] = [];
  const problems = new Map<string, FolderProblem>();
  for (let n = random(40); n > 0; n--) {
    const path = `${['', 'a/', 'a/b/', 'trancada/', 'fora/'][random(5)]}${random(30)}.md`;
    if (path.startsWith('fora/') || (isLocked && path.startsWith('trancada/'))) continue;
    const signature = `9:${random(20)}:${random(3)}:${random(3)}:${random(3)}`;
    if (random(8) > 0) files.push({ path, signature, changedMs: NOW - random(9000) + 1000 });
    else problems.set(path, { path, signature, code: 'NOT_A_FILE', message: '' });
  }
  const isFile = new Set(files.map(({ path }) => path));
  for (const path of problems.keys()) if (isFile.has(path)) problems.delete(path);
  return scanOf(files, {
    problems,
    unknownPaths: isLocked ? ['trancada'] : [],
    isIgnored: (path) => path.startsWith('fora/'),
  });
}

/** A ledger that knows the folder as it was some changes ago, in whatever states a kill may have left. */
function randomLedger({ files, problems }: FolderScan, random: Random): LedgerDocument[] {
  const documents = new Map<string, LedgerDocument>();
  const remember = (path: string, signature: string) => {
    const state = (['DISCOVERED', 'STABLE', 'READY', 'FAILED'] as const)[random(4)]!;
    const retryMs = random(2) === 0 ? null : NOW + random(100_000);
    documents.set(
      path,
      document({
        path,
        signature,
        state,
        isTrusted: random(2) === 0,
        observedMs: NOW - random(5000) + 1000,
        quietMs: 500 * 2 ** random(6),
        unreadSinceMs: NOW - random(80_000),
        missingSinceMs: random(4) === 0 ? NOW - random(5000) : null,
        error: state === 'FAILED' ? { code: 'UNREADABLE', message: '', retryMs } : null,
      }),
    );
  };
  for (const [path, { signature }] of [...files, ...problems]) {
    const change = random(5);
    if (change > 0) remember(path, change === 1 ? `${signature}0` : signature);
  }
  for (let n = random(25); n > 0; n--) {
    const path = `${['', 'a/', 'trancada/', 'fora/'][random(4)]}velho-${random(30)}.md`;
    remember(path, `9:${random(20)}:1:1:1`);
  }
  return [...documents.values()];
}

/** The ledger after the plan was applied and lanes have read what is due: a model of ledger/apply-action.ts and ingest.ts. */
function applied(documents: readonly LedgerDocument[], result: Plan, atMs: number): LedgerDocument[] {
  const rows = new Map(documents.map((each) => [each.path, each]));
  const change = (path: string, fields: Partial<LedgerDocument>) =>
    rows.set(path, { ...(rows.get(path) ?? document({ path })), ...fields });
  for (const action of result.actions) {
    switch (action.type) {
      case 'observe': {
        const { path, signature } = action.file;
        const fresh = { isTrusted: false, missingSinceMs: null, error: null, observedMs: atMs, unreadSinceMs: atMs };
        change(path, { ...fresh, signature, state: 'DISCOVERED', quietMs: action.quietMs });
        break;
      }
      case 'settle':
      case 'retry':
        change(action.path, { state: 'STABLE', error: null });
        break;
      case 'refuse':
        change(action.problem.path, {
          state: 'FAILED',
          signature: action.problem.signature,
          missingSinceMs: null,
          error: null,
        });
        break;
      case 'miss':
        change(action.path, { missingSinceMs: atMs });
        break;
      case 'reappear':
        change(action.path, { missingSinceMs: null });
        break;
      case 'remove':
        rows.delete(action.path);
    }
  }
  for (const { path } of result.toVerify) if (rows.get(path)?.state === 'READY') change(path, { isTrusted: true });
  for (const [path, { state, missingSinceMs }] of rows) {
    if (state === 'STABLE' && missingSinceMs === null) change(path, { state: 'READY' });
  }
  return [...rows.values()];
}
