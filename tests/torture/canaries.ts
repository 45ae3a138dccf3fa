import { closeSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoreReader } from '#shared/store/store.ts';
import { queryVector } from '#shared/text/sparse.ts';
import { paragraph } from './texts.ts';

/**
 * Two files that are only ever edited. They are searched for all the time: once found, each must always be found,
 * whole.
 */
export interface Canaries extends AsyncDisposable {
  /** Edits one of them, in place or by renaming a new file over it. */
  edit(): void;
  /** How often they were searched for. */
  readonly polls: number;
  /** How many different versions were seen. */
  readonly versions: number;
  readonly problems: readonly string[];
}

const FILES = ['canarinho-0.md', 'canarinho-1.md'] as const;
/** Both chunks have to be of one version. */
const CHUNKS = 2;
const ASK_EVERY_MS = 50;

/**
 * Creates the canaries and starts searching for them.
 * @param openReader opens the watcher's store, and may wait for it.
 */
export function openCanaries(inbox: string, random: () => number, openReader: () => Promise<StoreReader>): Canaries {
  const problems: string[] = [];
  const lastVersion = new Map<string, number>();
  const seen = new Set<number>();
  let version = 0;
  let polls = 0;
  const closing = new AbortController();

  const write = (name: string): void => {
    version += 1;
    const word = `versao${String(version).padStart(6, '0')}`;
    const text = Array.from({ length: CHUNKS }, () => {
      const rest = paragraph(random).split(' ').slice(2);
      return ['canarinho', word, ...rest].join(' ');
    }).join('\n\n');
    const file = path.join(inbox, name);
    if (random() < 0.5) {
      writeFileSync(`${file}.part`, text);
      renameSync(`${file}.part`, file);
    } else {
      // All versions have the same length, so the file is never seen empty.
      const handle = openSync(file, 'r+');
      writeSync(handle, text, 0);
      closeSync(handle);
    }
  };

  const poll = async (reader: StoreReader): Promise<void> => {
    const { sparse } = await reader.search({ sparse: queryVector('canarinho'), limit: 20 }, closing.signal);
    polls += 1;
    for (const name of FILES) {
      const hits = sparse.filter((hit) => hit.documents.some((document) => document.path === name));
      if (hits.length === 0 && !lastVersion.has(name)) continue;
      const versions = [...new Set(hits.map((hit) => Number(/versao(\d+)/.exec(hit.chunk.text)?.[1])))];
      const isWhole = hits.length === CHUNKS && versions.length === 1;
      const [found = 0] = versions;
      if (!isWhole) problems.push(`${name}: ${hits.length} chunks of ${versions.length} versions were found`);
      else if (found < (lastVersion.get(name) ?? 0)) problems.push(`${name}: an older version was found again`);
      lastVersion.set(name, found);
      seen.add(found);
    }
  };

  const asking = (async () => {
    await using reader = await openReader();
    while (!closing.signal.aborted) {
      await poll(reader);
      await delay(ASK_EVERY_MS, undefined, { signal: closing.signal });
    }
  })().catch((error: unknown) => {
    if (!closing.signal.aborted) problems.push(`the store could not be searched: ${String(error)}`);
  });

  for (const name of FILES) {
    writeFileSync(path.join(inbox, name), '');
    write(name);
  }
  return {
    edit: () => write(FILES[random() < 0.5 ? 0 : 1]),
    get polls() {
      return polls;
    },
    get versions() {
      return seen.size;
    },
    problems,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await asking;
    },
  };
}
