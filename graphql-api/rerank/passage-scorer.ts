import type { Config } from '#shared/config.ts';
import { modelThreads } from '#shared/onnx/thread-count.ts';
import { AskboxError, messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { keepChecking } from '../models/keep-checking.ts';
import type { ScorePassages } from '../retrieve/order-by-scores.ts';
import { chooseReranker } from './choose-reranker.ts';
import { openReranker } from './open-reranker.ts';
import type { Reranker } from './reranker.ts';
import { scoreInTime, type TimeBudget } from './score-in-time.ts';

const LOOKING_FOR_MODEL = 'looking for a model';
/** A model of 118 MB takes 0.8 s to score 20 passages on one core. */
const BUDGET: TimeBudget = { budgetMs: 2000, now: () => performance.now() };
const TOO_SLOW = `scoring them takes more than ${BUDGET.budgetMs / 1000} s; raise ASKBOX_THREADS, or set ASKBOX_RERANKER=none`;

/** Scores passages with the configured reranker, while there is one. */
export interface PassageScorer extends AsyncDisposable {
  /** Returns null when there is no model, it fails, or it exceeds its time budget. Rejects only when aborted. */
  readonly score: ScorePassages;
  /** Returns the reranker of the settings; null when none is configured, or it is not on this machine. */
  model(): RerankingModel | null;
  /** Returns null when no reranker is configured. */
  health(): { readonly status: 'OK' | 'DEGRADED'; readonly message: string } | null;
}

/** The reranker, as this process has it. */
interface RerankingModel {
  readonly folder: string;
  readonly state: 'LOADING' | 'READY' | 'FAILED';
  /** Why it cannot be used, and what to do; null unless it is FAILED. */
  readonly error: string | null;
}

/** Used when ASKBOX_RERANKER is none, the default. */
const NO_SCORER: PassageScorer = {
  score: async () => null,
  model: () => null,
  health: () => null,
  [Symbol.asyncDispose]: async () => {},
};

/**
 * Keeps the configured reranker loaded. Checks for it every 5 s, so that one that is pulled or copied in later needs no
 * restart.
 * @param budget how long the passages of one question may take to score; 2 s by default.
 */
export function openPassageScorer(
  config: Pick<Config, 'reranker' | 'modelsDir' | 'threads'>,
  log: Log,
  budget = BUDGET,
): PassageScorer {
  if (config.reranker === 'none') return NO_SCORER;

  const threads = modelThreads(config);
  let reranker: Reranker | null = null;
  /** Stamp of the model that was last loaded or rejected. */
  let lastStamp: string | null = null;
  /** Why no model is loaded; null when one is. */
  let missingReason: string | null = LOOKING_FOR_MODEL;
  /** Why the passages of the last question kept their order; null when they were scored. */
  let unscoredReason: string | null = null;
  /** Of the model that was last chosen; null when it is not on this machine. */
  let folder: string | null = null;
  const checks = keepChecking(check);

  /** Never rejects. */
  async function check(stop: AbortSignal): Promise<void> {
    try {
      const choice = chooseReranker(config);
      ({ folder } = choice);
      const stamp = choice.folder === null ? null : choice.stamp;
      if (stamp !== null && stamp === lastStamp) return;
      lastStamp = stamp;
      await drop();
      if (choice.folder === null) return setMissing(choice.message);
      reranker = await openReranker(choice.folder, { known: choice.known, threads, signal: stop });
      log.info({ model: reranker.model }, 'reranker ready');
      setMissing(null);
      unscoredReason = null;
    } catch (error) {
      if (stop.aborted) return;
      // The same files may load at the next check.
      if (error instanceof AskboxError && error.isRetryable) lastStamp = null;
      setMissing(messageOf(error));
    }
  }

  async function drop(): Promise<void> {
    if (reranker === null) return;
    const dropped = reranker;
    reranker = null;
    missingReason = LOOKING_FOR_MODEL;
    await dropped[Symbol.asyncDispose]();
  }

  function setMissing(message: string | null): void {
    if (message !== null && message !== missingReason) log.warn({ reason: message }, 'no reranker');
    missingReason = message;
  }

  return {
    score: async (question, passages, signal) => {
      const current = reranker;
      if (current === null) return null;
      try {
        const scores = await scoreInTime(current, question, passages, signal, budget);
        unscoredReason = scores === null ? TOO_SLOW : null;
        if (scores !== null) return scores;
      } catch (error) {
        signal.throwIfAborted();
        unscoredReason = messageOf(error);
      }
      log.warn({ model: current.model, reason: unscoredReason }, 'passages keep their order');
      return null;
    },
    model() {
      if (folder === null) return null;
      if (reranker !== null) return { folder, state: 'READY', error: null };
      const isLoading = missingReason === LOOKING_FOR_MODEL;
      return { folder, state: isLoading ? 'LOADING' : 'FAILED', error: isLoading ? null : missingReason };
    },
    health() {
      if (missingReason !== null) return { status: 'DEGRADED', message: `passages keep their order; ${missingReason}` };
      if (unscoredReason !== null) {
        return { status: 'DEGRADED', message: `passages kept their order; ${unscoredReason}` };
      }
      return { status: 'OK', message: `${reranker?.model} orders the best passages` };
    },
    async [Symbol.asyncDispose]() {
      await checks[Symbol.asyncDispose]();
      await drop();
    },
  };
}
