import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { codeOf } from '#shared/errors.ts';
import { eventsOf, NEVER, REQUEST, textOf } from '../graphql-api/testing/generator-contract.ts';
import type { Generator } from '../graphql-api/generate/generator.ts';
import { IS_LINUX, IS_WINDOWS, NO_SIGNALS } from './fixtures/platform.ts';
import { isAlive, root } from './fixtures/run-askbox.ts';
import { asking, childPids, DEADLINE, openTestLlama, readTo, type TestLlama } from './fixtures/test-llama.ts';
import { writeScriptedModel } from './fixtures/tiny-llama.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-llama-process-'));
const file = path.join(folder, 'loop.gguf');
const endless = { maxTokens: 3000 };
/** For models that a separate script opens. */
const SETTINGS = { file, threads: 1, contextTokens: 4096, sequences: 1, gpu: 'none' };

beforeAll(() => writeScriptedModel(file, { loop: true }));
afterAll(() => rmSync(folder, { recursive: true }));

async function threeWords(generator: Generator): Promise<string> {
  return textOf(await eventsOf(generator.generate({ ...REQUEST, maxTokens: 3 }, NEVER)));
}

/** Starts a separate process in the project's folder, with a pipe as its standard output. */
function runScript(script: string): ChildProcessByStdio<null, Readable, null> {
  const argv = ['--input-type=module', '--eval', script];
  return spawn(process.execPath, argv, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Waits until the n-th process that was started has loaded its model. */
async function loaded({ generator, lines }: TestLlama, nth: number): Promise<void> {
  await vi.waitFor(() => {
    expect(childPids(lines)).toHaveLength(nth);
    expect(generator.health().status).toBe('OK');
  }, DEADLINE);
}

const kill = ({ lines }: TestLlama, signal: NodeJS.Signals): boolean => process.kill(childPids(lines).at(-1)!, signal);

describe('a model process that dies', () => {
  test('fails the answers that it has begun, and those that waited without a word are written by the next process', async ({
    skip,
  }) => {
    skip(IS_WINDOWS, NO_SIGNALS);
    const opened = openTestLlama({ file, sequences: 2 });
    await using generator = opened.generator;
    const texts = ['', '', '', ''];
    const ask = async (answer: number): Promise<void> => {
      const request = asking(`${answer}?`, answer < 2 ? endless : { maxTokens: 3 });
      for await (const event of generator.generate(request, NEVER)) texts[answer] += textOf([event]);
    };
    const answers = Promise.allSettled(texts.map((_, answer) => ask(answer)));
    await vi.waitFor(() => expect(texts.filter((text) => text !== '')).toHaveLength(2), DEADLINE);
    kill(opened, 'SIGKILL');
    const failure = expect.objectContaining({
      code: 'MODEL_UNAVAILABLE',
      isRetryable: true,
      message: expect.stringContaining('SIGKILL'),
    });
    const failed = { status: 'rejected', reason: failure };
    const written = { status: 'fulfilled', value: undefined };
    expect(await answers).toEqual([failed, failed, written, written]);
    expect(texts.slice(0, 2).map((text) => text.slice(0, 4))).toEqual(['Esta', 'Esta']);
    expect(texts.slice(2)).toEqual(['Esta resposta vem', 'Esta resposta vem']);

    expect(await threeWords(generator)).toBe('Esta resposta vem');
    expect(childPids(opened.lines)).toHaveLength(2);
  });

  test('takes a waiting request with it only twice', async ({ skip }) => {
    skip(IS_WINDOWS, NO_SIGNALS);
    const opened = openTestLlama({ file, sequences: 1 });
    await using generator = opened.generator;
    await loaded(opened, 1);
    // Stopped, so that nothing is written before it is killed.
    kill(opened, 'SIGSTOP');
    const asked = threeWords(generator);
    kill(opened, 'SIGKILL');
    await loaded(opened, 2);
    kill(opened, 'SIGKILL');
    // The second process may have written it before the signal came.
    const outcome = await asked.catch(codeOf);
    expect(['Esta resposta vem', 'MODEL_UNAVAILABLE']).toContain(outcome);
    const moved = opened.lines.filter(({ msg }) => msg === 'request goes to the next process');
    expect(moved).toHaveLength(1);
  });

  test('is started again by itself: at once the first time, then later and later, until an answer was written', async () => {
    const opened = openTestLlama({ file });
    await using generator = opened.generator;
    await loaded(opened, 1);
    kill(opened, 'SIGKILL');
    await loaded(opened, 2);
    kill(opened, 'SIGKILL');
    const resting = 'loop failed 2 times in a row and is loaded again in 1 s';
    await vi.waitFor(() => expect(generator.health().message).toContain(resting), DEADLINE);
    expect(generator.health().status).toBe('DEGRADED');
    await expect(threeWords(generator)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE', isRetryable: true });
    await loaded(opened, 3);
    expect(await threeWords(generator)).toBe('Esta resposta vem');
    kill(opened, 'SIGKILL');
    await loaded(opened, 4);
    const ends = opened.lines.filter(({ msg }) => msg === 'model process ended');
    expect(ends).toMatchObject([{ restMs: 0 }, { restMs: 1000 }, { restMs: 0 }]);
  });

  test('is not started again once the generator is closed', async () => {
    const script = `
      import { openLlama } from './graphql-api/generate/llama/llama.ts';
      const log = {
        debug: ({ childPid }) => setImmediate(() => process.kill(childPid, 'SIGKILL')),
        warn: ({ restMs }) => restMs > 0 && setImmediate(() => generator[Symbol.asyncDispose]()),
      };
      const generator = openLlama({ ...${JSON.stringify(SETTINGS)}, log });
    `;
    // The process exits by itself: neither a timer nor a child keeps it alive.
    const [code] = await once(runScript(script), 'exit');
    expect(code).toBe(0);
  });
});

describe('a model process that hangs', () => {
  test('is killed in mid-answer and started again', async ({ skip }) => {
    skip(IS_WINDOWS, NO_SIGNALS);
    const opened = openTestLlama({ file, patienceMs: 4000 });
    await using generator = opened.generator;
    await loaded(opened, 1);
    const answer = generator.generate(asking('Parada?', endless), NEVER)[Symbol.asyncIterator]();
    await readTo(answer, 'delta');
    const [pid] = childPids(opened.lines);
    kill(opened, 'SIGSTOP');
    await expect(readTo(answer, 'finished')).rejects.toMatchObject({ code: 'MODEL_TIMEOUT', isRetryable: true });
    await vi.waitFor(() => expect(isAlive(pid!)).toBe(false), DEADLINE);
    await loaded(opened, 2);
  });

  test('is killed while it loads', async ({ skip }) => {
    skip(IS_WINDOWS, NO_SIGNALS);
    const opened = openTestLlama({ file, patienceMs: 500 });
    await using _ = opened.generator;
    const [pid] = childPids(opened.lines);
    kill(opened, 'SIGSTOP');
    await vi.waitFor(() => expect(isAlive(pid!)).toBe(false), DEADLINE);
    expect(childPids(opened.lines).length).toBeGreaterThan(1);
  });
});

const ANSWERING = `
  import { openLlama } from './graphql-api/generate/llama/llama.ts';
  let pid;
  const log = { debug: ({ childPid }) => (pid ??= childPid), info() {}, warn: console.error };
  const generator = openLlama({ ...${JSON.stringify(SETTINGS)}, log });
  const answer = generator.generate(${JSON.stringify(asking('Órfã?', endless))}, new AbortController().signal);
  for await (const { type } of answer) if (type === 'delta') console.log(pid);
`;
const BUSY_CHILD = `
  import { dieWithParent } from './graphql-api/generate/llama/die-with-parent.ts';
  dieWithParent();
  process.send(process.pid, () => { for (;;); });
`;
const HAS_BUSY_CHILD = `
  import { spawn } from 'node:child_process';
  const argv = ['--input-type=module', '--eval', ${JSON.stringify(BUSY_CHILD)}];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.on('message', (pid) => console.log(pid));
`;
/** Each prints the pid of the process that it started. */
const PARENTS = [
  ['in the middle of an answer', ANSWERING],
  ['while something holds the main thread of the child', HAS_BUSY_CHILD],
] as const;

describe('a model process whose parent ends', () => {
  test('ends when the generator is closed in the middle of an answer', async () => {
    const opened = openTestLlama({ file });
    const { generator, lines } = opened;
    const answer = generator.generate(asking('Fecha?', endless), NEVER)[Symbol.asyncIterator]();
    await readTo(answer, 'delta');
    await generator[Symbol.asyncDispose]();
    expect(isAlive(childPids(lines)[0]!)).toBe(false);
    expect(lines.map(({ msg }) => msg)).not.toContain('model process ended');
    await expect(readTo(answer, 'finished')).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    await expect(threeWords(generator)).rejects.toThrow('closed');
  });

  test.for(PARENTS)('ends when that is killed %s', async ([, script], { skip }) => {
    skip(IS_WINDOWS && script === HAS_BUSY_CHILD, 'on Windows a busy process does not see that its parent has ended');
    const parent = runScript(script);
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number.parseInt(line.toString(), 10);
    try {
      expect(isAlive(pid)).toBe(true);
      parent.kill('SIGKILL');
      await vi.waitFor(() => expect(isAlive(pid)).toBe(false), DEADLINE);
    } finally {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    }
  });
});

test('a model process is handed no key of the API', async ({ skip }) => {
  skip(!IS_LINUX, 'only Linux shows the environment of a process in /proc');
  vi.stubEnv('ASKBOX_API_KEY', 'a-secret-of-the-api');
  const opened = openTestLlama({ file });
  await using _ = opened.generator;
  await loaded(opened, 1);
  expect(readFileSync(`/proc/${childPids(opened.lines)[0]}/environ`, 'utf8')).not.toContain('a-secret-of-the-api');
  vi.unstubAllEnvs();
});
