import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.dirname(import.meta.dirname);
const node = (...args: readonly string[]) => nodeIn({}, ...args);
const nodeIn = (settings: NodeJS.ProcessEnv, ...args: readonly string[]) => {
  // oxlint-disable-next-line node/no-process-env -- the path of Node
  const env = { ...process.env, ...settings };
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args], { cwd: root, env, encoding: 'utf8' });
  return { status, stdout, stderr };
};
const PORTUGUESE = { LC_ALL: 'pt_BR.UTF-8' };
/** What a usage says in any language: its options, words for the places of values, and exit codes. */
const partsOf = (usage: string): readonly string[] => [
  ...(usage.match(/--[a-z][\w-]*/g) ?? []).toSorted(),
  ...(usage.match(/<[^>]+>/g) ?? []).map(() => '<>'),
  ...(usage.match(/^(?:exit codes|códigos de saída): .*$/m)?.[0].match(/\d+/g) ?? []),
];
const run = (command: string, ...args: readonly string[]) => node('scripts/run.mjs', command, ...args);

const COMMANDS = [
  'start',
  'ask',
  'status',
  'doctor',
  'models',
  'backup',
  'restore',
  'autostart',
  'eval',
  'bench',
  'torture',
  'check',
  'mcp',
];

describe.each(COMMANDS)('%s', (command) => {
  const usage = new RegExp(`^usage: (?:npm (?:run )?|node scripts/run\\.mjs )${command}\\b`);
  const script = command === 'eval' ? 'eval/main.ts' : `scripts/${command}.ts`;

  test('--help shows the usage in the language of the locale, and does nothing', () => {
    const english = run(command, '--help');
    expect(english).toEqual({ status: 0, stdout: expect.stringMatching(usage), stderr: '' });
    const portuguese = nodeIn(PORTUGUESE, script, '-h');
    const uso = new RegExp(usage.source.replace('usage', 'uso'));
    expect(portuguese).toEqual({ status: 0, stdout: expect.stringMatching(uso), stderr: '' });
    expect(partsOf(portuguese.stdout)).toEqual(partsOf(english.stdout));
    expect(portuguese.stdout).toContain('--help');
    expect(portuguese.stdout.match(/\b(?:the|exit codes|options|show)\b/g)).toBeNull();
  });

  test('an option that does not exist is an error with the usage, without a stack trace', () => {
    const { status, stdout, stderr } = node(script, '--no-such-option');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('no-such-option');
    expect(stderr).toMatch(new RegExp(usage.source, 'm'));
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

test('what is wrong with an option is said in the language of the locale', () => {
  const wrong = [
    ['status', '--jso', "Opção desconhecida: '--jso'"],
    ['status', '--json=sim', "A opção '--json' não aceita um valor"],
    ['ask', '--model', "Falta o valor da opção '--model <valor>'"],
    ['status', 'x', "Argumento inesperado: 'x'"],
  ] as const;
  for (const [command, argument, problem] of wrong) {
    const { status, stderr } = nodeIn(PORTUGUESE, `scripts/${command}.ts`, argument);
    expect([status, stderr.split('\n')[0], stderr]).toEqual([2, problem, expect.stringContaining('uso: npm run')]);
  }
});

test('a benchmark names its own options, and refuses others', () => {
  expect(run('bench', 'search', '--help').stdout).toContain('--json');
  expect(run('bench', 'search', '--no-such-option')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/no-such-option[^]*usage: npm run bench -- search/),
  });
});

test('a command keeps what Node has compiled beside the packages, for its next start', () => {
  const settings = { NODE_COMPILE_CACHE: undefined, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
  const { status, stderr } = nodeIn(settings, 'scripts/run.mjs', 'status', '--help');
  expect(status).toBe(0);
  expect(stderr).toContain(path.join(root, 'node_modules', '.cache', 'node-compile-cache'));
});

test('a folder that is missing is an error without a stack trace', () => {
  for (const args of [['no-such-folder'], ['--extraction', 'no-such-folder'], ['--answers', 'no-such-folder']]) {
    const { status, stderr } = run('eval', ...args);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^.*no-such-folder.*\n$/)]);
  }
});

test('without a command the commands are listed, and another one is an error with the list', () => {
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('doctor') });
  const portuguese = nodeIn(PORTUGUESE, 'scripts/run.mjs', '--help').stdout;
  const commandsIn = (list: string): readonly string[] =>
    [...list.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name!);
  expect(portuguese).toMatch(/^uso: npm run/);
  expect(commandsIn(portuguese)).toEqual(commandsIn(run('--help').stdout));
  expect(run('constructor')).toMatchObject({ status: 2, stderr: expect.stringContaining("no command 'constructor'") });
});

test('wrong settings are listed by every command that reads them, without a stack trace', () => {
  for (const command of ['ask', 'status', 'doctor', 'models', 'backup', 'restore']) {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', command, 'x'], {
      cwd: root,
      // oxlint-disable-next-line node/no-process-env -- the path of Node
      env: { ...process.env, ASKBOX_PORT: '0' },
      encoding: 'utf8',
    });
    expect([command, status, stderr]).toEqual([command, command === 'status' ? 2 : 78, expect.any(String)]);
    expect(stderr).not.toMatch(/^ +at /m);
  }
});
