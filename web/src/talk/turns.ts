import { signal, type Signal } from '@preact/signals';
import { request } from '../api/client.ts';
import { CANCEL_ANSWER } from '../api/operations.ts';
import { scope, type Scope } from '../scope/scope.ts';
import { followAnswer, type Followed } from './follow-answer.ts';
import { afterEvent, NOTHING_YET, type LiveAnswer } from './live-answer.ts';

/** A question and its answer. */
export interface Turn {
  readonly key: string;
  readonly question: Signal<string>;
  readonly scope: Scope | null;
  readonly answer: Signal<LiveAnswer>;
  /** Stops the model; what was written stays. Does nothing once the answer has ended. */
  readonly stop: () => void;
}

/** The questions of this talk, the oldest first. */
export const turns = signal<readonly Turn[]>([]);

/** Asks a question, which becomes the last turn. */
export function ask(question: string): void {
  const filter = scope.value?.filter ?? null;
  const followed: Followed = { type: 'question', question, filter, requestId: crypto.randomUUID() };
  const turn = startTurn(question, scope.value, followed);
  turns.value = [...turns.value, turn];
}

/** Shows an answer by its id, as the only turn: one that ended, or one that is still being written. */
function showAnswer(id: string): void {
  if (turns.value.some((turn) => turn.answer.value.id === id)) return;
  for (const turn of turns.value) turn.stop();
  turns.value = [startTurn('', null, { type: 'answer', id })];
}

/** Starts over with an empty talk. An answer that is being written is stopped. */
export function clearTalk(): void {
  for (const turn of turns.value) turn.stop();
  turns.value = [];
  history.replaceState(null, '', '#/');
}

/** Shows the answer that the address names, now and whenever the address changes. */
export function followAddress(): void {
  const show = (): void => {
    const id = /^#\/answer\/([0-9a-f-]{36})$/.exec(location.hash)?.[1];
    if (id !== undefined) showAnswer(id);
  };
  addEventListener('hashchange', show);
  show();
}

function startTurn(asked: string, within: Scope | null, followed: Followed): Turn {
  const question = signal(asked);
  const answer = signal(NOTHING_YET);
  let wasStopped = false;
  const fail = (problem: string): void => {
    answer.value = { ...answer.value, phase: 'ended', problem };
  };
  const unsubscribe = followAnswer(followed, {
    event: (event) => {
      answer.value = afterEvent(answer.value, event);
      if (event.__typename !== 'AnswerStarted') return;
      question.value = event.answer.question;
      // A reload finds the answer again by its address.
      history.replaceState(null, '', `#/answer/${event.answer.id}`);
      if (wasStopped) cancel(event.answer.id);
    },
    error: (error) => fail(error.message),
    end: () => {
      if (answer.value.phase !== 'ended') fail('');
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
  };
}
