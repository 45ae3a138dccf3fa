import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AnswerState } from '../answers/state.ts';
import { ingestionOf } from '../documents/ingestion.ts';
import type { DocumentReplica } from '../documents/replica.ts';
import type { HealthReport } from '../health/health.ts';

/** What is looked at when somebody asks for the metrics. */
export interface MeasuredParts {
  readonly replica: DocumentReplica;
  /** How many answers are being written or are waiting to be. */
  readonly unfinishedAnswers: () => number;
}

/** One response of `/metrics`. */
export interface Scrape {
  readonly contentType: string;
  readonly body: string;
}

/** A service whose metrics have been asked for. See `Metrics`. */
export interface MeasuredService {
  answered(answer: AnswerState): void;
  searched(milliseconds: number): void;
  scrape(health: HealthReport): Promise<Scrape>;
}

/** Seconds, for all that a person waits for: from a keyword search of a small folder to a long answer on a CPU. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const UP: Readonly<Record<HealthReport['status'], number>> = { OK: 1, DEGRADED: 0.5, DOWN: 0 };
/** No question, no path and no name of a document is in a label: labels are stored elsewhere, for long. */
const NO_ENGINE = 'none';

/**
 * Starts to measure this process: what Node and the process use (`nodejs_…`, `process_…`, among them the delay of the
 * event loop), and what askbox does (`askbox_…`). docs/operations.md explains each metric.
 */
export function measureService({ replica, unfinishedAnswers }: MeasuredParts): MeasuredService {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const answers = new Counter({
    name: 'askbox_answers_total',
    help: 'Answers that have ended, by how (status and finish reason), by engine, and by the code of the error if they failed.',
    labelNames: ['status', 'reason', 'engine', 'error'],
    registers,
  });
  const tokens = new Counter({
    name: 'askbox_answer_tokens_total',
    help: 'Tokens that models have read (prompt) and written (completion) for answers.',
    labelNames: ['kind', 'engine'],
    registers,
  });
  const stages = new Histogram({
    name: 'askbox_answer_stage_seconds',
    help: 'From the question to its passages (retrieval), in the queue (queued), and from the question to the first words (first_words) and to the end (total).',
    labelNames: ['stage', 'engine'],
    buckets: SECONDS,
    registers,
  });
  const searches = new Histogram({
    name: 'askbox_store_search_seconds',
    help: 'How long the store took for one search.',
    buckets: SECONDS,
    registers,
  });

  const gauge = (name: string, help: string, labelNames: readonly string[] = []): Gauge =>
    new Gauge({ name, help, labelNames, registers });
  const unfinished = gauge('askbox_answers_unfinished', 'Answers that are being written or are waiting to be.');
  const documents = gauge('askbox_documents', 'Documents by status.', ['status']);
  const failed = gauge('askbox_documents_failed', 'Documents that could not be read, by error code.', ['code']);
  const queued = gauge('askbox_ingestion_queued', 'Documents that are being read or are waiting to be.');
  const unembedded = gauge('askbox_chunks_unembedded', 'Chunks that cannot be found by meaning yet.');
  const paused = gauge('askbox_ingestion_paused', '1 while indexing is paused, with the reason.', ['reason']);
  const components = gauge('askbox_component_up', '1 if a component is OK, 0.5 if DEGRADED, 0 if DOWN.', ['component']);

  const look = (health: HealthReport): void => {
    unfinished.set(unfinishedAnswers());
    const { queued: waiting, unembeddedChunks, pausedBecause } = ingestionOf(replica);
    queued.set(waiting);
    unembedded.set(unembeddedChunks);
    for (const gauges of [documents, failed, paused, components]) gauges.reset();
    if (pausedBecause !== null) paused.set({ reason: pausedBecause }, 1);
    for (const { status, error } of replica.documents()) {
      documents.inc({ status });
      if (error !== null) failed.inc({ code: error.code });
    }
    for (const { name, status } of health.components) components.set({ component: name }, UP[status]);
  };

  return {
    answered({ status, finishReason, answeredBy, error, usage, timings }) {
      const engine = answeredBy?.kind ?? NO_ENGINE;
      answers.inc({ status, reason: finishReason ?? '', engine, error: error?.code ?? '' });
      if (usage !== null) {
        tokens.inc({ kind: 'prompt', engine }, usage.promptTokens);
        tokens.inc({ kind: 'completion', engine }, usage.completionTokens);
      }
      const stagesMs = {
        retrieval: timings.retrievalMs,
        queued: timings.queuedMs,
        first_words: timings.firstTokenMs,
        total: timings.totalMs,
      };
      for (const [stage, milliseconds] of Object.entries(stagesMs)) {
        if (milliseconds !== null) stages.observe({ stage, engine }, milliseconds / 1000);
      }
    },
    searched: (milliseconds) => searches.observe(milliseconds / 1000),
    async scrape(health) {
      look(health);
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
