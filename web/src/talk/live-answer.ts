import type { Answer, AnswerEvent, Source } from '../api/types.ts';

/** Why there is no answer, or only the beginning of one. */
export interface AnswerProblem {
  /** Of docs/errors.md; empty if the server did not say. */
  readonly code: string;
  /** As the server says it, in English. */
  readonly message: string;
}

/** An answer as far as it has reached the page. */
export interface LiveAnswer {
  /** Null until the server has named it. */
  readonly id: string | null;
  readonly phase: 'waiting' | 'retrieving' | 'queued' | 'thinking' | 'writing' | 'ended';
  /** How many earlier answers are unfinished, as the server said at the start. */
  readonly queuePosition: number;
  readonly text: string;
  /** What the model thought, as far as it was followed here: answers are saved without it. */
  readonly thoughts: string;
  readonly sources: readonly Source[];
  /** The whole answer, once it has ended. */
  readonly ended: Answer | null;
  /** Why it could not be asked or followed; null if it could. */
  readonly problem: AnswerProblem | null;
}

/** An answer of which nothing has arrived yet. */
export const NOTHING_YET: LiveAnswer = {
  id: null,
  phase: 'waiting',
  queuePosition: 0,
  text: '',
  thoughts: '',
  sources: [],
  ended: null,
  problem: null,
};

/**
 * Returns the answer after an event. Applying an event twice changes nothing, and no word that was shown goes away: a
 * server that was killed knows the answer only up to its last save, and sends that again.
 */
export function afterEvent(answer: LiveAnswer, event: AnswerEvent): LiveAnswer {
  switch (event.__typename) {
    case 'AnswerStarted':
      return { ...answer, id: event.answer.id, queuePosition: event.queuePosition, phase: 'retrieving' };
    case 'SourcesRetrieved':
      return { ...answer, sources: event.sources, phase: 'queued' };
    case 'AnswerDelta':
      return { ...answer, text: longer(answer.text, event.text, event.offset), phase: 'writing' };
    case 'AnswerThinking':
      return { ...answer, thoughts: answer.thoughts.slice(0, event.offset) + event.text, phase: 'thinking' };
    case 'AnswerCompleted':
    case 'AnswerFailed': {
      const isCutOff = event.answer.status === 'FAILED';
      const text = isCutOff ? longer(answer.text, event.answer.text, 0) : event.answer.text;
      const ended = { ...event.answer, text };
      return { ...answer, id: ended.id, text, sources: ended.sources, ended, phase: 'ended' };
    }
  }
}

/** Returns the text with what was added at an offset; as it is if it has all of that there and goes on after it. */
function longer(text: string, added: string, offset: number): string {
  return text.startsWith(added, offset) ? text : text.slice(0, offset) + added;
}
