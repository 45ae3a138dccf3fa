import { signal, type Signal } from '@preact/signals';
import { ApiError, request } from '../api/client.ts';
import { ANSWER_BY_ID, CANCEL_ANSWER, CONVERSATION_ANSWERS, CREATE_CONVERSATION } from '../api/operations.ts';
import type { Answer } from '../api/types.ts';
import { setTalkAddress, talkAddress } from '../parts/address.ts';
import { scope, type Scope } from '../scope/scope.ts';
import { words } from '../words/words.ts';
import { followAnswer, type Followed } from './follow-answer.ts';
import { afterEvent, NOTHING_YET, type AnswerProblem, type LiveAnswer } from './live-answer.ts';

/** A question and its answer. */
export interface Turn {
  readonly key: string;
  readonly question: Signal<string>;
  readonly scope: Scope | null;
  readonly answer: Signal<LiveAnswer>;
  /** Stops the model; what was written stays. Does nothing once the answer has ended. */
  readonly stop: () => void;
  /** Follows the answer no longer; the server goes on with it. */
  readonly leave: () => void;
}

/** The questions of this talk, the oldest first. */
export const turns = signal<readonly Turn[]>([]);

/** The conversation that the next question continues; null before the first question. */
export const conversationId = signal<string | null>(null);

/** Why the talk could not be opened; null if it could. */
export const talkProblem = signal<string | null>(null);

/**
 * Asks a question, which becomes the last turn. The first question of a talk starts a conversation.
 * @returns false if that could not be started; the page then says why.
 */
export async function ask(question: string): Promise<boolean> {
  talkProblem.value = null;
  const within = scope.value;
  try {
    conversationId.value ??= await createConversation();
  } catch (error) {
    talkProblem.value = error instanceof ApiError ? error.message : words.value.answer.why.UNREACHABLE;
    return false;
  }
  // A reload finds the conversation again by its address.
  setTalkAddress(`/conversation/${conversationId.value}`);
  const filter = within?.filter ?? null;
  const requestId = crypto.randomUUID();
  const followed = { type: 'question', question, filter, conversationId: conversationId.value, requestId } as const;
  turns.value = [...turns.value, startTurn(question, within, followed)];
  return true;
}

/** Starts over with an empty talk. An answer that is being written is written to its end. */
export function clearTalk(): void {
  leaveTalk();
  setTalkAddress('/');
}

/** Shows what the address names, an answer or a conversation, now and whenever the address changes. */
export function followAddress(): () => void {
  const show = (): void => {
    const [, kind, id = ''] = /^\/(answer|conversation)\/([0-9a-f-]{36})$/.exec(talkAddress()) ?? [];
    if (kind === 'answer') showAnswer(id);
    if (kind === 'conversation') void showConversation(id);
  };
  addEventListener('hashchange', show);
  show();
  return () => removeEventListener('hashchange', show);
}

/** The answer that is shown by its id; null for a talk. */
let answerId: string | null = null;

/** Shows an answer by its id, as the only turn: one that ended, or one that is still being written. */
function showAnswer(id: string): void {
  if (answerId === id) return;
  leaveTalk();
  answerId = id;
  turns.value = [startTurn('', null, { type: 'answer', id })];
}

/** Shows a conversation, the ended answers as they are saved, and others as they are written. */
async function showConversation(id: string): Promise<void> {
  if (conversationId.value === id) return;
  leaveTalk();
  conversationId.value = id;
  try {
    const asked = await readQuestions(id);
    if (conversationId.value !== id) return; // another one was opened meanwhile
    turns.value = asked.map((answer) =>
      answer.endedAt === null
        ? startTurn(answer.question, null, { type: 'answer', id: answer.id })
        : endedTurn(answer.id, answer.question),
    );
  } catch (error) {
    talkProblem.value = error instanceof Error ? error.message : String(error);
  }
}

interface Asked {
  readonly id: string;
  readonly question: string;
  readonly endedAt: string | null;
}

interface AnswersResult {
  readonly conversation: {
    readonly answers: {
      readonly nodes: readonly Asked[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
}

/** Returns all questions of a conversation. @throws Error if there is no such conversation */
async function readQuestions(id: string): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  let after: string | null = null;
  do {
    const found: AnswersResult = await request<AnswersResult>(CONVERSATION_ANSWERS, { id, after });
    if (found.conversation === null) throw new Error(words.value.conversations.gone);
    const { answers } = found.conversation;
    asked.push(...answers.nodes);
    after = answers.pageInfo.hasNextPage ? answers.pageInfo.endCursor : null;
  } while (after !== null);
  return asked;
}

async function createConversation(): Promise<string> {
  interface Created {
    readonly createConversation: {
      readonly conversation: { readonly id: string } | null;
      readonly userErrors: readonly { readonly message: string }[];
    };
  }
  const { createConversation: created } = await request<Created>(CREATE_CONVERSATION);
  if (created.conversation === null) throw new Error(created.userErrors[0]?.message ?? '');
  return created.conversation.id;
}

function leaveTalk(): void {
  answerId = null;
  for (const turn of turns.value) turn.leave();
  turns.value = [];
  conversationId.value = null;
  talkProblem.value = null;
}

/** Of an answer that the server has no more. */
const GONE: AnswerProblem = { code: 'NOT_FOUND', message: '' };

function problemOf(error: unknown): AnswerProblem {
  const code = error instanceof ApiError ? error.code : 'UNREACHABLE';
  return { code, message: error instanceof Error ? error.message : String(error) };
}

/** Returns the turn of an answer that has ended, which is read once. */
function endedTurn(id: string, question: string): Turn {
  const answer = signal<LiveAnswer>({ ...NOTHING_YET, id });
  const leaving = new AbortController();
  request<{ answer: Answer | null }>(ANSWER_BY_ID, { id }, leaving.signal).then(
    ({ answer: ended }) => {
      if (ended === null) answer.value = { ...answer.value, phase: 'ended', problem: GONE };
      else answer.value = { ...NOTHING_YET, id, phase: 'ended', text: ended.text, sources: ended.sources, ended };
    },
    (error: unknown) => {
      if (!leaving.signal.aborted) answer.value = { ...answer.value, phase: 'ended', problem: problemOf(error) };
    },
  );
  const leave = (): void => leaving.abort();
  return { key: id, question: signal(question), scope: null, answer, stop: () => {}, leave };
}

function startTurn(asked: string, within: Scope | null, followed: Followed): Turn {
  const question = signal(asked);
  const answer = signal(NOTHING_YET);
  let wasStopped = false;
  const fail = (problem: AnswerProblem): void => {
    answer.value = { ...answer.value, phase: 'ended', problem };
  };
  const unsubscribe = followAnswer(followed, {
    event: (event) => {
      answer.value = afterEvent(answer.value, event);
      if (event.__typename !== 'AnswerStarted') return;
      question.value = event.answer.question;
      if (wasStopped) cancel(event.answer.id);
    },
    error: (error) => fail(problemOf(error)),
    end: () => {
      if (answer.value.phase !== 'ended') fail(GONE);
    },
  });
  const cancel = (id: string): void => {
    // The end of the answer arrives as its last event; if the server is away, it stops by itself.
    request(CANCEL_ANSWER, { id }).catch(unsubscribe);
  };
  return {
    key: crypto.randomUUID(),
    question,
    scope: within,
    answer,
    stop: () => {
      const { id, phase } = answer.value;
      if (phase === 'ended' || wasStopped) return;
      wasStopped = true;
      if (id !== null) cancel(id);
    },
    leave: unsubscribe,
  };
}
