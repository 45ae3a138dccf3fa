import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { codeOf } from '#shared/errors.ts';
import { IS_WINDOWS, NO_PIPES, NO_PS } from '../../tests/fixtures/platform.ts';
import { ExtractError, ExtractorDied, FileUnreadable, openExtractor } from './extractor.ts';
import type { Extractor, FileReading, ReadOptions } from './extractor.ts';
import { pdfThatNeverEnds, samplePdf } from '../testing/files.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'extractor-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const drop = (name: string, content: string | Buffer): string => {
  writeFileSync(path.join(dir, name), content);
  return name;
};
const never = new AbortController().signal;
const read = (
  extractor: Extractor,
  name: string,
  { maxBytes = 1_000_000, ...options }: { maxBytes?: number } & Partial<ReadOptions> = {},
): Promise<FileReading> =>
  extractor.read(
    { file: path.join(dir, name), path: name, maxBytes },
    { signal: never, cpuLimitMs: 20_000, ...options },
  );
const failure = (reading: Promise<unknown>): Promise<unknown> =>
  reading.then(
    () => expect.fail('it was read'),
    (error: unknown) => error,
  );

/** The extraction processes started by a process. */
const childrenOf = (parent: number): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s.*extract-process\.ts/.exec(line))
    .filter((match) => match !== null && Number(match[2]) === parent)
    .map((match) => Number(match![1]));
const isAlive = (pid: number): boolean => {
  const state = execFileSync('ps', ['-A', '-o', 'pid=,stat='], { encoding: 'utf8' });
  return new RegExp(`^\\s*${pid} [^Z]`, 'm').test(state);
};
const until = (condition: () => void): Promise<void> => vi.waitFor(condition, { timeout: 100_000, interval: 50 });

test('reads files one after the other in the same process, chunks and all', async ({ skip }) => {
  skip(IS_WINDOWS, NO_PS);
  await using extractor = openExtractor();
  const prazo = 'O prazo de entrega é de trinta dias, e não de sessenta.';
  const shares: number[] = [];
  const [text, pdf] = await Promise.all([
    read(extractor, drop('nota.txt', `${prazo}\n`)),
    read(extractor, drop('a.pdf', samplePdf([['Sete'], ['Dois']])), { onProgress: (share) => shares.push(share) }),
  ]);
  expect(text).toEqual({
    bytesSha256: createHash('sha256').update(`${prazo}\n`).digest('hex'),
    content: { textLength: 55, title: null, mediaType: 'text/plain', language: 'pt', pageCount: null, warnings: [] },
    chunks: [
      {
        ordinal: 0,
        text: prazo,
        startChar: 0,
        endChar: 55,
        headings: [],
        marks: [{ startChar: 0, line: 1 }],
      },
    ],
    isPartial: false,
  });
  expect(pdf.chunks.flatMap((draft) => draft.marks)).toEqual([
    { startChar: 0, pageNumber: 1 },
    { startChar: 6, pageNumber: 2 },
  ]);
  expect(shares[0]).toBe(0.5);
  expect(childrenOf(process.pid)).toHaveLength(1);
});

test('a verdict on the bytes comes back as it was passed', async () => {
  await using extractor = openExtractor();
  const error = await failure(read(extractor, drop('vazio.txt', '')));
  expect(error).toBeInstanceOf(ExtractError);
  expect(error).toMatchObject({
    code: 'EMPTY',
    message: expect.stringMatching(/^cannot read vazio\.txt: it is empty; /),
  });
});

test('does not read a file above the limit', async () => {
  await using extractor = openExtractor();
  const error = await failure(read(extractor, drop('grande.txt', 'x'.repeat(1001)), { maxBytes: 1000 }));
  expect(error).toMatchObject({ code: 'TOO_LARGE', message: expect.stringContaining('ASKBOX_MAX_FILE_MB') });
});

