import { messageOf } from '#shared/errors.ts';
import type { StoreReader } from '#shared/store/store.ts';
import type { DocumentReplica } from '../documents/replica.ts';
import type { Engines } from '../generate/engines/engines.ts';
import type { PassageScorer } from '../rerank/passage-scorer.ts';
import type { QuestionEmbedder } from '../models/question-embedder.ts';

type HealthStatus = 'OK' | 'DEGRADED' | 'DOWN';

interface ComponentHealth {
  readonly name: 'STORE' | 'EMBEDDER' | 'RERANKER' | 'GENERATOR' | 'FALLBACK' | 'WATCHER';
  readonly status: HealthStatus;
  /** What is running, or what is wrong and what to do. */
  readonly message: string;
  /** How long the component took to respond; null if it did not have to be asked. */
  readonly latencyMs: number | null;
}

/** The health of the service, as the schema and `/readyz` show it. */
export interface HealthReport {
  /** The worst status of the components. */
  readonly status: HealthStatus;
  readonly components: readonly ComponentHealth[];
}

/** The components to check. */
export interface HealthParts {
  readonly reader: StoreReader;
  readonly replica: DocumentReplica;
  readonly questions: QuestionEmbedder;
  readonly scorer: PassageScorer;
  readonly engines: Engines;
}

/** A store that does not respond within this time is DOWN. */
const STORE_PATIENCE_MS = 5_000;

/** Checks all components. Only STORE and GENERATOR can be DOWN, because nothing can be answered without them. */
export async function checkHealth(
  { reader, replica, questions, scorer, engines }: HealthParts,
  signal: AbortSignal,
): Promise<HealthReport> {
  const reranker = scorer.health();
  const generator = engines.health();
  const components: readonly ComponentHealth[] = [
    await storeHealth(reader, signal),
    { name: 'EMBEDDER', ...questions.health(), latencyMs: null },
    ...(reranker === null ? [] : [{ name: 'RERANKER', ...reranker, latencyMs: null } as const]),
    { name: 'GENERATOR', status: generator.status, message: generator.message, latencyMs: null },
    { name: 'FALLBACK', ...generator.fallback, latencyMs: null },
    watcherHealth(replica),
  ];
  const has = (status: HealthStatus): boolean => components.some((component) => component.status === status);
  return { status: has('DOWN') ? 'DOWN' : has('DEGRADED') ? 'DEGRADED' : 'OK', components };
}

async function storeHealth(reader: StoreReader, signal: AbortSignal): Promise<ComponentHealth> {
  const startedAt = performance.now();
  const patience = AbortSignal.any([signal, AbortSignal.timeout(STORE_PATIENCE_MS)]);
  try {
    let latencyMs = 0;
    const counting = reader.stats(patience).finally(() => (latencyMs = performance.now() - startedAt));
    const [{ documents, chunks }, troubles] = await Promise.all([counting, reader.troubles(patience)]);
    const message = [`${documents} documents, ${chunks} chunks`, ...troubles].join('; ');
    return { name: 'STORE', status: troubles.length === 0 ? 'OK' : 'DEGRADED', message, latencyMs };
  } catch (error) {
    return { name: 'STORE', status: 'DOWN', message: messageOf(error), latencyMs: performance.now() - startedAt };
  }
}

function watcherHealth(replica: DocumentReplica): ComponentHealth {
  const { staleBecause } = replica;
  return {
    name: 'WATCHER',
    status: staleBecause === null ? 'OK' : 'DEGRADED',
    message:
      staleBecause === null
        ? 'new and changed files are indexed as they arrive'
        : `new and changed files are not noticed: ${staleBecause}; start the watcher, or set ASKBOX_WATCHER_URL to its address`,
    latencyMs: null,
  };
}
