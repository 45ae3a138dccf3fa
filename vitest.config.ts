import os from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { listSkipped } from './tests/fixtures/list-skipped.ts';

/** `unit`: one module, beside it. `system`: folders, processes, kills. 30 s is a guard against hanging, never a measurement. */
export default defineConfig({
  // Vite would give our code the ES build of graphql while Apollo has the CommonJS one; neither takes the other's classes.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    reporters: [...configDefaults.reporters, listSkipped()],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Tests of processes mostly wait: on two cores three at a time take 240 s, one at a time 345 s.
    maxWorkers: Math.max(3, Math.floor(os.availableParallelism() / 2)),
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['{shared,watcher,graphql-api,scripts,eval}/**/*.test.{ts,mjs}'] },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
