import { createHash, randomUUID } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { ChunkId } from '#shared/document.ts';
import { AskboxError } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { TurnOfAnswer } from './conversation-store.ts';
import { Askers, newAsker, type Asker, type MaxUnfinished } from './askers.ts';
import { answerErrorOf } from './error.ts';
import { AnswerLog } from './event-log.ts';
import { DELETE_RETRY_MS, readUnlocked, retryWhileLocked } from './locked-store.ts';
import { newAnswer, type AnswerState, type AnswerStep, type ConversationTurn, type Rating } from './state.ts';
import { DELETED_AT_ONCE, type AnswersStore } from './store.ts';
import { UnsavedAnswers } from './unsaved-answers.ts';
import { bothFilters, type PassageFilter } from '../filters/passage-filter.ts';
import { inTurns, type Steps } from '../turns/turns.ts';

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
  /** The conversation that the question continues. Default: none. */
  readonly conversationId?: string;
  /** The engine that is to write it, and no other; see Engines. Default: the first that can. */
  readonly model?: string;
  /** What the one who asks wishes of the answer; left out for nothing. */
  readonly instructions?: string;
}

/** A file that an answer shows. */
export interface ShownFile {
  /** When the question was asked. */
  readonly path: string;
  /** The passage that is shown of it; null when only its name is. */
  readonly chunkId: ChunkId | null;
}

/** Where a question belongs. */
interface PlaceOfQuestion {
  readonly turn: ConversationTurn | null;
  /** The question's and the conversation's together. */
  readonly filter: PassageFilter;
  /** The last answers of the conversation, oldest first. */
  readonly earlier: readonly AnswerState[];
}

/**
 * Writes one answer, step by step. Throws if it cannot, and soon after the signal aborts.
 * @param earlier the last answers of the same conversation, oldest first, as they were when this one was asked for: some
 * may not have ended.
 * @param id of the answer.
 */
type WriteAnswer = (
  request: AnswerRequest,
  signal: AbortSignal,
  earlier: readonly AnswerState[],
  id: string,
) => AsyncIterable<AnswerStep>;

/**
 * The registry of all answers: starts them, joins repeated requests, finds them by id and deletes them. Unfinished
 * answers are in memory, ended ones in the store (store.ts). An answer that cannot be saved, because the disk is full
 * or another process has locked the file, stays in memory and is saved later. What happens within one answer is in
 * event-log.ts.
 */
export interface Answers extends AsyncDisposable {
  /**
   * Starts an answer, or returns the one that the same `requestId` started, ended or not.
   * @param requestId null always starts a new answer.
   * @param asker if omitted, the answer counts towards the limit of all clients only.
   * @throws AskboxError NOT_FOUND for an unknown conversation, CONVERSATION_FULL, CONFLICT if `requestId` was already used
   * with different input, OVERLOADED if too many answers are unfinished, of this asker or of all, or the saved answers are
   * locked, SHUTTING_DOWN after `close`.
   */
  ask(request: AnswerRequest, requestId: string | null, asker?: Asker): AnswerLog;
  /** Returns undefined for an unknown or deleted answer. An answer that ended a while ago is returned as a replay. */
  find(id: string): AnswerLog | undefined;
  /**
   * Sets or replaces the rating of an answer, ended or not, and its comment.
   * @returns the answer; undefined if there is none with this id.
   * @throws AskboxError OVERLOADED if the file stays locked by another process, DISK_FULL
   */
  rate(id: string, rating: Rating, comment: string | null): Promise<AnswerState | undefined>;
  /**
   * Deletes the answers that `isMeant` accepts, also those being written, which are cancelled. Afterwards their
   * questions and texts are in no file any more, unless another process is reading the file: then a little later.
   * @param signal ends the search for them; what has been found by then is not deleted.
   * @returns how many there were.
   * @throws AskboxError OVERLOADED if the file stays locked by another process, DISK_FULL
   */
  deleteWhere(isMeant: (answer: AnswerState) => boolean, signal: AbortSignal): Promise<number>;
  /** Deletes one answer in the same way. @returns false for an unknown answer. */
  delete(id: string): Promise<boolean>;
  /**
   * Deletes every answer that shows such a file, in the same way: as a source, as a nearest passage, or as a file that was
   * not searched. One that finds its sources only later is deleted when it ends. The later answers of the same conversation
   * go too: they were read with it.
   */
  eraseShowing(isErased: (file: ShownFile) => boolean, signal: AbortSignal): Promise<number>;
  /**
   * Returns what a question is read with: the filters of question and conversation together, and the last answers of the
   * conversation, oldest first. @throws AskboxError NOT_FOUND for an unknown conversation, CONVERSATION_FULL
   */
  placeOf(request: AnswerRequest): Pick<PlaceOfQuestion, 'filter' | 'earlier'>;
  /** Returns the answers of a conversation in the order in which they were asked for, also those being written. */
  turnsOf(conversationId: string): readonly TurnOfAnswer[];
  /**
   * Deletes a conversation with all its answers, in the same way. Once it is called, nothing can be asked there.
   * @returns false if there is neither the conversation nor an answer of it.
   */
  deleteConversation(id: string): Promise<boolean>;
  /** How many answers are being written or are waiting to be. */
  readonly unfinished: number;
  /**
   * Refuses new answers and fails unfinished ones with SHUTTING_DOWN. Takes up to 1 s for their readers to get that, and
   * for answers to be saved that could not be saved before.
   */
  close(): Promise<void>;
}

