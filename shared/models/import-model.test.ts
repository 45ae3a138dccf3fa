import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf } from '../errors.ts';
import { importModel } from './import-model.ts';
import { tryLockModel } from './model-lock.ts';
import { removeModel } from './remove-model.ts';
import { verifyModel } from './verify-model.ts';

let folder: string;
let modelsDir: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-import-'));
  modelsDir = at('models');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Everything in the models folder, which includes anything unfinished. */
function listed(): readonly string[] {
  return existsSync(modelsDir) ? readdirSync(modelsDir).filter((name) => name !== '.locks') : [];
}

function makeFolder(name: string, onnx = [8, 1, 2, 3]): string {
  mkdirSync(at(name, 'onnx'), { recursive: true });
  for (const file of ['config.json', 'tokenizer.json']) writeFileSync(at(name, file), '{}');
  writeFileSync(at(name, 'onnx', 'model.onnx'), Buffer.from(onnx));
  return at(name);
}

describe('an import', () => {
  it('copies what belongs to the model, following the links of a hub cache, and nothing else', async ({ skip }) => {
    const source = makeFolder('mini');
    writeFileSync(at('mini', 'model.safetensors'), 'the same weights once more');
    mkdirSync(at('mini', '1_Pooling'));
    writeFileSync(at('mini', '1_Pooling', 'config.json'), '{"pooling_mode_cls_token":true}');
    mkdirSync(at('mini', '2_Normalize'));
    writeFileSync(at('blob'), '{"linked":true}');
    try {
      symlinkSync(at('blob'), at('mini', 'tokenizer_config.json'));
    } catch (error) {
      skip(codeOf(error) === 'EPERM', 'this user may not make symbolic links, for which Windows wants developer mode');
      throw error;
    }
    const place = await importModel(source, modelsDir);
    expect(place).toBe(path.join(modelsDir, 'mini'));
    expect(readdirSync(place).toSorted()).toEqual([
      '1_Pooling',
      'askbox.json',
      'config.json',
      'onnx',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    rmSync(at('blob'));
    expect(await verifyModel(place)).toBe(2 + 2 + 4 + 15 + 31);
  });

  it('takes a .gguf under another name', async () => {
    writeFileSync(at('ggml-model-Q4_K_M.gguf'), 'GGUF and more');
    const place = await importModel(at('ggml-model-Q4_K_M.gguf'), modelsDir, 'meu-modelo.gguf');
    expect(await verifyModel(place)).toBe(13);
    expect(listed()).toEqual(['meu-modelo.gguf', 'meu-modelo.gguf.json']);
  });

  it('never replaces a model that is there', async () => {
    const source = makeFolder('mini');
    await importModel(source, modelsDir);
    await expect(importModel(source, modelsDir)).rejects.toThrow('remove it first: npm run models -- remove mini');
  });

  it.each<[string, string, (place: string) => unknown, string]>([
    ['a folder of another layout', 'x', (place) => mkdirSync(place), 'config.json'],
    [
      'a pointer of git-lfs',
      'x.gguf',
      (place) => writeFileSync(place, 'version https://git-lfs.github.com/spec/v1'),
      'git lfs pull',
    ],
    ['an empty file', 'x.gguf', (place) => writeFileSync(place, ''), 'it is not a GGUF file, it begins with ""'],
    ['a file of another kind', 'x.bin', (place) => writeFileSync(place, 'GGUF'), 'ends in .gguf'],
    ['nothing', 'gone', () => undefined, 'check the path'],
    [
      'other bytes under a known name',
      'Llama-3.2-1B-Instruct-Q4_K_M.gguf',
      (place) => writeFileSync(place, 'GGUF...'),
      'is not the model that askbox knows as Llama-3.2-1B-Instruct-Q4_K_M.gguf',
    ],
    [
      'a known model of which a file is missing',
      'bge-m3',
      () => makeFolder('bge-m3'),
      'it lacks tokenizer_config.json',
    ],
  ])('refuses %s', async (_, name, make, words) => {
    make(at(name));
    await expect(importModel(at(name), modelsDir)).rejects.toThrow(words);
    expect(listed()).toEqual([]);
  });

  it.each(['../out', '.hidden', 'a/b', ''])('refuses the name %j', async (name) => {
    await expect(importModel(makeFolder('mini'), modelsDir, name)).rejects.toThrow('give a folder a plain name');
    expect(existsSync(at('out'))).toBe(false);
  });
});

describe('verifying', () => {
  it('catches a changed byte, and a file that has gone', async () => {
    const place = await importModel(makeFolder('mini'), modelsDir);
    writeFileSync(path.join(place, 'onnx', 'model.onnx'), Buffer.from([8, 1, 2, 2]));
    await expect(verifyModel(place)).rejects.toThrow('onnx/model.onnx has sha256');
    rmSync(path.join(place, 'onnx', 'model.onnx'));
    await expect(verifyModel(place)).rejects.toThrow('onnx');
  });

  it('has only the layout to go by when a model was put there by hand', async () => {
    mkdirSync(modelsDir);
    writeFileSync(path.join(modelsDir, 'x.gguf'), 'GGUF');
    expect(await verifyModel(path.join(modelsDir, 'x.gguf'))).toBe(0);
  });
});

describe('removing', () => {
  it.each(['..', '../inbox', '/etc', '.locks', ''])('touches nothing for the name %j', async (name) => {
    mkdirSync(at('inbox'));
    tryLockModel(path.join(modelsDir, 'x'))?.[Symbol.dispose]();
    await expect(removeModel(modelsDir, name)).rejects.toMatchObject({ code: 'MODEL_MISSING' });
    expect(existsSync(at('inbox')) && existsSync(path.join(modelsDir, '.locks'))).toBe(true);
  });

  it('takes the install record and what a pull has left with it', async () => {
    writeFileSync(at('x.gguf'), 'GGUF');
    const place = await importModel(at('x.gguf'), modelsDir);
    mkdirSync(`${place}.part`);
    await removeModel(modelsDir, 'x.gguf');
    expect(listed()).toEqual([]);
  });

  it('leaves a model alone that is being pulled', async () => {
    const place = await importModel(makeFolder('mini'), modelsDir);
    using _lock = tryLockModel(place);
    await expect(removeModel(modelsDir, 'mini')).rejects.toThrow('is being pulled now');
    expect(listed()).toEqual(['mini']);
  });
});
