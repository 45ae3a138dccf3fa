import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { codeOf, messageOf } from '#shared/errors.ts';
import { exitWithHelp, exitWithUsage } from './terminal/command-line.ts';

const folder = path.join(path.dirname(import.meta.dirname), 'bench');
const known = readdirSync(folder).flatMap((file) => (/^[a-z-]+\.ts$/.test(file) ? path.basename(file, '.ts') : []));
const USAGE = `usage: npm run bench -- <name> [options]

Measures how fast askbox is on this machine. <name> is one of:
  ${known.join(', ')}

  --json  print the figures as one line of JSON
  --help  show this; after a name, what it measures and its other options

exit codes: 0 measured, 1 error or a target that was missed, 2 wrong options
`;

const [name = '', ...rest] = process.argv.slice(2);
if (['--help', '-h'].includes(name)) exitWithHelp(USAGE);
if (name === '') exitWithUsage('Name a benchmark', USAGE);
if (!known.includes(name)) exitWithUsage(`There is no benchmark '${name}'`, USAGE);
const file = path.join(folder, `${name}.ts`);
if (rest.includes('--help') || rest.includes('-h')) exitWithHelp(describe());
try {
  await import(file);
} catch (error) {
  // Each benchmark parses its own options before anything else.
  if (!codeOf(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
  exitWithUsage(messageOf(error).split('. ')[0] ?? '', describe());
}

/** Returns the comment that a benchmark begins with, which says what it measures and names its options. */
function describe(): string {
  const [, comment = ''] = /^\/\*\*\n(.*?)\n \*\//s.exec(readFileSync(file, 'utf8')) ?? [];
  return `usage: npm run bench -- ${name} [options]\n\n${comment.replaceAll(/^ \* ?/gm, '')}\n`;
}
