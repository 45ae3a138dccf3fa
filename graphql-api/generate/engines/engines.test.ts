import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { silentLog } from '#shared/log.ts';
import { DEADLINE } from '../../../tests/fixtures/test-llama.ts';
import { SCRIPT_TEXT, writeScriptedModel } from '../../../tests/fixtures/tiny-llama.ts';
import { openEngines, type EngineEvent, type Engines } from './engines.ts';
import { eventsOf, NEVER, REQUEST, textOf } from '../../testing/generator-contract.ts';

/** Against hanging: most tests wait for a model to load. */
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let modelFile: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-engines-'));
  modelFile = path.join(folder, 'tiny.gguf');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function open(model = 'auto', log = silentLog, contextTokens = '1024'): Promise<Engines> {
  const settings = {
    ASKBOX_MODELS_DIR: folder,
    ASKBOX_THREADS: '1',
    ASKBOX_CONTEXT: contextTokens,
    ASKBOX_GPU: 'none',
    ASKBOX_FIRST_TOKEN_MS: '60000', // by its measured speed, a busy machine would be too late
  };
  return openEngines({ ...parseConfig(settings, folder), model }, log);
}

function engineOf(events: readonly EngineEvent[]): EngineEvent | undefined {
  expect(events.filter(({ type }) => type === 'engine')).toHaveLength(1);
  expect(events.findIndex(({ type }) => type === 'engine')).toBe(events.findIndex(({ type }) => type === 'delta') - 1);
  return events.find(({ type }) => type === 'engine');
}

test('answers with the local model, and waits for it while it loads', async () => {
  writeScriptedModel(modelFile);
  await using engines = await open();
  expect(engines.health()).toMatchObject({ kind: 'LOCAL', model: 'tiny', status: 'DEGRADED' });
  const events = await eventsOf(engines.answer(REQUEST, NEVER));
  expect(textOf(events)).toBe(SCRIPT_TEXT);
  expect(engineOf(events)).toEqual({ type: 'engine', kind: 'LOCAL', model: 'tiny', fallbackReason: null });
  expect(engines.health()).toMatchObject({ kind: 'LOCAL', status: 'OK', message: 'tiny on CPU, 1 thread' });
});

test('quotes when there is no model, and says where to put one', async () => {
  await using engines = await open();
  const events = await eventsOf(engines.answer(REQUEST, NEVER));
  expect(textOf(events)).toMatch(/^Nenhum modelo de linguagem está carregado/);
  expect(engineOf(events)).toEqual({ type: 'engine', kind: 'QUOTES', model: null, fallbackReason: null });
  expect(engines.health()).toMatchObject({ kind: 'QUOTES', model: null, status: 'DEGRADED' });
  expect(engines.health().message).toContain(`put a .gguf file into ${folder}`);
});

test('quotes without complaint when no model is wanted', async () => {
  writeScriptedModel(modelFile);
  await using engines = await open('none');
  expect(engineOf(await eventsOf(engines.answer(REQUEST, NEVER)))).toMatchObject({ kind: 'QUOTES' });
  expect(engines.health()).toMatchObject({ kind: 'QUOTES', status: 'OK' });
});

test('falls back to quotes with the reason when the model is unusable', async () => {
  writeFileSync(modelFile, '<!doctype html>');
  await using engines = await open(modelFile);
  const events = await eventsOf(engines.answer(REQUEST, NEVER));
  expect(textOf(events)).toMatch(/^O modelo de linguagem não conseguiu responder/);
  expect(engineOf(events)).toMatchObject({
    kind: 'QUOTES',
    fallbackReason: expect.stringContaining('not a GGUF file'),
  });
  expect(engines.health()).toMatchObject({ kind: 'QUOTES', status: 'DEGRADED' });
  expect(engines.health().message).toContain('not a GGUF file');
});

test('falls back to quotes when the question does not fit into the context', async () => {
  writeScriptedModel(modelFile);
  await using engines = await open();
  const events = await eventsOf(engines.answer({ ...REQUEST, question: 'garantia '.repeat(200) }, NEVER));
  expect(engineOf(events)).toMatchObject({
    kind: 'QUOTES',
    fallbackReason: expect.stringContaining('the context has 1024'),
  });
});

test('falls back to quotes when the model ends before its first word', async () => {
  // Its script is what every prompt ends with, so the model ends its answer immediately.
  writeScriptedModel(modelFile, { script: ['\n'] });
  await using engines = await open();
  const events = await eventsOf(engines.answer(REQUEST, NEVER));
  expect(engineOf(events)).toMatchObject({
    kind: 'QUOTES',
    fallbackReason: expect.stringContaining('before the first word'),
  });
});

