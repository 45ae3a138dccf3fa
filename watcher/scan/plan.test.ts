import { assert, describe, expect, it } from 'vitest';
import type { LedgerDocument } from '../ledger/document.ts';
import { plan, type Plan } from './plan.ts';
import { document, INBOX, LIMITS, NOW, scanOf } from '../testing/scans.ts';
import type { FolderScan } from './scan-inbox.ts';
import type { FolderFile } from '../ledger/action.ts';

const typesOf = (seen: FolderScan, documents: readonly LedgerDocument[], inbox = INBOX) =>
  plan(seen, documents, inbox, LIMITS).actions.map((action) => action.type);

describe('plan', () => {
  it('has nothing to do when the folder is as the ledger says', () => {
    expect(plan(scanOf([{}]), [document()], INBOX, LIMITS)).toEqual({
      actions: [],
      toVerify: [],
      hold: null,
      missing: 0,
      settleInMs: Infinity,
      againInMs: Infinity,
    });
  });

  it('observes a file that is new or whose signature has changed', () => {
    expect(typesOf(scanOf([{}]), [])).toEqual(['observe']);
    expect(typesOf(scanOf([{ signature: 's2' }]), [document()])).toEqual(['observe']);
  });

  it('lets a discovered file settle only after the quiet time', () => {
    const seen = (agoMs: number) => [document({ state: 'DISCOVERED', observedMs: NOW - agoMs })];
    expect(typesOf(scanOf([{}]), seen(499))).toEqual([]);
    expect(typesOf(scanOf([{}]), seen(500))).toEqual(['settle']);
  });

  it('removes a file only when it is missing in two scans far enough apart', () => {
    expect(typesOf(scanOf([]), [document()])).toEqual(['miss']);
    expect(typesOf(scanOf([]), [document({ missingSinceMs: NOW - 999 })])).toEqual([]);
    expect(typesOf(scanOf([]), [document({ missingSinceMs: NOW - 1000 })])).toEqual(['remove']);
    expect(typesOf(scanOf([{}]), [document({ missingSinceMs: NOW - 5000 })])).toEqual(['reappear']);
  });

  it('treats a folder that cannot be read as unknown, not as empty', () => {
    const gone = [
      document({ path: 'caixa/a.md', missingSinceMs: 1 }),
      document({ path: 'caixa2/a.md', missingSinceMs: 1 }),
    ];
    const { actions } = plan(scanOf([], { unknownPaths: ['caixa'] }), gone, INBOX, LIMITS);
    expect(actions).toEqual([{ type: 'remove', path: 'caixa2/a.md' }]);
    expect(typesOf(scanOf([], { unknownPaths: [''] }), gone)).toEqual([]);
  });

  it('tries a failure again when its time has come, and a verdict never', () => {
    const failed = (retryMs: number | null) =>
      document({ state: 'FAILED', error: { code: 'UNREADABLE', message: '', retryMs } });
    expect(typesOf(scanOf([{}]), [failed(NOW + 1)])).toEqual([]);
    expect(typesOf(scanOf([{}]), [failed(NOW)])).toEqual(['retry']);
    expect(typesOf(scanOf([{}]), [failed(null)])).toEqual([]);
  });

  it('verifies a file that was read too soon after its change, also one that is dated tomorrow', () => {
    const untrusted = [document({ isTrusted: false })];
    expect(plan(scanOf([{ changedMs: NOW - 1999 }]), untrusted, INBOX, LIMITS).toVerify).toHaveLength(0);
    expect(plan(scanOf([{ changedMs: NOW - 2001 }]), untrusted, INBOX, LIMITS).toVerify).toHaveLength(1);
    expect(plan(scanOf([{ changedMs: NOW + 86_400_000 }]), untrusted, INBOX, LIMITS).toVerify).toHaveLength(1);
  });

  it('plans additions before removals, so that a renamed file finds its content', () => {
    const old = [document({ path: 'velho.md', missingSinceMs: 1 })];
    expect(typesOf(scanOf([{ path: 'novo.md' }]), old)).toEqual(['observe', 'remove']);
  });

  it('refuses what is not a file once, not at every scan', () => {
    const problem = { path: 'cano', signature: 'p1', code: 'NOT_A_FILE', message: 'cannot read cano' } as const;
    const withPipe = scanOf([], { problems: new Map([[problem.path, problem]]) });
    expect(typesOf(withPipe, [])).toEqual(['refuse']);
    expect(typesOf(withPipe, [document({ path: 'cano', signature: 'p1', state: 'FAILED' })])).toEqual([]);
  });

  it('rests where a name that is not UTF-8 is written like that of a file beside it', () => {
    const problem = { path: '\\xe9.md', signature: 'bad-name', code: 'BAD_NAME', message: 'rename it' } as const;
    const both = scanOf([{ path: '\\xe9.md' }], { problems: new Map([[problem.path, problem]]) });
    expect(typesOf(both, [document({ path: '\\xe9.md' })])).toEqual([]);
  });

  it('waits twice as long each time while a file keeps changing, up to a bound, and starts again after a rest', () => {
    const quietAfter = (before: Partial<LedgerDocument>) => {
      const [action] = plan(scanOf([{ signature: 's2' }]), [document(before)], INBOX, LIMITS).actions;
      return action?.type === 'observe' ? action.quietMs : undefined;
    };
    for (const state of ['STABLE', 'EXTRACTING', 'STORING', 'FAILED'] as const) {
      expect(quietAfter({ state, quietMs: 500, observedMs: NOW - 2000 })).toBe(1000);
      expect(quietAfter({ state, quietMs: 8000, observedMs: NOW - 10_000 })).toBe(16_000);
      expect(quietAfter({ state, quietMs: 16_000, observedMs: NOW - 10_000 })).toBe(16_000);
      expect(quietAfter({ state, quietMs: 500, observedMs: NOW - 2001 })).toBe(500);
    }
  });

  it('waits no longer for a file that is saved again and again, as long as every version could be read', () => {
    let ready = document({ state: 'READY', quietMs: 500 });
    for (let save = 1; save <= 6; save++) {
      const atMs = ready.observedMs + 1400;
      const [action] = plan(scanOf([{ signature: `s${save + 1}` }], { atMs }), [ready], INBOX, LIMITS).actions;
      assert(action?.type === 'observe');
      expect(action.quietMs).toBe(500);
      ready = document({ state: 'READY', quietMs: action.quietMs, observedMs: atMs, signature: action.file.signature });
    }
  });

  it('waits for long only after a file that has been changing for long, however often it was scanned', () => {
    let discovered = document({ state: 'DISCOVERED', quietMs: 500, observedMs: NOW, unreadSinceMs: NOW });
    const quietAfter = (changingMs: number) => {
      while (discovered.observedMs < NOW + changingMs) {
        const atMs = discovered.observedMs + 10;
        const [action] = plan(scanOf([{ signature: 's2' }], { atMs }), [discovered], INBOX, LIMITS).actions;
        assert(action?.type === 'observe');
        discovered = { ...discovered, observedMs: atMs, quietMs: action.quietMs };
      }
      return discovered.quietMs;
    };
    expect([200, 700, 3000].map(quietAfter)).toEqual([500, 2000, 8000]);
  });

  it('reads a file that keeps changing once a minute, as soon as it rests for the shortest quiet time', () => {
    const restless = (unreadMs: number) => [
      document({ state: 'DISCOVERED', quietMs: 16_000, observedMs: NOW - 600, unreadSinceMs: NOW - unreadMs }),
    ];
    expect(typesOf(scanOf([{}]), restless(59_000))).toEqual([]);
    expect(typesOf(scanOf([{}]), restless(60_000))).toEqual(['settle']);
  });

  it('is not misled by a clock that was set back: neither a rest, nor a removal, nor a retry waits for it', () => {
    const day = 86_400_000;
    const error = { code: 'UNREADABLE', message: '', retryMs: NOW + day } as const;
    expect(typesOf(scanOf([{}]), [document({ state: 'DISCOVERED', observedMs: NOW + day })])).toEqual(['settle']);
    expect(typesOf(scanOf([{}]), [document({ state: 'FAILED', error })])).toEqual(['retry']);
    expect(typesOf(scanOf([]), [document({ missingSinceMs: NOW + day })])).toEqual(['remove']);
  });

  it('says when a file has rested for long enough, and when another full scan finds more', () => {
    const times = (seen: FolderScan, documents: readonly LedgerDocument[]) => {
      const { settleInMs, againInMs } = plan(seen, documents, INBOX, LIMITS);
      return { settleInMs, againInMs };
    };
    const none = { settleInMs: Infinity, againInMs: Infinity };
    expect(times(scanOf([{}]), [])).toEqual({ ...none, settleInMs: 500 });
    const discovered = document({ state: 'DISCOVERED', observedMs: NOW - 400 });
    expect(times(scanOf([{}]), [discovered])).toEqual({ ...none, settleInMs: 100 });
    expect(times(scanOf([]), [document({ missingSinceMs: NOW - 600 })])).toEqual({ ...none, againInMs: 400 });
    const untrusted = document({ isTrusted: false });
    expect(times(scanOf([{ changedMs: NOW - 1500 }]), [untrusted])).toEqual({ ...none, againInMs: 501 });
  });

  it('removes at once what is left out on purpose, however much that is', () => {
    const documents = Array.from({ length: 30 }, (_, n) => document({ path: `privado/${n}.md` }));
    const ignoring = scanOf([], { isIgnored: (file) => file.startsWith('privado/') });
    const result = plan(ignoring, documents, INBOX, LIMITS);
    expect(result).toMatchObject({ hold: null, missing: 0 });
    expect(result.actions).toHaveLength(30);
    expect(result.actions.every((action) => action.type === 'remove')).toBe(true);
  });
});

