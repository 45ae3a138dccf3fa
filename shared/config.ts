import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { loadEnvFile } from 'node:process';
import { z } from 'zod';
import { ConfigError } from './errors.ts';
import { findGeneratorByUri } from './models/find-model.ts';
import { problemsOf } from './settings/problems.ts';
import { DEFAULT_INBOX, SETTING_NAMES, SETTINGS } from './settings/settings.ts';

/** Where the Qdrant server is, and which of its collections are ours. */
export interface QdrantConfig {
  /** Addresses of the nodes of one cluster, at least one, in the order in which they are tried. */
  readonly urls: readonly string[];
  /** Null: none is sent. */
  readonly apiKey: string | null;
  /** Prefix of the collections, `<prefix>_chunks` and `<prefix>_documents`. Default: askbox. */
  readonly collection: string;
  /** Whether to take over collections made by another askbox. Default: false. */
  readonly isAdopting: boolean;
  /**
   * Shards of each collection. Null: decided by the server, which takes one. Read only when the collections are
   * created.
   */
  readonly shards: number | null;
  /** Copies of each shard. Null: decided by the server, which takes one. Read only when the collections are created. */
  readonly replicas: number | null;
  /**
   * Number of copies that must confirm a write. Null: decided by the server. Read only when the collections are
   * created.
   */
  readonly writeConsistency: number | null;
}

/** An OpenAI-compatible endpoint. */
export interface RemoteConfig {
  /** Includes the path, such as http://127.0.0.1:8080/v1. */
  readonly baseUrl: string;
  /** Null: none is sent. */
  readonly apiKey: string | null;
  /** Null: the first one that the endpoint lists. */
  readonly model: string | null;
}

