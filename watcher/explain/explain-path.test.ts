import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IS_WINDOWS, NO_PIPES } from '../../tests/fixtures/platform.ts';
import { explainPath, type KnownDocument, type WatcherFacts } from './explain-path.ts';
import { pathFacts } from './path-facts.ts';

let folder: string;
let inbox: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-doctor-'));
  inbox = path.join(folder, 'inbox');
  mkdirSync(inbox);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const drop = (name: string, text = 'texto'): void => {
  mkdirSync(path.dirname(path.join(inbox, name)), { recursive: true });
  writeFileSync(path.join(inbox, name), text);
};
const known = (fields: Partial<KnownDocument> = {}): KnownDocument => ({
  path: 'a.md',
  status: 'READY',
  contentId: 'c1',
  error: null,
  indexedAt: '2026-01-01T00:00:00.000Z',
  sizeBytes: 5,
  ...fields,
});

const MAX_FILE_BYTES = 2 ** 20;
const RUNNING = { queued: 0, watching: 'EVENTS', pausedBecause: null } as const;
const explain = async (given: string, documents: readonly KnownDocument[] = [], rest: Partial<WatcherFacts> = {}) => {
  const watcher = { unreachableBecause: null, ingestion: RUNNING, documents, ...rest };
  return explainPath(await pathFacts(given, inbox, folder), watcher, given, MAX_FILE_BYTES);
};
const inPortuguese = async (
  given: string,
  documents: readonly KnownDocument[] = [],
  rest: Partial<WatcherFacts> = {},
) => {
  const watcher = { unreachableBecause: null, ingestion: RUNNING, documents, ...rest };
  return explainPath(await pathFacts(given, inbox, folder, 'pt'), watcher, given, MAX_FILE_BYTES, 'pt').sentences;
};
const firstSentence = async (...input: Parameters<typeof explain>) => (await explain(...input)).sentences[0];

describe('doctor', () => {
  it('says of an indexed file that it is, however its path is written', async () => {
    drop('a.md');
    for (const given of ['a.md', 'inbox/a.md', path.join(inbox, 'a.md'), './inbox/../inbox/a.md']) {
      expect(await explain(given, [known()])).toEqual({
        isSearchable: true,
        sentences: ['a.md is in the index (indexed at 2026-01-01T00:00:00.000Z)'],
      });
    }
  });

  it('names what keeps a file out: its name, the line of .inboxignore, a link, its size, its place', async ({
    skip,
  }) => {
    skip(IS_WINDOWS, NO_PIPES);
    drop('.inboxignore', '# meus\n\n/privado/\n*.log\n');
    ['~$ata.docx', 'privado/senha.md', 'dia.log'].forEach((name) => drop(name));
    drop('grande.md', 'x'.repeat(MAX_FILE_BYTES + 1));
    drop('fora/x.md');
    symlinkSync('/etc', path.join(inbox, 'elo'));
    execFileSync('mkfifo', [path.join(inbox, 'cano')]);
    expect(await firstSentence('~$ata.docx')).toContain('temporary file');
    expect(await firstSentence('privado/senha.md')).toContain('line 3 of .inboxignore, `/privado/`');
    expect(await firstSentence('privado')).toContain('line 3 of .inboxignore');
    expect(await firstSentence('dia.log')).toContain('line 4 of .inboxignore, `*.log`');
    expect(await firstSentence('elo')).toContain('is a link');
    expect(await firstSentence('elo/hostname')).toContain('elo is a link');
    expect(await firstSentence('cano')).toContain('pipe, socket or device');
    expect(await firstSentence('grande.md')).toContain('ASKBOX_MAX_FILE_MB');
    expect(await firstSentence('/etc/hostname')).toContain('is not in the inbox');
    expect(await firstSentence('nada.md')).toContain('there is no nada.md');
  });

  it('says how far along a file is that is not in the index yet', async () => {
    drop('a.md');
    const waiting = known({ status: 'STABLE', contentId: null });
    expect(await firstSentence('a.md')).toContain('not been seen yet');
    expect(await firstSentence('a.md', [known({ status: 'DISCOVERED', contentId: null })])).toContain('just changed');
    expect(await firstSentence('a.md', [waiting, { ...waiting, path: 'b.md', sizeBytes: 1 }])).toContain('1 smaller');
    expect(await firstSentence('a.md', [known({ status: 'EXTRACTING' })])).toContain('being read');
    const retryAt = '2026-01-01T00:01:00.000Z';
    const error = { code: 'DAMAGED', message: 'cannot read a.md: broken', attempts: 1, retryAt: null } as const;
    const failed = known({ status: 'FAILED', contentId: null, error });
    expect(await firstSentence('a.md', [failed])).toBe(
      'cannot read a.md: broken (tried once; it is read again when it changes)',
    );
    const again = known({ status: 'FAILED', error: { ...error, attempts: 2, retryAt } });
    expect(await firstSentence('a.md', [again])).toContain(`tried 2 times; the next attempt is at ${retryAt}`);
  });

  it('says if an older version is searchable, ingestion is paused, events do not arrive, or no watcher runs', async () => {
    drop('a.md');
    const reading = [known({ status: 'EXTRACTING' })];
    expect((await explain('a.md', reading)).sentences[1]).toContain('stays searchable');
    const ingestion = { queued: 1, watching: 'POLLING', pausedBecause: 'STORE_DOWN' } as const;
    const { sentences } = await explain('a.md', [known()], { ingestion });
    expect(sentences.slice(1).join(' ')).toMatch(/paused \(STORE_DOWN\).*events do not arrive/s);
    const down = await explain('a.md', [known()], { unreachableBecause: 'refused', ingestion: null });
    expect(down.sentences[1]).toContain('npm start');
  });

  it('counts the documents of a folder and names those that failed', async () => {
    drop('notas/a.md');
    const documents = [known({ path: 'notas/a.md' }), known({ path: 'notas/b.md', status: 'FAILED', contentId: null })];
    expect(await explain('notas', documents)).toEqual({
      isSearchable: true,
      sentences: ['notas is a folder; 1 of 2 documents in it can be searched', 'could not be read: notas/b.md'],
    });
    expect(await firstSentence(inbox, documents)).toContain('the inbox is a folder; 1 of 2');
  });
});

it('explains in Portuguese on a Portuguese terminal', async () => {
  drop('a.md');
  drop('.oculto.md');
  expect(await inPortuguese('a.md', [known({ indexedAt: null })])).toEqual(['a.md está na busca']);
  expect(await inPortuguese('.oculto.md')).toEqual([expect.stringMatching(/não é lido: .* está oculto/)]);
  const ingestion = { ...RUNNING, pausedBecause: 'DISK_FULL' } as const;
  const [, paused] = await inPortuguese('a.md', [known({ status: 'EXTRACTING', contentId: null })], { ingestion });
  expect(paused).toMatch(/em pausa \(DISK_FULL\): o disco está cheio/);
  expect(await inPortuguese('x.md', [], { unreachableBecause: 'ECONNREFUSED', ingestion: null })).toEqual([
    'não há x.md na pasta de entrada; copie-o para lá',
    expect.stringContaining('inicie-o com: npm start'),
  ]);
});
