import { mkdirSync } from 'node:fs';
import { prepareDataDir } from '#shared/data-dir.ts';
import { chooseEmbedder, installedEmbedders } from '#shared/embedder/choose-embedder.ts';
import { EmbeddersInUse } from '#shared/embedder/embedders-in-use.ts';
import { modelThreads } from '#shared/onnx/thread-count.ts';
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import type { ServiceParts } from '#shared/lifecycle.ts';
import { openStoreWriter } from '#shared/store/open-store.ts';
import { openTracing } from '#shared/tracing/tracing.ts';
import { keepEmptyingTrash } from './commands/empty-trash.ts';
import { finishErasing } from './commands/erase-document.ts';
import { Commands } from './commands/commands.ts';
import { openPageFetcher } from './commands/fetch-page/fetch-page.ts';
import { systemNetwork } from './commands/fetch-page/network.ts';
import { DocumentDetails } from './documents/document-details.ts';
import { EmbedLoop } from './upkeep/embed-loop.ts';
import { ProgressFeed } from './internal-api/event-feed.ts';
import { openRecognizedPages } from './read/recognized-pages.ts';
import { openExtractor } from './read/extractor.ts';
import { followRenames } from './documents/follow-renames.ts';
import { ingest } from './ingest.ts';
import { InboxLoop } from './inbox-loop.ts';
import { startInternalApi } from './internal-api/internal-api.ts';
import { openInternalKey } from './internal-api/create-internal-key.ts';
import { Ledger } from './ledger/ledger.ts';
import { removeDrafts } from './commands/put-file.ts';
import { watchInbox } from './scan/watch-inbox.ts';
import { traceIngest } from './trace-ingest.ts';

/** A file that is missing may have been renamed during the scan; a second scan this much later settles it. */
const GONE_MS = 1000;
/** The coarsest granularity of file times in use (FAT). */
const RACY_MS = 2000;

/**
 * Opens the watcher: it reads the inbox into the store, embeds, and serves its internal API once the promise resolves.
 * Disposing of it closes all that it opened. A fault that it cannot survive ends the process.
 * @throws AskboxError such as DATA_UNWRITABLE, PORT_IN_USE
 */
export async function openWatcher({ config, log, signal }: ServiceParts): Promise<AsyncDisposable> {
  prepareDataDir(config.dataDir, config.modelsDir);
  await using opened = new AsyncDisposableStack();

  const tracing = opened.use(await openTracing('watcher', config, log));
  const traces = tracing && traceIngest(tracing);
  const ledger = opened.use(new Ledger(config.ledgerFile));
  if (ledger.setAside !== null)
    log.warn({ setAside: ledger.setAside }, 'the ledger is unusable, rebuilding it from the folder');
  // Created only once. If the inbox is missing later, it may just not be mounted yet, so the watcher waits for it.
  if (ledger.inboxIdentity === null) mkdirSync(config.inbox, { recursive: true });
  const details = opened.use(new DocumentDetails(config.detailsFile));
  await removeDrafts(config.inbox);
  const onWaiting = (reason: string): void => log.warn({ reason }, 'waiting for the store');
  const store = opened.use(await openStoreWriter(config, signal, onWaiting));
  const recognizedPages = openRecognizedPages(config.recognizedDir, log);
  await finishErasing({ erasingFile: config.erasingFile, ledger, store, recognizedPages, log }, signal);
  const watch = opened.use(watchInbox(config.inbox, config.watch, log));
  const progress = new ProgressFeed();

  const onFault = (error: unknown): void => {
    log.error({ err: error }, 'stopped by a fault');
    process.exit(1);
  };

  const fetchPage = openPageFetcher(systemNetwork, { isOffline: config.isOffline });
  const loop = opened.use(
    new InboxLoop(
      {
        inbox: config.inbox,
        ledger,
        store,
        ingest: traces?.ingest ?? ingest,
        openExtractor,
        watch,
        limits: { quietMs: config.quietMs, goneMs: GONE_MS, racyMs: RACY_MS },
        maxFileBytes: config.maxFileBytes,
        recognizesText: config.recognizesText,
        settings: { fetchesLinks: config.fetchesLinks && !config.isOffline, readsHidden: config.readsHidden },
        recognizedPages,
        fetchLink: config.fetchesLinks ? fetchPage : null,
        now: Date.now,
        log,
        onProgress: (path, share) => progress.report(path, share),
        onPageFetched: (path, url) => details.set(path, { url }),
      },
      onFault,
    ),
  );
  const threads = modelThreads(config);
  const inUse = new EmbeddersInUse();
  opened.use(
    new EmbedLoop(
      {
        choose: async (spaces) =>
          chooseEmbedder(config, await inUse.find(installedEmbedders(config.modelsDir), spaces)),
        isChosen: (stamp) => chooseEmbedder(config, stamp).stamp === stamp,
        open: ({ folder, known }) => openEmbedder(folder, { known, threads, signal }),
        store,
        ledger,
        now: Date.now,
        log,
      },
      onFault,
    ),
  );
  opened.use(followRenames(ledger, details, log));
  const { inbox, trashDir, keepTrashDays, maxFileBytes, erasingFile } = config;
  opened.use(keepEmptyingTrash(trashDir, keepTrashDays, log));
  const folders = { inbox, trashDir, keepTrashDays, maxFileBytes, erasingFile };
  const commands = new Commands({
    ...folders,
    ledger,
    details,
    store,
    recognizedPages,
    loop,
    fetchPage,
    now: Date.now,
    log,
  });
  opened.use(
    await startInternalApi({
      host: config.watcherHost,
      port: config.watcherPort,
      instance: config.instance,
      key: openInternalKey(config.internalKeyFile),
      ledger,
      details,
      progress,
      ingestion: () => loop.ingestion(),
      commands,
      ...(traces && { onTrace: traces.continueTrace }),
      log,
    }),
  );
  log.info({ inbox: config.inbox, port: config.watcherPort }, 'watching');
  return opened.move();
}