test('follows no link, waits for no pipe, and says what it met instead of a file', async ({ skip }) => {
  skip(IS_WINDOWS, NO_PIPES);
  await using extractor = openExtractor();
  symlinkSync('/etc/hostname', path.join(dir, 'elo.txt'));
  mkdirSync(path.join(dir, 'pasta.txt'));
  execFileSync('sh', ['-c', 'mkfifo "$0"', path.join(dir, 'cano.txt')]);
  for (const [name, errno] of [
    ['elo.txt', 'ELOOP'],
    ['pasta.txt', 'EFTYPE'],
    ['cano.txt', 'EFTYPE'],
    ['ausente.txt', 'ENOENT'],
  ] as const) {
    const error = await failure(read(extractor, name));
    expect(error).toBeInstanceOf(FileUnreadable);
    expect(error).toMatchObject({
      code: 'UNREADABLE',
      errno,
      message: expect.stringContaining(`cannot read ${name}: `),
    });
    expect(codeOf((error as FileUnreadable).cause)).toBe(errno);
  }
});

test('kills what takes too long, and reads the next file in a new process', async () => {
  await using extractor = openExtractor();
  drop('sem-fim.pdf', pdfThatNeverEnds());
  const [error, next] = await Promise.all([
    failure(read(extractor, 'sem-fim.pdf', { cpuLimitMs: 1000 })),
    read(extractor, drop('depois.txt', 'Depois.')),
  ]);
  expect(error).toBeInstanceOf(ExtractorDied);
  expect(error).toMatchObject({ code: 'TIMEOUT', isRetryable: true, message: expect.stringContaining('within 1 s') });
  expect(next.chunks[0]?.text).toBe('Depois.');
});

test('says so when the process dies, and goes on', async ({ skip }) => {
  skip(IS_WINDOWS, NO_PS);
  await using extractor = openExtractor();
  await read(extractor, drop('antes.txt', 'Antes.'));
  const reading = failure(read(extractor, drop('sem-fim.pdf', pdfThatNeverEnds())));
  const [child] = childrenOf(process.pid);
  process.kill(child!, 'SIGSEGV');
  expect(await reading).toMatchObject({ code: 'CRASHED', message: expect.stringContaining('SIGSEGV') });
  expect((await read(extractor, 'antes.txt')).chunks).toHaveLength(1);
});

test('a process that died between two files costs one attempt at most', async ({ skip }) => {
  skip(IS_WINDOWS, NO_PS);
  await using extractor = openExtractor();
  await read(extractor, drop('antes.txt', 'Antes.'));
  const [child] = childrenOf(process.pid);
  process.kill(child!, 'SIGKILL');
  const outcome = (): Promise<unknown> => read(extractor, 'antes.txt').then(() => 'read', codeOf);
  expect(await outcome()).toMatch(/^(?:read|CRASHED)$/);
  expect(await outcome()).toBe('read');
});

test('aborting kills the process at once and rejects with the reason, also for a caller that waits', async ({
  skip,
}) => {
  skip(IS_WINDOWS, NO_PS);
  await using extractor = openExtractor();
  const [running, waiting] = [new AbortController(), new AbortController()];
  drop('sem-fim.pdf', pdfThatNeverEnds());
  const first = failure(read(extractor, 'sem-fim.pdf', { signal: running.signal }));
  const second = failure(read(extractor, 'sem-fim.pdf', { signal: waiting.signal }));
  const third = read(extractor, drop('depois.txt', 'Depois.'));
  await until(() => expect(childrenOf(process.pid)).toHaveLength(1));
  const [child] = childrenOf(process.pid);

  waiting.abort('no longer wanted');
  expect(await second).toBe('no longer wanted');
  expect(isAlive(child!)).toBe(true);
  running.abort('stopped');
  expect(await first).toBe('stopped');
  expect((await third).chunks[0]?.text).toBe('Depois.');
  expect(childrenOf(process.pid)).not.toContain(child);
});

