import type { Config } from '#shared/config.ts';
import type { Log } from '#shared/log.ts';
import type { StoreReader } from '#shared/store/store.ts';
import type { Tracing } from '#shared/tracing/tracing.ts';
import { writeAnswer, type AnswerParts } from './answer.ts';
import { openAnswers } from './answers/answers.ts';
import { openConversations } from './answers/conversations.ts';
import { openAnswersStore } from './answers/store.ts';
import { DocumentReplica, documentsOfStore, keepUpToDate } from './documents/replica.ts';
import { explain, type ExplainParts } from './explain/explain.ts';
import type { Engines } from './generate/engines/engines.ts';
import { checkHealth } from './health/health.ts';
import { openMetrics } from './metrics/metrics.ts';
import type { PassageScorer } from './rerank/passage-scorer.ts';
import type { QuestionEmbedder } from './models/question-embedder.ts';
import type { RetrieveParts } from './retrieve/rank-passages.ts';
import { listModels } from './model-list/list-models.ts';
import { openModelPulls } from './model-list/model-pulls.ts';
import { suggestGenerator } from './model-list/suggest-generator.ts';
import { badInput } from './schema/read-input.ts';
import { loadSchema } from './schema/schema.ts';
import { DEFAULT_PATIENCE, type Patience } from './server/client-limits.ts';
import { writeTracedAnswer } from './trace-answer.ts';
import { startServer, type RunningServer } from './server/server.ts';

/** What the API is opened over. Everything passed in stays the caller's to close. */
export interface OpenApiParts {
  readonly config: Pick<
    Config,
    | 'host'
    | 'port'
    | 'apiKey'
    | 'allowedHosts'
    | 'mcpWrites'
    | 'graceMs'
    | 'answersFile'
    | 'keepAnswersDays'
    | 'watcherUrl'
    | 'internalKeyFile'
    | 'instance'
    | 'modelsDir'
    | 'model'
    | 'modelUri'
    | 'gpu'
    | 'instructions'
    | 'hub'
    | 'isOffline'
  >;
  readonly reader: StoreReader;
  readonly engines: Engines;
  readonly questions: QuestionEmbedder;
  readonly scorer: PassageScorer;
  /** Makes spans of answers. Default: null, none are made. */
  readonly tracing?: Tracing | null;
  readonly log: Log;
  /** Aborts the start. */
  readonly signal: AbortSignal;
  /** Returns the present time, which models are told. Default: that of the system. */
  readonly now?: () => Date;
  /** How long the server waits for its clients; see `Patience` for the default. */
  readonly patience?: Patience;
}

/** @throws InputError if a request names a model that cannot answer it. */
function checkModel(model: string | undefined, engines: Engines): void {
  const problem = model === undefined ? null : engines.whyNot(model);
  if (problem !== null) throw badInput('input.model', problem);
}

/**
 * Opens the API over a store and engines, and serves once the promise resolves. Disposing of it closes all that it
 * opened, but not its parts.
 * @throws AskboxError PORT_IN_USE, HOST_UNKNOWN, ANSWERS_UNREADABLE
 */
export async function openApi({
  config,
  reader,
  engines,
  questions,
  scorer,
  tracing = null,
  log,
  signal,
  now = () => new Date(),
  patience = DEFAULT_PATIENCE,
}: OpenApiParts): Promise<RunningServer> {
  await using opened = new AsyncDisposableStack();
  const replica = new DocumentReplica(await documentsOfStore(reader, signal));
  opened.use(keepUpToDate(replica, { ...config, log }));

  const metrics = openMetrics({ replica, unfinishedAnswers: () => answers.unfinished });
  const retrieval = {
    reader,
    documents: () => replica.documents(),
    embedQuestion: questions.embed,
    scorePassages: scorer.score,
    onSearched: metrics.searched,
  } satisfies RetrieveParts;
  const parts: AnswerParts = {
    ...retrieval,
    engines,
    meaningOffBecause: questions.offBecause,
    now,
    instructions: config.instructions,
  };
  const store = opened.use(openAnswersStore(config.answersFile, config.keepAnswersDays));
  const answers = opened.use(
    openAnswers({
      store,
      log,
      onEnded: metrics.answered,
      graceMs: config.graceMs,
      check: ({ model }) => checkModel(model, engines),
      write: (request, stop, earlier, id) =>
        tracing === null
          ? writeAnswer(request, parts, stop, earlier)
          : writeTracedAnswer(request, parts, stop, earlier, { id, tracing }),
    }),
  );
  const pulls = opened.use(openModelPulls(config, log));
  const suggest = suggestGenerator(config);
  const server = opened.use(
    await startServer({
      ...config,
      patience,
      schema: loadSchema(),
      reader,
      replica,
      watcher: { url: config.watcherUrl, keyFile: config.internalKeyFile },
      retrieval,
      answers,
      conversations: openConversations(store.conversations, answers),
      explain: (request, stop) => {
        checkModel(request.model, engines);
        const { filter, earlier } = answers.placeOf(request);
        const write: ExplainParts['write'] = (asked, trace, signal) =>
          writeAnswer({ ...asked, filter }, { ...parts, trace }, signal, earlier);
        return explain(request, { write }, stop);
      },
      models: () => listModels({ config, engines, questions, scorer, suggest, pulls }),
      pulls,
      semanticShortfall: () => questions.shortfall(),
      metrics,
      tracing,
      health: (stop) => checkHealth({ reader, replica, questions, scorer, engines }, stop),
      log,
    }),
  );
  const closing = opened.move();
  return { port: server.port, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}
