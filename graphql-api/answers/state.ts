import type { ChunkId, LocatorMark } from '#shared/document.ts';
import type { Citation } from '../cite/citation.ts';
import type { Span } from '../cite/sentence-spans.ts';
import type { GeneratorKind } from '../generate/generator.ts';

/** RETRIEVING, then QUEUED until the engine starts on it, then GENERATING, then one of the last three. */
type AnswerStatus = 'RETRIEVING' | 'QUEUED' | 'GENERATING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

type FinishReason = 'STOP' | 'LENGTH' | 'LOOP' | 'ABSTAINED' | 'CANCELLED' | 'ERROR';

type AnswerErrorCode =
  | 'STORE_UNAVAILABLE'
  | BrokenStoreCode
  | 'MODEL_UNAVAILABLE'
  | 'MODEL_TIMEOUT'
  | 'SHUTTING_DOWN'
  | 'INTERNAL';

/** The store works again only after somebody has done what the message says. */
export type BrokenStoreCode = 'STORE_DAMAGED' | 'STORE_FOREIGN' | 'STORE_REFUSED' | 'STORE_UNSUPPORTED';

/** What a reader thinks of an answer. */
export type Rating = 'UP' | 'DOWN';

/** Why an answer could not be written. */
export interface AnswerError {
  readonly code: AnswerErrorCode;
  readonly message: string;
  /** Whether asking again may help. */
  readonly retryable: boolean;
}

/** What was not searched for an answer that abstained, and may hold it. Files that the filter leaves out do not count. */
export interface NotSearched {
  /** Files that wait to be read or are being read. */
  readonly unread: UnsearchedFiles;
  /** Files that could not be read. */
  readonly failed: UnsearchedFiles;
  /** Why nothing was searched by meaning, and what to do; null if that was searched too. */
  readonly meaningOffBecause: string | null;
}

/** Files of one kind. */
export interface UnsearchedFiles {
  readonly count: number;
  /** The first of them, ordered by path. */
  readonly paths: readonly string[];
}

/** A passage as it is stored with the answer; it stays the same when the file changes or is removed. */
export interface AnswerSource {
  /** From 1: the number in the text's markers. */
  readonly rank: number;
  /** 0 to 1. */
  readonly score: number;
  /** Whether it fit into the prompt; false until the engine has started. */
  readonly used: boolean;
  readonly path: string;
  /** SHA-256 of the file's bytes in hexadecimal; null for an unread file, absent from answers of earlier versions. */
  readonly contentHash?: string | null;
  readonly title: string;
  /** The most relevant part of the passage: the content's text from startChar to endChar (UTF-16 code units). */
  readonly excerpt: string;
  readonly startChar: number;
  readonly endChar: number;
  /** Where in the file the excerpt starts. */
  readonly place: Omit<LocatorMark, 'startChar'>;
  readonly headings: readonly string[];
  /** Null for a document that is named as a whole, without a passage; its excerpt is empty. */
  readonly chunkId: ChunkId | null;
}

interface AnsweredBy {
  /** DOCUMENT_LIST: no engine; the question was about the folder itself. */
  readonly kind: GeneratorKind | 'DOCUMENT_LIST';
  /** Null for quotes and for the list of documents. */
  readonly model: string | null;
  /** Why each engine before it did not answer; null when it was the first. */
  readonly fallbackReason: string | null;
}

/** What the answer cost the model. */
export interface AnswerUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** How long the stages of an answer took. Each is null until it is known. */
export interface AnswerTimings {
  readonly retrievalMs: number | null;
  readonly queuedMs: number | null;
  /** From the question to the first words. */
  readonly firstTokenMs: number | null;
  readonly totalMs: number | null;
}

/** The place of an answer in a conversation. */
export interface ConversationTurn {
  readonly conversationId: string;
  /** Ascending in the order in which the questions were asked, from 1; numbers of deleted answers may be missing. */
  readonly number: number;
}

