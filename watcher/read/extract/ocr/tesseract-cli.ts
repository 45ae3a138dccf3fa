import { execFile, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Engine } from './tesseract-js.ts';

/** Where systems install programs. Not PATH: the process that reads files has no environment. */
const FOLDERS = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
/** For a process that outlives ours, which may be killed: seconds of CPU time, and kilobytes of memory on Linux. */
const LIMITS = 'ulimit -t 60; ulimit -v 2000000 2>/dev/null; exec "$0" "$@"';
const MAX_TSV_BYTES = 20_000_000;

/**
 * Finds the system's Tesseract, which takes about half the time of the WebAssembly build.
 * @param folders where the program may be. Default: the usual ones.
 * @returns null if there is none, or none that knows Portuguese.
 */
export async function findTesseractCli(folders: readonly string[] = FOLDERS): Promise<Engine | null> {
  for (const folder of folders) {
    const program = path.join(folder, 'tesseract');
    const isThere = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    const languages = await languagesOf(program);
    if (languages.has('por')) return engineOf(program, languages.has('eng') ? 'por+eng' : 'por');
  }
  return null;
}

async function languagesOf(program: string): Promise<ReadonlySet<string>> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--list-langs'], { env: {}, timeout: 10_000 });
    return new Set(stdout.split(/\s+/));
  } catch {
    return new Set();
  }
}

function engineOf(program: string, languages: string): Engine {
  const stop = new AbortController();
  return {
    async recognize(picture) {
      const args = [program, 'stdin', 'stdout', '-l', languages, '--dpi', '200', 'tsv'];
      const child = spawn('/bin/sh', ['-c', LIMITS, ...args], {
        env: { OMP_THREAD_LIMIT: '1' }, // more threads make it slower, not faster
        stdio: ['pipe', 'pipe', 'ignore'],
        signal: stop.signal,
        killSignal: 'SIGKILL',
      });
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const chunks: Buffer[] = [];
      let length = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_TSV_BYTES) child.kill('SIGKILL');
        else chunks.push(chunk);
      });
      child.on('error', reject);
      child.on('close', (exitCode) => {
        if (exitCode === 0) resolve(Buffer.concat(chunks).toString());
        else reject(new Error(`tesseract ended with exit code ${exitCode}`));
      });
      child.stdin.on('error', () => {}); // it ended before it had read the picture, which `close` reports
      child.stdin.end(picture);
      return await promise;
    },
    [Symbol.asyncDispose]: () => {
      stop.abort();
      return Promise.resolve();
    },
  };
}
