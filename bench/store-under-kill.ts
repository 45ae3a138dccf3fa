/**
 * Tests the promise of the embedded store at length: during at least 50,000 document reads, while another process makes
 * 5,000 replacements and is killed 20 times, no document is torn or missing, and SQLite finds no fault in the file.
 *
 *   npm run bench -- store-under-kill [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runUnderKill } from '#shared/store/sqlite/testing/kill-run.ts';

const { values: flags } = parseArgs({
  args: process.argv.slice(3),
  options: { json: { type: 'boolean', default: false } },
});

const KILLS = 20;
const READS_EACH = 250; // of ten documents
const REPLACEMENTS_EACH = 250;

const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-bench-'));
try {
  const startedMs = performance.now();
  const reads = Array.from({ length: KILLS }, () => READS_EACH);
  const { documentReads, replacements, problems } = await runUnderKill(
    path.join(folder, 'store.db'),
    reads,
    REPLACEMENTS_EACH,
  );
  const figures = {
    documentReads,
    replacements,
    kills: KILLS,
    problems: problems.length,
    durationSeconds: Math.round((performance.now() - startedMs) / 1000),
  };
  console.table(figures);
  for (const problem of problems.slice(0, 20)) console.error(problem);
  if (flags.json) console.log(JSON.stringify(figures));
  if (problems.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
