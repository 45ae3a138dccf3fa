import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { loadEnvFile } from 'node:process';
import { z } from 'zod';
import { ConfigError } from './errors.ts';
import { findGeneratorByUri } from './models/find-model.ts';

const PORT = z.coerce.number().int().min(1).max(65_535);
const MILLISECONDS = z.coerce.number().int().min(0).max(86_400_000);
const FLAG = z.enum(['true', 'false']).transform((word) => word === 'true');

/**
 * Every setting by its name in the environment. This file is the only one that reads the environment;
 * docs/configuration.md lists the same names (a test compares them).
 */
const SETTINGS = {
  /** The folder whose files are answered from. */
  ASKBOX_INBOX: z.string().min(1).default('./inbox'),
  /** Everything askbox itself writes: ledger, store, answers, keys, trash. Never inside the inbox. */
  ASKBOX_DATA: z.string().min(1).default('./data'),
  /** Where models are looked for. Default: `models` in ASKBOX_DATA. */
  ASKBOX_MODELS_DIR: z.string().min(1).optional(),

  /** Address the API listens on. Anything but loopback wants ASKBOX_API_KEY or ASKBOX_PUBLISHED_ON. */
  ASKBOX_HOST: z.string().min(1).default('127.0.0.1'),
  /** HTTP, WebSocket and playground, at /graphql. */
  ASKBOX_PORT: PORT.default(4000),
  ASKBOX_WATCHER_HOST: z.string().min(1).default('127.0.0.1'),
  ASKBOX_WATCHER_PORT: PORT.default(4001),
  /** Where the API finds the watcher. Default: http://ASKBOX_WATCHER_HOST:ASKBOX_WATCHER_PORT. */
  ASKBOX_WATCHER_URL: z.url().optional(),
  /** Clients send it as `Authorization: Bearer <key>`. None: everybody who reaches the port may ask. */
  ASKBOX_API_KEY: z.string().min(16, 'use at least 16 characters').optional(),
  /** The address that a container's port is published on by its host; a loopback address needs no key. */
  ASKBOX_PUBLISHED_ON: z.string().min(1).optional(),
  /** Host names, besides localhost and IP addresses, that a browser may use for this server; comma-separated. */
  ASKBOX_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((list) => list.split(',').flatMap((name) => name.trim() || [])),

  /** Which store holds the passages. Default: qdrant when QDRANT_URL is set, else sqlite. */
  ASKBOX_STORE: z.enum(['sqlite', 'qdrant']).optional(),
  /** Address of the Qdrant server; without a port its own, 6333. */
  QDRANT_URL: z.url({ protocol: /^https?$/ }).optional(),
  QDRANT_API_KEY: z.string().min(1).optional(),
  /** The collections in Qdrant are called <this>_chunks and <this>_documents. */
  ASKBOX_COLLECTION: z
    .string()
    .regex(/^[\w-]{1,200}$/, 'use letters, digits, _ and - only')
    .default('askbox'),
  /** Takes over collections that another askbox made; for one start. */
  ASKBOX_ADOPT: FLAG.default(false),
  /** Of a cluster; read when the collections are made. Default: as the server decides. */
  ASKBOX_QDRANT_SHARDS: z.coerce.number().int().min(1).max(1024).optional(),
  /** Copies of each shard. With more than one, reads want a majority of them. */
  ASKBOX_QDRANT_REPLICAS: z.coerce.number().int().min(1).max(64).optional(),
  /** How many copies have to confirm a write. */
  ASKBOX_QDRANT_WRITE_CONSISTENCY: z.coerce.number().int().min(1).max(64).optional(),

  /** `auto` (largest .gguf in the models folder that fits the free memory), `none`, the path of a .gguf file, or a `hf:` URI. */
  ASKBOX_MODEL: z.string().min(1).default('auto'),
  /** Threads for the model. Default: physical cores − 1, or all of them when the model is faster so. */
  ASKBOX_THREADS: z.coerce.number().int().min(1).max(256).optional(),
  /** Tokens that prompt and answer share. */
  ASKBOX_CONTEXT: z.coerce.number().int().min(512).max(131_072).default(4096),
  /** Answers that the model writes at once. Default: 2, on a graphics card 4. */
  ASKBOX_SEQUENCES: z.coerce.number().int().min(1).max(64).optional(),
  ASKBOX_GPU: z.enum(['auto', 'none', 'cuda', 'vulkan', 'metal']).default('auto'),
  /** Who may answer, in this order; an engine that cannot leaves it to the next. */
  ASKBOX_GENERATOR_ORDER: z
    .string()
    .default('local,remote,quotes')
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(['local', 'remote', 'quotes'])).min(1))
    .refine((names) => new Set(names).size === names.length, 'name each engine once'),
  /** An OpenAI-compatible endpoint, its path included, such as http://127.0.0.1:8080/v1. Without it nothing leaves this machine. */
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/^\w+:\/\/[^/]*@/.test(url), 'put the key into OPENAI_API_KEY, not into the address')
    .optional(),
  OPENAI_API_KEY: z.string().min(1).optional(),
  /** Default: the first model that the endpoint lists. */
  OPENAI_MODEL: z.string().min(1).optional(),
  /** How long an engine may take to its first word. Default: from the model's measured speed; 30,000 for a remote one. */
  ASKBOX_FIRST_TOKEN_MS: MILLISECONDS.min(1).optional(),
  /** How long an engine may pause between two words. */
  ASKBOX_IDLE_MS: MILLISECONDS.min(1).default(30_000),
  /** How long an answer goes on after its last reader's line broke. */
  ASKBOX_GRACE_MS: MILLISECONDS.default(30_000),

  /** `auto` (the default model, pulled in the background), `none`, a name of the catalogue or a model's folder. */
  ASKBOX_EMBEDDER: z.string().min(1).default('auto'),
  /** `none`, a name of the catalogue or a model's folder. */
  ASKBOX_RERANKER: z.string().min(1).default('none'),
  /** No network call of our own making, ever. */
  ASKBOX_OFFLINE: FLAG.default(false),
  /** The hub that models are pulled from, or a mirror of it. */
  HF_ENDPOINT: z.url({ protocol: /^https?$/ }).default('https://huggingface.co'),
  /** For models whose licence wants an account. */
  HF_TOKEN: z.string().min(1).optional(),
  /** The proxy that downloads go through. */
  HTTPS_PROXY: z.url().optional(),

  /** `auto` listens to file events where they arrive; `polling` only scans, every few seconds. */
  ASKBOX_WATCH: z.enum(['auto', 'polling']).default('auto'),
  /** A file is read once two scans, this far apart, find the same. */
  ASKBOX_QUIET_MS: MILLISECONDS.default(500),
  /** Larger files are FAILED, TOO_LARGE. */
  ASKBOX_MAX_FILE_MB: z.coerce.number().int().min(1).max(4096).default(100),

  /** Finished answers are kept this long; 0 keeps none beyond the running process. */
  ASKBOX_KEEP_ANSWERS_DAYS: z.coerce.number().int().min(0).max(36_500).default(90),
  ASKBOX_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
} as const;

