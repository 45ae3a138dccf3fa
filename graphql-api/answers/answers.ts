import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AskboxError } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { answerErrorOf } from './error.ts';
import { AnswerLog } from './event-log.ts';
import { newAnswer, type AnswerState, type AnswerStep } from './state.ts';
import type { AnswersStore } from './store.ts';
import type { PassageFilter } from '../retrieve/passage-filter.ts';

/** Everything that decides what an answer says. Two requests with equal fields are the same question. */
export interface AnswerRequest {
  readonly question: string;
  readonly filter: PassageFilter;
  /** How many passages the model may read. */
  readonly maxSources: number;
  /** 0 to 2; 0 always picks the most likely token. */
  readonly temperature: number;
  /** Maximum length of the answer. */
  readonly maxTokens: number;
}

/** Writes one answer, step by step. Throws if it cannot, and soon after the signal aborts. */
type WriteAnswer = (request: AnswerRequest, signal: AbortSignal) => AsyncIterable<AnswerStep>;

/**
 * The registry of all answers: starts them, joins repeated requests, and finds them by id. Unfinished answers are in
 * memory, ended ones in the store (store.ts). What happens within one answer is in event-log.ts.
 */
export interface Answers extends AsyncDisposable {
  /**
   * Starts an answer, or returns the one that the same `requestId` started, ended or not.
   * @param requestId null always starts a new answer.
   * @throws AskboxError CONFLICT if `requestId` was already used with different input, OVERLOADED if too many answers
   * are unfinished, SHUTTING_DOWN after `close`.
   */
  ask(request: AnswerRequest, requestId: string | null): AnswerLog;
  /** Returns undefined for an unknown or deleted answer. An answer that ended a while ago is returned as a replay. */
  find(id: string): AnswerLog | undefined;
  /** How many answers are being written or are waiting to be. */
  readonly unfinished: number;
  /** Refuses new answers, fails unfinished ones with SHUTTING_DOWN and gives their readers up to 1 s to get that. */
  close(): Promise<void>;
}

/** What `openAnswers` needs. */
export interface AnswersOptions {
  /** The flow that writes an answer; see answer.ts. */
  readonly write: WriteAnswer;
  readonly store: AnswersStore;
  readonly log: Log;
  /** How long an answer continues after its last reader's connection was lost. */
  readonly graceMs: number;
  /** Deltas closer together are merged. Default 30: 2.3 times fewer events at 80 tokens/s, no visible change. */
  readonly mergeMs?: number;
  /** New answers are refused while this many are unfinished. Default 64. */
  readonly maxUnfinished?: number;
}

/** The most of an unfinished answer that a kill can lose. */
const SAVE_EVERY_MS = 1_000;
/** How long `close` waits for readers to receive the end. */
const DRAIN_MS = 1_000;
/** How many logs of ended answers stay, so that a client that lost its connection just before the end resumes there. */
const RECENT = 32;

/** Opens the registry over a store that stays the caller's. Unfinished answers are saved once a second. */
export function openAnswers(options: AnswersOptions): Answers {
  const { write, store, log, graceMs, mergeMs = 30, maxUnfinished = 64 } = options;
  const unfinished = new Map<string, AnswerLog>();
  const recent = new Map<string, AnswerLog>();
  let isClosing = false;

  const trySaving = (answerId: string, save: () => void): void => {
    try {
      save();
    } catch (error) {
      // A full disk must not cost the reader the answer that is being written.
      log.error({ err: error, answer: answerId }, 'answer not saved');
    }
  };
  const saving = setInterval(() => {
    for (const { id, answer, lastSequence } of unfinished.values())
      trySaving(id, () => store.save(answer, lastSequence));
  }, SAVE_EVERY_MS).unref();

  const start = (request: AnswerRequest, requestId: string | null, inputHash: string): AnswerLog => {
    if (isClosing) throw new AskboxError('SHUTTING_DOWN', 'askbox is stopping; ask again in a moment');
    if (unfinished.size >= maxUnfinished) {
      throw new AskboxError(
        'OVERLOADED',
        `${unfinished.size} answers are already being written or waiting; ask again in a moment`,
        { isRetryable: true },
      );
    }
    const answer = newAnswer(randomUUID(), request.question);
    trySaving(answer.id, () => store.insert(answer, { id: requestId, inputHash }));
    const started = new AnswerLog(answer, unfinished.size, {
      mergeMs,
      graceMs,
      onEnd: (ended, lastSequence) => {
        unfinished.delete(ended.id);
        recent.set(ended.id, started);
        if (recent.size > RECENT) recent.delete(recent.keys().next().value!);
        trySaving(ended.id, () => store.save(ended, lastSequence));
        log.info(fieldsOf(ended), 'answered');
      },
    });
    unfinished.set(started.id, started);
    void run(started, request);
    return started;
  };

  /** Never rejects. */
  const run = async (answer: AnswerLog, request: AnswerRequest): Promise<void> => {
    try {
      for await (const step of write(request, answer.signal)) answer.append(step);
      if (!answer.hasEnded) throw new Error('the flow ended without a last step');
    } catch (error) {
      // Cancelling makes the engine throw; that answer has ended already.
      if (!answer.hasEnded) answer.fail(answerErrorOf(error, answer.id, log));
    }
  };

  const find = (id: string): AnswerLog | undefined => {
    const inMemory = unfinished.get(id) ?? recent.get(id);
    if (inMemory !== undefined) return inMemory;
    const saved = store.find(id);
    return saved === undefined ? undefined : AnswerLog.ofEnded(saved);
  };

  return {
    ask(request, requestId) {
      const inputHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
      const known = requestId === null ? undefined : store.findRequest(requestId);
      const answer = known && find(known.answerId);
      if (known === undefined || answer === undefined) return start(request, requestId, inputHash);
      if (known.inputHash !== inputHash) {
        throw new AskboxError(
          'CONFLICT',
          `requestId ${requestId} was already used with different input; use a new UUID for a new question`,
        );
      }
      return answer;
    },
    find,
    get unfinished() {
      return unfinished.size;
    },
    async close() {
      isClosing = true;
      clearInterval(saving);
      const running = [...unfinished.values()];
      for (const answer of running) {
        answer.fail({ code: 'SHUTTING_DOWN', message: 'askbox is stopping; ask again in a moment', retryable: true });
      }
      const deadline = performance.now() + DRAIN_MS;
      while (running.some((answer) => answer.readers > 0) && performance.now() < deadline) await sleep(5);
    },
    async [Symbol.asyncDispose]() {
      await this.close();
    },
  };
}

/** Returns the log fields of an ended answer; never its text or question. */
function fieldsOf(answer: AnswerState): Record<string, unknown> {
  return {
    answer: answer.id,
    status: answer.status,
    finishReason: answer.finishReason,
    error: answer.error?.code,
    kind: answer.answeredBy?.kind,
    model: answer.answeredBy?.model,
    sources: answer.sources.length,
    chars: answer.text.length,
    citations: answer.citations.length,
    inventedMarkers: answer.inventedMarkers,
    ...answer.usage,
    ...answer.timings,
  };
}
