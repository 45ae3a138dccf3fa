import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseConfig, type Config } from '#shared/config.ts';
import { isNo, offerLlama, type OfferOptions } from './offer-llama.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-offer-'));
  mkdirSync(path.join(folder, 'data', 'models'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function configOf(settings: Record<string, string> = {}): Config {
  return parseConfig({ ASKBOX_GPU: 'none', ...settings }, folder);
}

async function offer(
  config: Config,
  options: Partial<OfferOptions> = {},
): Promise<{ name: string | null; said: string }> {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const name = await offerLlama(config, { root: folder, say, language: 'en', isWanted: false, ...options });
  return { name, said: said.join('\n') };
}

// These tests have no terminal; tests/start-models.test.ts tests the question itself.
it('names size, licence, reason and command where nobody can be asked', async () => {
  const { name, said } = await offer(configOf());
  expect(name).toBeNull();
  expect(said).toMatch(/\(.*B, Llama 3.2 Community License\), because\n[^]* free memory$/m);
  expect(said.split('\n').filter((line) => line.length > 72)).toEqual([]);
  expect(said).toMatch(/to pull it: npm run models -- pull llama-3.2-[13]b$/);
});

it('speaks Portuguese, with the licence, and names the command', async () => {
  const { said } = await offer(configOf(), { language: 'pt' });
  expect(said).toMatch(
    /sugestão para esta máquina:\n {2}llama-3.2-[13]b \((?:2,0 G|808 M)B, Llama 3.2 Community License\), porque\n {2}é o maior para o português/,
  );
  expect(said).toMatch(/para baixá-lo: npm run models -- pull llama-3.2-[13]b$/);
});

it('who asks for the offer gets it after a no, and is told when there is nothing to offer', async () => {
  const declined = path.join(folder, 'data', 'no-llama');
  writeFileSync(declined, '');
  expect((await offer(configOf())).said).toBe('');
  expect((await offer(configOf(), { isWanted: true })).said).toContain('npm run models -- pull llama');
  expect(existsSync(declined)).toBe(false);
  expect((await offer(configOf({ ASKBOX_MODEL: 'none' }), { isWanted: true })).said).toContain('nothing to offer');
});

it('only an explicit no is one', () => {
  for (const answer of ['n', 'N ', 'no', ' não', 'NÃO', 'na\u0303o', 'nao'])
    expect([answer, isNo(answer)]).toEqual([answer, true]);
  for (const answer of ['', ' ', 'nn', 'y', 'nope', 'npm start', '?'])
    expect([answer, isNo(answer)]).toEqual([answer, false]);
});

it('goes on with a pull that was begun', async () => {
  mkdirSync(path.join(folder, 'data', 'models', 'Llama-3.2-3B-Instruct-Q4_K_M.gguf.part'));
  expect(await offer(configOf())).toMatchObject({ name: 'llama-3.2-3b' });
  expect(await offer(configOf({ ASKBOX_OFFLINE: 'true' }))).toMatchObject({ name: null });
});

it.each<[string, Record<string, string>, string]>([
  ['there is a model', {}, 'data/models/x.gguf'],
  ['the user declined', {}, 'data/no-llama'],
  ['the settings exclude a model', { ASKBOX_MODEL: 'none' }, 'data/other'],
  ['the local engine is not in the order', { ASKBOX_GENERATOR_ORDER: 'remote,quotes' }, 'data/other'],
])('says nothing when %s', async (_, settings, file) => {
  writeFileSync(path.join(folder, file), '');
  expect(await offer(configOf(settings))).toEqual({ name: null, said: '' });
});
