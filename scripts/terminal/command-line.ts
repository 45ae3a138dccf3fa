import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { loadConfig, type Config } from '#shared/config.ts';
import { AskboxError, codeOf, ConfigError, messageOf } from '#shared/errors.ts';
import { EXIT_CONFIG } from '#shared/lifecycle.ts';
import { spoken } from './text.ts';

/** The exit code for wrong options, as most programs have it. */
export const EXIT_USAGE = 2;

/** The option that every command has; its usage names it. */
const HELP = { help: { type: 'boolean', short: 'h', default: false } } as const;

/** Options that are wrong; the message says which, and shows the usage. */
class UsageError extends Error {
  /** @param problem one sentence. @param usage of the command. */
  constructor(problem: string, usage: string, options?: ErrorOptions) {
    super(`${problem}\n\n${usage.trimEnd()}`, options);
  }
}

/**
 * Parses arguments by Node's own rules; `--help` and `-h` are always known.
 * @throws UsageError for an option that does not exist or lacks its value.
 */
export function parseCommandLine<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  usage: string,
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { ...options, ...HELP } });
  } catch (error) {
    throw new UsageError(problemOf(error), usage, { cause: error });
  }
}

/** Returns what is wrong with the options, in the language of the terminal. @param error of Node's parser. */
export function problemOf(error: unknown): string {
  // Node adds how to quote an argument that looks like an option, which is in no user's mind here.
  const [en = ''] = messageOf(error).split('. ');
  const option = /'.*'/.exec(en)?.[0].replace('<value>', '<valor>');
  if (option === undefined) return en;
  if (codeOf(error) === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return spoken({ en, pt: `Opção desconhecida: ${option}` });
  const pt = en.includes('does not take')
    ? `A opção ${option} não aceita um valor`
    : `Falta o valor da opção ${option}`;
  return spoken({ en, pt });
}

/** Returns that an argument was not expected, in the language of the terminal. */
export function unexpectedArgument(argument: string): string {
  return spoken({ en: `Unexpected argument '${argument}'`, pt: `Argumento inesperado: '${argument}'` });
}

/**
 * Parses the arguments of this process. `--help` prints the usage and exits with 0; wrong options, and arguments beyond
 * `most`, print what is wrong and the usage, and exit with EXIT_USAGE.
 * @param most how many arguments that are no options the command takes.
 */
export function readCommandLine<const Options extends ParseArgsOptionsConfig>(
  usage: string,
  options: Options,
  most: number,
) {
  process.on('uncaughtException', reportAndExit);
  return orExit(() => {
    const [first, ...rest] = process.argv.slice(2);
    // `npm run` takes the first `--` for itself; called without npm, it arrives here.
    const args = first === undefined || first === '--' ? rest : [first, ...rest];
    const parsed = parseCommandLine(args, usage, options);
    // Proven by HELP, which is among the options.
    if ((parsed.values as { readonly help: boolean }).help) exitWithHelp(usage);
    const surplus = parsed.positionals[most];
    if (surplus !== undefined) throw new UsageError(unexpectedArgument(surplus), usage);
    return parsed;
  });
}

/** Reads the settings; wrong ones are all listed, and the process exits with EXIT_CONFIG. */
export function loadConfigOrExit(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}

/** Prints the usage and exits with 0. */
export function exitWithHelp(usage: string): never {
  process.stdout.write(`${usage.trimEnd()}\n`);
  process.exit(0);
}

/** Prints what is wrong and the usage, and exits with EXIT_USAGE. @param problem one sentence. */
export function exitWithUsage(problem: string, usage: string): never {
  return orExit(() => {
    throw new UsageError(problem, usage);
  });
}

/** Runs a reader of options; a UsageError is printed, and the process exits with EXIT_USAGE. */
export function orExit<Read>(read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_USAGE);
  }
}

/** The message is enough where the error was thrown for a person; a fault of ours, such as a TypeError, keeps its stack. */
function reportAndExit(error: unknown): void {
  const isForPeople = error instanceof AskboxError || (error instanceof Error && error.constructor === Error);
  console.error(isForPeople ? messageOf(error) : error);
  process.exit(1);
}