/** What `openAnswers` needs. */
export interface AnswersOptions {
  /** The flow that writes an answer; see answer.ts. */
  readonly write: WriteAnswer;
  /** Throws for a request that must not start an answer; one that joins an answer is not checked. Default: none. */
  readonly check?: (request: AnswerRequest) => void;
  readonly store: AnswersStore;
  readonly log: Log;
  /** Called with each answer that has ended. Default: not called. */
  readonly onEnded?: (answer: AnswerState) => void;
  /** How long an answer continues after its last reader's connection was lost. */
  readonly graceMs: number;
  /** Deltas closer together are merged. Default 30: 2.3 times fewer events at 80 tokens/s, no visible change. */
  readonly mergeMs?: number;
  /** New answers are refused while this many are unfinished. Default: see askers.ts. */
  readonly maxUnfinished?: MaxUnfinished;
}

/** A longer conversation is continued in a new one: it is listed, and deleted, as a whole. */
export const MAX_CONVERSATION_ANSWERS = 200;
/** How many of the last answers a new question of the same conversation is read with. */
export const EARLIER_ANSWERS = 6;

/** How long `close` waits for readers to receive the end, and tries to save what is unsaved. */
const DRAIN_MS = 1_000;
/** How many logs of ended answers stay, so that a client that lost its connection just before the end resumes there. */
const RECENT = 32;
/** How long `deleteWhere` and `rate` try while another process holds the lock. */
const LOCKED_MS = 10_000;

