import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, messageOf } from '#shared/errors.ts';
import type { Language } from '#shared/text/language.ts';
import { isIgnoredName } from '../scan/ignored-names.ts';
import { IGNORE_FILE, readInboxRules, type InboxRules } from '../scan/inbox-rules.ts';
import { SENTENCES, type Sentences } from './sentences.ts';

/** What the inbox folder itself shows about one path. */
export interface PathFacts {
  /** Inside the inbox, with forward slashes, '' for the inbox; null if the path is outside. */
  readonly path: string | null;
  /** `special` is a pipe, socket or device; `unreadable` means that the system did not say. */
  readonly kind: 'file' | 'folder' | 'link' | 'special' | 'missing' | 'unreadable';
  /** 0 if the path is missing or unreadable. */
  readonly sizeBytes: number;
  /**
   * What keeps the path out of the index regardless of its content, as a sentence for the user; null if nothing does.
   */
  readonly keptOutBy: string | null;
}

/**
 * Checks one path by the rules of a scan of the inbox.
 * @param given as the user types it: relative to the working directory, relative to the inbox, or absolute.
 */
export async function pathFacts(
  given: string,
  inbox: string,
  workingDir: string,
  language: Language = 'en',
): Promise<PathFacts> {
  const entryPath = await insideInbox(given, inbox, workingDir);
  if (entryPath === null) return { path: null, kind: 'missing', sizeBytes: 0, keptOutBy: null };
  const stats = await statEntry(path.join(inbox, entryPath));
  const kind = typeof stats === 'string' ? stats : kindOf(stats);
  return {
    path: entryPath,
    kind,
    sizeBytes: typeof stats === 'string' ? 0 : Number(stats.size),
    keptOutBy: await whatKeepsOut(inbox, entryPath, kind, SENTENCES[language]),
  };
}

async function insideInbox(given: string, inbox: string, workingDir: string): Promise<string | null> {
  const candidates = [path.resolve(workingDir, given), path.resolve(inbox, given)].filter((file) =>
    isBelow(file, inbox),
  );
  const existing: string[] = [];
  for (const file of candidates) if ((await statEntry(file)) !== 'missing') existing.push(file);
  const file = existing[0] ?? candidates[0];
  return file === undefined ? null : path.relative(inbox, file).split(path.sep).join('/');
}

function isBelow(file: string, inbox: string): boolean {
  return file === inbox || file.startsWith(inbox + path.sep);
}

async function statEntry(file: string): Promise<BigIntStats | 'missing' | 'unreadable'> {
  try {
    return await lstat(file, { bigint: true });
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '') ? 'missing' : 'unreadable';
  }
}

function kindOf(stats: BigIntStats): PathFacts['kind'] {
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isDirectory()) return 'folder';
  return stats.isFile() ? 'file' : 'special';
}

async function whatKeepsOut(
  inbox: string,
  entryPath: string,
  kind: PathFacts['kind'],
  words: Sentences,
): Promise<string | null> {
  const names = entryPath.split('/');
  for (const [index, name] of names.entries()) {
    const upTo = names.slice(0, index + 1).join('/');
    const isLast = index === names.length - 1;
    if (isIgnoredName(name)) {
      return words.hidden(upTo);
    }
    const stats = isLast ? 'missing' : await statEntry(path.join(inbox, upTo));
    if (typeof stats === 'object' && stats.isSymbolicLink()) {
      return words.linkedFolder(upTo);
    }
  }
  return lineThatIgnores(await readInboxRules(inbox).catch(messageOf), entryPath, kind, words);
}

function lineThatIgnores(
  rules: InboxRules | string,
  entryPath: string,
  kind: PathFacts['kind'],
  words: Sentences,
): string | null {
  if (typeof rules === 'string') return rules;
  const line = entryPath === '' ? undefined : rules.findLine(kind === 'folder' ? `${entryPath}/` : entryPath);
  return line === undefined ? null : words.ignoredBy(line.lineNumber, IGNORE_FILE, line.pattern);
}
