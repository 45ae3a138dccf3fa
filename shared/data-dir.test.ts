import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { prepareDataDir } from './data-dir.ts';

it('makes the folder with all above it, and names one that cannot be used with the way out', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-data-'));
  try {
    prepareDataDir(path.join(folder, 'a/b'));
    prepareDataDir(path.join(folder, 'a/b'));
    expect(statSync(path.join(folder, 'a/b')).isDirectory()).toBe(true);

    writeFileSync(path.join(folder, 'file'), '');
    const blocked = path.join(folder, 'file/data');
    expect(() => prepareDataDir(blocked)).toThrow(expect.objectContaining({ code: 'DATA_UNWRITABLE' }));
    expect(() => prepareDataDir(blocked)).toThrow(blocked);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
