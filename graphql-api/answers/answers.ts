import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AskboxError } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { answerErrorOf } from './error.ts';
import { AnswerLog } from './event-log.ts';
import { newAnswer, type AnswerState, type AnswerStep } from './state.ts';
import type { AnswersStore } from './store.ts';
import type { PassageFilter } from '../retrieve/passage-filter.ts';

/** Everything that decides what an answer says. */
export interface AnswerRequest {
  readonly question: string;
  readonly filter: PassageFilter;
  readonly maxSources: number;
  readonly temperature: number;
  readonly maxTokens: number;
}

/** Writes one answer; throws when it cannot, and soon after the signal aborts. */
type WriteAnswer = (request: AnswerRequest, signal: AbortSignal) => AsyncIterable<AnswerStep>;

/** All answers: those being written, in memory, and those that have ended, in the store. */
export interface Answers extends AsyncDisposable {
  /**
   * Starts an answer, or joins the one that the same `requestId` started, ended or not.
   * @throws AskboxError CONFLICT when `requestId` came with another input before, OVERLOADED when too many answers are
   * unfinished, SHUTTING_DOWN after `close`.
   */
  ask(request: AnswerRequest, requestId: string | null): AnswerLog;
  /** Undefined for an unknown or forgotten answer. One that has ended comes as a replay. */
  find(id: string): AnswerLog | undefined;
  /** How many are being written or wait for it. */
  readonly unfinished: number;
  /** Refuses new answers, ends those under way as SHUTTING_DOWN and waits, at most a second, until their readers were told. */
  close(): Promise<void>;
}

export interface AnswersOptions {
  readonly write: WriteAnswer;
  readonly store: AnswersStore;
  readonly log: Log;
  readonly graceMs: number;
  /** Default 30: at 80 tokens a second 2.3 times fewer events, and nobody sees the difference. */
  readonly mergeMs?: number;
  /** More answers are refused while so many are unfinished. Default 64. */
  readonly maxUnfinished?: number;
}

/** How much of an unfinished answer a kill may cost. */
const SAVE_EVERY_MS = 1_000;
const DRAIN_MS = 1_000;
/** Logs of so many ended answers stay: a client that lost its connection just before the end resumes exactly where it broke. */
const RECENT = 32;

export function openAnswers(options: AnswersOptions): Answers {
  const { write, store, log, graceMs, mergeMs = 30, maxUnfinished = 64 } = options;
  const unfinished = new Map<string, AnswerLog>();
  const recent = new Map<string, AnswerLog>();
  let isClosing = false;

  const keep = (answerId: string, save: () => void): void => {
    try {
      save();
    } catch (error) {
      // A full disk must not take the answer from the reader who waits for it.
      log.error({ err: error, answer: answerId }, 'answer not saved');
    }
  };
  const saving = setInterval(() => {
    for (const { id, answer, lastSequence } of unfinished.values()) keep(id, () => store.save(answer, lastSequence));
  }, SAVE_EVERY_MS).unref();

  const start = (request: AnswerRequest, requestId: string | null, inputHash: string): AnswerLog => {
    if (isClosing) throw new AskboxError('SHUTTING_DOWN', 'askbox is stopping; ask again in a moment');
    if (unfinished.size >= maxUnfinished) {
      throw new AskboxError(
        'OVERLOADED',
        `${unfinished.size} answers are being written or waiting; ask again in a moment`,
        { isRetryable: true },
      );
    }
    const answer = newAnswer(randomUUID(), request.question);
    keep(answer.id, () => store.insert(answer, { id: requestId, inputHash }));
    const started = new AnswerLog(answer, unfinished.size, {
      mergeMs,
      graceMs,
      onEnd: (ended, lastSequence) => {
        unfinished.delete(ended.id);
        recent.set(ended.id, started);
        if (recent.size > RECENT) recent.delete(recent.keys().next().value!);
        keep(ended.id, () => store.save(ended, lastSequence));
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
      // A cancelled answer has ended already, and its engine says so with an error.
      if (!answer.hasEnded) answer.fail(answerErrorOf(error, answer.id, log));
    }
  };

  const find = (id: string): AnswerLog | undefined => {
    const held = unfinished.get(id) ?? recent.get(id);
    if (held !== undefined) return held;
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
          `requestId ${requestId} was used with another input; make a new one for a new question`,
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

/** One line a finished answer; never its words. */
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
