import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { KnownEmbedder } from '../models/catalogue.ts';
import { ModelError } from '../models/model-error.ts';
import type { EmbeddedKind } from './embedder.ts';
import { readUnknownModel, requireKnownModel, requireModelFolder } from '../onnx/model-folder.ts';
import { readJson } from '../onnx/model-files.ts';
import type { Pooling } from './pooling.ts';
import { spaceNameOf } from './space-name.ts';

/** An embedder on disk, and everything needed to use it. */
export interface EmbedderFolder {
  readonly name: string;
  readonly folder: string;
  /** The ONNX file. */
  readonly modelFile: string;
  /** Name of its vector space; see space-name.ts. */
  readonly spaceName: string;
  /** Whether name and revision are those of the catalogue. */
  readonly isInCatalogue: boolean;
  /** The revision in the catalogue; for any other model, the beginning of the SHA-256 of its ONNX file. */
  readonly revision: string;
  readonly dtype: 'q8' | 'fp32';
  /** The beginning of the SHA-256 of the tokenizer's files. */
  readonly tokenizerDigest: string;
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
const ORIGIN = z.object({ _name_or_path: z.string().catch('') });
const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json'];

/** In the name of a model of the E5 family, such as multilingual-e5-small. */
const E5 = /(?:^|[^a-z\d])e5(?:[^a-z\d]|$)/i;
/**
 * What E5 models were trained with. Their folders on the hub rarely say so; without these prefixes, nDCG@10 on FaQuAD
 * falls from .839 to .824.
 */
const E5_PREFIXES = { query: 'query: ', passage: 'passage: ' };
const E5_INSTRUCT_PREFIXES = {
  query: 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ',
  passage: '',
};

/**
 * Checks that the files of an embedder are there and of the right kind, and reads how to use it.
 * @param known what the catalogue says about it; null reads that from the files in the folder.
 * @throws ModelError MODEL_MISSING or MODEL_UNUSABLE, each with the next step.
 */
export async function readEmbedderFolder(folder: string, known: KnownEmbedder | null): Promise<EmbedderFolder> {
  const remedy = await requireModelFolder(folder, known?.name ?? null);
  const read = await (known === null ? readUnknown(folder, remedy) : readKnown(folder, known, remedy));
  const digests = { tokenizerDigest: await digestOf(TOKENIZER_FILES.map((file) => path.join(folder, file))) };
  const model = { ...read, ...digests, folder, remedy, isInCatalogue: known !== null };
  return { ...model, spaceName: spaceNameOf(model) };
}

type HowToEmbed = Omit<EmbedderFolder, 'folder' | 'remedy' | 'isInCatalogue' | 'tokenizerDigest' | 'spaceName'>;

async function readKnown(folder: string, known: KnownEmbedder, remedy: string): Promise<HowToEmbed> {
  const modelFile = await requireKnownModel(folder, known.files, remedy);
  const { name, revision, dtype, dimensions, windowTokens, pooling } = known;
  const prefixes = { query: known.queryPrefix, passage: known.passagePrefix };
  return { name, modelFile, revision, dtype, prefixes, windowTokens, dimensions, pooling };
}

async function readUnknown(folder: string, remedy: string): Promise<HowToEmbed> {
  const { name, modelFile, dtype, windowTokens } = await readUnknownModel(folder, remedy);
  const prefixes = await readPrefixes(folder, name, remedy);
  const pooling = await readPooling(folder, remedy);
  const revision = await digestOf([modelFile]);
  return { name, modelFile, revision, dtype, prefixes, windowTokens, dimensions: null, pooling };
}

/**
 * Reads them as the sentence-transformers library writes them. Where the file says nothing, an E5 model gets the prefixes
 * of its family and any other model none.
 */
async function readPrefixes(folder: string, name: string, remedy: string): Promise<EmbedderFolder['prefixes']> {
  const { prompts } = await readJson(folder, 'config_sentence_transformers.json', PROMPTS, remedy, { prompts: {} });
  const { _name_or_path: origin } = await readJson(folder, 'config.json', ORIGIN, remedy);
  const usual = usualPrefixes([name, path.posix.basename(origin)]);
  return {
    query: prompts['query'] ?? usual.query,
    passage: prompts['document'] ?? prompts['passage'] ?? usual.passage,
  };
}

function usualPrefixes(names: readonly string[]): EmbedderFolder['prefixes'] {
  if (!names.some((name) => E5.test(name))) return { query: '', passage: '' };
  return names.some((name) => /instruct/i.test(name)) ? E5_INSTRUCT_PREFIXES : E5_PREFIXES;
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

/** Returns the beginning of the SHA-256 of the files, one after the other. */
async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  // One buffer is reused: a stream would create as much garbage as the model is large.
  const buffer = Buffer.alloc(1 << 20);
  for (const file of files) {
    await using handle = await open(file);
    for (;;) {
      const { bytesRead } = await handle.read(buffer);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
