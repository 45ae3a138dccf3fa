import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig, type Config } from '#shared/config.ts';
import { openStoreReader, openStoreWriter } from '#shared/store/open-store.ts';
import { type StandIn, startStandIn } from '#shared/store/qdrant/testing/stand-in.ts';
import { makeContent, store } from '#shared/store/testing/contents.ts';
import { DocumentDetails } from '../../watcher/documents/document-details.ts';
import { Ledger } from '../../watcher/ledger/ledger.ts';
import { makeBackup } from './make-backup.ts';
import { MANIFEST, manifestText, readManifest } from './manifest.ts';
import { restoreBackup } from './restore-backup.ts';
import { wordsOf } from './words.ts';

const IS_WINDOWS = process.platform === 'win32';
const words = wordsOf('en');

let folder: string;
let config: Config;
let backup: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-backup-'));
  for (const name of ['data', 'inbox']) mkdirSync(path.join(folder, name));
  config = parseConfig({ ASKBOX_DATA: 'data', ASKBOX_INBOX: 'inbox', ASKBOX_WATCHER_PORT: '1' }, folder);
  backup = path.join(folder, 'backup');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A stopped askbox with a tag, and a document in the trash. */
async function fill(title = 'Ata'): Promise<void> {
  writeFileSync(config.storeOwnerFile, 'owner');
  const ledger = new Ledger(config.ledgerFile);
  ledger.setPaused(true);
  ledger[Symbol.dispose]();
  const details = new DocumentDetails(config.detailsFile);
  details.set('ata.md', { title, tags: ['sócios'] });
  details[Symbol.dispose]();
  await (await openStoreWriter(config))[Symbol.asyncDispose]();
  const trashed = path.join(config.trashDir, '2026-11-02T10-00-00-000Z', 'Pasta', 'ação.md');
  mkdirSync(path.dirname(trashed), { recursive: true });
  writeFileSync(trashed, 'Uma ação.');
  utimesSync(trashed, 1e9, 1e9);
}

const make = (to = backup) => makeBackup(config, to, '0.1.0', words);
const restore = (isForced = false) => restoreBackup(config, backup, isForced, words);
/** Leaves out the write-ahead logs of the databases, which appear and disappear as they are opened and closed. */
const filesNow = (): readonly string[] =>
  readdirSync(config.dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => !/\.db-\w+$/.test(name));
/** Modes say nothing on Windows. */
const modesIn = (root: string) =>
  ['.', ...readdirSync(root, { recursive: true, encoding: 'utf8' })].flatMap((name) => {
    const stats = statSync(path.join(root, name));
    return IS_WINDOWS ? [] : { name, mode: stats.mode & 0o777, isFolder: stats.isDirectory() };
  });
const titleNow = (): string | null | undefined => {
  using details = new DocumentDetails(config.detailsFile);
  return details.find('ata.md').title;
};

describe('a backup', () => {
  it('comes back after a wipe, closed to other users', async () => {
    await fill();
    mkdirSync(backup); // an empty folder is as good as none
    const { files } = await make();
    expect(files.map((file) => file.path)).toEqual([
      'ledger.db',
      'details.db',
      'store.db',
      'store-owner.id',
      'trash/2026-11-02T10-00-00-000Z/Pasta/ação.md',
    ]);
    rmSync(config.dataDir, { recursive: true });
    expect((await restore()).movedTo).toBeNull();

    expect(titleNow()).toBe('Ata');
    using ledger = new Ledger(config.ledgerFile);
    expect([ledger.isPaused, ledger.setAside]).toEqual([true, null]);
    const trashed = path.join(config.trashDir, '2026-11-02T10-00-00-000Z/Pasta/ação.md');
    expect([readFileSync(trashed, 'utf8'), statSync(trashed).mtimeMs]).toEqual(['Uma ação.', 1e12]);
    expect(readdirSync(config.dataDir).filter((name) => name.startsWith('restoring-'))).toEqual([]);
    expect(
      [...modesIn(backup), ...modesIn(config.dataDir)].filter(({ mode, isFolder }) => {
        return mode !== (isFolder ? 0o700 : 0o600);
      }),
    ).toEqual([]);
  });

  it('holds nothing of what was deleted from a database', async () => {
    await fill('Segredo enterrado');
    const db = new DatabaseSync(config.detailsFile);
    db.exec('PRAGMA secure_delete = OFF; DELETE FROM details');
    db.close();
    expect(readFileSync(config.detailsFile, 'latin1')).toContain('Segredo enterrado');
    await make();
    expect(readFileSync(path.join(backup, 'details.db'), 'latin1')).not.toContain('Segredo enterrado');
  });

  it('is made of the databases that there are, and of nothing else', async () => {
    await expect(make()).rejects.toThrow('nothing to back up');
    new DocumentDetails(config.detailsFile)[Symbol.dispose]();
    for (const name of ['internal.key', 'left-backends.json', 'ledger.db.set-aside-1']) {
      writeFileSync(path.join(config.dataDir, name), 'x');
    }
    expect((await make()).files.map((file) => file.path)).toEqual(['details.db']);
  });

  it('refuses a folder with something in it, a file, its own folders, and a missing disk', async () => {
    await fill();
    mkdirSync(path.join(folder, 'full'));
    writeFileSync(path.join(folder, 'full', 'x'), '');
    await expect(make(path.join(folder, 'full'))).rejects.toThrow('no empty folder');
    await expect(make(path.join(folder, 'full', 'x'))).rejects.toThrow('no empty folder');
    await expect(make(path.join(config.dataDir, 'b'))).rejects.toThrow('elsewhere');
    await expect(make(path.join(config.inbox, 'b'))).rejects.toThrow('elsewhere');
    await expect(make(path.join(folder, 'disk', 'b'))).rejects.toThrow('connect the disk');
    await make(path.join(folder, 'data-2')); // beside the data folder, and called almost like it
    expect(readdirSync(path.join(folder, 'full'))).toEqual(['x']);
  });

  it('leaves nothing when a database is damaged, and names it', async () => {
    await fill();
    writeFileSync(config.storeFile, 'no database '.repeat(1000));
    await expect(make()).rejects.toThrow(/cannot copy .*store\.db/);
    expect(readdirSync(folder).toSorted()).toEqual(['data', 'inbox']);
  });

  it('says what to do when the ledger is locked by a process that gives no copy', async () => {
    await fill();
    using ledger = new Ledger(config.ledgerFile);
    writeFileSync(config.internalKeyFile, 'key');
    await expect(make()).rejects.toThrow(/cannot copy .*ledger\.db: the watcher at .* is not available/);
    expect(existsSync(backup)).toBe(false);
    expect(ledger.isPaused).toBe(true);
  });
});

