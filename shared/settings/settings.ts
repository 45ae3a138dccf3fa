import { z } from 'zod';

/** The folder that is created if it is missing. */
export const DEFAULT_INBOX = './inbox';
const PORT = z.coerce.number().int().min(1).max(65_535);
const MILLISECONDS = z.coerce.number().int().min(0).max(86_400_000);
const FLAG = z.enum(['true', 'false']).transform((word) => word === 'true');

/**
 * Every setting by its name in the environment, each with its default. Only config.ts reads the environment;
 * docs/configuration.md lists the same names (a test compares them).
 */
export const SETTINGS = {
  /** The folder whose files are used to answer questions. Any other than the default has to exist at the first start. */
  ASKBOX_INBOX: z.string().min(1).default(DEFAULT_INBOX),
  /** Folder for everything askbox itself writes: ledger, store, answers, keys, trash. Must not be inside the inbox. */
  ASKBOX_DATA: z.string().min(1).default('./data'),
  /** Folder where models are stored and looked for. Default: `models` in ASKBOX_DATA. */
  ASKBOX_MODELS_DIR: z.string().min(1).optional(),

  /** Address the API listens on. Any address other than loopback requires ASKBOX_API_KEY or ASKBOX_PUBLISHED_ON. */
  ASKBOX_HOST: z.string().min(1).default('127.0.0.1'),
  /** Port for HTTP, WebSocket and the playground, all at /graphql. */
  ASKBOX_PORT: PORT.default(4000),
  /** Address the watcher's internal endpoint listens on. */
  ASKBOX_WATCHER_HOST: z.string().min(1).default('127.0.0.1'),
  /** Port of the watcher's internal endpoint. */
  ASKBOX_WATCHER_PORT: PORT.default(4001),
  /** URL at which the API reaches the watcher. Default: http://ASKBOX_WATCHER_HOST:ASKBOX_WATCHER_PORT. */
  ASKBOX_WATCHER_URL: z.url().optional(),
  /** Clients send it as `Authorization: Bearer <key>`. Default: none, every client that reaches the port may ask. */
  ASKBOX_API_KEY: z.string().min(16, 'use at least 16 characters').optional(),
  /**
   * The host's address on which a container's port is published; with a loopback address no key is required. Default:
   * the port is reachable wherever ASKBOX_HOST is.
   */
  ASKBOX_PUBLISHED_ON: z.string().min(1).optional(),
  /** Whether MCP clients may add documents. */
  ASKBOX_MCP_WRITE: FLAG.default(false),
  /** Host names that browsers may use for this server, in addition to localhost and IP addresses; comma-separated. */
  ASKBOX_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((list) => list.split(',').flatMap((name) => name.trim() || [])),

  /** Where passages are stored. Default: qdrant if QDRANT_URL is set, else sqlite. */
  ASKBOX_STORE: z.enum(['sqlite', 'qdrant']).optional(),
  /** URLs of the nodes of one Qdrant cluster, or of a single server; comma-separated, default port 6333. Default: none. */
  QDRANT_URL: z
    .string()
    .transform((list) => [...new Set(list.split(',').flatMap((url) => url.trim() || []))])
    .pipe(
      z
        .array(z.url({ protocol: /^https?$/ }))
        .min(1)
        .max(16),
    )
    .optional(),
  /** API key of the Qdrant server. Default: none. */
  QDRANT_API_KEY: z.string().min(1).optional(),
  /** Prefix of the collections in Qdrant: <prefix>_chunks and <prefix>_documents. */
  ASKBOX_COLLECTION: z
    .string()
    .regex(/^[\w-]{1,200}$/, 'use letters, digits, _ and - only')
    .default('askbox'),
  /** Takes over collections made by another askbox; meant for one start. */
  ASKBOX_ADOPT: FLAG.default(false),
  /**
   * Shards of each collection in a cluster; read only when the collections are created. Default: decided by the server.
   */
  ASKBOX_QDRANT_SHARDS: z.coerce.number().int().min(1).max(1024).optional(),
  /** Copies of each shard; read only when the collections are created. Default: decided by the server. */
  ASKBOX_QDRANT_REPLICAS: z.coerce.number().int().min(1).max(64).optional(),
  /**
   * Number of copies that must confirm a write; read only when the collections are created. Default: decided by the
   * server.
   */
  ASKBOX_QDRANT_WRITE_CONSISTENCY: z.coerce.number().int().min(1).max(64).optional(),

  /**
   * `auto` (the largest .gguf in the models folder that answers and has room), `none`, the path of a .gguf file, or an
   * `hf:` URI.
   */
  ASKBOX_MODEL: z.string().min(1).default('auto'),
  /** Threads that models compute with. Default: physical cores − 1, or for the Llama all of them if that is faster. */
  ASKBOX_THREADS: z.coerce.number().int().min(1).max(256).optional(),
  /** Tokens shared by a prompt and its answer. */
  ASKBOX_CONTEXT: z.coerce.number().int().min(512).max(131_072).default(4096),
  /** Answers that the model writes at the same time; further ones wait. Default: 2, or 4 on a graphics card. */
  ASKBOX_SEQUENCES: z.coerce.number().int().min(1).max(64).optional(),
  /** What the model computes on; `auto` takes the best that is available, `none` the processor. */
  ASKBOX_GPU: z.enum(['auto', 'none', 'cuda', 'vulkan', 'metal']).default('auto'),
  /**
   * The engines that may answer, comma-separated, in order of preference; if one fails or is too slow, the next one
   * takes over.
   */
  ASKBOX_GENERATOR_ORDER: z
    .string()
    .default('local,remote,quotes')
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(['local', 'remote', 'quotes'])).min(1))
    .refine((names) => new Set(names).size === names.length, 'name each engine once'),
  /**
   * An OpenAI-compatible endpoint, including its path, such as http://127.0.0.1:8080/v1. Default: none, nothing leaves
   * this machine.
   */
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/^\w+:\/\/[^/]*@/.test(url), 'put the key into OPENAI_API_KEY, not into the URL')
    .optional(),
  /** API key of the endpoint; alone it sends nothing. Default: none. */
  OPENAI_API_KEY: z.string().min(1).optional(),
  /** The model to use at the endpoint. Default: the first one that it lists. */
  OPENAI_MODEL: z.string().min(1).optional(),
  /**
   * What is wished of all answers, such as their tone, at most 2,000 characters; models read it after our own rules,
   * which it cannot replace. Default: none.
   */
  ASKBOX_INSTRUCTIONS: z.string().trim().max(2000, 'shorten it to at most 2000 characters').optional(),
  /**
   * Whether models that can think do so before they answer. `auto`: not on this machine, and at the endpoint as it is set
   * there.
   */
  ASKBOX_THINKING: z.enum(['auto', 'on', 'off']).default('auto'),
  /**
   * How long an engine may take to produce its first word, in milliseconds. Default: from the model's measured speed;
   * 30,000 for the endpoint.
   */
  ASKBOX_FIRST_TOKEN_MS: MILLISECONDS.min(1).optional(),
  /** How long an engine may pause between two words, in milliseconds. */
  ASKBOX_IDLE_MS: MILLISECONDS.min(1).default(30_000),
  /** How long an answer keeps running after its last reader's connection dropped, in milliseconds. */
  ASKBOX_GRACE_MS: MILLISECONDS.default(30_000),

  /**
   * The embedding model: `auto` (the default model, pulled in the background), `none`, a name of the catalogue or a
   * folder.
   */
  ASKBOX_EMBEDDER: z.string().min(1).default('auto'),
  /** The model that reorders the best passages: `none`, a name of the catalogue or a folder. */
  ASKBOX_RERANKER: z.string().min(1).default('none'),
  /** Whether askbox makes no network calls of its own. */
  ASKBOX_OFFLINE: FLAG.default(false),
  /** URL of the hub that models are pulled from, or of a mirror. */
  HF_ENDPOINT: z.url({ protocol: /^https?$/ }).default('https://huggingface.co'),
  /** Access token for models whose licence requires an account. Default: none. */
  HF_TOKEN: z.string().min(1).optional(),
  /** URL of the proxy for downloads. Default: none. */
  HTTPS_PROXY: z.url().optional(),

  /** `auto` listens for file events and also scans; `polling` only scans, every few seconds. */
  ASKBOX_WATCH: z.enum(['auto', 'polling']).default('auto'),
  /** A file is read once two scans, this many milliseconds apart, find the same. */
  ASKBOX_QUIET_MS: MILLISECONDS.default(500),
  /** Larger files become FAILED with the code TOO_LARGE. In MiB. */
  ASKBOX_MAX_FILE_MB: z.coerce.number().int().min(1).max(4096).default(100),
  /** `auto` recognises the text of scans and pictures (OCR); `off` does not. */
  ASKBOX_OCR: z.enum(['auto', 'off']).default('auto'),
  /** What becomes of text that readers do not see, such as white on white: it is left out and counted, or read as any other. */
  ASKBOX_HIDDEN_TEXT: z.enum(['leave-out', 'read']).default('leave-out'),
  /** Whether the page that a link file (.url, .webloc, .desktop) leads to is fetched and read as its text. */
  ASKBOX_FETCH_LINKS: FLAG.default(false),

  /** How many days finished answers are kept; 0 keeps none beyond a restart. */
  ASKBOX_KEEP_ANSWERS_DAYS: z.coerce.number().int().min(0).max(36_500).default(90),
  /** How many days deleted documents stay in the trash; 0 deletes their files at once. */
  ASKBOX_KEEP_TRASH_DAYS: z.coerce.number().int().min(0).max(36_500).default(30),
  /** An id that `/healthz` of both services returns; `npm start` sets it to recognise its own. Default: none. */
  ASKBOX_INSTANCE: z.string().min(1).optional(),
  /** URL of an OpenTelemetry collector, without `/v1/traces`, to which spans are sent over HTTP. Default: none are made. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** Headers for the collector, as `name=value`, comma-separated, with values percent-encoded. Default: none. */
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .regex(/^\s*[^\s=,]+=[^,]*(,\s*[^\s=,]+=[^,]*)*$/, 'write name=value, comma-separated')
    .optional(),
  /** The least severe level that is logged. */
  ASKBOX_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
} as const;

/** The names of all settings. */
export const SETTING_NAMES: readonly string[] = Object.keys(SETTINGS);
