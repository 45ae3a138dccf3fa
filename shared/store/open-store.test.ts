import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseConfig } from '../config.ts';
import { openStoreWriter } from './open-store.ts';

it('waits for a file that cannot be used now, and says why', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-open-'));
  try {
    const config = parseConfig({ ASKBOX_DATA: path.join(folder, 'data') }, folder);
    const reasons: string[] = [];
    const onWaiting = (reason: string): void => {
      reasons.push(reason);
      mkdirSync(config.dataDir);
    };
    await using store = await openStoreWriter(config, undefined, onWaiting);
    expect(store.lastRevision).toBe(0);
    expect(reasons).toEqual([expect.stringContaining('check that its folder exists')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
