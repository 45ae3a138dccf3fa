import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { readCommandLine } from './terminal/command-line.ts';
import { spoken } from './terminal/text.ts';

const USAGE = spoken({
  en: `usage: npm run check [-- options]

Runs what every change has to pass, cheapest first, and stops at the first check that fails.

  --static  leave out the unit tests
  --help    show this
`,
  pt: `uso: npm run check [-- opções]

Executa o que toda mudança precisa passar, do mais barato ao mais caro, e para na primeira verificação que falha.

  --static  deixa de fora os testes de unidade
  --help    mostra isto
`,
});

/** What every change has to pass, cheapest first; the run stops at the first check that fails. */
const STATIC_CHECKS = [
  ['format', 'oxfmt/bin/oxfmt', '--check'],
  ['lint and layer rules', 'oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
  ['types', 'typescript/bin/tsc', '--noEmit'],
  ['types of the page', 'typescript/bin/tsc', '--noEmit', '--project', 'web'],
  ['dead code', 'knip/bin/knip.js'],
] as const;
const UNIT_TESTS = ['unit tests', 'vitest/vitest.mjs', 'run', '--project', 'unit', '--project', 'alone'] as const;

// CI runs all tests anyway.
const { static: isStatic } = readCommandLine(USAGE, { static: { type: 'boolean', default: false } }, 0).values;
for (const [name, script, ...args] of isStatic ? STATIC_CHECKS : [...STATIC_CHECKS, UNIT_TESTS]) {
  console.log(`check: ${name}`);
  const { status } = spawnSync(process.execPath, [path.join('node_modules', script), ...args], { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`check: ${name} failed; the output above says where`);
    process.exit(status ?? 1);
  }
}
