import type { ChunkId, LocatorMark } from '#shared/document.ts';
import type { Citation } from '../cite/citation.ts';
import type { GeneratorKind } from '../generate/generator.ts';

/** RETRIEVING, then QUEUED while the engine is busy with others, then GENERATING, then one of the last three. */
type AnswerStatus = 'RETRIEVING' | 'QUEUED' | 'GENERATING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

type FinishReason = 'STOP' | 'LENGTH' | 'ABSTAINED' | 'CANCELLED' | 'ERROR';

type AnswerErrorCode = 'STORE_UNAVAILABLE' | 'MODEL_UNAVAILABLE' | 'MODEL_TIMEOUT' | 'SHUTTING_DOWN' | 'INTERNAL';

/** Why an answer could not be written. */
export interface AnswerError {
  readonly code: AnswerErrorCode;
  readonly message: string;
  /** Whether asking again may help. */
  readonly retryable: boolean;
}

/** A passage as it is kept with the answer, whole even when the file changes or goes. */
export interface AnswerSource {
  /** From 1: the number in the text's markers. */
  readonly rank: number;
  /** 0 to 1. */
  readonly score: number;
  /** Whether it fitted into the prompt; false until the engine has begun. */
  readonly used: boolean;
  readonly path: string;
  readonly title: string;
  /** The best part of the passage for the question: the content's text from startChar to endChar. */
  readonly excerpt: string;
  readonly startChar: number;
  readonly endChar: number;
  /** Where the excerpt begins. */
  readonly place: Omit<LocatorMark, 'startChar'>;
  readonly headings: readonly string[];
  readonly chunkId: ChunkId;
}

interface AnsweredBy {
  readonly kind: GeneratorKind;
  /** Null for quotes. */
  readonly model: string | null;
  /** Why each engine before it did not answer; null when it was the first. */
  readonly fallbackReason: string | null;
}

export interface AnswerUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Each null until it is known. */
export interface AnswerTimings {
  readonly retrievalMs: number | null;
  readonly queuedMs: number | null;
  /** From the question to the first words. */
  readonly firstTokenMs: number | null;
  readonly totalMs: number | null;
}

/** An answer as it stands at one moment. Never changed in place: every change makes a new one. */
export interface AnswerState {
  readonly id: string;
  readonly question: string;
  readonly status: AnswerStatus;
  readonly text: string;
  readonly sources: readonly AnswerSource[];
  /** Of the sentences that have ended; it only grows. */
  readonly citations: readonly Citation[];
  /** Numbers of no passage that the model wrote and nobody was shown. */
  readonly inventedMarkers: number;
  readonly finishReason: FinishReason | null;
  readonly error: AnswerError | null;
  readonly answeredBy: AnsweredBy | null;
  /** Whether question and passages went to the endpoint, also when another engine answered or none did. */
  readonly passagesLeftMachine: boolean;
  /** Null until the end, and when nobody counted. */
  readonly usage: AnswerUsage | null;
  readonly timings: AnswerTimings;
  readonly createdAt: string;
  readonly endedAt: string | null;
}

/** What the flow reports while it writes an answer. */
export type AnswerStep =
  /** Becomes visible with the next event. */
  | { readonly type: 'progress'; readonly change: AnswerChange }
  | { readonly type: 'sources'; readonly change: AnswerChange }
  | { readonly type: 'delta'; readonly text: string; readonly change: AnswerChange }
  /** Last. */
  | {
      readonly type: 'completed';
      readonly finishReason: 'STOP' | 'LENGTH' | 'ABSTAINED';
      readonly change: AnswerChange;
    };

type AnswerChange = Partial<
  Pick<
    AnswerState,
    'status' | 'sources' | 'citations' | 'inventedMarkers' | 'answeredBy' | 'passagesLeftMachine' | 'usage' | 'timings'
  >
>;

/** What a reader of the stream receives. */
export type AnswerEvent = {
  /** Rises, not without gaps. */
  readonly sequence: number;
  /** Frozen: its text ends where this event ends. */
  readonly answer: AnswerState;
} & (
  | { readonly __typename: 'AnswerStarted'; readonly queuePosition: number }
  | { readonly __typename: 'SourcesRetrieved'; readonly sources: readonly AnswerSource[] }
  | {
      readonly __typename: 'AnswerDelta';
      readonly text: string;
      /** Where `text` begins in the answer, in UTF-16 code units. */
      readonly offset: number;
    }
  | { readonly __typename: 'AnswerCompleted'; readonly finishReason: FinishReason }
  | { readonly __typename: 'AnswerFailed'; readonly error: AnswerError }
);

/** An answer that was asked for just now. */
export function newAnswer(id: string, question: string): AnswerState {
  return {
    id,
    question,
    status: 'RETRIEVING',
    text: '',
    sources: [],
    citations: [],
    inventedMarkers: 0,
    finishReason: null,
    error: null,
    answeredBy: null,
    passagesLeftMachine: false,
    usage: null,
    timings: { retrievalMs: null, queuedMs: null, firstTokenMs: null, totalMs: null },
    createdAt: new Date().toISOString(),
    endedAt: null,
  };
}
