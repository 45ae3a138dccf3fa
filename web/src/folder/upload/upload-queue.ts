import { signal } from '@preact/signals';
import { request } from '../../api/client.ts';
import { FILE_EXISTS } from '../../api/operations.ts';
import { putFile } from './put-file.ts';

/** A file that is to be added, and where in the inbox. */
export interface Chosen {
  readonly file: File;
  readonly path: string;
}

/** A file on its way into the inbox. */
export interface Upload {
  readonly key: string;
  readonly path: string;
  /** From 0 to 1. */
  readonly progress: number;
  /** Why it failed, as the server says it; empty if the connection was lost, null while it goes well. */
  readonly problem: string | null;
  readonly cancel: () => void;
}

/** What to do about a name that exists. */
export type ExistsChoice = 'replace' | 'keep-both' | 'skip';

/** A question about a name that exists, which the page shows until it is answered. */
export interface ExistsQuestion {
  readonly path: string;
  /** Whether other files wait behind this one, to which the answer can apply too. */
  readonly hasMore: boolean;
  readonly answer: (choice: ExistsChoice, isForAll: boolean) => void;
}

/** The files that are being sent or waiting, and those that could not be sent. */
export const uploads = signal<readonly Upload[]>([]);
/** The open question about a name that exists. */
export const existsQuestion = signal<ExistsQuestion | null>(null);

/** Files are sent this many at a time: more would only slow each other down. */
const AT_ONCE = 2;

const waiting: (Chosen & { readonly key: string })[] = [];
let active = 0;
/** Names are asked about one after the other. */
let asking: Promise<unknown> = Promise.resolve();
let choiceForAll: ExistsChoice | null = null;

/** Sends files to the inbox, a few at a time. Hidden files, which folders are full of, are left out. */
export function uploadAll(chosen: readonly Chosen[]): void {
  const wanted = chosen.filter(({ path }) => !path.split('/').some((name) => name.startsWith('.')));
  for (const { file, path } of wanted) {
    const key = crypto.randomUUID();
    waiting.push({ file, path, key });
    const cancel = (): void => {
      const index = waiting.findIndex((each) => each.key === key);
      if (index >= 0) waiting.splice(index, 1);
      remove(key);
    };
    uploads.value = [...uploads.value, { key, path, progress: 0, problem: null, cancel }];
  }
  while (active < AT_ONCE && waiting.length > 0) void work();
}

/** Sends what waits, one file after the other. */
async function work(): Promise<void> {
  active++;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await send(next);
  active--;
  if (active === 0) choiceForAll = null;
}

async function send({ key, file, path }: Chosen & { readonly key: string }): Promise<void> {
  const leaving = new AbortController();
  const cancel = (): void => {
    leaving.abort();
    remove(key);
  };
  change(key, { cancel });
  try {
    const target = await freePath(path);
    if (target === null || leaving.signal.aborted) return remove(key);
    await putFile(target, file, leaving.signal, (progress) => change(key, { progress }));
    remove(key);
  } catch (error) {
    if (leaving.signal.aborted) return;
    change(key, { problem: error instanceof Error ? error.message : '' });
  }
}

/** Returns where a file may be written, after asking about a name that exists; null to skip it. */
async function freePath(path: string): Promise<string | null> {
  if (!(await exists(path))) return path;
  const asked = asking.then(() => choiceForAll ?? ask(path));
  asking = asked.catch(() => {});
  const choice = await asked;
  if (choice === 'skip') return null;
  if (choice === 'replace') return path;
  for (let count = 2; ; count++) {
    const numbered = withNumber(path, count);
    if (!(await exists(numbered))) return numbered;
  }
}

function ask(path: string): Promise<ExistsChoice> {
  return new Promise((resolve) => {
    existsQuestion.value = {
      path,
      hasMore: uploads.value.length > 1,
      answer: (choice, isForAll) => {
        existsQuestion.value = null;
        if (isForAll) choiceForAll = choice;
        resolve(choice);
      },
    };
  });
}

async function exists(path: string): Promise<boolean> {
  const { documentByPath } = await request<{ documentByPath: object | null }>(FILE_EXISTS, { path });
  return documentByPath !== null;
}

/** Returns `a (2).pdf` for `a.pdf`. */
function withNumber(path: string, count: number): string {
  const dot = path.lastIndexOf('.');
  const hasExtension = dot > path.lastIndexOf('/') + 1;
  return hasExtension ? `${path.slice(0, dot)} (${count})${path.slice(dot)}` : `${path} (${count})`;
}

function change(key: string, changed: Partial<Upload>): void {
  uploads.value = uploads.value.map((upload) => (upload.key === key ? { ...upload, ...changed } : upload));
}

function remove(key: string): void {
  uploads.value = uploads.value.filter((upload) => upload.key !== key);
}
