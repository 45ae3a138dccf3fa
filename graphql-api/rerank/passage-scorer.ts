import type { Config } from '#shared/config.ts';
import { modelThreads } from '#shared/onnx/thread-count.ts';
import { AskboxError, messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { keepLooking } from '../models/keep-looking.ts';
import type { ScorePassages } from '../retrieve/order-by-scores.ts';
import { chooseReranker } from './choose-reranker.ts';
import { openReranker } from './open-reranker.ts';
import type { Reranker } from './reranker.ts';
import { scoreInTime, type TimeBudget } from './score-in-time.ts';

const LOOKING = 'looking for a model';
/** A model of 118 MB takes 0.8 s for 20 passages on one core. */
const BUDGET: TimeBudget = { budgetMs: 2000, now: () => performance.now() };
const TOO_SLOW = `scoring them takes more than ${BUDGET.budgetMs / 1000} s; raise ASKBOX_THREADS, or set ASKBOX_RERANKER=none`;

export interface PassageScorer extends AsyncDisposable {
  /** Null without a model, and when it fails or does not keep to its time. Only an abort rejects. */
  readonly score: ScorePassages;
  /** Null when no reranker is wanted. */
  health(): { readonly status: 'OK' | 'DEGRADED'; readonly message: string } | null;
}

/** For a setting that wants none, which is the default. */
const NO_SCORER: PassageScorer = {
  score: async () => null,
  health: () => null,
  [Symbol.asyncDispose]: async () => {},
};

/** Keeps the wanted reranker loaded. Looks for it every 5 s: one that is pulled or copied in later needs no restart. */
export function openPassageScorer(
  config: Pick<Config, 'reranker' | 'modelsDir' | 'threads'>,
  log: Log,
  budget = BUDGET,
): PassageScorer {
  if (config.reranker === 'none') return NO_SCORER;

  const threads = modelThreads(config);
  let reranker: Reranker | null = null;
  /** Of the model that was loaded or refused last. */
  let seen: string | null = null;
  /** Why no model is loaded. */
  let lack: string | null = LOOKING;
  /** Why the passages of the last question kept their order. */
  let lapse: string | null = null;
  const looks = keepLooking(look);

  /** Never rejects. */
  async function look(stop: AbortSignal): Promise<void> {
    try {
      const choice = chooseReranker(config);
      const stamp = choice.folder === null ? null : choice.stamp;
      if (stamp !== null && stamp === seen) return;
      seen = stamp;
      await drop();
      if (choice.folder === null) return setLack(choice.message);
      reranker = await openReranker(choice.folder, { known: choice.known, threads, signal: stop });
      log.info({ model: reranker.model }, 'reranker ready');
      setLack(null);
      lapse = null;
    } catch (error) {
      if (stop.aborted) return;
      // The same files may do with the next look.
      if (error instanceof AskboxError && error.isRetryable) seen = null;
      setLack(messageOf(error));
    }
  }

  async function drop(): Promise<void> {
    if (reranker === null) return;
    const dropped = reranker;
    reranker = null;
    lack = LOOKING;
    await dropped[Symbol.asyncDispose]();
  }

  function setLack(message: string | null): void {
    if (message !== null && message !== lack) log.warn({ reason: message }, 'no reranker');
    lack = message;
  }

  return {
    score: async (question, passages, signal) => {
      const current = reranker;
      if (current === null) return null;
      try {
        const scores = await scoreInTime(current, question, passages, signal, budget);
        lapse = scores === null ? TOO_SLOW : null;
        if (scores !== null) return scores;
      } catch (error) {
        signal.throwIfAborted();
        lapse = messageOf(error);
      }
      log.warn({ model: current.model, reason: lapse }, 'passages keep their order');
      return null;
    },
    health() {
      if (lack !== null) return { status: 'DEGRADED', message: `passages keep their order; ${lack}` };
      if (lapse !== null) return { status: 'DEGRADED', message: `passages kept their order; ${lapse}` };
      return { status: 'OK', message: `${reranker?.model} orders the best passages` };
    },
    async [Symbol.asyncDispose]() {
      await looks[Symbol.asyncDispose]();
      await drop();
    },
  };
}