test('closing ends the reading and the process', async ({ skip }) => {
  skip(IS_WINDOWS, NO_PS);
  const extractor = openExtractor();
  const reading = failure(read(extractor, drop('sem-fim.pdf', pdfThatNeverEnds())));
  await until(() => expect(childrenOf(process.pid)).toHaveLength(1));
  await extractor[Symbol.asyncDispose]();
  expect(await reading).toMatchObject({ message: 'the extractor was closed' });
  expect(childrenOf(process.pid)).toEqual([]);
});

test('is replaced by a new process after 500 files', async ({ skip }) => {
  skip(IS_WINDOWS, NO_PS);
  await using extractor = openExtractor();
  drop('nota.txt', 'Uma nota.');
  await read(extractor, 'nota.txt');
  const [first] = childrenOf(process.pid);
  for (let i = 1; i < 500; i++) await read(extractor, 'nota.txt');
  expect(childrenOf(process.pid)).toEqual([first]);
  await read(extractor, 'nota.txt');
  expect(childrenOf(process.pid)).not.toEqual([first]);
});

test('the process has no environment', async ({ skip }) => {
  skip(IS_WINDOWS, NO_PS);
  await using extractor = openExtractor();
  await read(extractor, drop('nota.txt', 'Uma nota.'));
  const [child] = childrenOf(process.pid);
  const environment = execFileSync('ps', ['eww', '-o', 'args=', '-p', String(child)], { encoding: 'utf8' });
  expect(environment).toContain('extract-process.ts');
  const names = [...environment.matchAll(/ (\w+)=/g)].map(([, name]) => name);
  // A folder that this run of the tests sets, the channel of `fork`, and what macOS adds.
  expect(names.filter((name) => !/^(NODE_COMPILE_CACHE|NODE_CHANNEL_\w+|__\w+)$/.test(name!))).toEqual([]);
});

// The extraction process has to use three seconds of CPU time for the hostile file.
test(
  'does not outlive a watcher that was killed in the middle of a hostile file',
  { timeout: 120_000 },
  async ({ skip }) => {
    skip(IS_WINDOWS, NO_PS);
    drop('sem-fim.pdf', pdfThatNeverEnds());
    const module = fileURLToPath(new URL('extractor.ts', import.meta.url));
    const watcher = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { openExtractor } from ${JSON.stringify(module)};
     const file = { file: ${JSON.stringify(path.join(dir, 'sem-fim.pdf'))}, path: 'sem-fim.pdf', maxBytes: 1e6 };
     await openExtractor().read(file, { signal: new AbortController().signal, cpuLimitMs: 600_000 });`,
    ]);
    onTestFinished(() => void watcher.kill('SIGKILL'));
    await until(() => expect(childrenOf(watcher.pid!)).toHaveLength(1));
    const [child] = childrenOf(watcher.pid!);
    // Its start takes at most one second of CPU time; after three seconds it is in the middle of the file.
    const cpuSeconds = (): number =>
      execFileSync('ps', ['-o', 'time=', '-p', String(child)], { encoding: 'utf8' })
        .split(':') // 00:00:03, or 0:03.12 on macOS
        .reduce((seconds, part) => seconds * 60 + Number(part), 0);
    await until(() => expect(cpuSeconds()).toBeGreaterThanOrEqual(3));
    watcher.kill('SIGKILL');
    await until(() => expect(isAlive(child!)).toBe(false));
  },
);

test('gives the memory of an idle process back, and starts another for the next file', async ({ skip }) => {
  skip(IS_WINDOWS, NO_PS);
  await using extractor = openExtractor({ idleMs: 0 });
  await read(extractor, drop('um.txt', 'Primeiro arquivo.'));
  await until(() => expect(childrenOf(process.pid)).toEqual([]));
  expect((await read(extractor, drop('dois.txt', 'Segundo arquivo.'))).chunks).toHaveLength(1);
});
