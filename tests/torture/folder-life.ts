import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { pdfThatNeverEnds } from '../../watcher/testing/files.ts';
import { walkInbox } from './expected-index.ts';
import { paragraph, shortParagraph } from './texts.ts';

/** The random life of a folder: what people and programs do to files, in an order that the seed determines. */
export interface FolderLife {
  /** Does one random thing. */
  step(): void;
  /** Finishes unfinished copies, makes everything readable again, and removes the hostile file. */
  settle(): void;
  /** How often each kind of thing was done. */
  readonly done: ReadonlyMap<string, number>;
}

const NAMES = [
  'nota',
  'ação',
  'ação'.normalize('NFD'),
  'relatório final',
  'duas\nlinhas',
  '日本',
  'Nota',
  'x'.repeat(60),
];
const EXTENSIONS = ['.md', '.md', '.txt', '.TXT', '', '.log'];
const MAX_FILES = 120;
const MAX_FOLDERS = 14;
/** Enough to take a while in a slow store, and too few for the removals to be held as a sudden loss. */
const MAX_DELETED_AT_ONCE = 30;
/** Long enough for the removal to be confirmed, and short enough to fall into the time when others are withdrawn. */
const PUT_BACK_AFTER_MS = { shortest: 1000, longest: 3500 };
/** A time (2001) that says nothing about when a file was changed. */
const LONG_AGO_S = 1_000_000_000;
/** Errors to be expected from random choices: the name is taken, the file is gone. */
const EXPECTED = ['ENOENT', 'EACCES', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY', 'EINVAL'];

const IS_ROOT = process.getuid?.() === 0;
const HOSTILE = 'sem-fim.pdf';

/**
 * Starts with the folder as it is.
 * @param inbox its files named `canarinho-*` are left alone.
 * @param random as `randomNumbers` returns.
 */
export function openFolderLife(inbox: string, random: () => number): FolderLife {
  const done = new Map<string, number>();
  const copies: { readonly handle: number; readonly left: string[] }[] = [];
  const locked: string[] = [];
  const deleted: { readonly file: string; readonly content: Buffer; readonly putBackMs: number }[] = [];
  const texts: string[] = [];
  const hostile = path.join(inbox, HOSTILE);

  const below = (count: number): number => Math.floor(random() * count);
  const pick = <T>(all: readonly T[]): T => all[below(all.length)]!;
  const chance = (share: number): boolean => random() < share;
  const at = (inside: string): string => path.join(inbox, inside);

  const files = (): readonly string[] => {
    const all = walkInbox(inbox).files.filter((file) => !isProtected(file));
    if (all.length === 0) throw Object.assign(new Error('no file yet'), { code: 'ENOENT' });
    return all;
  };
  const someFile = (): string => at(pick(files()));
  const folders = (): readonly string[] => walkInbox(inbox).folders;
  const someFolder = (): string => at(pick(folders()));
  const freshName = (): string => `${pick(NAMES)}-${below(40)}${pick(EXTENSIONS)}`;
  const fresh = (): string => {
    const file = path.join(someFolder(), freshName());
    // Writing to a pipe would wait for a reader, and writing through a link would leave the inbox.
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isFile()) throw Object.assign(new Error('taken'), { code: 'EEXIST' });
    return file;
  };

  const text = (): string => {
    if (texts.length > 3 && chance(0.25)) return pick(texts);
    const count = chance(0.06) ? 65 + below(80) : chance(0.3) ? 1 + below(4) : 0;
    const made = [shortParagraph(random), ...Array.from({ length: count }, () => paragraph(random))].join('\n\n');
    texts.push(made);
    return made;
  };
  /** Mostly text; sometimes content that can never be read. */
  const bytes = (): string | Buffer =>
    chance(0.04) ? pick(['', ' \n \n', Buffer.from('\x89PNG\r\n\x1A\n not really', 'latin1')]) : text();
  const create = (): void => {
    if (walkInbox(inbox).files.length < MAX_FILES) writeFileSync(fresh(), bytes());
    else rmSync(someFile());
  };

  const KINDS: Readonly<Record<string, () => void>> = {
    create,
    'create another': create,
    edit: () => writeFileSync(someFile(), bytes()),
    'edit in the same size, with an old time': () => {
      const file = someFile();
      const size = statSync(file).size;
      if (size === 0) return;
      const handle = openSync(file, 'r+');
      writeSync(handle, pick(['a', 'b', 'c', 'd', 'e']), size - 1);
      closeSync(handle);
      utimesSync(file, LONG_AGO_S, LONG_AGO_S);
    },
    append: () => {
      const file = someFile();
      if (isText(file)) appendFileSync(file, `\n\n${paragraph(random)}`);
    },
    'truncate after a paragraph': () => {
      const file = someFile();
      const content = readFileSync(file);
      const ends = [...content.toString('latin1').matchAll(/\n\n/g)].map((match) => match.index);
      truncateSync(file, chance(0.1) || ends.length === 0 ? 0 : pick(ends));
    },
    'write a part and rename it': () => {
      const file = chance(0.5) ? someFile() : fresh();
      writeFileSync(`${file}.part`, bytes());
      renameSync(`${file}.part`, file);
    },
    'rename or move': () => renameSync(someFile(), fresh()),
    'rename to another normal form': () => {
      const file = someFile();
      const name = path.basename(file);
      const other = name.normalize('NFC') === name ? name.normalize('NFD') : name.normalize('NFC');
      if (!existsSync(path.join(path.dirname(file), other))) renameSync(file, path.join(path.dirname(file), other));
    },
    'change the case of a name': () => {
      const file = someFile();
      const name = path.basename(file);
      const other = name.startsWith('n') ? name.replace('n', 'N') : name.replace('N', 'n');
      renameSync(file, path.join(path.dirname(file), other));
    },
    'change an extension': () => {
      const file = someFile();
      renameSync(file, `${file.slice(0, file.length - path.extname(file).length)}${pick(EXTENSIONS)}`);
    },
    swap: () => {
      const [one, other] = [someFile(), someFile()];
      if (one === other) return;
      const aside = at('.swap');
      renameSync(one, aside);
      renameSync(other, one);
      renameSync(aside, other);
    },
    copy: () => copyFileSync(someFile(), fresh()),
    delete: () => rmSync(someFile()),
    'delete many and put some back later': () => {
      const all = files();
      if (deleted.length > 0 || all.length < 15) return;
      const count = Math.min(MAX_DELETED_AT_ONCE, Math.floor(all.length / 3));
      const start = below(all.length - count);
      for (const inside of all.slice(start, start + count)) {
        const file = at(inside);
        const { shortest, longest } = PUT_BACK_AFTER_MS;
        const putBackMs = performance.now() + shortest + random() * (longest - shortest);
        if (chance(0.4)) deleted.push({ file, content: readFileSync(file), putBackMs });
        rmSync(file);
      }
    },
    'delete and make again': () => {
      const file = someFile();
      const content = readFileSync(file);
      rmSync(file);
      writeFileSync(file, chance(0.5) ? content : bytes());
    },
    'make a folder': () => {
      if (folders().length < MAX_FOLDERS) mkdirSync(path.join(someFolder(), `pasta-${below(20)}`));
    },
    'move a folder': () => renameSync(someFolder(), path.join(someFolder(), `movida-${below(20)}`)),
    'delete a folder': () => {
      const folder = someFolder();
      if (folder !== inbox && chance(0.2)) rmSync(folder, { recursive: true });
    },
    'a folder in the place of a file': () => {
      if (chance(0.5)) return;
      const file = someFile();
      rmSync(file);
      mkdirSync(file);
      writeFileSync(path.join(file, 'dentro.md'), bytes());
    },
    'a file in the place of a folder': () => {
      const folder = someFolder();
      if (folder === inbox || chance(0.8)) return;
      rmSync(folder, { recursive: true });
      writeFileSync(folder, bytes());
    },
    'set a time in the past or future': () => {
      const time = chance(0.5) ? LONG_AGO_S : Date.now() / 1000 + 86_400;
      utimesSync(someFile(), time, time);
    },
    'hidden and temporary names': () => {
      const name = pick(['.oculto', '~$trava.docx', 'meio.crdownload', 'velho.md~', 'a.tmp', '.a.md.Xy12Zk']);
      writeFileSync(path.join(someFolder(), name), text());
    },
    'a name that is not UTF-8': () => {
      const name = Buffer.concat([
        Buffer.from(`${someFolder()}/ruim-${below(3)}`),
        Buffer.from([0xe7]),
        Buffer.from('.md'),
      ]);
      writeFileSync(name, text());
    },
    'a link': () => symlinkSync(pick(['..', '.', '/etc', 'nowhere', 'nota-1.md']), fresh()),
    'a pipe': () => {
      const file = fresh();
      if (!existsSync(file)) execFileSync('mkfifo', [file]);
    },
    'make unreadable': () => {
      // Only root can still read such a folder, to find out what the watcher should find.
      const place = chance(0.3) && IS_ROOT ? someFolder() : someFile();
      if (place === inbox || locked.length > 3) return;
      chmodSync(place, 0);
      locked.push(place);
    },
    'make readable again': () => unlock(),
    'begin a slow copy': () => {
      if (copies.length >= 3) return;
      const left = Array.from({ length: 2 + below(4) }, () => `\n\n${paragraph(random)}`);
      const handle = openSync(fresh(), 'a');
      copies.push({ handle, left });
    },
    'many at once': () => {
      if (walkInbox(inbox).files.length > MAX_FILES / 2 || chance(0.5)) return;
      const folder = path.join(someFolder(), `muitos-${below(100)}`);
      mkdirSync(folder);
      for (let n = 0; n < 40; n++) writeFileSync(path.join(folder, `${n}.md`), text());
    },
    'many copies at once': () => {
      if (walkInbox(inbox).files.length > MAX_FILES / 2 || chance(0.5)) return;
      const content = text();
      for (let n = 0; n < 10; n++) writeFileSync(fresh(), content);
    },
    'rules of what is left out': () => {
      const rules = at('.inboxignore');
      if (existsSync(rules)) rmSync(rules);
      else writeFileSync(rules, '*.log\n');
    },
    'a file that the extractor never ends with': () => {
      if (existsSync(hostile)) rmSync(hostile);
      else if (chance(0.3)) writeFileSync(hostile, pdfThatNeverEnds());
    },
  };

  const continueCopy = (copy: (typeof copies)[number]): void => {
    const part = copy.left.shift();
    if (part !== undefined) writeSync(copy.handle, part);
    if (copy.left.length > 0) return;
    closeSync(copy.handle);
    copies.splice(copies.indexOf(copy), 1);
  };
  const putBack = (isDue: (deletion: (typeof deleted)[number]) => boolean): void => {
    for (const deletion of deleted.filter(isDue)) {
      deleted.splice(deleted.indexOf(deletion), 1);
      const { file, content } = deletion;
      const folder = path.dirname(file);
      const isFolder = existsSync(folder) && statSync(folder).isDirectory(); // a file may have its name now
      if (isFolder && lstatSync(file, { throwIfNoEntry: false }) === undefined) writeFileSync(file, content);
    }
  };
  const makeReadable = (inside: string): void => {
    chmodSync(at(inside), 0o755);
    // A file in a folder that was locked would be tried again only in a minute; its own change is noticed immediately.
    for (const file of walkInbox(inbox).files) if (file.startsWith(`${inside}/`)) chmodSync(at(file), 0o644);
  };
  const unlock = (): void => {
    const place = locked.shift();
    if (place !== undefined && existsSync(place)) makeReadable(path.relative(inbox, place));
  };

  return {
    done,
    step() {
      for (const copy of copies.slice()) if (chance(0.3)) continueCopy(copy);
      const kind = pick(Object.keys(KINDS));
      try {
        putBack(({ putBackMs }) => putBackMs < performance.now());
        KINDS[kind]!();
        done.set(kind, (done.get(kind) ?? 0) + 1);
      } catch (error) {
        // oxlint-disable-next-line typescript/no-explicit-any -- a system error has a code
        if (!EXPECTED.includes((error as any).code)) throw error;
      }
    },
    settle() {
      while (copies.length > 0) continueCopy(copies[0]!);
      putBack(() => true);
      const { files: present, folders: around } = walkInbox(inbox);
      const isLocked = (inside: string): boolean => (statSync(at(inside)).mode & 0o400) === 0;
      [...around, ...present].filter(isLocked).forEach(makeReadable);
      rmSync(hostile, { force: true });
    },
  };
}

function isProtected(file: string): boolean {
  return file === HOSTILE || path.basename(file).startsWith('canarinho-');
}

function isText(file: string): boolean {
  return readFileSync(file, 'latin1').trim() !== '' && !/^(?:\x89PNG|%PDF)/.test(readFileSync(file, 'latin1'));
}
