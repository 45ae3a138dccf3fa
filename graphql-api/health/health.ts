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
  /** What runs, or why it does not and what to do. */
  readonly message: string;
  /** Null for a component that is not asked over a connection. */
  readonly latencyMs: number | null;
}

export interface HealthReport {
  /** The worst of the components. */
  readonly status: HealthStatus;
  readonly components: readonly ComponentHealth[];
}

export interface HealthParts {
  readonly reader: StoreReader;
  readonly replica: DocumentReplica;
  readonly questions: QuestionEmbedder;
  readonly scorer: PassageScorer;
  readonly engines: Engines;
}

/** A store that does not answer within this time is down. */
const STORE_PATIENCE_MS = 5_000;

/** How the service is. Only STORE and GENERATOR can be DOWN: without them nothing can be answered. */
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
    const { documents, chunks } = await reader.stats(patience);
    const message = `${documents} documents, ${chunks} chunks`;
    return { name: 'STORE', status: 'OK', message, latencyMs: performance.now() - startedAt };
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
        ? 'new and changed files are read as they come'
        : `new and changed files are not seen: ${staleBecause}; start the watcher, or set ASKBOX_WATCHER_URL to where it is`,
    latencyMs: null,
  };
}
