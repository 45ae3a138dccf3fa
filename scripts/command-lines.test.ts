import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.dirname(import.meta.dirname);
const node = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args], { cwd: root, encoding: 'utf8' });
  return { status, stdout, stderr };
};
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

  test('--help shows the usage, and does nothing', () => {
    expect(run(command, '--help')).toEqual({ status: 0, stdout: expect.stringMatching(usage), stderr: '' });
    expect(node(script, '-h').stdout).toContain('--help');
  });

  test('an option that does not exist is an error with the usage, without a stack trace', () => {
    const { status, stdout, stderr } = node(script, '--no-such-option');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('no-such-option');
    expect(stderr).toMatch(new RegExp(usage.source, 'm'));
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

test('a benchmark names its own options, and refuses others', () => {
  expect(run('bench', 'search', '--help').stdout).toContain('--json');
  expect(run('bench', 'search', '--no-such-option')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/no-such-option[^]*usage: npm run bench -- search/),
  });
});

test('a folder that is missing is an error without a stack trace', () => {
  for (const args of [['no-such-folder'], ['--extraction', 'no-such-folder'], ['--answers', 'no-such-folder']]) {
    const { status, stderr } = run('eval', ...args);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^.*no-such-folder.*\n$/)]);
  }
});

test('without a command the commands are listed, and another one is an error with the list', () => {
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('doctor') });
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
