import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const TIMEOUT_MS = 120_000;
/** Holds also when this process is killed before LibreOffice has ended. */
const CPU_SECONDS = 120;
const MEMORY_KB = 4_000_000;
const MAX_CONVERTED_BYTES = 300_000_000;

/**
 * A profile of its own: no macros, no active content, and no network, because a document may name pictures and templates
 * elsewhere. The proxy is a port at which nothing listens.
 */
const PROFILE = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
${[
  ['Office.Common/Security/Scripting', 'MacroSecurityLevel', '3'],
  ['Office.Common/Security/Scripting', 'DisableMacrosExecution', 'true'],
  ['Office.Common/Security/Scripting', 'DisableActiveContent', 'true'],
  ['Office.Common/Security/Scripting', 'BlockUntrustedRefererLinks', 'true'],
  ['Inet/Settings', 'ooInetProxyType', '2'],
  ['Inet/Settings', 'ooInetHTTPProxyName', '127.0.0.1'],
  ['Inet/Settings', 'ooInetHTTPProxyPort', '9'],
  ['Inet/Settings', 'ooInetHTTPSProxyName', '127.0.0.1'],
  ['Inet/Settings', 'ooInetHTTPSProxyPort', '9'],
]
  .map(
    ([node, name, value]) =>
      `<item oor:path="/org.openoffice.${node}"><prop oor:name="${name}" oor:op="fuse"><value>${value}</value></prop></item>`,
  )
  .join('\n')}
</oor:items>`;

/**
 * Converts a document with LibreOffice in a temporary folder, which is deleted again.
 * @param office path of `soffice`. @param from extension of the document. @param to extension of the result.
 * @throws Error when LibreOffice fails, takes longer than 120 s, or makes more than 300 MB.
 */
export async function convert(office: string, bytes: Buffer, from: string, to: string): Promise<Buffer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'askbox-office-'));
  try {
    const profile = path.join(folder, 'profile');
    await mkdir(path.join(profile, 'user'), { recursive: true });
    await writeFile(path.join(profile, 'user', 'registrymodifications.xcu'), PROFILE);
    const source = path.join(folder, `source.${from}`);
    await writeFile(source, bytes);
    await runOffice(office, folder, [
      `-env:UserInstallation=${pathToFileURL(profile).href}`,
      '--headless',
      '--norestore',
      '--nolockcheck',
      '--nodefault',
      '--convert-to',
      to,
      '--outdir',
      path.join(folder, 'converted'),
      source,
    ]);
    const converted = path.join(folder, 'converted', `source.${to}`);
    const { size } = await stat(converted).catch(() => ({ size: 0 }));
    if (size === 0) throw new Error('no result');
    if (size > MAX_CONVERTED_BYTES) throw new Error(`more than ${MAX_CONVERTED_BYTES / 1e6} MB`);
    return await readFile(converted);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function runOffice(office: string, folder: string, args: readonly string[]): Promise<void> {
  const isWindows = process.platform === 'win32';
  // The shell sets the limits, which every process that LibreOffice starts inherits; not every system has all of them.
  const limits = `ulimit -t ${CPU_SECONDS}; ulimit -v ${MEMORY_KB} 2>/dev/null; exec "$0" "$@"`;
  const child = isWindows
    ? spawn(office, args, { stdio: 'ignore', windowsHide: true })
    : spawn('/bin/sh', ['-c', limits, office, ...args], {
        stdio: 'ignore',
        detached: true,
        env: { PATH: '/usr/bin:/bin', HOME: folder },
      });
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => {
    // soffice is a script that starts others: all of them are in its group.
    if (child.pid !== undefined && !isWindows) process.kill(-child.pid, 'SIGKILL');
    else child.kill();
    reject(new Error(`it took longer than ${TIMEOUT_MS / 1_000} s`));
  }, TIMEOUT_MS);
  child.once('error', reject);
  child.once('exit', (code, signal) => {
    if (code === 0) resolve(undefined);
    else reject(new Error(signal ?? `exit code ${code}`));
  });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
  }
}
