import os from 'node:os';
import path from 'node:path';

/** What makes a system start askbox when its user logs in: one file, and the commands that tell the system about it. */
export interface LoginItem {
  /** What the system calls it, for messages. */
  readonly kind: 'systemd user unit' | 'launchd agent' | 'scheduled task';
  /** The file that is written, and removed; null where the system keeps it itself. */
  readonly file: { readonly path: string; readonly text: string } | null;
  /** Commands that switch it on, in order, once the file is there. A program and its arguments. */
  readonly on: readonly Command[];
  /** Commands that switch it off and stop askbox, in order, before the file is removed. */
  readonly off: readonly Command[];
  /** Succeeds while it is on. */
  readonly isOn: Command;
}

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** Where askbox is, and who starts it. */
export interface Installation {
  readonly platform: NodeJS.Platform;
  /** Folder of askbox, absolute. */
  readonly root: string;
  /** The program that runs it, absolute: login items do not see what a shell sets up. */
  readonly node: string;
  /** The folders in which npm is found. */
  readonly searchPath: string;
  readonly homeDir: string;
  /** Where settings of programs are; only Linux asks. */
  readonly configDir: string;
  readonly userId: number;
}

/** The name in systemd, launchd and the Task Scheduler. */
const NAME = 'askbox';
/** How long a service that failed rests before it is started again. */
const REST_SECONDS = 10;
/** Exit codes that another start cannot change: wrong options, and settings that a person has to change. */
const NO_RESTART = '2 78';
/** Of `schtasks /TR`: https://learn.microsoft.com/windows-server/administration/windows-commands/schtasks-create */
const MAX_TASK_CHARS = 261;

/** Returns where this process's askbox is. @param root its folder. */
export function ownInstallation(root: string): Installation {
  const homeDir = os.homedir();
  return {
    platform: process.platform,
    root,
    node: process.execPath,
    searchPath: process.env['PATH'] ?? '',
    homeDir,
    configDir: process.env['XDG_CONFIG_HOME'] || path.join(homeDir, '.config'),
    userId: process.getuid?.() ?? 0,
  };
}

/**
 * Describes the login item of a platform: a systemd user unit on Linux, a launchd agent on macOS, a scheduled task on
 * Windows. Each starts `npm start` in the folder of askbox, so settings come from the `.env` file there.
 * @returns null for any other platform.
 * @throws Error if the path of askbox is too long for the Task Scheduler.
 */
export function loginItemOf(installation: Installation): LoginItem | null {
  return MAKERS[installation.platform]?.(installation) ?? null;
}

const MAKERS: Readonly<Partial<Record<NodeJS.Platform, (installation: Installation) => LoginItem>>> = {
  linux: systemdUnit,
  darwin: launchdAgent,
  win32: scheduledTask,
};

function systemdUnit({ root, node, searchPath, configDir }: Installation): LoginItem {
  const unit = `${NAME}.service`;
  const text = `[Unit]
Description=askbox: answers from your own documents

[Service]
WorkingDirectory=${escapePercent(root)}
ExecStart=${quoteForSystemd(node)} ${argumentForSystemd(path.join(root, 'scripts/run.mjs'))} start
Environment=${quoteForSystemd(`PATH=${searchPath}`)}
Restart=on-failure
RestartSec=${REST_SECONDS}
RestartPreventExitStatus=${NO_RESTART}

[Install]
WantedBy=default.target
`;
  const systemctl = (...args: string[]): Command => ['systemctl', '--user', ...args];
  return {
    kind: 'systemd user unit',
    file: { path: path.join(configDir, 'systemd/user', unit), text },
    on: [systemctl('daemon-reload'), systemctl('enable', '--now', unit)],
    off: [systemctl('disable', '--now', unit)],
    isOn: systemctl('is-enabled', '--quiet', unit),
  };
}

/** `$` begins a variable, in arguments of commands only. https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html */
function argumentForSystemd(argument: string): string {
  return quoteForSystemd(argument).replaceAll('$', '$$$$');
}

function quoteForSystemd(word: string): string {
  return `"${escapePercent(word).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** `%` begins a specifier. */
function escapePercent(text: string): string {
  return text.replaceAll('%', '%%');
}

function launchdAgent({ root, node, searchPath, homeDir, userId }: Installation): LoginItem {
  const file = path.posix.join(homeDir, 'Library/LaunchAgents', `${NAME}.plist`);
  const string = (value: string): string =>
    `<string>${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</string>`;
  const log = path.posix.join(homeDir, 'Library/Logs', `${NAME}.log`);
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${string(NAME)}
  <key>ProgramArguments</key>
  <array>${[node, path.posix.join(root, 'scripts/run.mjs'), 'start'].map(string).join('')}</array>
  <key>WorkingDirectory</key>${string(root)}
  <key>EnvironmentVariables</key>
  <dict><key>PATH</key>${string(searchPath)}</dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key>
  <dict><key>SuccessfulExit</key><false/></dict>
  <key>ThrottleInterval</key><integer>${REST_SECONDS}</integer>
  <key>StandardOutPath</key>${string(log)}
  <key>StandardErrorPath</key>${string(log)}
</dict>
</plist>
`;
  const domain = `gui/${userId}`;
  return {
    kind: 'launchd agent',
    file: { path: file, text },
    on: [['launchctl', 'bootstrap', domain, file]],
    off: [['launchctl', 'bootout', `${domain}/${NAME}`]],
    isOn: ['launchctl', 'print', `${domain}/${NAME}`],
  };
}

function scheduledTask({ root, node }: Installation): LoginItem {
  const run = `"${node}" "${path.win32.join(root, 'scripts\\run.mjs')}" start`;
  if (run.length > MAX_TASK_CHARS) {
    throw new Error(
      `the Task Scheduler takes commands of at most ${MAX_TASK_CHARS} characters, and this one has ${run.length}; move askbox to a shorter path: ${run}`,
    );
  }
  return {
    kind: 'scheduled task',
    file: null,
    on: [
      ['schtasks', '/Create', '/F', '/SC', 'ONLOGON', '/RL', 'LIMITED', '/TN', NAME, '/TR', run],
      ['schtasks', '/Run', '/TN', NAME],
    ],
    off: [
      ['schtasks', '/End', '/TN', NAME],
      ['schtasks', '/Delete', '/F', '/TN', NAME],
    ],
    isOn: ['schtasks', '/Query', '/TN', NAME],
  };
}
