/** What the page reads of the API: the fields that operations.ts selects, named and described in the schema. */

/** Where something is in a file. */
export interface Locator {
  readonly pageNumber: number | null;
  readonly pageLabel: string | null;
  readonly line: number | null;
  readonly seconds: number | null;
  readonly part: string | null;
  readonly sheet: string | null;
  readonly cells: string | null;
  readonly slide: number | null;
}

/** A passage that was found for a question. */
export interface Source {
  readonly rank: number;
  readonly used: boolean;
  readonly path: string;
  readonly title: string;
  /** Of the file when the question was asked; null if that is not known. */
  readonly contentHash: string | null;
  readonly excerpt: string;
  readonly startChar: number;
  readonly endChar: number;
  readonly headings: readonly string[];
  readonly locator: Locator;
  readonly chunk: { readonly documents: readonly { readonly path: string; readonly modifiedAt: string }[] } | null;
}

/** A part of an answer's text. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** A place in an answer's text, and the quote that supports its sentence. */
export interface Citation extends TextSpan {
  readonly source: { readonly rank: number };
  readonly quote: string;
  readonly startChar: number;
  readonly endChar: number;
  readonly locator: Locator;
}

/** Files that were not searched: how many, and the first of them. */
interface UnsearchedFiles {
  readonly count: number;
  readonly paths: readonly string[];
}

/** What was not searched for an answer that abstained. */
export interface NotSearched {
  readonly unread: UnsearchedFiles;
  readonly failed: UnsearchedFiles;
  readonly meaningOffBecause: string | null;
}

/** Who wrote an answer. */
interface AnsweredBy {
  readonly kind: 'LOCAL' | 'REMOTE' | 'QUOTES' | 'DOCUMENT_LIST';
  readonly model: string | null;
  readonly fallbackReason: string | null;
}

/** What a reader thinks of an answer. */
export type Rating = 'UP' | 'DOWN';

/** A conversation as the list shows it. */
export interface Conversation {
  readonly id: string;
  /** Empty while it has no question. */
  readonly title: string;
  readonly updatedAt: string;
}

/** An answer as it is stored. */
export interface Answer {
  readonly id: string;
  readonly question: string;
  /** What was searched for instead of the question; null if the question was. */
  readonly searchedFor: string | null;
  readonly rating: Rating | null;
  readonly conversation: { readonly id: string } | null;
  readonly status: 'RETRIEVING' | 'QUEUED' | 'GENERATING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  readonly text: string;
  readonly sources: readonly Source[];
  readonly nearest: readonly Source[];
  readonly notSearched: NotSearched | null;
  readonly citations: readonly Citation[];
  readonly unsupported: readonly TextSpan[];
  readonly finishReason: 'STOP' | 'LENGTH' | 'LOOP' | 'ABSTAINED' | 'CANCELLED' | 'ERROR' | null;
  readonly error: { readonly code: string; readonly message: string; readonly retryable: boolean } | null;
  readonly answeredBy: AnsweredBy | null;
  readonly passagesLeftMachine: boolean;
  readonly timings: { readonly totalMs: number | null };
}

/** A step of an answer. */
export type AnswerEvent = { readonly sequence: number } & (
  | {
      readonly __typename: 'AnswerStarted';
      readonly queuePosition: number;
      readonly answer: { readonly id: string; readonly question: string };
    }
  | { readonly __typename: 'SourcesRetrieved'; readonly sources: readonly Source[] }
  | { readonly __typename: 'AnswerDelta' | 'AnswerThinking'; readonly text: string; readonly offset: number }
  | { readonly __typename: 'AnswerCompleted' | 'AnswerFailed'; readonly answer: Answer }
);

/** The states of a document, in the order in which it passes through them. */
export type DocumentStatus = 'DISCOVERED' | 'STABLE' | 'EXTRACTING' | 'STORING' | 'READY' | 'FAILED';

/** Why a file could not be read. */
interface DocumentError {
  readonly code: string;
  readonly message: string;
  readonly retryAt: string | null;
}

/** A file of the inbox, as a row of the list shows it. */
export interface FileRow {
  readonly id: string;
  readonly path: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly status: DocumentStatus;
  readonly progress: number | null;
  readonly error: DocumentError | null;
  readonly chunkCount: number;
  readonly stale: boolean;
  readonly createdAt: string;
}

/** A file of the inbox with what its own view shows. */
export interface FileDetails extends FileRow {
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly contentHash: string;
  readonly pageCount: number | null;
  readonly modifiedAt: string;
  readonly warnings: readonly { readonly code: string; readonly count: number; readonly message: string }[];
}

/** A model that askbox knows. */
export interface Model {
  readonly name: string;
  readonly kind: 'EMBEDDING' | 'GENERATION' | 'RERANKING';
  readonly provider: 'LOCAL' | 'OPENAI_COMPATIBLE';
  readonly state: 'MISSING' | 'DOWNLOADING' | 'UNLOADED' | 'LOADING' | 'READY' | 'FAILED';
  readonly suggested: boolean;
  readonly licence: string | null;
  readonly sizeBytes: number | null;
  readonly progress: number | null;
  readonly error: string | null;
}

/** A change of a document. */
export interface DocumentChange {
  readonly kind: 'ADDED' | 'UPDATED' | 'PROGRESSED' | 'READY' | 'FAILED' | 'REMOVED';
  readonly documentId: string;
  readonly document: FileRow | null;
}

/** How far the inbox has been read. */
export interface Ingestion {
  readonly queued: number;
  readonly active: readonly { readonly id: string; readonly path: string; readonly progress: number | null }[];
  readonly unembeddedChunks: number;
  readonly pausedBecause: string | null;
}

/** Which documents a question searches; a part of the API's SearchFilter. */
export interface SearchFilter {
  readonly documentIds?: readonly string[];
  readonly paths?: readonly string[];
  readonly tags?: readonly string[];
}
