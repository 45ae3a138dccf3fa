import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { prepareDataDir } from './data-dir.ts';
import { openDatabase, WAL_PRAGMAS } from './sqlite.ts';

const NO_MODES = 'Windows has no file modes';
const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

it('makes the folder with all above it, and names one that cannot be used with the way out', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-data-'));
  try {
    prepareDataDir(path.join(folder, 'a/b'), path.join(folder, 'a/b/models'));
    prepareDataDir(path.join(folder, 'a/b'), path.join(folder, 'a/b/models'));
    expect(statSync(path.join(folder, 'a/b')).isDirectory()).toBe(true);

    writeFileSync(path.join(folder, 'file'), '');
    const blocked = path.join(folder, 'file/data');
    expect(() => prepareDataDir(blocked, path.join(blocked, 'models'))).toThrow(
      expect.objectContaining({ code: 'DATA_UNWRITABLE' }),
    );
    expect(() => prepareDataDir(blocked, path.join(blocked, 'models'))).toThrow(blocked);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('closes a folder of an older version to other users, with all in it but models and what a link leads to', ({
  skip,
}) => {
  skip(process.platform === 'win32', NO_MODES);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-data-'));
  try {
    const [data, models, outside] = [
      path.join(folder, 'data'),
      path.join(folder, 'data/models'),
      path.join(folder, 'x'),
    ];
    for (const made of [data, path.join(data, 'trash/1'), models]) mkdirSync(made, { recursive: true });
    const files = ['store.db', 'store.db-wal', 'details.json', 'trash/1/a.txt'].map((name) => path.join(data, name));
    for (const file of [...files, path.join(models, 'a.gguf'), outside]) writeFileSync(file, '');
    const folders = [data, path.join(data, 'trash'), path.join(data, 'trash/1')];
    for (const made of [...folders, models]) chmodSync(made, 0o777);
    for (const file of [...files, path.join(models, 'a.gguf'), outside]) chmodSync(file, 0o666);
    symlinkSync(outside, path.join(data, 'link'));

    prepareDataDir(data, models);
    expect(folders.map(modeOf)).toEqual(['700', '700', '700']);
    expect(files.map(modeOf)).toEqual(['600', '600', '600', '600']);
    expect([models, path.join(models, 'a.gguf'), outside].map(modeOf)).toEqual(['777', '666', '666']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('makes folder and databases for this user only, whatever the umask', ({ skip }) => {
  skip(process.platform === 'win32', NO_MODES);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-data-'));
  const umask = process.umask(0);
  try {
    const data = path.join(folder, 'data');
    prepareDataDir(data, path.join(data, 'models'));
    const file = path.join(data, 'a.db');
    using _ = openDatabase(file, {}, (db) => {
      db.exec(`${WAL_PRAGMAS}; CREATE TABLE a (b)`);
      return db;
    });
    expect([data, file, `${file}-wal`, `${file}-shm`].map(modeOf)).toEqual(['700', '600', '600', '600']);
  } finally {
    process.umask(umask);
    rmSync(folder, { recursive: true });
  }
});
