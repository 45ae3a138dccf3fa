import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import type { KnownEmbedder } from '../models/catalogue.ts';
import { ModelError } from '../models/model-error.ts';
import type { EmbeddedKind } from './embedder.ts';
import { readUnknownModel, requireKnownModel, requireModelFolder } from '../onnx/model-folder.ts';
import { readJson } from '../onnx/model-files.ts';
import type { Pooling } from './pooling.ts';

/** An embedder on disk, and everything needed to use it. */
export interface EmbedderFolder {
  readonly name: string;
  readonly folder: string;
  /** The ONNX file. */
  readonly modelFile: string;
  /** Name of its vector space: model, revision, dtype and prefixes. */
  readonly spaceName: string;
  /** Put before a text of each kind; '' for none. */
  readonly prefixes: Readonly<Record<EmbeddedKind, string>>;
  /** Longest text, in tokens, that it reads in one run. */
  readonly windowTokens: number;
  /** Length of its vectors; null accepts the length that the model returns. */
  readonly dimensions: number | null;
  readonly pooling: Pooling;
  /** What the user can do when the files cannot be used; ends the message of an error. */
  readonly remedy: string;
}

const PROMPTS = z.object({ prompts: z.record(z.string(), z.string()).default({}) });
const POOLING = z.record(z.string(), z.unknown());

/**
 * Checks that the files of an embedder are there and of the right kind, and reads how to use it.
 * @param known what the catalogue says about it; null reads that from the files in the folder.
 * @throws ModelError MODEL_MISSING or MODEL_UNUSABLE, each with the next step.
 */
export async function readEmbedderFolder(folder: string, known: KnownEmbedder | null): Promise<EmbedderFolder> {
  const remedy = await requireModelFolder(folder, known?.name ?? null);
  return known === null ? readUnknown(folder, remedy) : readKnown(folder, known, remedy);
}

async function readKnown(folder: string, known: KnownEmbedder, remedy: string): Promise<EmbedderFolder> {
  const modelFile = await requireKnownModel(folder, known.files, remedy);
  const { name, revision, dtype, dimensions, windowTokens, pooling } = known;
  const prefixes = { query: known.queryPrefix, passage: known.passagePrefix };
  const spaceName = spaceNameOf(name, revision, dtype, prefixes);
  return { name, folder, modelFile, spaceName, prefixes, windowTokens, dimensions, pooling, remedy };
}

async function readUnknown(folder: string, remedy: string): Promise<EmbedderFolder> {
  const { name, modelFile, dtype, windowTokens } = await readUnknownModel(folder, remedy);
  const prefixes = await readPrefixes(folder, remedy);
  return {
    name,
    folder,
    modelFile,
    spaceName: spaceNameOf(name, await digestOf(modelFile), dtype, prefixes),
    prefixes,
    windowTokens,
    dimensions: null,
    pooling: await readPooling(folder, remedy),
    remedy,
  };
}

/** Reads them as the sentence-transformers library writes them; a model without them needs none. */
async function readPrefixes(folder: string, remedy: string): Promise<EmbedderFolder['prefixes']> {
  const { prompts } = await readJson(folder, 'config_sentence_transformers.json', PROMPTS, remedy, { prompts: {} });
  return { query: prompts['query'] ?? '', passage: prompts['document'] ?? prompts['passage'] ?? '' };
}

/** Reads it as the sentence-transformers library writes it; a model without it gets the most common kind, the mean. */
async function readPooling(folder: string, remedy: string): Promise<Pooling> {
  const modes = await readJson(folder, '1_Pooling/config.json', POOLING, remedy, { pooling_mode_mean_tokens: true });
  if (modes['pooling_mode_mean_tokens'] === true) return 'MEAN';
  if (modes['pooling_mode_cls_token'] === true) return 'FIRST_TOKEN';
  const mode = Object.keys(modes).find((key) => modes[key] === true) ?? 'none';
  throw new ModelError(
    'MODEL_UNUSABLE',
    `the model in ${folder} pools by ${mode}, which askbox does not support; choose a model that pools by the mean or the first token`,
  );
}

/** Tells models apart whose folders have the same name: the beginning of the SHA-256 of the ONNX file. */
async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await using handle = await open(file);
  // One buffer is reused: a stream would create as much garbage as the model is large.
  const buffer = Buffer.alloc(1 << 20);
  for (;;) {
    const { bytesRead } = await handle.read(buffer);
    if (bytesRead === 0) return hash.digest('hex').slice(0, 16);
    hash.update(buffer.subarray(0, bytesRead));
  }
}

function spaceNameOf(
  name: string,
  revision: string,
  dtype: string,
  { query, passage }: EmbedderFolder['prefixes'],
): string {
  return `${name}@${revision} ${dtype} ${JSON.stringify(query)} ${JSON.stringify(passage)}`;
}
