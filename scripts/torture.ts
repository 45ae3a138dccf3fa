import { runMutants } from '../tests/torture/run-mutants.ts';
import { runTorture } from '../tests/torture/run-torture.ts';
import { exitWithUsage, readCommandLine, unexpectedArgument } from './terminal/command-line.ts';
import { spoken } from './terminal/text.ts';

const USAGE = spoken({
  en: `usage: npm run torture [-- options]
       npm run torture -- --mutants [part of a name]

Edits a folder at random, kills the watcher and makes its store fail; at the end the store must equal the folder.
The last line is one JSON object. The folder of a failed run is kept.

  --seed <n>        begin the random choices here (1)
  --kills <n>       how often to kill the watcher (50)
  --store <driver>  sqlite or qdrant (sqlite)
  --mutants         remove safeguards in a copy, and name the tests that fail
  --help            show this

exit codes: 0 nothing was wrong, 1 something was, 2 wrong options
`,
  pt: `uso: npm run torture [-- opções]
     npm run torture -- --mutants [parte de um nome]

Edita uma pasta ao acaso, mata o watcher e faz o armazenamento falhar; no fim, o índice tem de ser igual à pasta.
A última linha é um objeto JSON. A pasta de uma execução que falhou fica guardada.

  --seed <n>        começa aqui as escolhas ao acaso (1)
  --kills <n>       quantas vezes matar o watcher (50)
  --store <driver>  sqlite ou qdrant (sqlite)
  --mutants         retira proteções em uma cópia e diz quais testes falham
  --help            mostra isto

códigos de saída: 0 nada estava errado, 1 algo estava, 2 opções erradas
`,
});

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
  if (/^\d+$/.test(flags[name])) continue;
  const [en, pt] = [
    `--${name} is ${flags[name]}; give a whole number`,
    `--${name} é ${flags[name]}; dê um número inteiro`,
  ];
  exitWithUsage(spoken({ en, pt }), USAGE);
}
const [part] = positionals;
if (part !== undefined && !flags.mutants) exitWithUsage(unexpectedArgument(part), USAGE);
if (flags.store !== 'sqlite' && flags.store !== 'qdrant') {
  const [en, pt] = [
    `--store is ${flags.store}; use sqlite or qdrant`,
    `--store é ${flags.store}; use sqlite ou qdrant`,
  ];
  exitWithUsage(spoken({ en, pt }), USAGE);
}

if (flags.mutants) {
  for (const report of runMutants(part ?? '')) {
    console.log(JSON.stringify(report));
    if (report.caughtBy === null) process.exitCode = 1;
  }
} else {
  const report = await runTorture({ seed: Number(flags.seed), kills: Number(flags.kills), store: flags.store });
  for (const problem of report.problems) console.error(problem);
  console.log(JSON.stringify(report));
  process.exitCode = report.problems.length === 0 ? 0 : 1;
}
