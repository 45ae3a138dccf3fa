import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { loginItemOf, type Installation } from './login-item.ts';

const INSTALLATION: Installation = {
  platform: 'linux',
  root: '/home/ana/100% "meu" $askbox & <cia>',
  node: '/opt/node 24/bin/node',
  searchPath: '/opt/node 24/bin:/usr/bin',
  homeDir: '/home/ana',
  configDir: '/home/ana/.config',
  userId: 1000,
};

test('a systemd unit quotes what systemd would read as something else', () => {
  const { file, on, off } = loginItemOf(INSTALLATION)!;
  expect(file!.path).toBe('/home/ana/.config/systemd/user/askbox.service');
  expect(file!.text).toContain(
    `ExecStart="/opt/node 24/bin/node" "/home/ana/100%% \\"meu\\" $$askbox & <cia>/scripts/run.mjs" start\n`,
  );
  expect(file!.text).toContain('WorkingDirectory=/home/ana/100%% "meu" $askbox & <cia>\n');
  expect(on.at(-1)).toEqual(['systemctl', '--user', 'enable', '--now', 'askbox.service']);
  expect(off).toEqual([['systemctl', '--user', 'disable', '--now', 'askbox.service']]);
});

test('a launchd agent is well-formed XML with the command as it is', () => {
  const { file, on, off } = loginItemOf({ ...INSTALLATION, platform: 'darwin' })!;
  const strings: string[] = [];
  const parser = new SaxesParser();
  parser.on('text', (text) => text.trim() !== '' && strings.push(text));
  parser.write(file!.text).close();
  expect(strings).toContain(`${INSTALLATION.root}/scripts/run.mjs`);
  expect(strings).toContain(INSTALLATION.node);
  expect(on).toEqual([['launchctl', 'bootstrap', 'gui/1000', '/home/ana/Library/LaunchAgents/askbox.plist']]);
  expect(off).toEqual([['launchctl', 'bootout', 'gui/1000/askbox']]);
});

describe('a scheduled task', () => {
  const windows = (root: string): Installation => ({
    ...INSTALLATION,
    platform: 'win32',
    root,
    node: String.raw`C:\Program Files\nodejs\node.exe`,
  });

  test('quotes both paths', () => {
    const { on, file } = loginItemOf(windows(String.raw`C:\Users\Ana Lima\askbox`))!;
    expect(file).toBeNull();
    expect(on[0]!.at(-1)).toBe(
      String.raw`"C:\Program Files\nodejs\node.exe" "C:\Users\Ana Lima\askbox\scripts\run.mjs" start`,
    );
  });

  test('is refused beyond 261 characters', () => {
    const shorter = loginItemOf(windows('C:\\a'))!.on[0]!.at(-1)!;
    const fits = windows(`C:\\a${'b'.repeat(261 - shorter.length)}`);
    expect(loginItemOf(fits)!.on[0]!.at(-1)).toHaveLength(261);
    expect(() => loginItemOf({ ...fits, root: `${fits.root}b` })).toThrow('move askbox to a shorter path');
  });
});

test('other platforms have none', () => {
  expect(loginItemOf({ ...INSTALLATION, platform: 'sunos' })).toBeNull();
});

describe.skipIf(process.platform !== 'linux')('npm run autostart, on Linux', () => {
  test('on, asked, off: the unit is there, named, and gone; a system that refuses is quoted', () => {
    using folder = mkdtempDisposableSync(path.join(os.tmpdir(), 'askbox-autostart-'));
    const bin = path.join(folder.path, 'bin');
    mkdirSync(bin);
    // A stand-in for systemd, which containers lack: a file records whether the unit is enabled.
    const systemctl = path.join(bin, 'systemctl');
    writeFileSync(
      systemctl,
      `#!/bin/sh
echo "$@" >> "${folder.path}/calls"
case "$2" in
  enable) touch "${folder.path}/enabled" ;;
  disable) rm "${folder.path}/enabled" ;;
  is-enabled) test -e "${folder.path}/enabled" ;;
esac
`,
    );
    chmodSync(systemctl, 0o755);
    const run = (...args: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/autostart.ts', ...args], {
        cwd: path.join(import.meta.dirname, '../..'),
        env: { ...process.env, PATH: `${bin}:${process.env['PATH']}`, XDG_CONFIG_HOME: folder.path },
        encoding: 'utf8',
      });
      return { status, said: stdout + stderr };
    };
    const unit = path.join(folder.path, 'systemd/user/askbox.service');

    expect(run()).toEqual({ status: 3, said: 'askbox does not start when you log in\n' });
    expect(run('on')).toMatchObject({ status: 0, said: expect.stringContaining('systemd user unit') });
    expect(readFileSync(unit, 'utf8')).toContain('scripts/run.mjs" start');
    expect(run()).toMatchObject({ status: 0 });
    writeFileSync(unit, 'another one');
    expect(run().said).toContain('from another folder');
    expect(run('off')).toEqual({ status: 0, said: 'askbox does not start when you log in\n' });
    expect(existsSync(unit)).toBe(false);
    expect(readFileSync(path.join(folder.path, 'calls'), 'utf8')).toContain('--user disable --now askbox.service');
    expect(run('up')).toMatchObject({ status: 2, said: expect.stringContaining("Unexpected argument 'up'") });

    writeFileSync(systemctl, '#!/bin/sh\necho "Failed to connect to bus" >&2; exit 1\n');
    expect(run('on')).toEqual({
      status: 1,
      said: expect.stringContaining('systemctl --user daemon-reload: Failed to connect to bus'),
    });
  });
});
