/**
 * Edits a folder at random, kills the watcher and makes its store fail; at the end the store must equal the folder.
 * The last line is one JSON object; the exit code is 0 if nothing was wrong. The folder of a failed run is kept.
 *
 *   npm run torture -- [--seed N] [--kills N] [--store sqlite|qdrant]
 *   npm run torture -- --mutants [part of a name]    removes safeguards in a copy; names the failing tests
 */
import { parseArgs } from 'node:util';
import { runMutants } from '../tests/torture/run-mutants.ts';
import { runTorture } from '../tests/torture/run-torture.ts';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '50' },
    store: { type: 'string', default: 'sqlite' },
    mutants: { type: 'boolean', default: false },
  },
});
if (flags.store !== 'sqlite' && flags.store !== 'qdrant') {
  console.error(`--store is ${flags.store}; use sqlite or qdrant`);
  process.exit(2);
}

if (flags.mutants) {
  for (const report of runMutants(positionals[0] ?? '')) {
    console.log(JSON.stringify(report));
    if (report.caughtBy === null) process.exitCode = 1;
  }
} else {
  const report = await runTorture({ seed: Number(flags.seed), kills: Number(flags.kills), store: flags.store });
  for (const problem of report.problems) console.error(problem);
  console.log(JSON.stringify(report));
  process.exitCode = report.problems.length === 0 ? 0 : 1;
}
