import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, vi } from 'vitest';
import { parseConfig, type Config } from '#shared/config.ts';
import { silentLog } from '#shared/log.ts';
import { openStoreReader, openStoreWriter } from '#shared/store/open-store.ts';
import type { StoreReader, StoreWriter } from '#shared/store/store.ts';
import { queryVector } from '#shared/text/sparse.ts';
import { openRecognizedPages, type RecognizedPages } from '../read/recognized-pages.ts';
import { openExtractor, type Extractor } from '../read/extractor.ts';
import type { FetchPage } from '../ingest-link.ts';
import { ingest } from '../ingest.ts';
import { InboxLoop } from '../inbox-loop.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { LedgerDocument } from '../ledger/document.ts';
import { watchInbox } from '../scan/watch-inbox.ts';

// A watcher like that of main.ts, in temporary folders, for tests.

/** A guard against hanging, never a measurement. */
export const WAIT = { timeout: 25_000, interval: 20 };
const LIMITS = { quietMs: 20, goneMs: 20, racyMs: 50 };

/** A watcher's loop and the ledger it works with. */
export interface RunningLoop extends AsyncDisposable {
  readonly ledger: Ledger;
  readonly store: StoreWriter;
  readonly recognizedPages: RecognizedPages;
  readonly loop: InboxLoop;
  /** How many files the extractor was asked to read. */
  readonly reads: () => number;
}

/** What a test may put between the loop and its parts. */
interface Wraps {
  /** Default: false. */
  readonly readsHidden?: boolean;
  /** Fetches the pages that link files lead to. Default: they are not fetched. */
  readonly fetchPage?: FetchPage;
  /** Receives the address of each page that was fetched. */
  readonly onPageFetched?: (path: string, url: string) => void;
  /** Default: that of the product, without spans. */
  readonly ingest?: typeof ingest;
  readonly store?: (store: StoreWriter) => StoreWriter;
  readonly extractor?: (extractor: Extractor) => Extractor;
  readonly ledger?: (ledger: Ledger) => Ledger;
}

/** Temporary folders of a watcher, and the one that runs in them. Disposing stops it and deletes them. */
export interface LoopFolders extends AsyncDisposable {
  readonly config: Config;
  /** The path of a file in the inbox. */
  readonly file: (name: string) => string;
  /** Writes a file into the inbox, and the folders above it. */
  readonly drop: (name: string, text: string) => void;
  /** Starts a watcher; `stop` or the end of the test stops it. */
  readonly start: (wraps?: Wraps) => Promise<RunningLoop>;
  readonly stop: () => Promise<void>;
  /** The paths of the documents that a keyword search finds. */
  readonly search: (question: string) => Promise<readonly string[]>;
  /** To be called while no watcher runs. */
  readonly deleteStore: () => Promise<void>;
  readonly deleteLedger: () => void;
}

/** Creates the folders; nothing runs in them until `start`. */
export async function makeLoopFolders(): Promise<LoopFolders> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-loop-'));
  const config = parseConfig({ ASKBOX_DATA: path.join(folder, 'data') }, folder);
  mkdirSync(config.inbox);
  mkdirSync(config.dataDir);
  let reader: StoreReader | undefined;
  let running: RunningLoop | undefined;

  const file = (name: string): string => path.join(config.inbox, name);
  const stop = async (): Promise<void> => {
    await running?.[Symbol.asyncDispose]();
    running = undefined;
  };
  const closeReader = async (): Promise<void> => {
    await reader?.[Symbol.asyncDispose]();
    reader = undefined;
  };
  const deleteDatabase = (database: string): void => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(database + suffix, { force: true });
  };
  return {
    config,
    file,
    drop: (name, text) => {
      mkdirSync(path.dirname(file(name)), { recursive: true });
      writeFileSync(file(name), text);
    },
    start: async (wraps) => (running = await startLoop(config, wraps)),
    stop,
    search: async (question) => {
      reader ??= await openStoreReader(config);
      const { sparse } = await reader.search({ sparse: queryVector(question), limit: 5 });
      return sparse.flatMap((hit) => hit.documents.map((document) => document.path));
    },
    deleteStore: async () => {
      await closeReader();
      deleteDatabase(config.storeFile);
    },
    deleteLedger: () => deleteDatabase(config.ledgerFile),
    [Symbol.asyncDispose]: async () => {
      await stop();
      await closeReader();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startLoop(config: Config, wraps: Wraps = {}): Promise<RunningLoop> {
  const opened = new AsyncDisposableStack();
  const ledger = opened.use(new Ledger(config.ledgerFile));
  const store = opened.use(await openStoreWriter(config));
  const recognizedPages = openRecognizedPages(config.recognizedDir, silentLog);
  const watch = opened.use(watchInbox(config.inbox, 'auto', silentLog));
  let reads = 0;
  const countingExtractor = (): Extractor => {
    const extractor = (wraps.extractor ?? same)(openExtractor());
    return {
      read: (...input) => {
        reads += 1;
        return extractor.read(...input);
      },
      [Symbol.asyncDispose]: () => extractor[Symbol.asyncDispose](),
    };
  };
  const loop = opened.use(
    new InboxLoop(
      {
        inbox: config.inbox,
        ledger: (wraps.ledger ?? same)(ledger),
        store: (wraps.store ?? same)(store),
        ingest: wraps.ingest ?? ingest,
        openExtractor: countingExtractor,
        watch,
        limits: LIMITS,
        maxFileBytes: config.maxFileBytes,
        recognizesText: config.recognizesText,
        settings: { fetchesLinks: wraps.fetchPage !== undefined, readsHidden: wraps.readsHidden ?? false },
        recognizedPages,
        fetchLink: wraps.fetchPage ?? null,
        now: Date.now,
        log: silentLog,
        onProgress: () => {},
        onPageFetched: wraps.onPageFetched ?? (() => {}),
      },
      (error) => {
        throw error;
      },
    ),
  );
  return {
    ledger,
    store,
    recognizedPages,
    loop,
    reads: () => reads,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function same<T>(part: T): T {
  return part;
}

/** Waits until the document is in this state and nothing is left to do for any document. */
export function settled(ledger: Ledger, name: string, state: LedgerDocument['state']): Promise<LedgerDocument> {
  return vi.waitFor(() => {
    const document = ledger.find(name);
    expect(document?.state).toBe(state);
    expect(ledger.queue.countUnfinished()).toBe(0);
    return document!;
  }, WAIT);
}

/** The same object, its private fields included, with some methods replaced. */
export function replacing<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get: (_target, name) => {
      const value: unknown = Reflect.get(name in methods ? methods : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
