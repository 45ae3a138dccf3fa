import type { Answer, AnswerEvent, Source } from '../api/types.ts';

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
  readonly problem: string | null;
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

/** Returns the answer after an event. Applying an event twice changes nothing. */
export function afterEvent(answer: LiveAnswer, event: AnswerEvent): LiveAnswer {
  switch (event.__typename) {
    case 'AnswerStarted':
      return { ...answer, id: event.answer.id, queuePosition: event.queuePosition, phase: 'retrieving' };
    case 'SourcesRetrieved':
      return { ...answer, sources: event.sources, phase: 'queued' };
    case 'AnswerDelta':
      return { ...answer, text: answer.text.slice(0, event.offset) + event.text, phase: 'writing' };
    case 'AnswerThinking':
      return { ...answer, thoughts: answer.thoughts.slice(0, event.offset) + event.text, phase: 'thinking' };
    case 'AnswerCompleted':
    case 'AnswerFailed': {
      const { answer: ended } = event;
      return { ...answer, id: ended.id, text: ended.text, sources: ended.sources, ended, phase: 'ended' };
    }
  }
}
