import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { codeOf } from '#shared/errors.ts';
import { exitWithHelp, exitWithUsage, problemOf } from './terminal/command-line.ts';
import { spoken } from './terminal/text.ts';

const folder = path.join(path.dirname(import.meta.dirname), 'bench');
const known = readdirSync(folder).flatMap((file) => (/^[a-z-]+\.ts$/.test(file) ? path.basename(file, '.ts') : []));
const USAGE = spoken({
  en: `usage: npm run bench -- <name> [options]

Measures how fast askbox is on this machine. <name> is one of:
  ${known.join(', ')}

  --json  print the figures as one line of JSON
  --help  show this; after a name, what it measures and its other options

exit codes: 0 measured, 1 error or a target that was missed, 2 wrong options
`,
  pt: `uso: npm run bench -- <nome> [opções]

Mede a velocidade do askbox nesta máquina. <nome> é um destes:
  ${known.join(', ')}

  --json  imprime os números em uma linha de JSON
  --help  mostra isto; depois de um nome, o que ele mede e as outras opções, em inglês

códigos de saída: 0 medido, 1 erro ou uma meta não alcançada, 2 opções erradas
`,
});

const [name = '', ...rest] = process.argv.slice(2);
if (['--help', '-h'].includes(name)) exitWithHelp(USAGE);
if (name === '') exitWithUsage(spoken({ en: 'Name a benchmark', pt: 'Indique um benchmark' }), USAGE);
if (!known.includes(name)) {
  const [en, pt] = [`There is no benchmark '${name}'`, `Não existe o benchmark '${name}'`];
  exitWithUsage(spoken({ en, pt }), USAGE);
}
const file = path.join(folder, `${name}.ts`);
if (rest.includes('--help') || rest.includes('-h')) exitWithHelp(describe());
try {
  await import(file);
} catch (error) {
  // Each benchmark parses its own options before anything else.
  if (!codeOf(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
  exitWithUsage(problemOf(error), describe());
}

/** Returns the comment that a benchmark begins with, which says what it measures and names its options. */
function describe(): string {
  const [, comment = ''] = /^\/\*\*\n(.*?)\n \*\//s.exec(readFileSync(file, 'utf8')) ?? [];
  const [en, pt] = [`usage: npm run bench -- ${name} [options]`, `uso: npm run bench -- ${name} [opções]`];
  return `${spoken({ en, pt })}\n\n${comment.replaceAll(/^ \* ?/gm, '')}\n`;
}