test('a local model whose template knows no thoughts has them apart from its answer all the same', async () => {
  writeScriptedModel(modelFile, {
    script: ['<think>', 'vou pensar nisso', ' longamente', '</think>', 'A multa', ' é 2%', ' [1]', '.'],
  });
  await using engines = await open();
  const events = await eventsOf(engines.answer(REQUEST, NEVER));
  expect(textOf(events)).toBe('A multa é 2% [1].');
  const thoughts = events.flatMap((event) => (event.type === 'thinking' ? event.text : []));
  expect(thoughts.join('')).toBe('vou pensar nisso longamente');
  expect(engineOf(events)).toMatchObject({ kind: 'LOCAL' });
});

test('a local model that repeats itself is stopped, and free for the next answer', async () => {
  writeScriptedModel(modelFile, { loop: true, script: ['A multa', ' é', ' 2%', ' [1]', '. '] });
  await using engines = await open('auto', silentLog, '4096');
  const request = { ...REQUEST, maxTokens: 2000 };
  for (let question = 0; question < 4; question++) {
    const events = await eventsOf(engines.answer(request, NEVER));
    expect([textOf(events), events.at(-1)]).toMatchObject(['A multa é 2% [1].', { type: 'finished', reason: 'LOOP' }]);
  }
});

test('throws, and starts no second text, when the model fails after its first word', async () => {
  writeScriptedModel(modelFile, { loop: true });
  let childPid = 0;
  const log = pino({ level: 'debug' }, { write: (line: string) => void (childPid ||= JSON.parse(line).childPid ?? 0) });
  await using engines = await open('auto', log, '4096');
  const events: EngineEvent[] = [];
  const answer = async (): Promise<void> => {
    // So long that it has not ended when the kill arrives, however late that is.
    for await (const event of engines.answer({ ...REQUEST, maxTokens: 3000 }, NEVER)) {
      if (event.type === 'delta' && !events.some(({ type }) => type === 'delta')) process.kill(childPid, 'SIGKILL');
      events.push(event);
    }
  };
  await expect(answer()).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  expect(engineOf(events)).toMatchObject({ kind: 'LOCAL' });
  expect(textOf(events)).toMatch(/^Esta/);
});

test('does not count an abort as a failure', async () => {
  writeScriptedModel(modelFile);
  const lines: string[] = [];
  await using engines = await open('auto', pino({}, { write: (line: string) => void lines.push(line) }));
  const leaves = new AbortController();
  const events: EngineEvent[] = [];
  const answer = async (): Promise<void> => {
    for await (const event of engines.answer(REQUEST, leaves.signal)) events.push(event);
  };
  const answered = answer();
  leaves.abort(new Error('has gone'));
  await expect(answered).rejects.toThrow('has gone');
  expect(events).toEqual([]);
  expect(lines.filter((line) => line.includes('fell back'))).toEqual([]);
});

test('loads a model that is copied in later, once it no longer changes, and unloads one that is removed', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  await using engines = await open();
  const check = (): void => void vi.advanceTimersByTime(5000);

  writeFileSync(modelFile, 'GGUF, the beginning');
  check();
  expect(engines.health().message).toContain('is loaded once it stops changing');
  writeScriptedModel(modelFile);
  check();
  expect(engines.health().kind).toBe('QUOTES');
  check();
  await vi.waitFor(() => expect(engines.health()).toMatchObject({ kind: 'LOCAL', status: 'DEGRADED' }), DEADLINE);
  expect(textOf(await eventsOf(engines.answer(REQUEST, NEVER)))).toBe(SCRIPT_TEXT);

  mkdirSync(path.join(folder, 'away'));
  renameSync(modelFile, path.join(folder, 'away', 'tiny.gguf'));
  check();
  expect(engines.health().kind).toBe('LOCAL');
  check();
  expect(engines.health().kind).toBe('QUOTES');
});

test('a larger file that is no model gives way to the one that works, and is named when it is the only one', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  writeScriptedModel(modelFile);
  const larger = path.join(folder, 'larger.gguf');
  writeFileSync(larger, Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(16 * 1024 * 1024)]));
  await using engines = await open();
  expect(textOf(await eventsOf(engines.answer(REQUEST, NEVER)))).toBe(SCRIPT_TEXT);
  const check = (): void => void vi.advanceTimersByTime(5000);
  check();
  check();
  expect(textOf(await eventsOf(engines.answer(REQUEST, NEVER)))).toBe(SCRIPT_TEXT);

  rmSync(modelFile);
  check();
  check();
  await eventsOf(engines.answer(REQUEST, NEVER));
  check();
  expect(engines.health().message).toContain(larger);
});

