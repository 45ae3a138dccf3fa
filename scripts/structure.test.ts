import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

// The rooms of each part of the product, from the bottom up: a file imports from its own room and from rooms before it
// in this list. A name that ends in .ts is one file; a folder has everything below it, unless that has its own entry.
const ROOMS = {
  shared: [
    'errors.ts',
    'document.ts',
    'place-name.ts',
    'abort.ts',
    'batches.ts',
    'recent-values.ts',
    'data-dir.ts',
    'sqlite.ts',
    'scrub',
    'text/words',
    'text',
    'models',
    'models/hub',
    'settings',
    'config.ts',
    'log.ts',
    'lifecycle.ts',
    'onnx',
    'store',
    'store/sqlite/projection',
    'store/sqlite',
    'store/qdrant/connection',
    'store/qdrant',
    'store/open-store.ts',
    'embedder',
    'watcher-api',
    'tracing',
  ],
  watcher: [
    'waiting',
    'ledger',
    'scan',
    'read/extract',
    'read/chunk',
    'read',
    'documents',
    'upkeep',
    'commands',
    'internal-api',
    'explain',
    'ingest-link.ts',
    'settle-failure.ts',
    'ingest.ts',
    'trace-ingest.ts',
    'inbox-loop.ts',
    'open-watcher.ts',
    'main.ts',
  ],
  'graphql-api': [
    'turns',
    'documents',
    'filters',
    'cite',
    'models',
    'retrieve',
    'rerank',
    'generate',
    'generate/plan',
    'generate/model-files',
    'generate/llama/backend',
    'generate/llama/pace',
    'generate/llama',
    'generate/remote',
    'generate/engines',
    'answers',
    'folder-questions',
    'conversations',
    'health',
    'metrics',
    'explain',
    'model-list',
    'schema',
    'mcp',
    'server',
    'answer.ts',
    'trace-answer.ts',
    'open-api.ts',
    'open-service.ts',
    'main.ts',
  ],
  web: ['src/words', 'src/api', 'src/parts', 'src/scope', 'src/document', 'src/folder', 'src/health', 'src/talk', '*'],
  scripts: ['terminal', 'mcp', 'models', 'backup', 'autostart', '*'],
} as const;

/** What a part may import besides itself. The page speaks to the services only through the public API. Scripts start both services and explain what they have stored. */
const PARTS_BELOW: Readonly<Record<Part, readonly Part[]>> = {
  shared: [],
  watcher: ['shared'],
  'graphql-api': ['shared'],
  web: [],
  scripts: ['shared', 'watcher', 'graphql-api'],
};

/** A folder with more files than this holds a second idea. */
const MOST_FILES_A_FOLDER = 15;

type Part = keyof typeof ROOMS;
const PARTS = Object.keys(ROOMS) as Part[]; // the keys of ROOMS are its parts

const root = path.dirname(import.meta.dirname);
const allFiles = globSync(`{${PARTS.join(',')}}/**/*.{ts,tsx,mjs}`, { cwd: root }).map((file) =>
  file.replaceAll('\\', '/'),
);
const product = allFiles.filter((file) => !file.endsWith('.test.ts') && !file.includes('/testing/'));
const isPart = (name: string): name is Part => name in ROOMS;

/**
 * Returns the part of a file and the position of its room in the list of that part; the longest entry that fits wins.
 */
function placeOf(file: string): { readonly part: Part; readonly level: number } {
  const slash = file.indexOf('/');
  const [part, rest] = [file.slice(0, slash), file.slice(slash + 1)];
  if (!isPart(part)) throw new Error(`${file} is in no part of the product`);
  const fitting = ROOMS[part].filter((room) => room === '*' || room === rest || rest.startsWith(`${room}/`));
  const [room] = fitting.toSorted((a, b) => b.length - a.length);
  if (room === undefined)
    throw new Error(`${file} is in no room: give it one, or name it in scripts/structure.test.ts`);
  return { part, level: (ROOMS[part] as readonly string[]).indexOf(room) };
}

/** Returns the product files that a file imports, without packages. */
function importsOf(file: string): string[] {
  const source = readFileSync(path.join(root, file), 'utf8');
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'(#shared\/|\.{1,2}\/)([^']+)'/g)]
    .map(([, start, rest]) =>
      start === '#shared/' ? `shared/${rest}` : path.posix.join(path.posix.dirname(file), `${start}${rest}`),
    )
    .filter((target) => isPart(target.slice(0, target.indexOf('/'))));
}

const edges = product.flatMap((file) => importsOf(file).map((target) => ({ file, target })));

test('the search for imports finds them', () => {
  expect(edges.length).toBeGreaterThan(product.length);
});

test('no room imports from a room above it', () => {
  const upward = edges.filter(({ file, target }) => {
    const [from, to] = [placeOf(file), placeOf(target)];
    return from.part === to.part ? to.level > from.level : !PARTS_BELOW[from.part].includes(to.part);
  });
  expect(upward).toEqual([]);
});

test('product code imports nothing that is made for tests', () => {
  expect(edges.filter(({ target }) => /\/testing\/|\.test\.ts$/.test(target))).toEqual([]);
});

test('no folder has more product files at its top than a reader can keep in mind', () => {
  const folders = Map.groupBy(product, (file) => path.posix.dirname(file));
  const crowded = [...folders].filter(([, files]) => files.length > MOST_FILES_A_FOLDER).map(([folder]) => folder);
  expect(crowded).toEqual([]);
});
