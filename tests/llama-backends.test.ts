import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startLlamaChild } from '../graphql-api/generate/llama/child.ts';
import type { LlamaOptions } from '../graphql-api/generate/llama/llama.ts';
import { eventsOf, NEVER, REQUEST, textOf } from '../graphql-api/testing/generator-contract.ts';
import { IS_LINUX } from './fixtures/platform.ts';
import { childPids, DEADLINE, openTestLlama, type LogLine, type TestLlama } from './fixtures/test-llama.ts';
import { SCRIPT_TEXT, writeScriptedModel } from './fixtures/tiny-llama.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-llama-backends-'));
const file = path.join(folder, 'scripted.gguf');
const standIn = pathToFileURL(path.join(import.meta.dirname, 'fixtures', 'stand-in-backends.ts')).href;

beforeAll(() => writeScriptedModel(file));
afterAll(() => rmSync(folder, { recursive: true }));

/** @param crashes which backends there are and when they crash, as in stand-in-backends.ts. */
function open(crashes: string, options: Partial<LlamaOptions> = {}): TestLlama {
  const startChild: typeof startLlamaChild = (onMessage, onEnd) =>
    startLlamaChild(onMessage, onEnd, ['--import', `${standIn}?${crashes}`]);
  return openTestLlama({ file, gpu: 'auto', startChild, ...options });
}

const ends = (lines: readonly LogLine[]): LogLine[] => lines.filter(({ msg }) => msg === 'model process ended');

describe('a graphics card on which the library crashes', () => {
  test('is left for the next backend and then for the CPU, which answers what has waited', async () => {
    const { generator, lines } = open('cuda=ready&vulkan=opening');
    await using _ = generator;
    const answers = await Promise.all([1, 2, 3].map(() => eventsOf(generator.generate(REQUEST, NEVER))));
    expect(answers.map(textOf)).toEqual([SCRIPT_TEXT, SCRIPT_TEXT, SCRIPT_TEXT]);
    expect(childPids(lines)).toHaveLength(3);
    expect(ends(lines)).toMatchObject([{ restMs: 0 }, { restMs: 0 }]);
    expect(lines.filter(({ msg }) => msg === 'model goes on without this backend')).toMatchObject([
      { backend: 'cuda' },
      { backend: 'vulkan' },
    ]);
    const { status, message } = generator.health();
    expect(status).toBe('DEGRADED');
    expect(message).toContain(
      'cuda and vulkan cannot compute on this machine (cuda: its process ended before the model was ready (',
    );
    expect(message).toContain('): ggml-cuda.cu:98: cuda error: no kernel for this card; vulkan: ');
    expect(message).toContain('so the model runs on the CPU; npm run models -- gpu ');
    expect(message).not.toContain('libggml-base');
  });

  test('is left when it was wanted by name, for the CPU alone, and not tried again after a restart of askbox', async () => {
    const options = { gpu: 'cuda', leftFile: path.join(folder, 'left.json') } as const;
    for (const processes of IS_LINUX ? [2, 1] : [2]) {
      const { generator, lines } = open('cuda=opening&vulkan=', options);
      await using _ = generator;
      expect(textOf(await eventsOf(generator.generate(REQUEST, NEVER)))).toBe(SCRIPT_TEXT);
      expect(childPids(lines)).toHaveLength(processes);
      expect(generator.health().message).toMatch(
        / on CPU, 1 thread; cuda cannot compute on this machine .*ASKBOX_GPU=none/,
      );
    }
  });

  test('is left when the library reports an error there, before the file is blamed', async () => {
    const { generator, lines } = open('cuda=failing');
    await using _ = generator;
    expect(textOf(await eventsOf(generator.generate(REQUEST, NEVER)))).toBe(SCRIPT_TEXT);
    expect(childPids(lines)).toHaveLength(2);
    expect(generator.health().message).toContain('the device was lost');
  });

  test('is left after two processes that were ready and died on their first prompt, and no question is lost', async () => {
    const { generator, lines } = open('cuda=progress&vulkan=');
    await using _ = generator;
    await vi.waitFor(() => expect(generator.health().message).toContain(' on CPU'), DEADLINE);
    expect(textOf(await eventsOf(generator.generate(REQUEST, NEVER)))).toBe(SCRIPT_TEXT);
    expect(childPids(lines)).toHaveLength(3);
    expect(lines.filter(({ msg }) => msg === 'model goes on without this backend')).toMatchObject([
      { backend: 'cuda' },
    ]);
    expect(generator.health().message).toContain('cuda: its process ended before an answer was complete (');
  });
});
