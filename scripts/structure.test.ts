import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

// The rooms of each part, from the bottom up. A file imports only from its own room and from rooms above it in this list.
// A name that ends in .ts is a file at the top of its part; a folder holds what is below it, unless that has an entry of its own.
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  shared: [
    'errors.ts',
    'document.ts',
    'text',
    'models',
    'models/hub',
    'config.ts',
    'log.ts',
    'data-dir.ts',
    'lifecycle.ts',
    'onnx',
    'store',
    'store/sqlite/projection',
    'store/sqlite',
    'store/qdrant',
    'store/open-store.ts',
    'embedder',
    'watcher-api',
  ],
};

const root = path.dirname(import.meta.dirname);
const files = globSync('{shared,watcher,graphql-api,scripts}/**/*.{ts,mjs}', { cwd: root }).toSorted();
test('x', () => {
  expect(files.length).toBeGreaterThan(0);
  void ROOMS;
  void execFileSync;
  void existsSync;
  void readFileSync;
});
