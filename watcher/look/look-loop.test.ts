import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ledger } from '../ledger/ledger.ts';
import { lookAtInbox, lookAtPaths, type LookParts } from './look-at-inbox.ts';
import { LookLoop } from './look-loop.ts';
import { replacing, WAIT } from '../testing/running-loop.ts';

const LIMITS = { quietMs: 200, goneMs: 20, racyMs: 50 };

let folder: string;
let inbox: string;
let ledger: Ledger;
/** What the ledger was told, with `look` where it was read whole. */
let log: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-looks-'));
  inbox = path.join(folder, 'inbox');
  mkdirSync(inbox);
  ledger = new Ledger(path.join(folder, 'ledger.db'));
  log = [];
});
afterEach(() => {
  ledger[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const drop = (name: string, text: string): void => writeFileSync(path.join(inbox, name), text);
const stateOf = (name: string) => ledger.find(name)?.state;

function partsWith(now: () => number) {
  const recording = replacing(ledger, {
    documentsAfter: (after, limit) => {
      if (after === '') log.push('look');
      return ledger.documentsAfter(after, limit);
    },
    apply: (actions, atMs) => {
      for (const action of actions) log.push(`${action.type} ${'path' in action ? action.path : ''}`.trim());
      ledger.apply(actions, atMs);
    },
  });
  return { inbox, ledger: recording, limits: LIMITS, now };
}

/** After a first look; events are said to arrive, so that none follows by itself for seconds. */
async function withLooks(work: (looks: LookLoop) => Promise<void>): Promise<void> {
  const looks = new LookLoop({
    ...partsWith(Date.now),
    watch: { onHint: () => () => {}, mode: () => 'EVENTS', [Symbol.asyncDispose]: async () => {} },
    whenPossible: (look) => look(),
    onLook: () => {},
  });
  const ending = new AbortController();
  await looks.lookAtEverything(ending.signal);
  // What was there has rested, however long that look has taken: only what comes after it is due.
  ledger.apply(
    ledger.discovered(1).map(({ path: name }) => ({ type: 'settle', path: name })),
    Date.now(),
  );
  log = [];
  const running = looks.run(ending.signal);
  await work(looks);
  ending.abort();
  await running;
}

describe('the loop of looks', () => {
  it('lets an edit through by two looks at its path alone, beside the one at everything that a hint asks for', async () => {
    drop('a.md', 'um');
    await withLooks(async (looks) => {
      drop('a.md', 'um e dois');
      looks.hint('a.md');
      await vi.waitFor(() => {
        expect(stateOf('a.md')).toBe('STABLE');
        expect(log).toContain('look');
      }, WAIT);
      expect(log[0]).toBe('observe');
      expect(log.toSorted()).toEqual(['look', 'observe', 'settle a.md']);
    });
  });

  it('lets through what a look at everything has found, without another one', async () => {
    await withLooks(async (looks) => {
      drop('a.md', 'um');
      looks.hint();
      await vi.waitFor(() => expect(stateOf('a.md')).toBe('STABLE'), WAIT);
      expect(log).toEqual(['look', 'observe', 'settle a.md']);
    });
  });

  it('looks at everything where many paths are hinted at, or rest', async () => {
    await withLooks(async (looks) => {
      const names = Array.from({ length: 200 }, (_, n) => `${n}.md`);
      for (const name of names) {
        drop(name, name);
        looks.hint(name);
      }
      await vi.waitFor(() => expect(names.map(stateOf)).toEqual(names.map(() => 'STABLE')), WAIT);
      expect(log.filter((entry) => entry === 'look').length).toBeGreaterThanOrEqual(2);
    });
  });

  it('finds what is gone only by looks at everything', async () => {
    drop('a.md', 'um');
    await withLooks(async (looks) => {
      rmSync(path.join(inbox, 'a.md'));
      looks.hint('a.md');
      await vi.waitFor(() => expect(stateOf('a.md')).toBe('REMOVED'), WAIT);
      expect(log).toEqual(['look', 'miss a.md', 'look', 'remove a.md']);
    });
  });

  it('looks at everything when a file that rests is gone, although nobody has said so', async () => {
    await withLooks(async (looks) => {
      drop('a.md', 'um');
      looks.hint();
      await vi.waitFor(() => expect(stateOf('a.md')).toBe('DISCOVERED'), { ...WAIT, interval: 1 });
      rmSync(path.join(inbox, 'a.md'));
      await vi.waitFor(() => expect(stateOf('a.md')).toBe('REMOVED'), WAIT);
    });
  });
});

describe('a look', () => {
  it.each([
    ['at everything', (parts: LookParts) => lookAtInbox(parts, false)],
    ['at a few paths', (parts: LookParts) => lookAtPaths(parts, new Set(['a.md']))],
  ])('%s counts the rest of a file from its own end: it may have changed until then', async (_what, look) => {
    drop('a.md', 'um');
    let atMs = 1000;
    await look(partsWith(() => (atMs += 400)));
    expect(ledger.find('a.md')?.observedMs).toBe(1800);
  });
});