/** An OpenTelemetry collector. */
interface OtlpConfig {
  /** URL without `/v1/traces` and without a trailing slash. */
  readonly endpoint: string;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Where models are pulled from. */
interface HubConfig {
  /** URL of the hub or a mirror, without a trailing slash. Default: https://huggingface.co. */
  readonly endpoint: string;
  /** Access token. Null: none is sent. */
  readonly token: string | null;
  /** URL of the proxy for downloads. Null: a direct connection. */
  readonly proxy: string | null;
}

/** The settings of a process, checked. All paths are absolute. docs/configuration.md explains each setting. */
export interface Config {
  /** Folder whose files are used to answer questions. Default: `inbox` in the working directory. */
  readonly inbox: string;
  /** Folder for everything askbox itself writes. Default: `data` in the working directory. */
  readonly dataDir: string;
  /** Folder where models are stored and looked for. Default: `models` in `dataDir`. */
  readonly modelsDir: string;
  /** Address the API listens on. Default: 127.0.0.1. */
  readonly host: string;
  /** Port of the API. Default: 4000. */
  readonly port: number;
  /** Address the watcher's internal endpoint listens on. Default: 127.0.0.1. */
  readonly watcherHost: string;
  /** Port of the watcher's internal endpoint. Default: 4001. */
  readonly watcherPort: number;
  /** URL at which the API reaches the watcher. Default: from `watcherHost` and `watcherPort`. */
  readonly watcherUrl: string;
  /** Key that clients of the API must send. Null: no key is required. */
  readonly apiKey: string | null;
  /** Host names that browsers may use for this server, in addition to localhost and IP addresses. Default: none. */
  readonly allowedHosts: readonly string[];
  /** Whether MCP clients may add documents. Default: false. */
  readonly mcpWrites: boolean;
  /** The Qdrant server that holds the passages. Null: the embedded store does. */
  readonly qdrant: QdrantConfig | null;
  /** File with the id of this installation for a store that others use as well; created at the first start. */
  readonly storeOwnerFile: string;
  /** SQLite file of the embedded store. */
  readonly storeFile: string;
  /** SQLite file of the watcher's ledger. */
  readonly ledgerFile: string;
  /** SQLite file with the titles and tags that people have set. */
  readonly detailsFile: string;
  /** Folder for the files that were removed through the API. */
  readonly trashDir: string;
  /** Folder for the pages that were recognised of documents that are not done yet. */
  readonly recognizedDir: string;
  /** Empty file that exists while a document is being erased. */
  readonly erasingFile: string;
  /** SQLite file of the saved answers. */
  readonly answersFile: string;
  /** File with the shared secret of the internal endpoint; created at the first start. */
  readonly internalKeyFile: string;
  /** `auto`, `none` or the absolute path of a .gguf file. Default: auto. */
  readonly model: string;
  /** The `hf:` URI that the model is pulled from. Null: the setting is `auto`, `none` or a path. */
  readonly modelUri: string | null;
  /**
   * Threads that models compute with. Null: for the Llama, all physical cores while no other program needs one and that
   * is faster, else one fewer; for other models, all cores but one.
   */
  readonly threads: number | null;
  /** Tokens shared by a prompt and its answer. Default: 4096. */
  readonly contextTokens: number;
  /** Answers that the model writes at the same time. Null: 2; on a graphics card up to 4, as measured there. */
  readonly sequences: number | null;
  /** What the model computes on. Default: auto. */
  readonly gpu: 'auto' | 'none' | 'cuda' | 'vulkan' | 'metal';
  /** The engines that may answer, in order of preference. Default: local, remote, quotes. */
  readonly generatorOrder: readonly ('local' | 'remote' | 'quotes')[];
  /** The OpenAI-compatible endpoint. Null: nothing leaves this machine. */
  readonly remote: RemoteConfig | null;
  /** What is wished of all answers. Null: nothing. */
  readonly instructions: string | null;
  /**
   * Whether models that can think do so before they answer. `auto`: not on this machine, and at the endpoint as it is set
   * there. Default: auto.
   */
  readonly thinking: 'auto' | 'on' | 'off';
  /**
   * How long an engine may take to produce its first word, in milliseconds. Null: from the model's measured speed;
   * 30,000 for the endpoint.
   */
  readonly firstTokenMs: number | null;
  /** How long an engine may pause between two words, in milliseconds. Default: 30,000. */
  readonly idleMs: number;
  /** How long an answer keeps running after its last reader's connection dropped, in milliseconds. Default: 30,000. */
  readonly graceMs: number;
  /** `auto`, `none`, a name of the catalogue or the path of a folder. Default: auto. */
  readonly embedder: string;
  /** `none`, a name of the catalogue or the path of a folder. Default: none. */
  readonly reranker: string;
  /** Whether askbox makes no network calls of its own. Default: false. */
  readonly isOffline: boolean;
  /** Where models are pulled from. */
  readonly hub: HubConfig;
  /** The collector that spans are sent to. Null: none are made. */
  readonly otlp: OtlpConfig | null;
  /** How changes of the inbox are noticed: by file events and scans, or by scans alone. Default: auto. */
  readonly watch: 'auto' | 'polling';
  /** How long a file must not change before it is read, in milliseconds. Default: 500. */
  readonly quietMs: number;
  /** Larger files become FAILED. Default: 100 MiB. */
  readonly maxFileBytes: number;
  /** Whether the text of scans and pictures is recognised. Default: true. */
  readonly recognizesText: boolean;
  /** Whether text that readers do not see is read as any other. Default: false. */
  readonly readsHidden: boolean;
  /** Whether the pages that link files lead to are fetched. Default: false. */
  readonly fetchesLinks: boolean;
  /** How many days finished answers are kept; 0 keeps the last 200 in memory until the API stops. Default: 90. */
  readonly keepAnswersDays: number;
  /** How many days deleted documents stay in the trash; 0 deletes their files at once. Default: 30. */
  readonly keepTrashDays: number;
  /** An id that `/healthz` returns, by which `npm start` recognises its own services. Null: none. */
  readonly instance: string | null;
  /** The least severe level that is logged. Default: info. */
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/**
 * Reads the settings of this process from the environment, and from `.env` in the working directory if there is one;
 * the environment wins.
 * @throws ConfigError with all problems at once.
 */
export function loadConfig(): Config {
  if (existsSync('.env')) loadEnvFile('.env');
  return parseConfig(process.env, process.cwd());
}

/**
 * Checks settings and completes them with defaults.
 * @param environment names and values. An empty value counts as not set. Names that are neither settings nor begin with
 * `ASKBOX_` are ignored.
 * @param baseDir the folder that relative paths start from.
 * @throws ConfigError with all problems at once, including unknown names that begin with `ASKBOX_`.
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>, baseDir: string): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) => (name.startsWith('ASKBOX_') || SETTING_NAMES.includes(name)) && value !== '',
    ),
  );
  const parsed = z.strictObject(SETTINGS).safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap(problemsOf));
  const settings = parsed.data;

  const absolute = (file: string): string => path.resolve(baseDir, file);
  const inbox = absolute(settings.ASKBOX_INBOX);
  const dataDir = absolute(settings.ASKBOX_DATA);
  const ledgerFile = path.join(dataDir, 'ledger.db');
  const problems: string[] = [];
  const inboxKind = statSync(inbox, { throwIfNoEntry: false });
  if (inboxKind !== undefined && !inboxKind.isDirectory()) {
    problems.push(`ASKBOX_INBOX, ${inbox}, is a file; set it to the folder that the file is in, or to another folder`);
  }
  // Only before the first start: a folder that has been read may be on a disk that is not mounted yet, which the watcher
  // waits for. The default folder is created.
  if (inboxKind === undefined && settings.ASKBOX_INBOX !== DEFAULT_INBOX && !existsSync(ledgerFile)) {
    problems.push(`ASKBOX_INBOX, ${inbox}, does not exist; correct the path, or create the folder and start again`);
  }
  if (isInside(dataDir, inbox)) {
    problems.push(
      `ASKBOX_DATA (${dataDir}) is inside ASKBOX_INBOX (${inbox}), so askbox would read its own files; choose another folder for one of them`,
    );
  }
  if (!isLoopback(settings.ASKBOX_PUBLISHED_ON ?? settings.ASKBOX_HOST) && settings.ASKBOX_API_KEY === undefined) {
    problems.push(
      `ASKBOX_HOST is ${settings.ASKBOX_HOST}, which other machines can reach; set ASKBOX_API_KEY, or ASKBOX_PUBLISHED_ON=127.0.0.1 if a container publishes the port on loopback only`,
    );
  }
  if (settings.ASKBOX_PORT === settings.ASKBOX_WATCHER_PORT && settings.ASKBOX_HOST === settings.ASKBOX_WATCHER_HOST) {
    problems.push(`ASKBOX_PORT and ASKBOX_WATCHER_PORT are both ${settings.ASKBOX_PORT}; choose two different ports`);
  }
  const store = settings.ASKBOX_STORE ?? (settings.QDRANT_URL === undefined ? 'sqlite' : 'qdrant');
  if (store === 'qdrant' && settings.QDRANT_URL === undefined) {
    problems.push(
      'ASKBOX_STORE is qdrant, but QDRANT_URL is not set; set it to the URL of the server, such as http://127.0.0.1:6333',
    );
  }
  const modelsDir = absolute(settings.ASKBOX_MODELS_DIR ?? path.join(dataDir, 'models'));
  if (existsSync(modelsDir) && !isReadableFolder(modelsDir)) {
    problems.push(
      `ASKBOX_MODELS_DIR, ${modelsDir}, is not a folder that can be read; allow this user to read it, or choose another folder`,
    );
  }
  const modelUri = settings.ASKBOX_MODEL.startsWith('hf:') ? settings.ASKBOX_MODEL : null;
  const model = resolveModel(settings.ASKBOX_MODEL, modelsDir, absolute);
  if (model === undefined) {
    problems.push(
      `ASKBOX_MODEL is ${modelUri}, which is not a valid hf: URI; write hf:user/repo:QUANTIZATION or hf:user/repo/file.gguf`,
    );
  } else if (modelUri === null && !['auto', 'none'].includes(model) && !existsSync(model)) {
    problems.push(`ASKBOX_MODEL is ${model}, which does not exist; set it to the path of a .gguf file, auto or none`);
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
    mcpWrites: settings.ASKBOX_MCP_WRITE,
    qdrant:
      store === 'sqlite' || settings.QDRANT_URL === undefined
        ? null
        : {
            urls: settings.QDRANT_URL,
            apiKey: settings.QDRANT_API_KEY ?? null,
            collection: settings.ASKBOX_COLLECTION,
            isAdopting: settings.ASKBOX_ADOPT,
            shards: settings.ASKBOX_QDRANT_SHARDS ?? null,
            replicas: settings.ASKBOX_QDRANT_REPLICAS ?? null,
            writeConsistency: settings.ASKBOX_QDRANT_WRITE_CONSISTENCY ?? null,
          },
    storeOwnerFile: path.join(dataDir, 'store-owner.id'),
    storeFile: path.join(dataDir, 'store.db'),
    ledgerFile,
    detailsFile: path.join(dataDir, 'details.db'),
    trashDir: path.join(dataDir, 'trash'),
    recognizedDir: path.join(dataDir, 'recognized'),
    erasingFile: path.join(dataDir, 'erasing'),
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
    instructions: settings.ASKBOX_INSTRUCTIONS ?? null,
    thinking: settings.ASKBOX_THINKING,
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
    otlp:
      settings.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? null
        : {
            endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/+$/, ''),
            headers: parseHeaders(settings.OTEL_EXPORTER_OTLP_HEADERS ?? ''),
          },
    watch: settings.ASKBOX_WATCH,
    quietMs: settings.ASKBOX_QUIET_MS,
    maxFileBytes: settings.ASKBOX_MAX_FILE_MB * 1024 * 1024,
    recognizesText: settings.ASKBOX_OCR === 'auto',
    fetchesLinks: settings.ASKBOX_FETCH_LINKS,
    readsHidden: settings.ASKBOX_HIDDEN_TEXT === 'read',
    keepAnswersDays: settings.ASKBOX_KEEP_ANSWERS_DAYS,
    keepTrashDays: settings.ASKBOX_KEEP_TRASH_DAYS,
    instance: settings.ASKBOX_INSTANCE ?? null,
    logLevel: settings.ASKBOX_LOG,
  };
}

/** Parses `name=value,name=value`. A value that is not percent-encoded as it should be is taken as it is. */
function parseHeaders(text: string): Readonly<Record<string, string>> {
  const decoded = (value: string): string => {
    try {
      return decodeURIComponent(value);
    } catch {
      return value;
    }
  };
  const pairs = text.split(',').map((pair) => pair.trim());
  const named = pairs.flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 1 ? [] : [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(named);
}

function isReadableFolder(folder: string): boolean {
  try {
    readdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns `auto`, `none` or a path, which for a URI is where the file will be once it is pulled; undefined for a URI
 * that is not valid.
 */
function resolveModel(setting: string, modelsDir: string, absolute: (file: string) => string): string | undefined {
  if (setting === 'auto' || setting === 'none') return setting;
  if (!setting.startsWith('hf:')) return absolute(setting);
  const generator = findGeneratorByUri(setting);
  return generator && path.join(modelsDir, generator.fileName);
}

/** Whether an address can be reached from this machine only. @param host a host name or IP address, without a port. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Whether an absolute path is a folder or lies in it, by the names alone. */
export function isInside(child: string, parent: string): boolean {
  const relative = path.relative(parent, child);
  return relative === '' || (relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative));
}
