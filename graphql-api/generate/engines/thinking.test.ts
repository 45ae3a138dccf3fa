import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { silentLog } from '#shared/log.ts';
import { openTestLlama } from '../../../tests/fixtures/test-llama.ts';
import { writeScriptedModel } from '../../../tests/fixtures/tiny-llama.ts';
import { eventsOf, NEVER, REQUEST, textOf } from '../../testing/generator-contract.ts';
import type { GenerateRequest, GeneratorEvent } from '../generator.ts';
import { openEngines, type EngineEvent, type Engines } from './engines.ts';

/** Against hanging. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-thinking-'));
const file = path.join(folder, 'thinking.gguf');
const THOUGHTS = ['A', ' garantia', ' está', ' na', ' primeira', ' página', '.'];
const ANSWER = ['O', ' prazo', ' é', ' de', ' 27', ' meses', ' [1].'];
/** That of a model which the library knows as thinking: the tags are in its template. */
const TEMPLATE = [
  "{%- for message in messages %}{{- '<|im_start|>' + message['role'] + '\\n' }}",
  "{%- if message['reasoning_content'] %}{{- '<think>' + message['reasoning_content'] + '</think>' }}{%- endif %}",
  "{{- message['content'] | trim + '<|eot_id|>\\n' }}{%- endfor %}",
  "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}",
].join('');

beforeAll(() => {
  writeScriptedModel(file, { script: ['<think>', ...THOUGHTS, '</think>', ...ANSWER], template: TEMPLATE });
});
afterAll(() => rmSync(folder, { recursive: true }));

const thoughtsOf = (events: readonly (GeneratorEvent | EngineEvent)[]): string =>
  events.map((event) => (event.type === 'thinking' ? event.text : '')).join('');

describe('with ASKBOX_THINKING=on', () => {
  let engines: Engines;
  beforeAll(async () => {
    const settings = { ASKBOX_THINKING: 'on', ASKBOX_MODEL: file, ASKBOX_GPU: 'none', ASKBOX_THREADS: '1' };
    const config = parseConfig({ ...settings, ASKBOX_FIRST_TOKEN_MS: '600000' }, folder);
    engines = await openEngines({ ...config, sequences: 1 }, silentLog);
  });
  afterAll(() => engines[Symbol.asyncDispose]());

  const answer = (request: Partial<GenerateRequest>): Promise<EngineEvent[]> =>
    eventsOf(engines.answer({ ...REQUEST, ...request }, NEVER));

  test('a model sends its thoughts apart, before its answer', async () => {
    const events = await answer({});
    expect(thoughtsOf(events)).toBe(THOUGHTS.join(''));
    expect(textOf(events)).toBe(ANSWER.join(''));
    const types = events.map(({ type }) => type);
    expect(types.lastIndexOf('thinking')).toBeLessThan(types.indexOf('delta'));
    expect(events.find(({ type }) => type === 'engine')).toMatchObject({ kind: 'LOCAL', fallbackReason: null });
    expect(events.at(-1)).toMatchObject({ type: 'finished', reason: 'STOP' });
  });

  test('thoughts end at half of maxTokens, and the answer follows', async () => {
    const events = await answer({ maxTokens: 12 });
    expect(thoughtsOf(events)).not.toBe('');
    expect(THOUGHTS.slice(0, 6).join('').startsWith(thoughtsOf(events))).toBe(true);
    expect(textOf(events)).toMatch(/^O prazo/);
    const more = await answer({ maxTokens: 20 });
    expect(thoughtsOf(more)).toBe(THOUGHTS.join(''));
    expect(textOf(more)).toBe(ANSWER.join(''));
  });

  test('nothing is thought about a small piece of work', async () => {
    const events = await answer({ prompt: { system: 'Reescreva.', user: 'E o prazo?' } });
    expect(thoughtsOf(events)).toBe('');
    expect(textOf(events)).toBe(ANSWER.join(''));
  });
});

test('a model does not think unless it is told to', async () => {
  const { generator } = openTestLlama({ file });
  await using _open = generator;
  const events = await eventsOf(generator.generate(REQUEST, NEVER));
  expect(thoughtsOf(events)).toBe('');
  expect(textOf(events)).toBe(ANSWER.join(''));
});
