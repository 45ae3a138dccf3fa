import { subscribe } from '../api/client.ts';
import { ANSWER_EVENTS, ASK } from '../api/operations.ts';
import type { AnswerEvent, SearchFilter } from '../api/types.ts';

/** A question that starts an answer, or an answer that exists. */
export type Followed =
  | {
      readonly type: 'question';
      readonly question: string;
      readonly filter: SearchFilter | null;
      /** Null for a question outside conversations. */
      readonly conversationId: string | null;
      /** A UUID. Calls with the same one are one answer, so a reconnect asks nothing twice. */
      readonly requestId: string;
    }
  | { readonly type: 'answer'; readonly id: string };

/** What is told of an answer that is followed. */
export interface AnswerReader {
  readonly event: (event: AnswerEvent) => void;
  readonly error: (error: Error) => void;
  /** The stream is over, after the last event or without one. */
  readonly end: () => void;
}

/**
 * Follows an answer to its end, however often the connection drops: it resumes after the last event received, so that
 * every event comes once.
 * @returns what stops following.
 */
export function followAnswer(followed: Followed, reader: AnswerReader): () => void {
  let after = -1;
  const receive = (event: AnswerEvent): void => {
    after = event.sequence;
    reader.event(event);
  };
  const listener = { error: reader.error, complete: reader.end };
  if (followed.type === 'answer') {
    const variables = {
      id: followed.id,
      get after() {
        return after; // read again at every reconnect
      },
    };
    return subscribe<{ answerEvents: AnswerEvent }>(ANSWER_EVENTS, variables, {
      ...listener,
      next: ({ answerEvents }) => receive(answerEvents),
    });
  }
  const { question, filter, conversationId, requestId } = followed;
  const variables = {
    input: { question, conversationId, requestId, ...(filter === null ? {} : { filter }) },
    get after() {
      return after;
    },
  };
  return subscribe<{ ask: AnswerEvent }>(ASK, variables, { ...listener, next: ({ ask }) => receive(ask) });
}
