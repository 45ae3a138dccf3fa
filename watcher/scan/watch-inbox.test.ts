import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '#shared/log.ts';
import { canLink, NO_LINKS } from '../../tests/fixtures/platform.ts';
import { IGNORE_FILE } from './inbox-rules.ts';
import { PROBE_FILE } from './probe-inbox.ts';
import { watchInbox } from './watch-inbox.ts';

const WAIT = { timeout: 20_000, interval: 20 };

let inbox: string;
beforeEach(() => {
  inbox = mkdtempSync(path.join(os.tmpdir(), 'askbox-watch-'));
});
afterEach(() => rmSync(inbox, { recursive: true, force: true }));

const touch = (name: string): void => writeFileSync(path.join(inbox, name), String(Math.random()));

describe('watching the inbox', () => {
  it('says EVENTS once it has measured that they arrive, and leaves nothing of the measurement behind', async () => {
    await using watch = watchInbox(inbox, 'auto', silentLog);
    expect(watch.mode()).toBe('POLLING');
    await vi.waitFor(() => expect(watch.mode()).toBe('EVENTS'), WAIT);
    await vi.waitFor(() => expect(existsSync(path.join(inbox, PROBE_FILE))).toBe(false), WAIT);
  });

  it('says EVENTS also where the inbox is a link to a folder', async ({ skip }) => {
    skip(!canLink(), NO_LINKS);
    const link = path.join(inbox, 'link');
    mkdirSync(path.join(inbox, 'real'));
    symlinkSync(path.join(inbox, 'real'), link);
    await using watch = watchInbox(link, 'auto', silentLog);
    await vi.waitFor(() => expect(watch.mode()).toBe('EVENTS'), WAIT);
  });

  it('measures also after a kill that has left the probe', async () => {
    touch(PROBE_FILE);
    await using watch = watchInbox(inbox, 'auto', silentLog);
    await vi.waitFor(() => expect(watch.mode()).toBe('EVENTS'), WAIT);
  });

  it('keeps scanning where it cannot measure', async () => {
    mkdirSync(path.join(inbox, PROBE_FILE));
    const info = vi.fn<() => void>();
    await using watch = watchInbox(inbox, 'auto', { ...silentLog, info });
    await vi.waitFor(() => expect(info).toHaveBeenCalled(), WAIT);
    expect(watch.mode()).toBe('POLLING');
  });

  it('hints at a new file and at new rules', async () => {
    await using watch = watchInbox(inbox, 'auto', silentLog);
    await vi.waitFor(() => expect(watch.mode()).toBe('EVENTS'), WAIT);
    for (const name of ['a.md', IGNORE_FILE]) {
      let hints = 0;
      const stop = watch.onHint(() => hints++);
      touch(name);
      await vi.waitFor(() => expect(hints).toBeGreaterThan(0), WAIT);
      stop();
    }
  });

  it('listens to nothing when told to poll', async () => {
    await using watch = watchInbox(inbox, 'polling', silentLog);
    expect(watch.mode()).toBe('POLLING');
  });
});