/** Opens the registry over a store that stays the caller's. Unfinished answers are saved once a second. */
export function openAnswers(options: AnswersOptions): Answers {
  const { write, check, store, log, graceMs, mergeMs = 30 } = options;
  const askers = new Askers(options.maxUnfinished);
  const unsaved = new UnsavedAnswers(store, log);
  const recent = new Map<string, AnswerLog>();
  let isClosing = false;

  /** In the order of their questions. An answer may be saved and still be written. */
  const turnsOf = (conversationId: string): readonly TurnOfAnswer[] => {
    const numbers = new Map(
      readUnlocked(() => store.conversations.turnsOf(conversationId)).map(({ answerId, number }) => [answerId, number]),
    );
    for (const answer of unsaved.all) {
      const { turn } = answer.answer;
      if (turn?.conversationId === conversationId) numbers.set(answer.id, turn.number);
    }
    return [...numbers].map(([answerId, number]) => ({ answerId, number })).toSorted((a, b) => a.number - b.number);
  };

  /** Returns where a question belongs, and what it is read with. */
  const placeOf = ({ conversationId, filter }: AnswerRequest): PlaceOfQuestion => {
    if (conversationId === undefined) return { turn: null, filter, earlier: [] };
    const conversation = readUnlocked(() => store.conversations.find(conversationId));
    if (conversation === undefined) {
      const message = `no conversation ${conversationId}; check the id, or create a conversation if it was deleted`;
      throw new AskboxError('NOT_FOUND', message);
    }
    const turns = turnsOf(conversationId);
    if (turns.length >= MAX_CONVERSATION_ANSWERS) {
      const message = `the conversation already has ${turns.length} answers; create a new one`;
      throw new AskboxError('CONVERSATION_FULL', message);
    }
    return {
      turn: { conversationId, number: (turns.at(-1)?.number ?? 0) + 1 },
      filter: bothFilters(filter, conversation.filter),
      earlier: turns.slice(-EARLIER_ANSWERS).flatMap(({ answerId }) => find(answerId)?.answer ?? []),
    };
  };

  const start = (request: AnswerRequest, requestId: string | null, inputHash: string, asker: Asker): AnswerLog => {
    if (isClosing) throw new AskboxError('SHUTTING_DOWN', 'askbox is stopping; ask again in a moment');
    check?.(request);
    askers.refuseIfOverloaded(asker);
    const { turn, filter, earlier } = placeOf(request);
    const started = new AnswerLog(newAnswer(randomUUID(), request.question, turn), unsaved.unfinishedCount, {
      mergeMs,
      graceMs,
      onEnd: (ended, lastSequence) => {
        askers.ended(ended.id);
        recent.set(ended.id, started);
        if (recent.size > RECENT) recent.delete(recent.keys().next().value!);
        unsaved.ended(ended.id, lastSequence);
        log.info(fieldsOf(ended), 'answered');
        options.onEnded?.(ended);
      },
    });
    askers.started(started.id, asker);
    unsaved.add(started, { id: requestId, inputHash });
    void run(started, { ...request, filter }, earlier);
    return started;
  };

  /** Never rejects. */
  const run = async (answer: AnswerLog, request: AnswerRequest, earlier: readonly AnswerState[]): Promise<void> => {
    try {
      for await (const step of write(request, answer.signal, earlier, answer.id)) answer.append(step);
      if (!answer.hasEnded) throw new Error('the flow ended without a last step');
    } catch (error) {
      // Cancelling makes the engine throw; that answer has ended already.
      if (!answer.hasEnded) answer.fail(answerErrorOf(error, answer.id, log));
    }
  };

  const find = (id: string): AnswerLog | undefined => {
    const inMemory = unsaved.find(id) ?? recent.get(id);
    if (inMemory !== undefined) return inMemory;
    const saved = readUnlocked(() => store.find(id));
    return saved === undefined ? undefined : AnswerLog.ofEnded(saved);
  };

  /** Returns the answer that this `requestId` started, and what was asked with it. */
  const findRequest = (requestId: string): { readonly answer: AnswerLog; readonly inputHash: string } | undefined => {
    const inMemory = unsaved.findRequest(requestId);
    if (inMemory !== undefined) return { answer: inMemory.log, inputHash: inMemory.request.inputHash };
    const saved = readUnlocked(() => store.findRequest(requestId));
    const answer = saved && find(saved.answerId);
    return saved && answer && { answer, inputHash: saved.inputHash };
  };

  /** Removes answers from memory and disk. Unknown ids do not matter. */
  const forget = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) {
      unsaved.forget(id);
      recent.delete(id);
    }
    const deadline = performance.now() + LOCKED_MS;
    for (let first = 0; first < ids.length; first += DELETED_AT_ONCE) {
      await retryWhileLocked(() => store.delete(ids.slice(first, first + DELETED_AT_ONCE)), deadline);
      await nextTurn();
    }
    while (!store.emptyLog() && performance.now() < deadline) await sleep(DELETE_RETRY_MS);
    log.info({ answers: ids.length }, 'answers deleted');
  };

  function* idsWhere(isMeant: (answer: AnswerState) => boolean): Steps<readonly string[]> {
    const ids = new Set<string>();
    for (const { id, answer } of unsaved.all) {
      if (isMeant(answer)) ids.add(id);
      yield;
    }
    for (let last: number | undefined = 0; last !== undefined;) {
      const page = readUnlocked(() => store.page(last ?? 0));
      for (const { answer } of page) if (isMeant(answer)) ids.add(answer.id);
      last = page.at(-1)?.position;
      yield;
    }
    return [...ids];
  }

  const deleteWhere: Answers['deleteWhere'] = async (isMeant, signal) => {
    const ids = await inTurns(idsWhere(isMeant), signal);
    await forget(ids);
    return ids.length;
  };

  const eraseShowing: Answers['eraseShowing'] = async (isErased, signal) => {
    const shows = (answer: AnswerState): boolean => filesShownIn(answer).some(isErased);
    // Those that find their sources only later.
    for (const answer of unsaved.unfinished) {
      if (!shows(answer.answer)) void answer.ended.then((ended) => (shows(ended) ? eraseLate(ended) : undefined));
    }
    const showing: AnswerState[] = [];
    await inTurns(
      idsWhere((answer) => shows(answer) && showing.push(answer) > 0),
      signal,
    );
    const ids = new Set(showing.flatMap(withLaterTurns));
    await forget([...ids]);
    return ids.size;
  };

  /** Returns the ids of an answer and of all after it in its conversation: they were read with it, and may repeat it. */
  const withLaterTurns = ({ id, turn }: AnswerState): readonly string[] => {
    const later = turn === null ? [] : turnsOf(turn.conversationId).filter(({ number }) => number > turn.number);
    return [id, ...later.map(({ answerId }) => answerId)];
  };

  /** Never rejects. */
  const eraseLate = async (answer: AnswerState): Promise<void> => {
    try {
      await forget(withLaterTurns(answer));
    } catch (error) {
      log.error({ err: error, answer: answer.id }, 'answer not erased, although one of its documents was');
    }
  };

  return {
    ask(request, requestId, asker = newAsker()) {
      const inputHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
      const known = requestId === null ? undefined : findRequest(requestId);
      if (known === undefined) return start(request, requestId, inputHash, asker);
      if (known.inputHash !== inputHash) {
        throw new AskboxError(
          'CONFLICT',
          `requestId ${requestId} was already used with different input; use a new UUID for a new question`,
        );
      }
      return known.answer;
    },
    async rate(id, rating, comment) {
      const rated = find(id);
      if (rated === undefined) return undefined;
      await retryWhileLocked(() => {
        store.rate(id, rating, comment);
        // An answer that is not on disk yet, or is saved again, takes its rating along.
        rated.rate(rating, comment);
      }, performance.now() + LOCKED_MS);
      return rated.answer;
    },
    deleteWhere,
    async delete(id) {
      if (find(id) === undefined) return false;
      await forget([id]);
      return true;
    },
    find,
    eraseShowing,
    placeOf,
    turnsOf,
    async deleteConversation(id) {
      const isKnown = readUnlocked(() => store.conversations.find(id)) !== undefined;
      // First, so that nothing is asked there meanwhile. If the rest fails, the call can be repeated.
      await retryWhileLocked(() => store.conversations.delete(id), performance.now() + LOCKED_MS);
      const ids = turnsOf(id).map(({ answerId }) => answerId);
      if (isKnown || ids.length > 0) await forget(ids);
      return isKnown || ids.length > 0;
    },
    get unfinished() {
      return unsaved.unfinishedCount;
    },
    async close() {
      isClosing = true;
      await unsaved.stop();
      const running = unsaved.unfinished;
      for (const answer of running) {
        answer.fail({ code: 'SHUTTING_DOWN', message: 'askbox is stopping; ask again in a moment', retryable: true });
      }
      const deadline = performance.now() + DRAIN_MS;
      while (performance.now() < deadline && (unsaved.endedCount > 0 || running.some((answer) => answer.readers > 0))) {
        await unsaved.saveAll();
        await sleep(5);
      }
      if (unsaved.endedCount > 0) log.error({ answers: unsaved.endedCount }, 'answers lost; they could not be saved');
    },
    async [Symbol.asyncDispose]() {
      await this.close();
    },
  };
}

function filesShownIn({ sources, nearest, notSearched }: AnswerState): readonly ShownFile[] {
  const named = [...(notSearched?.unread.paths ?? []), ...(notSearched?.failed.paths ?? [])];
  return [...sources, ...nearest, ...named.map((path) => ({ path, chunkId: null }))];
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
    nearest: answer.nearest.length,
    chars: answer.text.length,
    citations: answer.citations.length,
    inventedMarkers: answer.inventedMarkers,
    ...answer.usage,
    ...answer.timings,
  };
}
