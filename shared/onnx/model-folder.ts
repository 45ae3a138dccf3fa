import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ModelFile } from '../models/catalogue.ts';
import { ModelError } from '../models/model-error.ts';
import { findStats, namesIn } from '../models/model-path.ts';
import { readJson, requireModelFile } from './model-files.ts';

/** What the files of a model that the catalogue does not know say of it. */
export interface UnknownModel {
  /** That of its folder. */
  readonly name: string;
  /** The ONNX file. */
  readonly modelFile: string;
  readonly dtype: 'q8' | 'fp32';
  /** Longest text, in tokens, that it reads at once. */
  readonly windowTokens: number;
}

const SETTINGS_FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
/** The ONNX files that we look for in a folder that the catalogue does not know, the faster one first. */
const MODEL_FILES = [
  { file: 'onnx/model_quantized.onnx', dtype: 'q8' },
  { file: 'onnx/model.onnx', dtype: 'fp32' },
] as const;

/** Where the files lie that we read of a model: settings beside its folders, weights in onnx/. */
const PARTS = ['', '1_Pooling', 'onnx'];

/** Models that count positions from the id of their padding, 1, and so lose two of them. */
const OFFSET_POSITIONS = /roberta|camembert/;

const CONFIG = z.object({
  model_type: z.string().default(''),
  max_position_embeddings: z.int().positive().default(512),
});
const TOKENIZER_CONFIG = z.object({ model_max_length: z.number().positive().default(Infinity) });

/**
 * Looks whether the folder of a model is there.
 * @param knownName of a model of the catalogue; null for another one.
 * @returns the next step of a person when the files in it cannot be used.
 * @throws ModelError MODEL_MISSING or MODEL_UNUSABLE
 */
export async function requireModelFolder(folder: string, knownName: string | null): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  const remedy = remedyOf(knownName, found !== undefined);
  if (found === undefined) throw new ModelError('MODEL_MISSING', `there is no model in ${folder}; ${remedy}`);
  if (!found.isDirectory()) throw new ModelError('MODEL_UNUSABLE', `${folder} is not the folder of a model; ${remedy}`);
  return remedy;
}

function remedyOf(knownName: string | null, isThere: boolean): string {
  if (knownName !== null) {
    const pull = `run "npm run models -- pull ${knownName}"`;
    return isThere ? `run "npm run models -- remove ${knownName}", then ${pull}` : pull;
  }
  const files = MODEL_FILES.map(({ file }) => file).join(' or ');
  return `copy a model of the Hugging Face layout there: ${SETTINGS_FILES.join(', ')} and ${files}`;
}

/**
 * Looks whether the files of a model of the catalogue are there, each of its size.
 * @returns its ONNX file. @throws ModelError MODEL_MISSING or MODEL_UNUSABLE, each with the remedy.
 */
export async function requireKnownModel(folder: string, files: readonly ModelFile[], remedy: string): Promise<string> {
  for (const file of files) await requireModelFile(folder, file.path, file.sizeBytes, remedy);
  // The catalogue names one ONNX file of each model that has any.
  return path.join(folder, files.find((file) => file.path.endsWith('.onnx'))!.path);
}

/** Changes when a file does that we read: a model that is still being copied has another one with every look. Never throws. */
export function stampOf(folder: string): string {
  const files = PARTS.flatMap((part) => namesIn(path.join(folder, part)).map((name) => path.join(part, name)));
  const states = files
    .filter((file) => file.endsWith('.json') || file.startsWith('onnx'))
    .map((file) => {
      const stats = findStats(path.join(folder, file));
      return `${file} ${stats?.size} ${stats?.mtimeMs}`;
    });
  return [folder, ...states].join('\n');
}

/** @throws ModelError MODEL_MISSING or MODEL_UNUSABLE, each with the remedy. */
export async function readUnknownModel(folder: string, remedy: string): Promise<UnknownModel> {
  const { file: modelPath, dtype } = await findModelFile(folder, remedy);
  for (const file of [...SETTINGS_FILES, modelPath]) await requireModelFile(folder, file, null, remedy);
  const config = await readJson(folder, 'config.json', CONFIG, remedy);
  const tokenizer = await readJson(folder, 'tokenizer_config.json', TOKENIZER_CONFIG, remedy);
  const lost = OFFSET_POSITIONS.test(config.model_type) ? 2 : 0;
  return {
    name: path.basename(path.resolve(folder)),
    modelFile: path.join(folder, modelPath),
    dtype,
    windowTokens: Math.min(config.max_position_embeddings - lost, tokenizer.model_max_length),
  };
}

async function findModelFile(folder: string, remedy: string): Promise<(typeof MODEL_FILES)[number]> {
  for (const each of MODEL_FILES) {
    if ((await stat(path.join(folder, each.file)).catch(() => undefined)) !== undefined) return each;
  }
  throw new ModelError('MODEL_UNUSABLE', `${folder} holds no model in the ONNX format; ${remedy}`);
}
