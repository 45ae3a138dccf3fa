import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { getLlama, type LlamaContext, type LlamaContextSequence } from 'node-llama-cpp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeScriptedModel } from '../../../../tests/fixtures/tiny-llama.ts';
import { openThreadPace, type ThreadPace } from './thread-pace.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-pace-'));
let context: LlamaContext;
let sequence: LlamaContextSequence;
beforeAll(async () => {
  const file = path.join(folder, 'scripted.gguf');
  writeScriptedModel(file);
  const llama = await getLlama({ build: 'never', skipDownload: true, gpu: false, progressLogs: false, maxThreads: 0 });
  context = await (await llama.loadModel({ modelPath: file })).createContext({ contextSize: 256, threads: 1 });
  sequence = context.getSequence();
});
afterAll(async () => {
  await context.dispose();
  rmSync(folder, { recursive: true });
});

/** A pace on a machine with two cores, of which other programs use `use.busyCores`; each look finds four more seconds. */
function openPace(use: { busyCores: number }): { readonly pace: ThreadPace; readonly told: string[] } {
  const told: string[] = [];
  const pace = openThreadPace({
    setThreads: (threads) => told.push(`set ${threads}`),
    cores: 2,
    isIdle: () => true,
    onChange: () => told.push('changed'),
    onTrial: () => told.push('tried'),
    onTrialDue: () => told.push('due'),
    meter: { read: () => ({ ...use, elapsedMs: 4000 }) },
  });
  return { pace, told };
}

test('a trial is asked for once on a quiet machine, until it has been made', async () => {
  const { pace, told } = openPace({ busyCores: 0 });
  expect(told).toEqual(['set 1']);
  pace.update();
  pace.update();
  expect(told).toEqual(['set 1', 'due']);
  expect(await pace.tryOut(sequence, () => false)).toBe(false);
  pace.update();
  expect(told.filter((each) => each === 'due')).toHaveLength(1);
  expect(await pace.tryOut(null, () => true)).toBe(true); // there is no sequence for it now
  pace.update();
  expect(told.filter((each) => each === 'due')).toHaveLength(2);
});

test('no trial is asked for while other programs are busy', () => {
  const { pace, told } = openPace({ busyCores: 1 });
  pace.update();
  expect(told).toEqual(['set 1']);
  expect(pace.threads).toBe(1);
});

test('after a trial the threads are those that it found to be faster, and fewer when other programs come', async () => {
  const use = { busyCores: 0 };
  const { pace, told } = openPace(use);
  pace.update();
  expect(await pace.tryOut(sequence, () => true)).toBe(true);
  expect(told.slice(0, 4)).toEqual(['set 1', 'due', 'set 1', 'set 2']);
  expect(told.at(-1)).toBe('tried');
  // Which is faster depends on the machine; the last number that was set is the one in use.
  expect(told.findLast((each) => each.startsWith('set'))).toBe(`set ${pace.threads}`);
  use.busyCores = 1;
  pace.update();
  expect(pace.threads).toBe(1);
  expect(told.findLast((each) => each.startsWith('set'))).toBe('set 1');
});
