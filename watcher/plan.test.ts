import { describe, expect, it } from 'vitest';
import type { LedgerDocument } from './ledger-document.ts';
import { plan, type KnownInbox } from './plan.ts';
import type { FolderFile, FolderLook } from './scan-inbox.ts';

const LIMITS = { quietMs: 500, goneMs: 1000, racyMs: 2000 };
const NOW = 1_000_000;

function look(files: readonly Partial<FolderFile>[], rest: Partial<FolderLook> = {}): FolderLook {
  const whole = files.map((file) => ({
    path: 'a.md',
    signature: 's1',
    sizeBytes: 10,
    modifiedMs: 0,
    changedMs: 0,
    ...file,
  }));
  return {
    atMs: NOW,
    files: new Map(whole.map((file) => [file.path, file])),
    problems: new Map(),
    unknownPaths: [],
    isIgnored: () => false,
    inboxIdentity: '1:2',
    ...rest,
  };
}

function document(fields: Partial<LedgerDocument> = {}): LedgerDocument {
  return {
    path: 'a.md',
    seq: 1,
    state: 'READY',
    signature: 's1',
    isTrusted: true,
    sizeBytes: 10,
    modifiedMs: 0,
    createdMs: 0,
    observedMs: NOW - 10_000,
    quietMs: 500,
    unreadSinceMs: NOW - 10_000,
    missingSinceMs: null,
    bytesSha256: 'h',
    contentId: 'c',
    liveContentId: 'c',
    indexedMs: 0,
    error: null,
    attempts: 0,
    ...fields,
  };
}

const INBOX: KnownInbox = { identity: '1:2', areRemovalsConfirmed: false };
const typesOf = (seen: FolderLook, documents: readonly LedgerDocument[], inbox = INBOX) =>
  plan(seen, documents, inbox, LIMITS).actions.map((action) => action.type);

describe('plan', () => {
  it('has nothing to do when the folder is as the ledger says', () => {
    expect(plan(look([{}]), [document()], INBOX, LIMITS)).toEqual({
      actions: [],
      toVerify: [],
      hold: null,
      missing: 0,
      againInMs: Infinity,
    });
  });

  it('observes a file that is new or whose signature has changed', () => {
    expect(typesOf(look([{}]), [])).toEqual(['observe']);
    expect(typesOf(look([{ signature: 's2' }]), [document()])).toEqual(['observe']);
  });

  it('lets a discovered file settle only after the quiet time', () => {
    const seen = (agoMs: number) => [document({ state: 'DISCOVERED', observedMs: NOW - agoMs })];
    expect(typesOf(look([{}]), seen(499))).toEqual([]);
    expect(typesOf(look([{}]), seen(500))).toEqual(['settle']);
  });

  it('removes a file only when it is missing in two looks far enough apart', () => {
    expect(typesOf(look([]), [document()])).toEqual(['miss']);
    expect(typesOf(look([]), [document({ missingSinceMs: NOW - 999 })])).toEqual([]);
    expect(typesOf(look([]), [document({ missingSinceMs: NOW - 1000 })])).toEqual(['remove']);
    expect(typesOf(look([{}]), [document({ missingSinceMs: NOW - 5000 })])).toEqual(['reappear']);
  });

  it('takes a folder that cannot be read for unknown, not for empty', () => {
    const gone = [
      document({ path: 'caixa/a.md', missingSinceMs: 1 }),
      document({ path: 'caixa2/a.md', missingSinceMs: 1 }),
    ];
    const { actions } = plan(look([], { unknownPaths: ['caixa'] }), gone, INBOX, LIMITS);
    expect(actions).toEqual([{ type: 'remove', path: 'caixa2/a.md' }]);
    expect(typesOf(look([], { unknownPaths: [''] }), gone)).toEqual([]);
  });

  it('tries a failure again when its time has come, and a verdict never', () => {
    const failed = (retryMs: number | null) =>
      document({ state: 'FAILED', error: { code: 'UNREADABLE', message: '', retryMs } });
    expect(typesOf(look([{}]), [failed(NOW + 1)])).toEqual([]);
    expect(typesOf(look([{}]), [failed(NOW)])).toEqual(['retry']);
    expect(typesOf(look([{}]), [failed(null)])).toEqual([]);
  });

  it('verifies a file that was read too soon after its change, also one that is dated tomorrow', () => {
    const untrusted = [document({ isTrusted: false })];
    expect(plan(look([{ changedMs: NOW - 1999 }]), untrusted, INBOX, LIMITS).toVerify).toHaveLength(0);
    expect(plan(look([{ changedMs: NOW - 2001 }]), untrusted, INBOX, LIMITS).toVerify).toHaveLength(1);
    expect(plan(look([{ changedMs: NOW + 86_400_000 }]), untrusted, INBOX, LIMITS).toVerify).toHaveLength(1);
  });

  it('plans additions before removals, so that a renamed file finds its content', () => {
    const old = [document({ path: 'velho.md', missingSinceMs: 1 })];
    expect(typesOf(look([{ path: 'novo.md' }]), old)).toEqual(['observe', 'remove']);
  });

  it('refuses what is not a file once, not at every look', () => {
    const problem = { path: 'cano', signature: 'p1', code: 'NOT_A_FILE', message: 'cannot read cano' } as const;
    const withPipe = look([], { problems: new Map([[problem.path, problem]]) });
    expect(typesOf(withPipe, [])).toEqual(['refuse']);
    expect(typesOf(withPipe, [document({ path: 'cano', signature: 'p1', state: 'FAILED' })])).toEqual([]);
  });
});
