import os from 'node:os';
import { defineConfig } from 'vitest/config';
import { skippedTestsPlugin } from './tests/fixtures/list-skipped.ts';

/**
 * `unit` has the tests beside the modules, `system` those with several folders, processes or kills. The timeouts are
 * guards against hanging, never a measurement.
 */
export default defineConfig({
  // Vite would give our code the ES build of graphql, but Apollo has the CommonJS one, which rejects its classes.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  plugins: [skippedTestsPlugin],
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Tests of processes mostly wait: on two cores, three at a time take 240 s, and one at a time 345 s.
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