test('lets a replaced model finish its answer', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  writeScriptedModel(modelFile, { loop: true });
  await using engines = await open();
  const answer = engines.answer({ ...REQUEST, maxTokens: 200 }, NEVER)[Symbol.asyncIterator]();
  while ((await answer.next()).value?.type !== 'delta');
  rmSync(modelFile);
  vi.advanceTimersByTime(10_000);
  expect(engines.health().kind).toBe('QUOTES');
  let last: EngineEvent | undefined;
  for (let step = await answer.next(); step.done !== true; step = await answer.next()) last = step.value;
  expect(last).toMatchObject({ type: 'finished', reason: 'LENGTH', completionTokens: 200 });
});

test('a request that names the local model, by file or catalogue, gets it once it is ready; "quotes" gets quotes', async () => {
  modelFile = path.join(folder, 'Llama-3.2-1B-Instruct-Q4_K_M.gguf');
  writeScriptedModel(modelFile);
  writeFileSync(path.join(folder, 'spare.gguf'), '');
  await using engines = await open(modelFile);
  const name = 'Llama-3.2-1B-Instruct-Q4_K_M';
  expect(engines.models()).toEqual([
    { kind: 'LOCAL', name, state: 'LOADING', contextTokens: null, isDefault: true, error: null },
  ]);
  expect(engines.whyNot(name)).toContain('is still loading; ask again in a moment');
  expect(textOf(await eventsOf(engines.answer(REQUEST, NEVER)))).toBe(SCRIPT_TEXT);
  expect(engines.models()).toMatchObject([{ name, state: 'READY', contextTokens: 1024, isDefault: true }]);
  for (const model of [name, 'llama-3.2-1b', name.toUpperCase(), `${name}.gguf`]) {
    expect(engines.whyNot(model)).toBeNull();
    expect(engineOf(await eventsOf(engines.answer({ ...REQUEST, model }, NEVER)))).toMatchObject({ kind: 'LOCAL' });
  }
  expect(engines.whyNot('quotes')).toBeNull();
  const quoted = await eventsOf(engines.answer({ ...REQUEST, model: 'quotes' }, NEVER));
  expect(engineOf(quoted)).toEqual({ type: 'engine', kind: 'QUOTES', model: null, fallbackReason: null });
  expect(textOf(quoted)).toMatch(/^Estes são os trechos mais relevantes/);

  const choices = `choose one of: ${name}, quotes; or leave it out`;
  expect(engines.whyNot('spare')).toBe(
    `is spare, which is not loaded, and only one local model is at a time: set ASKBOX_MODEL to ${path.join(folder, 'spare.gguf')} and restart to use it; ${choices}`,
  );
  expect(engines.whyNot('llama-3.2-3b')).toContain('pull it with npm run models -- pull llama-3.2-3b');
  expect(engines.whyNot('bge-m3')).toBe(`is bge-m3, which writes no answers; ${choices}`);
  expect(engines.whyNot('gpt')).toBe(`is gpt, which is no model here; ${choices}`);
});

test('no other engine takes over from a model that was named', async () => {
  writeScriptedModel(modelFile, { script: ['\n'] });
  await using engines = await open();
  await expect(eventsOf(engines.answer({ ...REQUEST, model: 'tiny' }, NEVER))).rejects.toMatchObject({
    code: 'MODEL_UNAVAILABLE',
    message: expect.stringContaining('before the first word'),
  });
  await expect(eventsOf(engines.answer({ ...REQUEST, model: 'removed' }, NEVER))).rejects.toMatchObject({
    code: 'MODEL_UNAVAILABLE',
    message: expect.stringContaining('the model removed is no longer here'),
  });
});

test('a model that cannot be loaded is FAILED, and says why when it is named', async () => {
  writeFileSync(modelFile, '<!doctype html>');
  await using engines = await open(modelFile);
  await vi.waitFor(() => expect(engines.models()).toMatchObject([{ state: 'FAILED', isDefault: false }]), DEADLINE);
  expect(engines.models()[0]?.error).toContain('not a GGUF file');
  expect(engines.whyNot('tiny')).toMatch(/which cannot be used: .*not a GGUF file.*; or choose one of: tiny, quotes/);
});
