import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asking, openTestLlama, readTo } from '../../../tests/fixtures/test-llama.ts';
import { writeScriptedModel } from '../../../tests/fixtures/tiny-llama.ts';
import { NEVER, textOf } from '../../testing/generator-contract.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-gate-'));
const file = path.join(folder, 'loop.gguf');
beforeAll(() => writeScriptedModel(file, { loop: true }));
afterAll(() => rmSync(folder, { recursive: true }));

test('a third answer begins while two are being written, on a sequence whose old tokens must be removed first', async () => {
  await using generator = openTestLlama({ file, sequences: 3 }).generator;
  const ended: string[] = [];
  const leaves = new AbortController();
  const write = async (question: string): Promise<void> => {
    for await (const _ of generator.generate(asking(question, { maxTokens: 2500 }), leaves.signal));
    ended.push(question);
  };
  const running = [write('Um?'), write('Dois?')].map((answer) => answer.catch(() => {}));
  for (const question of ['Três?', 'Quatro?', 'Cinco?']) {
    const answer = generator.generate(asking(question, { maxTokens: 5 }), NEVER)[Symbol.asyncIterator]();
    expect(textOf([await readTo(answer, 'delta')])).toBe('Esta');
    await readTo(answer, 'finished');
  }
  expect(ended).toEqual([]);
  leaves.abort();
  await Promise.all(running);
});
