import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { CATALOGUE, GENERATORS } from '#shared/models/catalogue.ts';
import type { Language } from '#shared/text/language.ts';
import { listModels } from './list-models.ts';

const HARDWARE = { gpuBytes: 0, freeBytes: 16e9 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-list-'));
  mkdirSync(path.join(folder, 'models'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function list(language: Language, settings: Record<string, string> = {}): string {
  const config = parseConfig({ ASKBOX_MODELS_DIR: path.join(folder, 'models'), ...settings }, folder);
  return listModels(config, HARDWARE, new Map(), language);
}

it.each<[Language, string, string]>([
  ['en', 'answers, with 3 to 6 GB', 'suggested'],
  ['pt', 'respostas, com 3 a 6 GB', 'sugerido'],
])('in %s, names each model once in a group, within 80 columns', (language, heading, suggested) => {
  const text = list(language);
  for (const { name } of CATALOGUE)
    expect([name, text.match(new RegExp(`^  ${name} `, 'gm'))]).toEqual([name, [`  ${name} `]]);
  const group = text.split('\n\n').find((part) => part.startsWith(heading))!;
  expect(group).toMatch(
    new RegExp(`^  llama-3.2-3b +2[.,]0 GB +3[.,]3 GB +Llama 3.2 +8, pt +n(?:o|ão) +${suggested}$`, 'm'),
  );
  expect(group).toMatch(/^ {2}smollm3-3b .* Apache-2.0 +6, pt +(?:yes|sim) +-$/m);
  expect(group).not.toContain('llama-3.1-8b');
  expect(text).toContain('(Apache-2.0): qwen3-4b-2507');
  const folderLine = text.split('\n').at(-1)!;
  expect(text.split('\n').filter((line) => line.length > 80 && line !== folderLine)).toEqual([]);
});

it('a long name has a line to itself, and an unknown model says no more than is known', () => {
  const name = 'a-model-that-somebody-copied-here-by-hand.Q4_K_M.gguf';
  writeFileSync(path.join(folder, 'models', name), 'GGUF');
  const uri = 'hf:some-publisher/Some-Model-With-A-Long-Name-GGUF:Q4_K_M';
  const text = list('en', { ASKBOX_MODEL: uri });
  expect(text.replaceAll('\n', ' ')).toContain(`wanted, and not here yet: ${uri} (ASKBOX_MODEL)`);
  const others = text.split('\n\n').find((part) => part.startsWith('put here by hand'))!;
  expect(others.split('\n').slice(2)).toEqual([
    `  ${uri}`,
    expect.stringMatching(/^ +\? +see its page +wanted$/),
    `  ${name}`,
    expect.stringMatching(/^ +0 MB +\? +here$/),
  ]);
});

it.each<[Language, string]>([
  ['en', 'docs/models.md'],
  ['pt', 'docs/models.pt-BR.md'],
])('in %s, %s lists the same language models with the same figures', (language, page) => {
  const text = readFileSync(path.join(import.meta.dirname, '..', '..', page), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| `.*\|.*\|.*\|.*\|.* \| (?:yes|no|sim|não) \|$/.test(line));
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, 5)
      .map((cell) => cell.replaceAll(/[`¹]/g, '').trim()),
  );
  const expected = GENERATORS.map(({ name, sizeBytes, licence, about }) => {
    const inGb = (bytes: number): string =>
      `${(bytes / 1e9).toFixed(1).replace('.', language === 'pt' ? ',' : '.')} GB`;
    return [name, inGb(sizeBytes), inGb(about!.memoryBytes), licence];
  });
  expect(new Set(cells.map(String))).toEqual(new Set(expected.map(String)));
  expect(cells).toHaveLength(expected.length);
});