export const SETTING_NAMES: readonly string[] = Object.keys(SETTINGS);

/** Where the Qdrant server is and which of its collections are ours. */
export interface QdrantConfig {
  readonly url: string;
  readonly apiKey: string | null;
  /** The collections are `<prefix>_chunks` and `<prefix>_documents`. */
  readonly collection: string;
  /** Takes over collections that another askbox made. */
  readonly isAdopting: boolean;
  /** Null: as the server decides, which is one. Only read when the collections are made. */
  readonly shards: number | null;
  readonly replicas: number | null;
  readonly writeConsistency: number | null;
}

/** An OpenAI-compatible endpoint. */
export interface RemoteConfig {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** Null: the first one that the endpoint lists. */
  readonly model: string | null;
}

/** Where models are pulled from. */
interface HubConfig {
  readonly endpoint: string;
  readonly token: string | null;
  /** URL of the proxy in between. */
  readonly proxy: string | null;
}

export interface Config {
  readonly inbox: string;
  readonly dataDir: string;
  readonly modelsDir: string;
  readonly host: string;
  readonly port: number;
  readonly watcherHost: string;
  readonly watcherPort: number;
  readonly watcherUrl: string;
  readonly apiKey: string | null;
  readonly allowedHosts: readonly string[];
  /** The Qdrant server that holds the passages; null: the embedded store does. */
  readonly qdrant: QdrantConfig | null;
  /** Names this installation to a store that others use as well; made at the first start. */
  readonly storeOwnerFile: string;
  /** SQLite file of the embedded store. */
  readonly storeFile: string;
  readonly ledgerFile: string;
  /** Titles and tags that people have set. */
  readonly detailsFile: string;
  /** Files that were deleted through the API. */
  readonly trashDir: string;
  readonly answersFile: string;
  /** Shared secret of the internal endpoint, made at the first start. */
  readonly internalKeyFile: string;
  /** `auto`, `none` or an absolute path. */
  readonly model: string;
  /** Where the hub has that model, which is pulled; null when a path names it. */
  readonly modelUri: string | null;
  /** Null: tried out when the model is loaded. */
  readonly threads: number | null;
  readonly contextTokens: number;
  /** Null: as the device allows that computes. */
  readonly sequences: number | null;
  readonly gpu: 'auto' | 'none' | 'cuda' | 'vulkan' | 'metal';
  /** Who may answer, in this order. */
  readonly generatorOrder: readonly ('local' | 'remote' | 'quotes')[];
  /** The OpenAI-compatible endpoint; null: nothing leaves this machine. */
  readonly remote: RemoteConfig | null;
  /** Null: from the model's measured speed. */
  readonly firstTokenMs: number | null;
  readonly idleMs: number;
  readonly graceMs: number;
  /** `auto`, `none`, a name of the catalogue or a folder's path. */
  readonly embedder: string;
  /** `none`, a name of the catalogue or a folder's path. */
  readonly reranker: string;
  readonly isOffline: boolean;
  readonly hub: HubConfig;
  readonly watch: 'auto' | 'polling';
  readonly quietMs: number;
  readonly maxFileBytes: number;
  readonly keepAnswersDays: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/**
 * Reads the settings of this process: the environment, and below it a `.env` in the working directory if there is one.
 * @throws ConfigError with all problems at once.
 */
export function loadConfig(): Config {
  if (existsSync('.env')) loadEnvFile('.env');
  return parseConfig(process.env, process.cwd());
}

/**
 * @param environment names and values; an empty value counts as not set; names that are neither ours nor begin as ours do are ignored.
 * @param baseDir relative paths start here.
 * @throws ConfigError with all problems at once, unknown ASKBOX_ names among them.
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>, baseDir: string): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) => (name.startsWith('ASKBOX_') || SETTING_NAMES.includes(name)) && value !== '',
    ),
  );
  const parsed = z.strictObject(SETTINGS).safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap(sentencesOf));
  const settings = parsed.data;

  const absolute = (file: string): string => path.resolve(baseDir, file);
  const inbox = absolute(settings.ASKBOX_INBOX);
  const dataDir = absolute(settings.ASKBOX_DATA);
  const problems: string[] = [];
  if (isInside(dataDir, inbox)) {
    problems.push(
      `ASKBOX_DATA (${dataDir}) lies inside ASKBOX_INBOX (${inbox}); askbox would read its own files, choose another folder`,
    );
  }
  if (!isLoopback(settings.ASKBOX_PUBLISHED_ON ?? settings.ASKBOX_HOST) && settings.ASKBOX_API_KEY === undefined) {
    problems.push(
      `ASKBOX_HOST is ${settings.ASKBOX_HOST}, which other machines can reach; set ASKBOX_API_KEY, or ASKBOX_PUBLISHED_ON=127.0.0.1 when a container publishes the port on loopback only`,
    );
  }
  if (settings.ASKBOX_PORT === settings.ASKBOX_WATCHER_PORT && settings.ASKBOX_HOST === settings.ASKBOX_WATCHER_HOST) {
    problems.push(`ASKBOX_PORT and ASKBOX_WATCHER_PORT are both ${settings.ASKBOX_PORT}; choose two ports`);
  }
  const store = settings.ASKBOX_STORE ?? (settings.QDRANT_URL === undefined ? 'sqlite' : 'qdrant');
  if (store === 'qdrant' && settings.QDRANT_URL === undefined) {
    problems.push(
      'ASKBOX_STORE is qdrant, but QDRANT_URL is not set; set it to the address of the server, such as http://127.0.0.1:6333',
    );
  }
  const modelsDir = absolute(settings.ASKBOX_MODELS_DIR ?? path.join(dataDir, 'models'));
  if (existsSync(modelsDir) && !isReadableFolder(modelsDir)) {
    problems.push(`ASKBOX_MODELS_DIR, ${modelsDir}, is not a folder that can be read; name another one`);
  }
  const modelUri = settings.ASKBOX_MODEL.startsWith('hf:') ? settings.ASKBOX_MODEL : null;
  const model = placeOfModel(settings.ASKBOX_MODEL, modelsDir, absolute);
  if (model === undefined) {
    problems.push(`ASKBOX_MODEL is ${modelUri}; write hf:user/repo:QUANTIZATION or hf:user/repo/file.gguf`);
  } else if (modelUri === null && !['auto', 'none'].includes(model) && !existsSync(model)) {
    problems.push(`ASKBOX_MODEL names ${model}, which does not exist; give the path of a .gguf file, auto or none`);
  }
  if (problems.length > 0 || model === undefined) throw new ConfigError(problems);

  return {
    inbox,
    dataDir,
    modelsDir,
    host: settings.ASKBOX_HOST,
    port: settings.ASKBOX_PORT,
    watcherHost: settings.ASKBOX_WATCHER_HOST,
    watcherPort: settings.ASKBOX_WATCHER_PORT,
    watcherUrl: settings.ASKBOX_WATCHER_URL ?? `http://${settings.ASKBOX_WATCHER_HOST}:${settings.ASKBOX_WATCHER_PORT}`,
    apiKey: settings.ASKBOX_API_KEY ?? null,
    allowedHosts: settings.ASKBOX_ALLOWED_HOSTS,
    qdrant:
      store === 'sqlite' || settings.QDRANT_URL === undefined
        ? null
        : {
            url: settings.QDRANT_URL,
            apiKey: settings.QDRANT_API_KEY ?? null,
            collection: settings.ASKBOX_COLLECTION,
            isAdopting: settings.ASKBOX_ADOPT,
            shards: settings.ASKBOX_QDRANT_SHARDS ?? null,
            replicas: settings.ASKBOX_QDRANT_REPLICAS ?? null,
            writeConsistency: settings.ASKBOX_QDRANT_WRITE_CONSISTENCY ?? null,
          },
    storeOwnerFile: path.join(dataDir, 'store-owner.id'),
    storeFile: path.join(dataDir, 'store.db'),
    ledgerFile: path.join(dataDir, 'ledger.db'),
    detailsFile: path.join(dataDir, 'details.json'),
    trashDir: path.join(dataDir, 'trash'),
    answersFile: path.join(dataDir, 'answers.db'),
    internalKeyFile: path.join(dataDir, 'internal.key'),
    model,
    modelUri,
    threads: settings.ASKBOX_THREADS ?? null,
    contextTokens: settings.ASKBOX_CONTEXT,
    sequences: settings.ASKBOX_SEQUENCES ?? null,
    gpu: settings.ASKBOX_GPU,
    generatorOrder: settings.ASKBOX_GENERATOR_ORDER,
    remote:
      settings.OPENAI_BASE_URL === undefined
        ? null
        : {
            baseUrl: settings.OPENAI_BASE_URL,
            apiKey: settings.OPENAI_API_KEY ?? null,
            model: settings.OPENAI_MODEL ?? null,
          },
    firstTokenMs: settings.ASKBOX_FIRST_TOKEN_MS ?? null,
    idleMs: settings.ASKBOX_IDLE_MS,
    graceMs: settings.ASKBOX_GRACE_MS,
    embedder: settings.ASKBOX_EMBEDDER,
    reranker: settings.ASKBOX_RERANKER,
    isOffline: settings.ASKBOX_OFFLINE,
    hub: {
      endpoint: settings.HF_ENDPOINT.replace(/\/+$/, ''),
      token: settings.HF_TOKEN ?? null,
      proxy: settings.HTTPS_PROXY ?? null,
    },
    watch: settings.ASKBOX_WATCH,
    quietMs: settings.ASKBOX_QUIET_MS,
    maxFileBytes: settings.ASKBOX_MAX_FILE_MB * 1024 * 1024,
    keepAnswersDays: settings.ASKBOX_KEEP_ANSWERS_DAYS,
    logLevel: settings.ASKBOX_LOG,
  };
}

function isReadableFolder(folder: string): boolean {
  try {
    readdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** What the setting stands for; undefined for a URI that nobody can read. A URI's file has its place before it is there. */
function placeOfModel(setting: string, modelsDir: string, absolute: (file: string) => string): string | undefined {
  if (setting === 'auto' || setting === 'none') return setting;
  if (!setting.startsWith('hf:')) return absolute(setting);
  const generator = findGeneratorByUri(setting);
  return generator && path.join(modelsDir, generator.fileName);
}

/** Whether an address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function isInside(child: string, parent: string): boolean {
  const relative = path.relative(parent, child);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}

function sentencesOf(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => `${name} is not a setting; ${nearest(name)}`);
  }
  return [`${issue.path.join('.')} is not valid: ${issue.message}; see docs/configuration.md`];
}

function nearest(name: string): string {
  const ranked = SETTING_NAMES.map((known) => ({ known, distance: editDistance(name, known) })).toSorted(
    (a, b) => a.distance - b.distance,
  );
  const best = ranked[0]!;
  return best.distance <= 4 ? `did you mean ${best.known}?` : 'see docs/configuration.md for the names';
}

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replace));
    }
    row = next;
  }
  return row[b.length]!;
}
