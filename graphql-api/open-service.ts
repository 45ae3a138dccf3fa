import { prepareDataDir } from '#shared/data-dir.ts';
import type { ServiceParts } from '#shared/lifecycle.ts';
import { openStoreReader } from '#shared/store/open-store.ts';
import { openTracing } from '#shared/tracing/tracing.ts';
import { openApi } from './open-api.ts';
import { openEngines } from './generate/engines/engines.ts';
import { openPassageScorer } from './rerank/passage-scorer.ts';
import { openQuestionEmbedder } from './models/question-embedder.ts';

/**
 * Opens the API with its engines and models, and serves once the watcher has created the store. Disposing of it closes all
 * that it opened.
 * @throws AskboxError such as DATA_UNWRITABLE, PORT_IN_USE, HOST_UNKNOWN, ANSWERS_UNREADABLE
 */
export async function openApiService({ config, log, signal }: ServiceParts): Promise<AsyncDisposable> {
  prepareDataDir(config.dataDir, config.modelsDir);
  await using opened = new AsyncDisposableStack();
  log.info({ store: config.qdrant?.urls ?? config.storeFile }, 'waiting for the watcher to create the store');
  const onWaiting = (reason: string): void => log.warn({ reason }, 'waiting for the store');
  const reader = opened.use(await openStoreReader(config, signal, onWaiting));
  const tracing = opened.use(await openTracing('api', config, log));
  const engines = opened.use(await openEngines(config, log));
  const questions = opened.use(openQuestionEmbedder(config, reader, log));
  const scorer = opened.use(openPassageScorer(config, log));
  const api = opened.use(await openApi({ config, reader, engines, questions, scorer, tracing, log, signal }));
  log.info({ host: config.host, port: api.port }, 'listening');
  return opened.move();
}
