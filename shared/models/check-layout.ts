import { readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../errors.ts';
import { ModelError } from './model-error.ts';
import { isGguf } from './model-path.ts';

/**
 * Checks that a file or folder looks like a model: GGUF, or config.json, tokenizer.json and onnx/*.onnx as on the hub.
 * Reads only the beginning of each weights file; damage further inside is found by comparing digests.
 * @throws ModelError MODEL_UNUSABLE when it does not, or cannot be read.
 */
export async function checkLayout(modelPath: string): Promise<void> {
  if (isGguf(modelPath))
    return checkBeginning(modelPath, (bytes) => bytes.toString('latin1', 0, 4) === 'GGUF', 'a GGUF file');

  for (const name of ['config.json', 'tokenizer.json']) checkJson(path.join(modelPath, name));
  const onnx = path.join(modelPath, 'onnx');
  const models = listOf(onnx).filter((name) => name.endsWith('.onnx'));
  if (models.length === 0) throw unusable(modelPath, 'it has no onnx/*.onnx file');
  for (const name of models) {
    // Every exporter writes the version of the format first, a field whose tag is 0x08.
    await checkBeginning(path.join(onnx, name), (bytes) => bytes[0] === 0x08, 'an ONNX file');
  }
}

async function checkBeginning(file: string, isRight: (bytes: Buffer) => boolean, kind: string): Promise<void> {
  await using handle = await open(file).catch((error: unknown) => {
    throw unusable(file, messageOf(error), error);
  });
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
  const bytes = buffer.subarray(0, bytesRead);
  if (isRight(bytes)) return;
  if (bytes.toString('latin1').startsWith('version https://git-lfs')) {
    throw unusable(file, 'it is only a Git LFS pointer; run git lfs pull in the clone');
  }
  throw unusable(file, `it is not ${kind}, it begins with ${JSON.stringify(bytes.toString('latin1', 0, 12))}`);
}

function checkJson(file: string): void {
  try {
    JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw unusable(file, messageOf(error), error);
  }
}

function listOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // the caller reports what is missing
  }
}

function unusable(modelPath: string, why: string, cause?: unknown): ModelError {
  const next = 'a model is a .gguf file, or a folder with config.json, tokenizer.json and onnx/*.onnx';
  return new ModelError('MODEL_UNUSABLE', `${modelPath} is not a model that askbox can use: ${why}; ${next}`, {
    cause,
  });
}