/** The data of one answer at one moment. Immutable: every change makes a new object. */
export interface AnswerState {
  readonly id: string;
  readonly question: string;
  /** Null for a question outside conversations. */
  readonly turn: ConversationTurn | null;
  /** What was searched for, if its conversation made that another question than the one asked; else null. */
  readonly searchedFor: string | null;
  readonly status: AnswerStatus;
  readonly text: string;
  readonly sources: readonly AnswerSource[];
  /** The passages nearest to a question that nothing answers, best first; empty unless the answer abstained. */
  readonly nearest: readonly AnswerSource[];
  /** Null unless the answer abstained. */
  readonly notSearched: NotSearched | null;
  /** Citations of the sentences that have ended; the list only grows. */
  readonly citations: readonly Citation[];
  /** The sentences that have ended and that no passage supports, as spans of the text; the list only grows. */
  readonly unsupported: readonly Span[];
  /** Share of the sentences that have ended which have evidence, 0 to 1; null if there are none. */
  readonly support: number | null;
  /** How many numbers in markers named no passage; they were removed from the text. */
  readonly inventedMarkers: number;
  readonly finishReason: FinishReason | null;
  readonly error: AnswerError | null;
  readonly answeredBy: AnsweredBy | null;
  /** Whether question and passages were sent to the endpoint, even if another engine answered or none did. */
  readonly passagesLeftMachine: boolean;
  /** Null until the end, or if the engine does not report it. */
  readonly usage: AnswerUsage | null;
  readonly timings: AnswerTimings;
  /** Null until somebody has rated it. */
  readonly rating: Rating | null;
  /** What was written with the rating; null if nothing was. */
  readonly ratingComment: string | null;
  /** RFC 3339, as all times here. */
  readonly createdAt: string;
  /** Null until the answer has ended. */
  readonly endedAt: string | null;
}

/** One step that the flow reports while it writes an answer (the input of the log). */
export type AnswerStep =
  /** Changes the answer without an event; visible with the next one. */
  | { readonly type: 'progress'; readonly change: AnswerChange }
  | { readonly type: 'sources'; readonly change: AnswerChange }
  | { readonly type: 'delta'; readonly text: string; readonly change: AnswerChange }
  /** What the model thinks: no part of the text. */
  | { readonly type: 'thinking'; readonly text: string; readonly change: AnswerChange }
  /** The last step. */
  | {
      readonly type: 'completed';
      readonly finishReason: 'STOP' | 'LENGTH' | 'LOOP' | 'ABSTAINED';
      readonly change: AnswerChange;
    };

type AnswerChange = Partial<
  Pick<
    AnswerState,
    | 'status'
    | 'searchedFor'
    | 'sources'
    | 'nearest'
    | 'notSearched'
    | 'citations'
    | 'unsupported'
    | 'support'
    | 'inventedMarkers'
    | 'answeredBy'
    | 'passagesLeftMachine'
    | 'usage'
    | 'timings'
  >
>;

/** One event that a reader of the answer receives (the output of the log). */
export type AnswerEvent = {
  /** Increases, with gaps where deltas were merged. */
  readonly sequence: number;
  /** The answer as it was at this event: its text ends where this event's text ends. */
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
  | {
      readonly __typename: 'AnswerThinking';
      readonly text: string;
      /** Where `text` begins among the thoughts, in UTF-16 code units. */
      readonly offset: number;
    }
  | { readonly __typename: 'AnswerCompleted'; readonly finishReason: FinishReason }
  | { readonly __typename: 'AnswerFailed'; readonly error: AnswerError }
);

/**
 * Returns the initial state of an answer to a question that was just asked.
 * @param turn null outside conversations.
 */
export function newAnswer(id: string, question: string, turn: ConversationTurn | null = null): AnswerState {
  return {
    id,
    question,
    turn,
    searchedFor: null,
    status: 'RETRIEVING',
    text: '',
    sources: [],
    nearest: [],
    notSearched: null,
    citations: [],
    unsupported: [],
    support: null,
    inventedMarkers: 0,
    finishReason: null,
    error: null,
    answeredBy: null,
    passagesLeftMachine: false,
    usage: null,
    timings: { retrievalMs: null, queuedMs: null, firstTokenMs: null, totalMs: null },
    rating: null,
    ratingComment: null,
    createdAt: new Date().toISOString(),
    endedAt: null,
  };
}
