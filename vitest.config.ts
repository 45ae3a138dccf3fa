import { globSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { skippedTestsPlugin } from './tests/fixtures/list-skipped.ts';

const UNIT = '{shared,watcher,graphql-api,scripts,eval,bench,web}/**/*.test.{ts,mjs}';
/**
 * What only a process of its own answers for a test: `useFakeTimers()` fakes every timer of the process, and such tests
 * count them or run them all; `memoryUsage()` includes what other files of the process left behind or free meanwhile.
 */
const NEEDS_A_PROCESS = /useFakeTimers\(\)|memoryUsage\(\)/;
const ALONE = globSync(UNIT, { cwd: import.meta.dirname, exclude: ['**/node_modules'] })
  .filter((file) => NEEDS_A_PROCESS.test(readFileSync(path.join(import.meta.dirname, file), 'utf8')))
  .map((file) => file.replaceAll('\\', '/'));

/**
 * `unit` and `alone` have the tests beside the modules, `system` those with several folders, processes or kills. The
 * timeouts are guards against hanging, never a measurement.
 */
export default defineConfig({
  // Vite would give our code the ES build of graphql, but Apollo has the CommonJS one, which rejects its classes.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  plugins: [skippedTestsPlugin],
  test: {
    // As in scripts/run.mjs, also where vitest is started by an editor: tests start hundreds of processes.
    env: {
      NODE_COMPILE_CACHE: path.join(import.meta.dirname, 'node_modules', '.cache', 'node-compile-cache'),
      // The terminal speaks the language of the locale; tests expect English unless they say otherwise.
      LC_ALL: '',
      LC_MESSAGES: 'C',
    },
    // What Vite makes of our TypeScript is kept in node_modules/.vitest-cache: half the CPU time of the main process.
    fsModuleCache: true,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Tests of processes mostly wait: with three at a time on two cores, the whole run took 0.7 of the time with one.
    maxWorkers: Math.max(3, Math.floor(os.availableParallelism() / 2)),
    // Without isolation, the files of a worker share one process and load each module once: with a process for each, half
    // the CPU time of most files was their start and imports. Threads would cost less still, but have no umask.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [UNIT],
          exclude: ALONE,
          isolate: false,
          setupFiles: ['tests/fixtures/undo-stubs.ts'],
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          isolate: false,
          setupFiles: ['tests/fixtures/undo-stubs.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
