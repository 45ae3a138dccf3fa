import { computed, signal } from '@preact/signals';
import { request } from '../api/client.ts';
import { FILES } from '../api/operations.ts';
import type { DocumentChange, DocumentStatus, FileRow } from '../api/types.ts';
import { counts, facets } from './counts.ts';
import { readFilter } from './facets.ts';

/** States that people see as one. */
export type StateFilter = 'all' | 'ready' | 'reading' | 'failed';

const STATUSES: Readonly<Record<StateFilter, readonly DocumentStatus[] | null>> = {
  all: null,
  ready: ['READY'],
  reading: ['DISCOVERED', 'STABLE', 'EXTRACTING', 'STORING'],
  failed: ['FAILED'],
};

/** Files are loaded by pages of this size, the most that the API gives at a time. */
const PAGE_SIZE = 100;
/** While a filter applies, changes may move files in and out of it; the list is then loaded again, this often at most. */
const RELOAD_MS = 500;

/** What was written into the filter: words of names, `folder/`, `#tag`. */
export const nameFilter = signal('');
/** The states that are shown. */
export const stateFilter = signal<StateFilter>('all');
/** How many files met the filter when they were loaded. */
const matched = signal(0);
/** The files that have been loaded: the first ones of the list, the newest on top. */
export const files = signal<readonly FileRow[]>([]);
/** Whether the first page has been loaded. */
export const isLoaded = signal(false);

const isFiltered = computed(() => nameFilter.value.trim() !== '' || stateFilter.value !== 'all');

/** How many files meet the filter, loaded or not. */
export const total = computed(() =>
  Math.max(files.value.length, isFiltered.value ? matched.value : counts.value.documents),
);

let cursor: string | null = null;
let hasMore = false;
/** The last position that is in view. A list that is loaded anew is loaded up to it. */
let wanted = 0;
let loading: AbortController | null = null;
let reloading: ReturnType<typeof setTimeout> | undefined;

interface FilesResult {
  readonly documents: {
    readonly totalCount: number;
    readonly nodes: readonly FileRow[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** Loads the top of the list, as after a change of the filter. */
export function loadFirstFiles(): void {
  loading?.abort();
  loading = null;
  void load(null).then(loadWanted);
}

/** Makes sure that the list is loaded up to a position, page by page. */
export function loadUpTo(position: number): void {
  wanted = position;
  if (loading === null) loadWanted(true);
}

/** Loads the next page if it is wanted. @param isLoaded whether the one before it was: a server that is away gets no more. */
function loadWanted(isLoaded: boolean): void {
  if (isLoaded && wanted >= files.value.length && hasMore) void load(cursor).then(loadWanted);
}

/** Shows what has changed. A new file comes on top, as it does in the list of the API. */
export function applyChanges(changes: readonly DocumentChange[]): void {
  if (isFiltered.value) {
    reloading ??= setTimeout(() => {
      reloading = undefined;
      loadFirstFiles();
    }, RELOAD_MS);
  }
  const known = new Map(files.value.map((file) => [file.id, file]));
  const added = new Map<string, FileRow>();
  const last = files.value.at(-1);
  for (const { documentId, document } of changes) {
    if (document === null) {
      known.delete(documentId);
      added.delete(documentId);
    } else if (known.has(documentId)) known.set(documentId, document);
    // A file that is older than the last one loaded is further down, and is loaded with its page.
    else if (!isFiltered.value && (!hasMore || last === undefined || document.createdAt > last.createdAt))
      added.set(documentId, document);
  }
  const newest = [...added.values()].toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  files.value = [...newest, ...known.values()];
}

/** Loads a page. @returns false if the server is away or another filter was set */
async function load(after: string | null): Promise<boolean> {
  const leaving = new AbortController();
  loading = leaving;
  try {
    const variables = { first: PAGE_SIZE, after, filter: filterOf() };
    const { documents } = await request<FilesResult>(FILES, variables, leaving.signal);
    cursor = documents.pageInfo.endCursor ?? cursor;
    hasMore = documents.pageInfo.hasNextPage;
    matched.value = documents.totalCount;
    const before = after === null ? [] : files.value;
    const known = new Set(before.map(({ id }) => id));
    files.value = [...before, ...documents.nodes.filter(({ id }) => !known.has(id))];
    isLoaded.value = true;
    return true;
  } catch {
    // The page says that the server is away, and loads the list again when it is back.
    return false;
  } finally {
    if (loading === leaving) loading = null;
  }
}

/** Peeks: the list may be loaded by an effect, which would load it again at every change of what is read here. */
function filterOf(): object | null {
  const status = STATUSES[stateFilter.peek()];
  const filter = { ...readFilter(nameFilter.peek(), facets.peek()), ...(status === null ? {} : { status }) };
  return Object.keys(filter).length === 0 ? null : filter;
}