describe('a restore', () => {
  const DAMAGES: readonly (readonly [string, () => void, string])[] = [
    ['without a manifest, as one that was cut in the middle', () => rmSync(path.join(backup, MANIFEST)), 'no manifest'],
    [
      'with half a manifest',
      () => truncateSync(path.join(backup, MANIFEST), 300),
      'manifest.json in the backup is dam',
    ],
    ['with another inbox in its manifest', () => edit(MANIFEST, (text) => text.replace('inbox"', 'imbox"')), 'damaged'],
    ['of a newer format', () => edit(MANIFEST, (text) => text.replace('"format": 1', '"format": 2')), 'newer askbox'],
    ['with a file that lacks a byte', () => cut('store.db', -1), 'store.db in the backup is damaged'],
    [
      'with a file that has one more',
      () => appendFileSync(path.join(backup, 'store.db'), 'x'),
      'store.db in the backup',
    ],
    ['with a changed byte', () => flip('details.db'), 'details.db in the backup is damaged'],
    ['without one of its files', () => rmSync(path.join(backup, 'store-owner.id')), 'store-owner.id is missing'],
  ];
  it.each(DAMAGES)('refuses a backup %s, and changes nothing', async (_, damage, message) => {
    await fill();
    await make();
    const before = filesNow();
    damage();
    await expect(restore(true)).rejects.toThrow(message);
    expect(filesNow()).toEqual(before);
    expect(titleNow()).toBe('Ata');
  });

  it('refuses a manifest that names a file outside, and a link in the place of a file', async ({ skip }) => {
    await fill();
    await make();
    const manifest = readManifest(backup, words);
    for (const name of ['../x', 'trash/../../x', '/etc/passwd', 'trash', 'internal.key', 'trash\\x', 'models/x']) {
      const files = [{ ...manifest.files[0]!, path: name }];
      writeFileSync(path.join(backup, MANIFEST), manifestText({ ...manifest, files }));
      await expect(restore(true)).rejects.toThrow('manifest.json in the backup is damaged');
    }
    skip(IS_WINDOWS, 'links need a privilege on Windows');
    writeFileSync(path.join(backup, MANIFEST), manifestText(manifest));
    rmSync(path.join(backup, 'store-owner.id'));
    symlinkSync(config.storeOwnerFile, path.join(backup, 'store-owner.id'));
    await expect(restore(true)).rejects.toThrow('store-owner.id is missing');
  });

  it('moves what is there aside if told to, with the logs of its databases, and leaves models', async () => {
    await fill();
    await make();
    using later = new DocumentDetails(config.detailsFile);
    later.set('ata.md', { title: 'Later' });
    writeFileSync(`${config.storeFile}-wal`, 'a log of the old store');
    mkdirSync(config.modelsDir);
    writeFileSync(path.join(config.modelsDir, 'm.gguf'), 'm');

    await expect(restore()).rejects.toThrow('--force');
    later[Symbol.dispose]();
    expect(titleNow()).toBe('Later');
    const { movedTo } = await restore(true);
    expect(titleNow()).toBe('Ata');
    expect(existsSync(`${config.storeFile}-wal`)).toBe(false);
    expect(existsSync(path.join(config.modelsDir, 'm.gguf'))).toBe(true);
    expect(readdirSync(movedTo!)).toEqual(expect.arrayContaining(['details.db', 'ledger.db', 'store.db', 'trash']));
  });

  it('needs no permission in a folder that has only models', async () => {
    await fill();
    await make();
    rmSync(config.dataDir, { recursive: true });
    mkdirSync(config.modelsDir, { recursive: true });
    expect((await restore()).movedTo).toBeNull();
  });

  it('refuses while the watcher or the API has a database open, also one that does nothing', async () => {
    await fill();
    await make();
    const ledger = new Ledger(config.ledgerFile);
    await expect(restore(true)).rejects.toThrow('askbox is running');
    ledger[Symbol.dispose]();
    const store = await openStoreReader(config);
    await store.stats();
    await expect(restore(true)).rejects.toThrow('askbox is running');
    await store[Symbol.asyncDispose]();
    await restore(true);
  });
});

