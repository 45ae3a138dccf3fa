import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ModelFile } from '../models/catalogue.ts';
import { ModelError } from '../models/model-error.ts';
import { findStats, namesIn } from '../models/model-path.ts';
import { readJson, requireModelFile } from './model-files.ts';

/** A model that is not in the catalogue, as its own files describe it. */
export interface UnknownModel {
  /** The name of its folder. */
  readonly name: string;
  /** Path of the ONNX file. */
  readonly modelFile: string;
  readonly dtype: 'q8' | 'fp32';
  /** Longest text, in tokens, that it reads in one run. */
  readonly windowTokens: number;
}

const SETTINGS_FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
/** The ONNX files to look for in the folder of a model that is not in the catalogue, the faster one first. */
const MODEL_FILES = [
  { file: 'onnx/model_quantized.onnx', dtype: 'q8' },
  { file: 'onnx/model.onnx', dtype: 'fp32' },
] as const;

/** The folders whose files we read, inside the folder of a model: settings in the first two, weights in onnx/. */
const PARTS = ['', '1_Pooling', 'onnx'];

/** Models that count positions from the id of their padding, 1, and therefore lose two of them. */
const OFFSET_POSITIONS = /roberta|camembert/;

const CONFIG = z.object({
  model_type: z.string().default(''),
  max_position_embeddings: z.int().positive().default(512),
});
const TOKENIZER_CONFIG = z.object({ model_max_length: z.number().positive().default(Infinity) });

/**
 * Checks that the folder of a model is there.
 * @param knownName name of a model of the catalogue; null for any other model.
 * @returns the next step for the user if the files in it turn out to be unusable; ends the message of an error.
 * @throws ModelError MODEL_MISSING when it is not there, MODEL_UNUSABLE when it is not a folder.
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
  return `copy a model in the Hugging Face layout there: ${SETTINGS_FILES.join(', ')} and ${files}`;
}

/**
 * Checks that the files of a model of the catalogue are there, each with its size.
 * @param remedy the next step for the user; ends the message of an error.
 * @returns the path of its ONNX file.
 * @throws ModelError MODEL_MISSING when a file is not there, MODEL_UNUSABLE when one is not what it should be.
 */
export async function requireKnownModel(folder: string, files: readonly ModelFile[], remedy: string): Promise<string> {
  for (const file of files) await requireModelFile(folder, file.path, file.sizeBytes, remedy);
  // The catalogue lists exactly one ONNX file for each model that is a folder.
  return path.join(folder, files.find((file) => file.path.endsWith('.onnx'))!.path);
}

/**
 * Returns a text that changes whenever a file that we read changes; while a model is still being copied it differs at
 * every call. Never throws.
 */
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

/**
 * Reads what the files of a model that is not in the catalogue say about it.
 * @param remedy the next step for the user; ends the message of an error.
 * @throws ModelError MODEL_MISSING when a file is not there, MODEL_UNUSABLE when one cannot be used.
 */
export async function readUnknownModel(folder: string, remedy: string): Promise<UnknownModel> {
  const { file: modelPath, dtype } = await findModelFile(folder, remedy);
  for (const file of [...SETTINGS_FILES, modelPath]) await requireModelFile(folder, file, null, remedy);
  const config = await readJson(folder, 'config.json', CONFIG, remedy);
  const tokenizer = await readJson(folder, 'tokenizer_config.json', TOKENIZER_CONFIG, remedy);
  const lostPositions = OFFSET_POSITIONS.test(config.model_type) ? 2 : 0;
  return {
    name: path.basename(path.resolve(folder)),
    modelFile: path.join(folder, modelPath),
    dtype,
    windowTokens: Math.min(config.max_position_embeddings - lostPositions, tokenizer.model_max_length),
  };
}

async function findModelFile(folder: string, remedy: string): Promise<(typeof MODEL_FILES)[number]> {
  for (const each of MODEL_FILES) {
    if ((await stat(path.join(folder, each.file)).catch(() => undefined)) !== undefined) return each;
  }
  throw new ModelError('MODEL_UNUSABLE', `${folder} has no model in the ONNX format; ${remedy}`);
}
