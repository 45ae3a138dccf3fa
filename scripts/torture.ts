import { runMutants } from '../tests/torture/run-mutants.ts';
import { runTorture } from '../tests/torture/run-torture.ts';
import { exitWithUsage, readCommandLine } from './terminal/command-line.ts';

const USAGE = `usage: npm run torture [-- options]
       npm run torture -- --mutants [part of a name]

Edits a folder at random, kills the watcher and makes its store fail; at the end the store must equal the folder.
The last line is one JSON object. The folder of a failed run is kept.

  --seed <n>        begin the random choices here (1)
  --kills <n>       how often to kill the watcher (50)
  --store <driver>  sqlite or qdrant (sqlite)
  --mutants         remove safeguards in a copy, and name the tests that fail
  --help            show this

exit codes: 0 nothing was wrong, 1 something was, 2 wrong options
`;

const { values: flags, positionals } = readCommandLine(
  USAGE,
  {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '50' },
    store: { type: 'string', default: 'sqlite' },
    mutants: { type: 'boolean', default: false },
  },
  1,
);
for (const name of ['seed', 'kills'] as const) {
  if (!/^\d+$/.test(flags[name])) exitWithUsage(`--${name} is ${flags[name]}; give a whole number`, USAGE);
}
if (positionals.length > 0 && !flags.mutants) exitWithUsage(`Unexpected argument '${positionals[0]}'`, USAGE);
if (flags.store !== 'sqlite' && flags.store !== 'qdrant') {
  exitWithUsage(`--store is ${flags.store}; use sqlite or qdrant`, USAGE);
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