describe('with Qdrant', () => {
  let standIn: StandIn;
  beforeAll(async () => void (standIn = await startStandIn()));
  afterAll(() => standIn[Symbol.asyncDispose]());
  const onQdrant = (collection: string = randomUUID(), url = standIn.url): Config =>
    parseConfig({ ASKBOX_DATA: 'data', ASKBOX_INBOX: 'inbox', QDRANT_URL: url, ASKBOX_COLLECTION: collection }, folder);
  const publish = async (name: string, revision: number): Promise<void> => {
    await using writer = await openStoreWriter(config);
    await store(writer, `${name}.txt`, makeContent(name, [`Caju ${name}.`]), revision);
  };
  const documentsNow = async (): Promise<readonly string[]> => {
    await using reader = await openStoreReader(config);
    return (await reader.documents()).map((document) => document.path);
  };
  const wipe = (): void => rmSync(config.dataDir, { recursive: true });

  it.each([
    ['Qdrant', 'Qdrant'],
    ['SQLite', 'Qdrant'],
    ['Qdrant', 'SQLite'],
  ])('a backup of passages in %s comes back into %s, also without what was in the data folder', async (from, to) => {
    const sqlite = config;
    config = from === 'Qdrant' ? onQdrant() : sqlite;
    await fill();
    await publish('a', 3);
    const { files } = await make();
    expect(files.map((file) => file.path)).toContain('store.db');
    expect(modesIn(backup).filter(({ mode, isFolder }) => mode !== (isFolder ? 0o700 : 0o600))).toEqual([]);
    wipe();
    config = to === 'Qdrant' ? onQdrant() : sqlite;
    expect((await restore()).movedTo).toBeNull();
    expect([await documentsNow(), titleNow(), readFileSync(config.storeOwnerFile, 'utf8')]).toEqual([
      ['a.txt'],
      'Ata',
      'owner',
    ]);
    expect(existsSync(sqlite.storeFile)).toBe(to === 'SQLite');
  });

  it('a restore deletes documents only if told to, and then also later ones', async () => {
    config = onQdrant();
    await fill();
    await publish('a', 3);
    await make();
    await publish('b', 700);
    await publish('a-new', 701);
    wipe();
    await expect(restore()).rejects.toThrow(/collections .* already hold documents; with --force/);
    expect([await documentsNow(), existsSync(config.detailsFile)]).toEqual([['a-new.txt', 'a.txt', 'b.txt'], false]);
    await restore(true);
    expect([await documentsNow(), titleNow()]).toEqual([['a.txt'], 'Ata']);
  });

  it('a restore leaves a file of passages that an askbox without Qdrant has left', async () => {
    config = onQdrant();
    await fill();
    writeFileSync(config.storeFile, 'an old store');
    await make();
    const { movedTo } = await restore(true);
    expect(readdirSync(movedTo!)).not.toContain('store.db');
    expect(readFileSync(config.storeFile, 'utf8')).toBe('an old store');
  });

  it('a restore never touches collections of another installation', async () => {
    config = onQdrant();
    await fill();
    await make();
    wipe();
    mkdirSync(config.dataDir);
    writeFileSync(config.storeOwnerFile, 'another');
    config = onQdrant();
    await publish('theirs', 1);
    wipe();
    await expect(restore(true)).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
    expect(existsSync(config.ledgerFile)).toBe(false);
  });

  it('neither works without the server, and nothing is changed', async () => {
    config = onQdrant();
    await fill();
    await make();
    config = onQdrant('askbox', 'http://127.0.0.1:1');
    const before = filesNow();
    await expect(make(`${backup}-2`)).rejects.toThrow(/cannot copy askbox: Qdrant at http:\/\/127.0.0.1:1 cannot/);
    await expect(restore(true)).rejects.toThrow('Qdrant at http://127.0.0.1:1 cannot');
    expect(filesNow()).toEqual(before);
  });
});

const edit = (name: string, change: (text: string) => string): void =>
  writeFileSync(path.join(backup, name), change(readFileSync(path.join(backup, name), 'utf8')));

const cut = (name: string, bytes: number): void =>
  truncateSync(path.join(backup, name), statSync(path.join(backup, name)).size + bytes);

function flip(name: string): void {
  const bytes = readFileSync(path.join(backup, name));
  bytes[bytes.length - 100]! ^= 1;
  writeFileSync(path.join(backup, name), bytes);
}