describe('the hold on removals', () => {
  const named = (count: number, folder = '') =>
    Array.from({ length: count }, (_, n) => ({ path: `${folder}${n}.md`, signature: `9:${n}:10:5:5` }));
  const gone = (count: number) => named(count).map((each) => document({ ...each, missingSinceMs: NOW - 5000 }));
  const planned = (files: readonly Partial<FolderFile>[], documents: readonly LedgerDocument[], inbox = INBOX) =>
    plan(scanOf(files), documents, inbox, LIMITS);
  const removals = (result: Plan) => result.actions.filter((action) => action.type === 'remove').length;

  it('keeps everything when more than half of 20 documents or more are gone at once', () => {
    const result = planned(named(20).slice(0, 9), gone(20));
    expect(result).toMatchObject({ hold: 'INBOX_EMPTIED', missing: 11 });
    expect(removals(result)).toBe(0);
  });

  it('removes half of them, or most of a small inbox', () => {
    expect(removals(planned(named(20).slice(0, 10), gone(20)))).toBe(10);
    expect(removals(planned([], gone(19)))).toBe(19);
  });

  it('is not alarmed by what only one scan has missed: a folder may have been renamed behind its back', () => {
    const present = named(30).map((each) => document(each));
    const result = planned([], present);
    expect([result.hold, removals(result)]).toEqual([null, 0]);
    expect(planned([], gone(1).concat(present.slice(1)))).toMatchObject({ hold: 'INBOX_EMPTIED' });
  });

  it('removes them once the user has confirmed it, but not what is missing only since then', () => {
    const confirmed = { ...INBOX, areRemovalsConfirmed: true };
    const justMissing = document({ path: 'nova.md', signature: '9:99:10:5:5' });
    const result = planned([], [...gone(30), justMissing], confirmed);
    expect(result.hold).toBeNull();
    expect(removals(result)).toBe(30);
    expect(result.actions).toContainEqual({ type: 'miss', path: 'nova.md' });
  });

  it('does not ask again and again while it holds', () => {
    expect(planned([], gone(30)).againInMs).toBe(Infinity);
  });

  it('does not take a renamed folder for an emptied inbox, also when one of its files was deleted', () => {
    const renamed = named(29, 'novo/').map((each) => ({ ...each, signature: each.signature.replace(/5$/, '7') }));
    expect(planned(renamed, gone(30))).toMatchObject({ hold: null, missing: 30 });
  });

  it('applies to another folder in the place of the inbox as soon as one document is not in it', () => {
    const other = { ...INBOX, identity: '1:3' };
    expect(planned([], gone(1), other).hold).toBe('INBOX_REPLACED');
    expect(planned(named(1), [document(named(1)[0])], other).hold).toBeNull();
    expect(planned([], gone(1), { ...INBOX, identity: null }).hold).toBeNull();
  });

  it('knows the same disk under another device number by a file that was not touched', () => {
    const other = { ...INBOX, identity: '8:2' };
    const untouched = { path: 'fica.md', signature: '1:77:10:5:5' };
    const remembered = document({ path: 'fica.md', signature: '8:77:10:5:5' });
    expect(planned([untouched], [...gone(1), remembered], other).hold).toBeNull();
    expect(planned([untouched], [...gone(1), { ...remembered, signature: '8:78:10:5:5' }], other).hold).toBe(
      'INBOX_REPLACED',
    );
  });
});
