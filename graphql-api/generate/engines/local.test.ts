import { linkSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { silentLog } from '#shared/log.ts';
import { knownShape } from '#shared/models/gguf/testing/known-shapes.ts';
import { readModelShape, type ModelOnDisk } from '#shared/models/gguf/read-shape.ts';
import { writeGguf } from '../../../tests/fixtures/gguf.ts';
import { DEADLINE } from '../../../tests/fixtures/test-llama.ts';
import { IS_WINDOWS, NO_SIGNALS } from '../../../tests/fixtures/platform.ts';
import { SCRIPT_TEXT, writeScriptedModel } from '../../../tests/fixtures/tiny-llama.ts';
import { eventsOf, NEVER, REQUEST, textOf } from '../../testing/generator-contract.ts';
import { openHeaders, type Headers } from '../model-files/read-headers.ts';
import { healthOf } from './health.ts';
import { openLocal, type Machine } from './local.ts';
import { decideStep, type Situation } from './take-over.ts';

const GIB = 1024 ** 3;
/** Against hanging: each test loads two or three models, one while the other answers. */
const HANGS_MS = 90_000;
vi.setConfig({ testTimeout: HANGS_MS });
/** Makes the file of the better model larger than that of the default script. */
const BETTER = ['Melhor', ...Array.from({ length: 40 }, (_, at) => ` p${at}`), '.'];
const BETTER_TEXT = BETTER.join('');

let folder: string;
let nowMs: number;
/** The files whose headers were read, in order. */
let headersRead: string[];
let freeBytes: number;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-local-'));
  [nowMs, freeBytes, headersRead] = [0, 100 * GIB, []];
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

async function countedRead(each: string): Promise<ModelOnDisk> {
  headersRead.push(path.basename(each));
  return readModelShape(each);
}

const file = (name: string): string => path.join(folder, name);

async function open(model = 'auto', other: Partial<Machine> = {}) {
  const settings = { ASKBOX_MODELS_DIR: folder, ASKBOX_THREADS: '1', ASKBOX_CONTEXT: '2048', ASKBOX_GPU: 'none' };
  const config = { ...parseConfig(settings, folder), model, sequences: 1 };
  const machine = {
    freeBytes: () => freeBytes,
    findCard: async () => null,
    headers: openHeaders(countedRead),
    ...other,
  };
  const slot = await openLocal(config, silentLog, () => nowMs, machine);
  const asked = { better: 0, usual: 0, other: [] as string[] };
  return {
    slot,
    asked,
    health: () => healthOf([slot]).message,
    /** Waits until `health` says this: a header is read in the background. */
    says: (words: RegExp) => vi.waitFor(() => expect(healthOf([slot]).message).toMatch(words), DEADLINE),
    /** Lets the slot check the folder so many times. */
    check: (times = 1) => void vi.advanceTimersByTime(5000 * times),
    /** Asks one question, as answers do, and counts who answered. */
    async ask(): Promise<string> {
      const engine = slot.find();
      if (engine === null) {
        asked.other.push(slot.whyEmpty());
        return '';
      }
      using _held = engine.hold();
      const text = textOf(await eventsOf(engine.generator.generate(REQUEST, NEVER)));
      if (text === BETTER_TEXT) asked.better++;
      else if (text === SCRIPT_TEXT) asked.usual++;
      else asked.other.push(text);
      return text;
    },
    [Symbol.asyncDispose]: () => slot[Symbol.asyncDispose](),
  };
}

/** Asks one question after another, and checks the folder in between, until `isDone`. */
async function askUntil(local: Awaited<ReturnType<typeof open>>, isDone: () => boolean): Promise<void> {
  const endsAt = performance.now() + HANGS_MS;
  while (!isDone()) {
    if (performance.now() > endsAt) throw new Error(`hangs: ${local.health()}`);
    await local.ask();
    local.check();
    // Asked without a pause, the model in use would take the processor from the one that is being loaded.
    if (!isDone()) await setTimeout(20);
  }
}

test('a better file is loaded beside the model in use, which answers every question until it is ready', async () => {
  writeScriptedModel(file('usual.gguf'));
  await using local = await open();
  await local.ask();
  writeScriptedModel(file('better.gguf'), { script: BETTER });
  local.check();
  expect(local.health()).toMatch(
    /^usual on CPU, 1 thread; .*better.gguf has just appeared; it is loaded once it stops/,
  );
  local.check();
  await local.says(/^usual on CPU, 1 thread; better.gguf is being loaded and takes over when it is ready$/);
  await askUntil(local, () => local.asked.better > 0);
  // The very question that found it ready was answered by it.
  expect(local.asked.other).toEqual([]);
  expect(local.asked.usual).toBeGreaterThan(1);
  expect(local.health()).toBe('better on CPU, 1 thread');
});

test('a file that cannot be loaded never takes the good one down, and is tried once', async () => {
  writeScriptedModel(file('usual.gguf'));
  await using local = await open();
  await local.ask();
  writeScriptedModel(file('newer.gguf'), { script: BETTER, architecture: 'unknown-to-the-library' });
  await askUntil(local, () => local.health().includes('is not used'));
  expect(local.health()).toMatch(/^usual on CPU, 1 thread; a better model is not used: cannot load .*newer\.gguf/);
  for (let times = 0; times < 5; times++) {
    await local.ask();
    local.check();
    expect(local.health()).not.toContain('is being loaded');
  }
  expect(local.asked).toMatchObject({ better: 0, other: [] });

  // It is put right: the same name, other bytes.
  writeScriptedModel(file('newer.gguf'), { script: [...BETTER.slice(0, -1), '!', '.'] });
  await askUntil(local, () => local.health().startsWith('newer on CPU'));
});

test('a file that is only half there waits, however long its copying pauses, and no question is lost', async () => {
  writeScriptedModel(file('usual.gguf'));
  writeScriptedModel(file('whole.part'), { script: BETTER });
  const bytes = readFileSync(file('whole.part'));
  await using local = await open();
  for (const share of [0.001, 0.1, 0.5, 0.9]) {
    writeFileSync(file('better.gguf'), bytes.subarray(0, Math.floor(bytes.length * share)));
    local.check();
    expect(local.health()).toContain('better.gguf has just appeared');
    local.check(100);
    await local.says(
      new RegExp(`; cannot load .*better.gguf: it .*${Math.floor(bytes.length * share)}.* bytes; wait until`),
    );
    expect(await local.ask()).toBe(SCRIPT_TEXT);
  }
  writeFileSync(file('better.gguf'), bytes);
  await askUntil(local, () => local.asked.better > 0);
  expect(local.asked.other).toEqual([]);
  // Once per state of the file, not once per check.
  expect(headersRead).toEqual(['usual.gguf', ...Array.from({ length: 5 }, () => 'better.gguf')]);
});

test('files that write no answers change nothing, however large, and are no reason for a note', async () => {
  writeScriptedModel(file('usual.gguf'));
  await using local = await open();
  await local.ask();
  const padding = { name: 'x', rowLength: 2 ** 20, rows: 1, type: 'F32', fill: () => {} } as const;
  writeGguf(file('bge.gguf'), { 'general.architecture': 'bert' }, [padding]);
  writeGguf(file('mmproj.gguf'), { 'general.architecture': 'clip', 'general.type': 'mmproj' }, [padding]);
  writeGguf(file('base.gguf'), { 'general.architecture': 'llama' }, [padding]);
  local.check(2);
  await vi.waitFor(() => expect(headersRead).toHaveLength(4), DEADLINE);
  local.check(3);
  expect(local.health()).toBe('usual on CPU, 1 thread');
  expect(await local.ask()).toBe(SCRIPT_TEXT);
});

test('an embedding model that the settings name is refused with the reason', async () => {
  writeGguf(file('bge.gguf'), { 'general.architecture': 'bert' }, []);
  await using local = await open(file('bge.gguf'));
  expect(local.health()).toMatch(
    /cannot use .*bge.gguf: it is an embedding model, which writes no answers; set ASKBOX/,
  );
  await expect(local.ask()).rejects.toThrow('it is an embedding model');
  expect(local.slot.find()?.generator.state().state).toBe('FAILED');
});

describe('a split model', () => {
  const part = (number: number): string => file(`split-0000${number}-of-00002.gguf`);
  const writeParts = (): void => {
    writeScriptedModel(part(1), { script: BETTER, split: { part: 0, parts: 2 } });
    writeGguf(part(2), { 'split.no': { u16: 1 }, 'split.count': { u16: 2 }, 'split.tensors.count': { i32: 12 } }, []);
  };

  test('waits for its last part, and answers as one', async () => {
    writeScriptedModel(file('usual.gguf'));
    await using local = await open();
    await local.ask();
    writeParts();
    renameSync(part(2), file('away'));
    local.check(2);
    await local.says(/^usual on CPU, 1 thread; cannot load .*split-00002-of-00002.gguf: the file does not exist; wait/);
    local.check(5);
    expect(await local.ask()).toBe(SCRIPT_TEXT);
    renameSync(file('away'), part(2));
    await askUntil(local, () => local.asked.better > 0);
    expect(local.asked.other).toEqual([]);
  });
});

test('a folder with many files is not read again at each check', async () => {
  writeScriptedModel(file('0.gguf'));
  for (let at = 1; at < 200; at++) linkSync(file('0.gguf'), file(`${at}.gguf`));
  await using local = await open();
  expect(headersRead).toHaveLength(1);
  local.check(20);
  expect(headersRead).toHaveLength(1);
  // Even if none of them can be used.
  headersRead = [];
  freeBytes = 0;
  await using other = await open();
  expect(headersRead).toHaveLength(200);
  other.check(20);
  expect(headersRead).toHaveLength(200);
  expect(other.health()).toContain('no model fits into memory');
});

test('a card that a model was chosen for and is not loaded to is none: the next choice is by memory', async () => {
  writeScriptedModel(file('usual.gguf'));
  writeScriptedModel(file('better.gguf'), { script: BETTER });
  const shapes = new Map([
    [file('usual.gguf'), knownShape('Llama 3.2 1B')],
    [file('better.gguf'), knownShape('Llama 3.1 8B')],
  ]);
  const headers: Headers = {
    find: ({ file: each }) => ({ shape: shapes.get(each)! }),
    read: async () => {},
    keepOnly() {},
  };
  const findCard = async () => ({ freeBytes: 12 * GIB, totalBytes: 12 * GIB, cards: 1, isShared: false });
  freeBytes = 3 * GIB; // enough for the 8B on a card, and for the 1B without one
  await using local = await open('auto', { headers, findCard });
  expect(await local.ask()).toBe(BETTER_TEXT);
  // The settings of this test allow no card.
  expect(local.health()).toBe('better on CPU, 1 thread');
  await askUntil(local, () => local.asked.usual > 0);
  expect(local.asked.other).toEqual([]);
});

describe('without memory for both', () => {
  test('the better one waits while people ask, and says so; then questions wait for it, and none is lost', async () => {
    writeScriptedModel(file('usual.gguf'));
    await using local = await open();
    await local.ask();
    writeScriptedModel(file('better.gguf'), { script: BETTER });
    freeBytes = 0.001 * GIB;
    nowMs = 119_000;
    local.check(2);
    await local.says(/^usual on CPU, 1 thread; better.gguf is better, but there is no memory for both/);
    expect(await local.ask()).toBe(SCRIPT_TEXT);
    nowMs = 119_000 + 119_999;
    local.check();
    expect(local.health()).toMatch(/^usual/);
    nowMs++;
    local.check();
    expect(local.health()).toMatch(/^better is loading/);
    expect(await local.ask()).toBe(BETTER_TEXT);
    expect(local.asked.other).toEqual([]);
  });

  test('if it then cannot be loaded, the old one comes back', async () => {
    writeScriptedModel(file('usual.gguf'));
    await using local = await open();
    await local.ask();
    writeScriptedModel(file('newer.gguf'), { script: BETTER, architecture: 'unknown-to-the-library' });
    [freeBytes, nowMs] = [0.001 * GIB, 120_000];
    local.check(2);
    await local.says(/^no engine can answer: .*newer|^newer is loading/);
    await vi.waitFor(() => {
      local.check();
      expect(local.health()).toMatch(/^usual on CPU/);
    }, DEADLINE);
    expect(await local.ask()).toBe(SCRIPT_TEXT);
  });

  test('an answer that is being written is not cut', async () => {
    writeScriptedModel(file('usual.gguf'), { loop: true });
    await using local = await open();
    const engine = local.slot.find()!;
    const held = engine.hold();
    writeScriptedModel(file('usual2.gguf'), { loop: true, script: [...BETTER, ' ', '\t', 'a', 'b', 'c'] });
    const answer = eventsOf(engine.generator.generate({ ...REQUEST, maxTokens: 300 }, NEVER));
    await vi.waitFor(() => expect(engine.generator.state().state).toBe('READY'), DEADLINE);
    [freeBytes, nowMs] = [0.001 * GIB, 1e9];
    local.check(2);
    await local.says(/no memory for both/);
    local.check(2);
    expect(local.slot.find()).toBe(engine);
    expect((await answer).at(-1)).toMatchObject({ type: 'finished', reason: 'LENGTH' });
    held[Symbol.dispose]();
  });
});

describe('the file of the model in use', () => {
  test('replaced by a rename, the old one answers until the new one is ready', async () => {
    writeScriptedModel(file('model.gguf'));
    await using local = await open(file('model.gguf'));
    await local.ask();
    writeScriptedModel(file('new.part'), { script: BETTER });
    renameSync(file('new.part'), file('model.gguf'));
    await askUntil(local, () => local.asked.better > 0);
    expect(local.asked.other).toEqual([]);
  });

  test('removed while another one is here, it answers until that is ready', async () => {
    writeScriptedModel(file('better.gguf'), { script: BETTER });
    writeScriptedModel(file('usual.gguf'));
    await using local = await open();
    await local.ask();
    rmSync(file('better.gguf'));
    await askUntil(local, () => local.asked.usual > 0);
    expect(local.asked.other).toEqual([]);
  });

  test('written over, it is closed at once, and loaded again when it has stopped changing', async ({ skip }) => {
    skip(IS_WINDOWS, 'Windows does not let a file be written that a process has mapped');
    writeScriptedModel(file('better.gguf'), { script: BETTER });
    writeScriptedModel(file('model.gguf'));
    await using local = await open(file('model.gguf'));
    await local.ask();
    const bytes = readFileSync(file('better.gguf'));
    writeFileSync(file('model.gguf'), bytes.subarray(0, 1000));
    local.check();
    expect(local.slot.find()).toBeNull();
    expect(local.health()).toContain('it is loaded once it stops changing');
    writeFileSync(file('model.gguf'), bytes);
    local.check(2);
    await local.says(/^model is loading/);
    expect(await local.ask()).toBe(BETTER_TEXT);
  });

  test('written over while another one is here, that one takes its place', async ({ skip }) => {
    skip(IS_WINDOWS, NO_SIGNALS);
    writeScriptedModel(file('better.gguf'), { script: BETTER });
    writeScriptedModel(file('usual.gguf'));
    await using local = await open();
    await local.ask();
    truncateSync(file('better.gguf'), 1000);
    local.check();
    await local.says(/^usual is loading/);
    expect(await local.ask()).toBe(SCRIPT_TEXT);
    expect(local.asked.other).toEqual([]);
  });
});

describe('decideStep', () => {
  const current = { state: 'READY', isDown: false, file: 'same', wasRemoved: false } as const;
  const best = { isCurrent: false, isUnusable: false, fitsBeside: true };
  const situation: Situation = { current, best, isArriving: false, isIdle: false };
  test.each([
    ['without a model, loads the best one', { current: null }, 'load instead'],
    ['without any file, does nothing', { current: null, best: null }, 'keep'],
    ['keeps the best one', { best: { ...best, isCurrent: true } }, 'keep'],
    ['loads a better one beside', {}, 'load beside'],
    ['waits while its own is loading', { current: { ...current, state: 'LOADING' } }, 'wait'],
    ['keeps its own for one that failed', { best: { ...best, isUnusable: true } }, 'keep'],
    ['replaces one that is down', { current: { ...current, state: 'FAILED', isDown: true } }, 'load instead'],
    ['loads beside one that keeps ending', { current: { ...current, state: 'FAILED' } }, 'load beside'],
    ['waits for memory', { best: { ...best, fitsBeside: false } }, 'wait until idle'],
    ['takes the memory when nobody asks', { best: { ...best, fitsBeside: false }, isIdle: true }, 'load instead'],
    ['keeps a file that is missing once', { current: { ...current, file: 'removed' }, best: null }, 'keep'],
    [
      'unloads it the second time',
      { current: { ...current, file: 'removed', wasRemoved: true }, best: null },
      'unload',
    ],
    [
      'keeps it while another one arrives',
      { current: { ...current, file: 'removed', wasRemoved: true }, best: null, isArriving: true },
      'keep',
    ],
    ['closes one that was written over', { current: { ...current, file: 'overwritten' }, best: null }, 'unload'],
  ] satisfies [string, Partial<Situation>, ReturnType<typeof decideStep>][])('%s', (_, change, expected) => {
    expect(decideStep({ ...situation, ...change })).toBe(expected);
  });
});
