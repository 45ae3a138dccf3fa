import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Everything that has to hold before a change goes in, cheapest first; stops at the first that does not. */
const CHECKS = [
  ['format', 'oxfmt/bin/oxfmt', '--check'],
  ['lint and layer rules', 'oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
  ['types', 'typescript/bin/tsc', '--noEmit'],
  ['dead code', 'knip/bin/knip.js'],
  ['unit tests', 'vitest/vitest.mjs', 'run', '--project', 'unit'],
] as const;

for (const [name, script, ...args] of CHECKS) {
  console.log(`check: ${name}`);
  const { status } = spawnSync(process.execPath, [path.join('node_modules', script), ...args], { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`check: ${name} does not hold`);
    process.exit(status ?? 1);
  }
}
