import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { AnswerState, AnswerEvent as AnswerEventOfLog, AnswerSource } from '../answers/state.ts';
import type { Chunk as StoredChunk } from '../../shared/document.ts';
import type { Conversation as ShownConversation } from '../answers/conversations.ts';
import type { DocumentState } from '../../shared/watcher-api/watcher-api.ts';
import type { ExplainedCandidate, Explained } from '../explain/explain.ts';
import type { DocumentChange as ReplicaChange } from '../documents/changes.ts';
import type { HealthReport } from '../health/health.ts';
import type { Ingestion as IngestionOfReplica } from '../documents/ingestion.ts';
import type { DocumentReplica } from '../documents/replica.ts';
import type { Context } from './context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An RFC 3339 instant in UTC, such as 2026-11-22T10:20:00Z. */
  DateTime: { input: string; output: string; }
};

export type AddDocumentInput = {
  readonly source: DocumentSource;
  /** At most 50 tags of at most 60 characters each. */
  readonly tags?: ReadonlyArray<Scalars['String']['input']>;
  /**
   * Also becomes the name of the file in the inbox. Defaults to the first line of the text; for a page, to its own title,
   * and its file is named after its address. At most 300 characters.
   */
  readonly title?: InputMaybe<Scalars['String']['input']>;
};

export type AddDocumentPayload = {
  readonly __typename?: 'AddDocumentPayload';
  readonly document: Maybe<Document>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type Answer = Node & {
  readonly __typename?: 'Answer';
  /** Null until something has started the answer, if no passage was found that could answer it, and for a greeting or thanks. */
  readonly answeredBy: Maybe<AnsweredBy>;
  /**
   * The quotes that support the text, in the order of the text. A citation appears when its sentence ends and never
   * changes; all are present once `status` is COMPLETED. A sentence that was cut off has no citations. Source numbers that
   * the model invented are removed from the text. askbox looks for the evidence of each sentence itself: a marker whose
   * source does not support its sentence has no citation, and a sentence without a marker may have one.
   */
  readonly citations: ReadonlyArray<Citation>;
  /** Null for a question outside conversations. */
  readonly conversation: Maybe<Conversation>;
  readonly createdAt: Scalars['DateTime']['output'];
  /** Null until the answer has ended. */
  readonly endedAt: Maybe<Scalars['DateTime']['output']>;
  /** Null unless `status` is FAILED. */
  readonly error: Maybe<AnswerError>;
  /** Null until the answer has ended. */
  readonly finishReason: Maybe<FinishReason>;
  readonly id: Scalars['ID']['output'];
  /**
   * The passages that come nearest to the question, best first, at most three. They are no answer, and may be about
   * something else. Empty unless `finishReason` is ABSTAINED.
   */
  readonly nearest: ReadonlyArray<Source>;
  /** What was not searched, and may hold the answer. Null unless `finishReason` is ABSTAINED. */
  readonly notSearched: Maybe<NotSearched>;
  /**
   * Whether the question and the passages were sent to the endpoint at `OPENAI_BASE_URL`, even if something else wrote the
   * answer in the end, or nothing did. An endpoint on this machine counts too, because askbox cannot know what it does
   * with the passages. So does one that was asked to write a follow-up as a whole question: it got the last turns.
   */
  readonly passagesLeftMachine: Scalars['Boolean']['output'];
  readonly question: Scalars['String']['output'];
  /** What a reader thinks of it; null until somebody has rated it. See `rateAnswer`. */
  readonly rating: Maybe<Rating>;
  /** What was written with the rating; null if nothing was. */
  readonly ratingComment: Maybe<Scalars['String']['output']>;
  /**
   * The question as it was searched for, if the conversation made it another one: as a quick model wrote it, or with the
   * things of earlier turns that it leaves out, in brackets. Null if it was searched for as it is, and until that is known.
   */
  readonly searchedFor: Maybe<Scalars['String']['output']>;
  /** The passages that were found, best first. */
  readonly sources: ReadonlyArray<Source>;
  readonly status: AnswerStatus;
  /** Share of the sentences that have evidence, 0 to 1. Null until the answer has ended, and if it has no sentences. */
  readonly support: Maybe<Scalars['Float']['output']>;
  /**
   * The text so far; complete once `status` is COMPLETED. Markers such as [1] refer to `sources` by `rank`. A link that
   * is neither in a used source nor in the question is written as text, without its scheme.
   */
  readonly text: Scalars['String']['output'];
  readonly timings: AnswerTimings;
  /**
   * The sentences that no source supports, as spans of the text. Like a citation, each appears when its sentence ends.
   * Every sentence of a model is cited or unsupported, except one that says that the passages hold no answer. Quotes, lists
   * of documents and answers that abstain have none, and so do answers saved before this field existed. A sentence that
   * follows an instruction in a source is one of them.
   */
  readonly unsupported: ReadonlyArray<TextSpan>;
  /** Null until the answer has ended, or if the endpoint does not report it, as when it is stopped in a loop. */
  readonly usage: Maybe<Usage>;
};

/** The last event of an answer that was completed or cancelled. */
export type AnswerCompleted = AnswerEvent & {
  readonly __typename?: 'AnswerCompleted';
  readonly answer: Answer;
  readonly finishReason: FinishReason;
  readonly sequence: Scalars['Int']['output'];
};

export type AnswerConnection = {
  readonly __typename?: 'AnswerConnection';
  readonly edges: ReadonlyArray<AnswerEdge>;
  readonly nodes: ReadonlyArray<Answer>;
  readonly pageInfo: PageInfo;
  /** The number of items on all pages. */
  readonly totalCount: Scalars['Int']['output'];
};

export type AnswerDelta = AnswerEvent & {
  readonly __typename?: 'AnswerDelta';
  readonly answer: Answer;
  /**
   * Where `text` starts in the answer, in UTF-16 code units. `text = text.slice(0, offset) + delta.text` is safe to apply
   * twice.
   */
  readonly offset: Scalars['Int']['output'];
  readonly sequence: Scalars['Int']['output'];
  /** The text to append; several tokens at once if the client reads slowly. */
  readonly text: Scalars['String']['output'];
};

export type AnswerEdge = {
  readonly __typename?: 'AnswerEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Answer;
};

export type AnswerError = {
  readonly __typename?: 'AnswerError';
  readonly code: AnswerErrorCode;
  /** What went wrong, and what to do. */
  readonly message: Scalars['String']['output'];
  /** Whether asking again may help. */
  readonly retryable: Scalars['Boolean']['output'];
};

export type AnswerErrorCode =
  | 'INTERNAL'
  | 'MODEL_TIMEOUT'
  | 'MODEL_UNAVAILABLE'
  | 'SHUTTING_DOWN'
  | 'STORE_DAMAGED'
  | 'STORE_FOREIGN'
  | 'STORE_REFUSED'
  | 'STORE_UNAVAILABLE'
  | 'STORE_UNSUPPORTED';

/** One step of an answer. Select `answer { text }` to get the whole text so far, or only the deltas to save bandwidth. */
export type AnswerEvent = {
  /** The answer as it was at this event. */
  readonly answer: Answer;
  /** The event's position in the stream. It increases, with gaps. Pass the last one received as `after` to resume. */
  readonly sequence: Scalars['Int']['output'];
};

/** The last event of an answer that could not be written. */
export type AnswerFailed = AnswerEvent & {
  readonly __typename?: 'AnswerFailed';
  readonly answer: Answer;
  readonly error: AnswerError;
  readonly sequence: Scalars['Int']['output'];
};

/** An answer must meet every condition given, and at least one must be given. */
export type AnswerFilter = {
  readonly createdAfter?: InputMaybe<Scalars['DateTime']['input']>;
  /** The current time here, and no other condition, means all answers. */
  readonly createdBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** At most 100. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Words that must all occur in the question or the text, in any order; compared without case and accents. */
  readonly text?: InputMaybe<Scalars['String']['input']>;
};

/** The first event, sent immediately. Keep its `answer { id }`. */
export type AnswerStarted = AnswerEvent & {
  readonly __typename?: 'AnswerStarted';
  readonly answer: Answer;
  /** How many earlier answers are unfinished. Several can be written at the same time. */
  readonly queuePosition: Scalars['Int']['output'];
  readonly sequence: Scalars['Int']['output'];
};

export type AnswerStatus =
  | 'CANCELLED'
  | 'COMPLETED'
  | 'FAILED'
  | 'GENERATING'
  /** The passages have been found; the model has not started on this answer yet. */
  | 'QUEUED'
  /** Passages are being searched for. */
  | 'RETRIEVING';

/**
 * What a model thinks before and while it writes, as far as it can be told from the answer. Thoughts are no part of
 * `Answer.text`, are never cited, and are not saved: they can be followed only until shortly after the answer has ended. An
 * answer has at most 32,768 characters of them; what a model thinks beyond that is not sent.
 */
export type AnswerThinking = AnswerEvent & {
  readonly __typename?: 'AnswerThinking';
  readonly answer: Answer;
  /**
   * Where `text` starts among the thoughts, in UTF-16 code units. `thoughts = thoughts.slice(0, offset) + text` is safe to
   * apply twice.
   */
  readonly offset: Scalars['Int']['output'];
  readonly sequence: Scalars['Int']['output'];
  /** The thoughts to append; several tokens at once if the client reads slowly. */
  readonly text: Scalars['String']['output'];
};

/** Each is null until it is known. */
export type AnswerTimings = {
  readonly __typename?: 'AnswerTimings';
  /** From the question to the first words of the answer. */
  readonly firstTokenMs: Maybe<Scalars['Int']['output']>;
  /** Time spent waiting for the model after the passages were found. */
  readonly queuedMs: Maybe<Scalars['Int']['output']>;
  /** Time spent finding the passages. */
  readonly retrievalMs: Maybe<Scalars['Int']['output']>;
  /** From the question to the end of the answer. */
  readonly totalMs: Maybe<Scalars['Int']['output']>;
};

export type AnsweredBy = {
  readonly __typename?: 'AnsweredBy';
  /** Why each engine before this one in `ASKBOX_GENERATOR_ORDER` did not answer; null if this was the first. */
  readonly fallbackReason: Maybe<Scalars['String']['output']>;
  readonly kind: AnswererKind;
  /** Null for QUOTES and DOCUMENT_LIST. */
  readonly model: Maybe<Scalars['String']['output']>;
};

export type AnswererKind =
  /**
   * No engine: the question was about the folder itself, such as which files there are. `sources` are the documents that the
   * text names, the first 20, without excerpts.
   */
  | 'DOCUMENT_LIST'
  /** A model on this machine. */
  | 'LOCAL'
  /** No model: the best passages are quoted. */
  | 'QUOTES'
  /** The OpenAI-compatible endpoint at `OPENAI_BASE_URL`. */
  | 'REMOTE';

export type AskInput = {
  /**
   * The conversation that the question continues: a question that leaves out what it is about, such as "and the fee?", is
   * read with the turn before it. A conversation holds at most 200 answers.
   */
  readonly conversationId?: InputMaybe<Scalars['ID']['input']>;
  /** Which documents to search; all of them by default. */
  readonly filter?: InputMaybe<SearchFilter>;
  /**
   * Wishes for the form of the answer, such as "as a list" or "in formal language", at most 1,000 characters. A model reads
   * them after `ASKBOX_INSTRUCTIONS`. They change neither what is searched nor the rules of citations: what no source
   * supports stays `unsupported`. Without a model they have no effect.
   */
  readonly instructions?: InputMaybe<Scalars['String']['input']>;
  /** How many passages the model may read, from 1 to 20. */
  readonly maxSources?: Scalars['Int']['input'];
  /**
   * The maximum length of the answer in tokens, from 1 to 4096. Question, passages and answer share the model's context: an
   * answer may be shorter than this because the others leave less.
   */
  readonly maxTokens?: Scalars['Int']['input'];
  /**
   * The only engine that may write the answer: the name of one of `models` that is READY, or `quotes` for the best passages
   * without any model. No other engine takes over if it fails. By default the engines are tried in the order of
   * `ASKBOX_GENERATOR_ORDER`. Questions about the folder itself need no engine.
   */
  readonly model?: InputMaybe<Scalars['String']['input']>;
  /** At most 4000 characters. */
  readonly question: Scalars['String']['input'];
  /**
   * A UUID that you choose, which makes the call safe to repeat: a call with the same id joins the same answer. The same
   * id with different input is an error, CONFLICT. Over graphql-ws it defaults to the operation's own id if that is a
   * UUID, so that a client that reconnects silently joins the running answer.
   */
  readonly requestId?: InputMaybe<Scalars['ID']['input']>;
  /** From 0 to 2; 0 always picks the most likely token. */
  readonly temperature?: Scalars['Float']['input'];
};

export type CancelAnswerPayload = {
  readonly __typename?: 'CancelAnswerPayload';
  readonly answer: Maybe<Answer>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type CancelPullPayload = {
  readonly __typename?: 'CancelPullPayload';
  readonly model: Maybe<Model>;
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A passage that was found for a question, by keywords or by meaning. */
export type Candidate = {
  readonly __typename?: 'Candidate';
  readonly chunk: Chunk;
  /** Null if it is used. */
  readonly cutBecause: Maybe<CutReason>;
  /**
   * What in it is addressed to a model instead of a reader, such as "ignore the instructions above". Found by rules, which
   * know the usual forms. It is no evidence: a sentence of an answer that follows it is unsupported.
   */
  readonly instructions: ReadonlyArray<Scalars['String']['output']>;
  /** Null if it was not found by keywords. */
  readonly keywordRank: Maybe<Scalars['Int']['output']>;
  readonly path: Scalars['String']['output'];
  /** Among all candidates, from 1: keywords and meaning combined. */
  readonly rank: Scalars['Int']['output'];
  /** As in `SearchHit.score`. */
  readonly score: Scalars['Float']['output'];
  readonly scores: ScoreBreakdown;
  /** Null if it was not found by meaning. */
  readonly semanticRank: Maybe<Scalars['Int']['output']>;
  /** The number that an answer would cite it by; null if it is no source. */
  readonly sourceRank: Maybe<Scalars['Int']['output']>;
  /** Whether it is in the prompt or, without a model, quoted. */
  readonly used: Scalars['Boolean']['output'];
  /** The same in words, with the numbers. */
  readonly why: Maybe<Scalars['String']['output']>;
};

/** A section of a document's text, the unit that search returns. */
export type Chunk = Node & {
  readonly __typename?: 'Chunk';
  /** The chunk and its neighbours in reading order, at most 10 on each side. */
  readonly context: ReadonlyArray<Chunk>;
  /** More than one if the inbox contains copies of the file; ordered by path, at most 20. */
  readonly documents: ReadonlyArray<Document>;
  /** Where the chunk ends, exclusive. */
  readonly endChar: Scalars['Int']['output'];
  /** The headings that the chunk is under, outermost first; then the header row of a table that it continues. */
  readonly headings: ReadonlyArray<Scalars['String']['output']>;
  readonly id: Scalars['ID']['output'];
  /** Where in the file the chunk starts. */
  readonly locator: Locator;
  readonly next: Maybe<Chunk>;
  /** The pages that the chunk is on; null if the document has no pages. */
  readonly pages: Maybe<PageRange>;
  /** The position of the chunk in the document, from 0. */
  readonly position: Scalars['Int']['output'];
  readonly previous: Maybe<Chunk>;
  /** Where the chunk starts in the document's extracted text, in UTF-16 code units. */
  readonly startChar: Scalars['Int']['output'];
  readonly text: Scalars['String']['output'];
  readonly wordCount: Scalars['Int']['output'];
};


/** A section of a document's text, the unit that search returns. */
export type ChunkContextArgs = {
  after?: Scalars['Int']['input'];
  before?: Scalars['Int']['input'];
};

export type ChunkConnection = {
  readonly __typename?: 'ChunkConnection';
  readonly edges: ReadonlyArray<ChunkEdge>;
  readonly nodes: ReadonlyArray<Chunk>;
  readonly pageInfo: PageInfo;
  /** The number of items on all pages. */
  readonly totalCount: Scalars['Int']['output'];
};

export type ChunkEdge = {
  readonly __typename?: 'ChunkEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Chunk;
};

/** A place in the answer's text, mostly a marker, and the quote that supports its sentence. */
export type Citation = {
  readonly __typename?: 'Citation';
  /** Where the marker ends, exclusive. */
  readonly end: Scalars['Int']['output'];
  /** Where the quote ends, exclusive. */
  readonly endChar: Scalars['Int']['output'];
  /** Where in the file the quote starts. */
  readonly locator: Locator;
  /** The words of the source that support the sentence, verbatim: the same as `Document.text(startChar, endChar)`. */
  readonly quote: Scalars['String']['output'];
  readonly source: Source;
  /**
   * Where the marker starts in the answer's text, in UTF-16 code units. A sentence whose evidence is in another source than
   * the marker says, or that has no marker, is cited at its end, with `start` equal to `end`.
   */
  readonly start: Scalars['Int']['output'];
  /** Where the quote starts in the document's extracted text, in UTF-16 code units. */
  readonly startChar: Scalars['Int']['output'];
};

export type ComponentHealth = {
  readonly __typename?: 'ComponentHealth';
  /** How long the component took to respond; null if it was not asked. */
  readonly latencyMs: Maybe<Scalars['Float']['output']>;
  /** What is running, or what is wrong and what to do. */
  readonly message: Scalars['String']['output'];
  readonly name: ComponentName;
  readonly status: HealthStatus;
};

export type ComponentName =
  | 'EMBEDDER'
  /** What would answer if the generator failed. */
  | 'FALLBACK'
  /** What would write the next answer. */
  | 'GENERATOR'
  /** Only present if `ASKBOX_RERANKER` names a reranker. */
  | 'RERANKER'
  | 'STORE'
  | 'WATCHER';

/**
 * Questions that are read with those before them. One without answers is deleted `ASKBOX_KEEP_ANSWERS_DAYS` after it was
 * last updated.
 */
export type Conversation = Node & {
  readonly __typename?: 'Conversation';
  /** In the order in which the questions were asked, also answers that are being written. */
  readonly answers: AnswerConnection;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly id: Scalars['ID']['output'];
  /** The title given, otherwise the beginning of the first question; empty while there is neither. */
  readonly title: Scalars['String']['output'];
  /** When it was created or renamed, or its last question was asked. */
  readonly updatedAt: Scalars['DateTime']['output'];
};


/**
 * Questions that are read with those before them. One without answers is deleted `ASKBOX_KEEP_ANSWERS_DAYS` after it was
 * last updated.
 */
export type ConversationAnswersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};

export type ConversationConnection = {
  readonly __typename?: 'ConversationConnection';
  readonly edges: ReadonlyArray<ConversationEdge>;
  readonly nodes: ReadonlyArray<Conversation>;
  readonly pageInfo: PageInfo;
  /** The number of items on all pages. */
  readonly totalCount: Scalars['Int']['output'];
};

export type ConversationEdge = {
  readonly __typename?: 'ConversationEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Conversation;
};

export type CreateConversationInput = {
  /** Applies to every question of the conversation, together with the question's own filter. */
  readonly filter?: InputMaybe<SearchFilter>;
  /** At most 200 characters; taken from the first question by default. */
  readonly title?: InputMaybe<Scalars['String']['input']>;
};

export type CreateConversationPayload = {
  readonly __typename?: 'CreateConversationPayload';
  readonly conversation: Maybe<Conversation>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type CutReason =
  /** It is less relevant than a source has to be. */
  | 'BELOW_FLOOR'
  /** Half of the sources are of its document already. */
  | 'DOCUMENT_SHARE'
  /** A better passage says the same. */
  | 'DUPLICATE'
  /** Better passages fill `maxSources`. */
  | 'MAX_SOURCES'
  /** It does not hold a name, number or code of the question. */
  | 'NAME_MISSING'
  /** Nothing that was found is relevant enough, so the answer abstains. */
  | 'NOTHING_RELEVANT'
  /** Without a model: other sources hold more of the question. */
  | 'NOT_QUOTED'
  /** It does not fit into the prompt with the better ones. */
  | 'OVER_BUDGET'
  /** It holds nothing that the question is about. */
  | 'UNRELATED';

export type DeleteAnswerPayload = {
  readonly __typename?: 'DeleteAnswerPayload';
  readonly deletedId: Maybe<Scalars['ID']['output']>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type DeleteAnswersPayload = {
  readonly __typename?: 'DeleteAnswersPayload';
  /** How many answers were deleted. */
  readonly deleted: Scalars['Int']['output'];
  readonly userErrors: ReadonlyArray<UserError>;
};

export type DeleteConversationPayload = {
  readonly __typename?: 'DeleteConversationPayload';
  readonly deletedId: Maybe<Scalars['ID']['output']>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type DeleteDocumentPayload = {
  readonly __typename?: 'DeleteDocumentPayload';
  readonly deletedId: Maybe<Scalars['ID']['output']>;
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A file in the inbox. */
export type Document = Node & {
  readonly __typename?: 'Document';
  readonly chunkCount: Scalars['Int']['output'];
  readonly chunks: ChunkConnection;
  /** The SHA-256 of the file's bytes in hexadecimal; empty until the file has been read. */
  readonly contentHash: Scalars['String']['output'];
  /** When the file was first seen. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** How many of the chunks are searchable by meaning. */
  readonly embeddedChunks: Scalars['Int']['output'];
  /** Why the last attempt to read the file failed; null if it did not. */
  readonly error: Maybe<DocumentError>;
  readonly id: Scalars['ID']['output'];
  /** When the document last became searchable; null if it never has. */
  readonly indexedAt: Maybe<Scalars['DateTime']['output']>;
  /** The BCP 47 tag of the main language; null if the text is too short to tell. */
  readonly language: Maybe<Scalars['String']['output']>;
  readonly mediaType: Scalars['String']['output'];
  /** When the file was last changed. */
  readonly modifiedAt: Scalars['DateTime']['output'];
  /** Null for formats without pages. */
  readonly pageCount: Maybe<Scalars['Int']['output']>;
  /** The path of the file inside the inbox, with forward slashes. */
  readonly path: Scalars['String']['output'];
  /** From 0 to 1 while the file is being read, otherwise null. */
  readonly progress: Maybe<Scalars['Float']['output']>;
  readonly sizeBytes: Scalars['Float']['output'];
  /** True if the watcher can't be reached, so this is the last known state. */
  readonly stale: Scalars['Boolean']['output'];
  readonly status: DocumentStatus;
  /** Empty until the API has reached the watcher for the first time (see `stale`). */
  readonly tags: ReadonlyArray<Scalars['String']['output']>;
  /** The extracted text from `start` to `end` (exclusive), in UTF-16 code units; at most 20,000 at a time. */
  readonly text: Scalars['String']['output'];
  /** The title set by `updateDocument`, otherwise the title in the file, otherwise the file name. */
  readonly title: Scalars['String']['output'];
  /** The web address that `addDocument` fetched the file from; null for other files. */
  readonly url: Maybe<Scalars['String']['output']>;
  readonly warnings: ReadonlyArray<DocumentWarning>;
};


/** A file in the inbox. */
export type DocumentChunksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};


/** A file in the inbox. */
export type DocumentTextArgs = {
  end: Scalars['Int']['input'];
  start: Scalars['Int']['input'];
};

export type DocumentChange = {
  readonly __typename?: 'DocumentChange';
  readonly at: Scalars['DateTime']['output'];
  /** Null if the document was removed. */
  readonly document: Maybe<Document>;
  readonly documentId: Scalars['ID']['output'];
  readonly kind: DocumentChangeKind;
  readonly path: Scalars['String']['output'];
};

export type DocumentChangeKind =
  | 'ADDED'
  | 'FAILED'
  /** Reading or embedding has advanced. */
  | 'PROGRESSED'
  /** The document, or its new version, has become searchable. */
  | 'READY'
  | 'REMOVED'
  /** The file or its metadata has changed. */
  | 'UPDATED';

export type DocumentConnection = {
  readonly __typename?: 'DocumentConnection';
  readonly edges: ReadonlyArray<DocumentEdge>;
  readonly nodes: ReadonlyArray<Document>;
  readonly pageInfo: PageInfo;
  /** The number of items on all pages. */
  readonly totalCount: Scalars['Int']['output'];
};

export type DocumentEdge = {
  readonly __typename?: 'DocumentEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Document;
};

export type DocumentError = {
  readonly __typename?: 'DocumentError';
  readonly attempts: Scalars['Int']['output'];
  readonly code: DocumentErrorCode;
  /** What is wrong with the file, and what to do. */
  readonly message: Scalars['String']['output'];
  /** When the file will be read again; null if it is read again only when it changes. */
  readonly retryAt: Maybe<Scalars['DateTime']['output']>;
};

export type DocumentErrorCode =
  | 'BAD_NAME'
  | 'CRASHED'
  | 'DAMAGED'
  | 'EMPTY'
  | 'ENCRYPTED'
  /** The page that a link file leads to could not be fetched. */
  | 'FETCH_FAILED'
  | 'INTERNAL'
  | 'NOT_A_FILE'
  | 'NO_TEXT'
  | 'STORE_UNAVAILABLE'
  | 'TIMEOUT'
  | 'TOO_LARGE'
  | 'UNREADABLE'
  | 'UNSUPPORTED_TYPE';

/** A document must meet every condition given; a list is met by any of its entries. A list has at most 100 entries. */
export type DocumentFilter = {
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** BCP 47 language tags; pt also matches pt-BR. */
  readonly languages?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly mediaTypes?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /**
   * Globs for paths inside the inbox, such as contratos/**\/*.pdf. `*` matches any characters within a name, `?` one, `**`
   * any number of folders, and {a,b} either of two, without braces inside. A backslash makes one of them literal; brackets
   * are literal, and a path matches itself whatever characters it has. Accents may be composed or not; case counts. A glob
   * may have 10 wildcards and 32 alternatives, all globs together 100 alternatives.
   */
  readonly paths?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly status?: InputMaybe<ReadonlyArray<DocumentStatus>>;
  /** Compared without case and accents. */
  readonly tags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Words that must all occur in the title or the path, in any order. */
  readonly text?: InputMaybe<Scalars['String']['input']>;
};

export type DocumentOrder = {
  readonly direction: OrderDirection;
  readonly field: DocumentOrderField;
};

export type DocumentOrderField =
  | 'CREATED_AT'
  | 'MODIFIED_AT'
  | 'PATH'
  | 'SIZE'
  | 'TITLE';

export type DocumentSource =
  /** Interpreted as Markdown. */
  { readonly text: Scalars['String']['input']; readonly url?: never; }
  |  /**
   * The address of a page or PDF, http or https. Only public addresses are fetched, on ports 80 and 443, with at most 5
   * redirects, within 10 s and up to 10 MB.
   */
  { readonly text?: never; readonly url: Scalars['String']['input']; };

/** A READY document is searchable by keywords immediately, and by meaning as `embeddedChunks` grows. */
export type DocumentStatus =
  /** The file is new or has changed, and may still be changing. */
  | 'DISCOVERED'
  /** The text is being extracted. */
  | 'EXTRACTING'
  /** The document could not be read; see `Document.error`. */
  | 'FAILED'
  /** The document is searchable. */
  | 'READY'
  /** The file has stopped changing and is waiting to be read. */
  | 'STABLE'
  /** The chunks are being stored. */
  | 'STORING';

/** A problem that did not prevent the document from being read. */
export type DocumentWarning = {
  readonly __typename?: 'DocumentWarning';
  readonly code: DocumentWarningCode;
  /** How many pages, parts or characters are affected. */
  readonly count: Scalars['Int']['output'];
  readonly message: Scalars['String']['output'];
};

export type DocumentWarningCode =
  | 'ENCODING_GUESSED'
  | 'HIDDEN_TEXT_LEFT_OUT'
  | 'PAGES_WITHOUT_TEXT'
  | 'PARTS_LEFT_OUT'
  | 'READ_BY_OCR';

export type EraseDocumentInput =
  { readonly id: Scalars['ID']['input']; readonly path?: never; }
  |  /** Where the file is or was in the inbox, with forward slashes. */
  { readonly id?: never; readonly path: Scalars['String']['input']; };

export type EraseDocumentPayload = {
  readonly __typename?: 'EraseDocumentPayload';
  /** How many answers were deleted because they showed the document. */
  readonly deletedAnswers: Scalars['Int']['output'];
  readonly erasedId: Maybe<Scalars['ID']['output']>;
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Why an answer would rest on these passages. */
export type Explanation = {
  readonly __typename?: 'Explanation';
  /** What would write the answer. Null if it would abstain; see also `undecidedBecause`. */
  readonly answerer: Maybe<AnswererKind>;
  /**
   * How long the prompt could be: what an answer leaves of the context, less on a machine that reads slowly. The best three
   * may exceed it there. Null if no local model answers.
   */
  readonly budgetTokens: Maybe<Scalars['Int']['output']>;
  /** The sources by their numbers, then the other candidates, best first. */
  readonly candidates: ReadonlyArray<Candidate>;
  /** How a question that continues a conversation is understood. Null if it is searched for as it was asked. */
  readonly followUp: Maybe<FollowUp>;
  /** The documents among the candidates of which text was left out because it is hidden from readers of the file. */
  readonly hiddenTextIn: ReadonlyArray<Document>;
  /** The length of the prompt. Null if no model answers, or it does not count. */
  readonly promptTokens: Maybe<Scalars['Int']['output']>;
  /**
   * The terms that were searched for, separated by spaces: words without their endings, numbers, dates and codes in their
   * normal forms, spellings corrected. Empty if nothing was searched for.
   */
  readonly searchedFor: Scalars['String']['output'];
  /** Why it is not known which sources fit into the prompt, such as a model that is busy; null if it is known. */
  readonly undecidedBecause: Maybe<Scalars['String']['output']>;
};

export type FinishReason =
  /**
   * Nothing in the documents answers the question; the text says so. See `nearest` and `notSearched`. Either nothing that
   * was found is about the question, or a model has read the `sources` and says that they do not answer it.
   */
  | 'ABSTAINED'
  | 'CANCELLED'
  | 'ERROR'
  /** The answer reached `maxTokens` or the end of the model's context, so its text is cut off. */
  | 'LENGTH'
  /** The model began to repeat itself. Its answer was ended, and `text` is without the repetition. */
  | 'LOOP'
  /** The answer is complete. So is the reply to a greeting or thanks, for which nothing is searched. */
  | 'STOP';

export type FolderCount = {
  readonly __typename?: 'FolderCount';
  readonly count: Scalars['Int']['output'];
  /** The path inside the inbox, without a slash at the end. */
  readonly path: Scalars['String']['output'];
};

/** A question of a conversation that leaves out what it is about, as it is read with the turns before it. */
export type FollowUp = {
  readonly __typename?: 'FollowUp';
  /** The model that wrote it. Null if it was made by the rule of words, which carries the things of the turn before it. */
  readonly model: Maybe<Scalars['String']['output']>;
  /** Why the rule was used although a model was asked; null if none was, or its question was taken. */
  readonly notByModelBecause: Maybe<Scalars['String']['output']>;
  /** What is searched for. */
  readonly question: Scalars['String']['output'];
};

export type Health = {
  readonly __typename?: 'Health';
  readonly components: ReadonlyArray<ComponentHealth>;
  /** The worst status of the components. An unreachable watcher makes it DEGRADED, not DOWN. */
  readonly status: HealthStatus;
  readonly uptimeSeconds: Scalars['Int']['output'];
  readonly version: Scalars['String']['output'];
};

export type HealthStatus =
  /** Works, but with limits; `message` says what to do. */
  | 'DEGRADED'
  | 'DOWN'
  | 'OK';

/** How far the inbox has been read and indexed. */
export type Ingestion = {
  readonly __typename?: 'Ingestion';
  /** The documents that are being read now. */
  readonly active: ReadonlyArray<Document>;
  /**
   * Null while ingestion is running. Otherwise a code such as BY_HAND (see `pauseIngestion`), INBOX_MISSING,
   * INBOX_EMPTIED or INBOX_REPLACED (see `resumeIngestion`), STORE_DOWN, DISK_FULL, or WATCHER_AWAY if the watcher can't
   * be reached.
   */
  readonly pausedBecause: Maybe<Scalars['String']['output']>;
  /** How many documents are waiting to be read or are being read. */
  readonly queued: Scalars['Int']['output'];
  /** How many chunks are searchable by keywords but not by meaning yet. */
  readonly unembeddedChunks: Scalars['Int']['output'];
  /** How changes in the inbox are detected; null until the API has reached the watcher for the first time. */
  readonly watching: Maybe<WatchMode>;
};

/** Where a passage is in its file. Fields that the format does not have are null. */
export type Locator = {
  readonly __typename?: 'Locator';
  /** The cells of the sheet, such as A12:D12. */
  readonly cells: Maybe<Scalars['String']['output']>;
  /** The line of a text file, counted from 1. */
  readonly line: Maybe<Scalars['Int']['output']>;
  /** The page number as printed, if it differs from `pageNumber`. */
  readonly pageLabel: Maybe<Scalars['String']['output']>;
  /** The page, counted from 1. */
  readonly pageNumber: Maybe<Scalars['Int']['output']>;
  /** The file inside the file: an attachment of a message, or an entry of an archive. */
  readonly part: Maybe<Scalars['String']['output']>;
  /** The position in subtitles or a transcript. */
  readonly seconds: Maybe<Scalars['Float']['output']>;
  /** The sheet of a spreadsheet. */
  readonly sheet: Maybe<Scalars['String']['output']>;
  /** The slide of a presentation, counted from 1. */
  readonly slide: Maybe<Scalars['Int']['output']>;
};

export type Model = {
  readonly __typename?: 'Model';
  /**
   * Of a generator that is loaded, the tokens that a prompt and its answer share; of other models, the longest text that is
   * read in one run. Null if it is not known.
   */
  readonly contextTokens: Maybe<Scalars['Int']['output']>;
  /** Whether it is in use: it would write the next answer, embeds the questions, or orders the passages. */
  readonly default: Scalars['Boolean']['output'];
  /** The length of an embedder's vectors; null if it is not known. */
  readonly dimensions: Maybe<Scalars['Int']['output']>;
  /** Why it cannot be used or downloaded, or why the download pauses, and what to do; null otherwise. */
  readonly error: Maybe<Scalars['String']['output']>;
  readonly kind: ModelKind;
  /** The SPDX id, or the licence's own name; null if it is not known. */
  readonly licence: Maybe<Scalars['String']['output']>;
  /**
   * What `AskInput.model` and `npm run models` call it: its name in the catalogue, otherwise that of its file or folder. Of
   * an endpoint, what it serves, or its host until it has said that.
   */
  readonly name: Scalars['String']['output'];
  /**
   * Of a language model that is here and not in use: why it is not, such as that it needs more memory than is free, has no
   * chat template or is still being copied, and what to do. Null otherwise.
   */
  readonly notUsed: Maybe<Scalars['String']['output']>;
  /** How much of it is here, from 0 to 1, while it is downloaded or if that was stopped; otherwise null. */
  readonly progress: Maybe<Scalars['Float']['output']>;
  readonly provider: ModelProvider;
  /** Null if it is not known before the download. */
  readonly sizeBytes: Maybe<Scalars['Float']['output']>;
  readonly state: ModelState;
  /** Whether it is the generator to download for this machine. */
  readonly suggested: Scalars['Boolean']['output'];
};

export type ModelKind =
  /** Makes vectors of texts, for search by meaning. */
  | 'EMBEDDING'
  /** Writes answers. */
  | 'GENERATION'
  /** Orders the best passages; see `ASKBOX_RERANKER`. */
  | 'RERANKING';

export type ModelProvider =
  /** On this machine. */
  | 'LOCAL'
  /** Behind the endpoint at `OPENAI_BASE_URL`. */
  | 'OPENAI_COMPATIBLE';

export type ModelState =
  | 'DOWNLOADING'
  /** It cannot be used, or could not be downloaded; see `error`. */
  | 'FAILED'
  | 'LOADING'
  /** It is not on this machine, or only a part of it. */
  | 'MISSING'
  | 'READY'
  /** It is on this machine, and not in use. */
  | 'UNLOADED';

export type Mutation = {
  readonly __typename?: 'Mutation';
  /**
   * Adds a text, or fetches one page from the public internet and keeps it as a file of the inbox. To add a file, copy it
   * into the inbox folder or use `PUT /inbox/<path>` over plain HTTP.
   */
  readonly addDocument: AddDocumentPayload;
  /** Stops the model and keeps what has been written so far. Has no effect on an answer that has ended. */
  readonly cancelAnswer: CancelAnswerPayload;
  /** Stops a download that `pullModel` started. What has arrived is kept, and the next one resumes there. */
  readonly cancelPull: CancelPullPayload;
  /** Starts a conversation: questions with its id as `conversationId` are read with those before them. */
  readonly createConversation: CreateConversationPayload;
  /**
   * Deletes an answer with its question, text, quotes and rating: afterwards they are in no file of askbox any more. An answer that
   * is being written is stopped first. Later answers of its conversation may repeat words of it.
   */
  readonly deleteAnswer: DeleteAnswerPayload;
  /** Deletes all answers that meet the filter, in the same way. */
  readonly deleteAnswers: DeleteAnswersPayload;
  /** Deletes a conversation with all its answers, as `deleteAnswer` deletes one. */
  readonly deleteConversation: DeleteConversationPayload;
  /**
   * Moves the file from the inbox to the trash, `ASKBOX_DATA/trash`, where it stays for `ASKBOX_KEEP_TRASH_DAYS`. Its chunks
   * stop being searchable immediately. `restoreDocument` undoes this; `eraseDocument` leaves nothing.
   */
  readonly deleteDocument: DeleteDocumentPayload;
  /**
   * Erases a document for good: its file in the inbox, all copies in the trash, its passages, its title and tags, and every
   * answer that shows it: among its sources, its nearest passages or the files it did not search; with the later answers of
   * the same conversation, which may repeat it. Also for a document that was deleted before. Copies of the file under other
   * paths stay. May take minutes in a large index; docs/privacy.md says what cannot be erased from here.
   */
  readonly eraseDocument: EraseDocumentPayload;
  /** Stops reading documents until `resumeIngestion`, even across restarts. Removals are still carried out. */
  readonly pauseIngestion: Ingestion;
  /**
   * Downloads one of `models` in the background; `models` shows its state, progress and what went wrong. It resumes where an
   * earlier download ended. One at a time, and not with `ASKBOX_OFFLINE`. Has no effect on a model that is here. Calling it
   * accepts the licence that `models` shows. The model is used a few seconds after it has arrived.
   */
  readonly pullModel: PullModelPayload;
  /** Says whether an answer was good, and replaces what was said of it before. Changes nothing else. */
  readonly rateAnswer: RateAnswerPayload;
  /** Reads the file again and replaces its chunks. The current chunks stay searchable until then. */
  readonly reingestDocument: ReingestDocumentPayload;
  /** Reads every matching document again, for example all that failed. */
  readonly reingestDocuments: ReingestDocumentsPayload;
  /**
   * Moves the file back from the trash to the path that it had, with the title and tags that it had. It is searchable again
   * as soon as it has been read. Refused with ALREADY_EXISTS if another file has that path, and with NOT_FOUND once the
   * trash does not have it any more. If the document was deleted several times, the last version comes back.
   */
  readonly restoreDocument: RestoreDocumentPayload;
  /** Resumes reading. With `confirmRemovals`, also carries out a sudden mass removal that was held back as suspicious. */
  readonly resumeIngestion: Ingestion;
  /**
   * Starts an answer and returns immediately. The answer is written to the end even if no client follows it. Follow it
   * with `answerEvents`, fetch it with `answer`, or stop it with `cancelAnswer`.
   */
  readonly startAnswer: StartAnswerPayload;
  /** Sets the title. */
  readonly updateConversation: UpdateConversationPayload;
  /** Sets the title and tags. They follow the file when it is renamed or moved. */
  readonly updateDocument: UpdateDocumentPayload;
};


export type MutationAddDocumentArgs = {
  input: AddDocumentInput;
};


export type MutationCancelAnswerArgs = {
  id: Scalars['ID']['input'];
};


export type MutationCancelPullArgs = {
  name: Scalars['String']['input'];
};


export type MutationCreateConversationArgs = {
  input?: CreateConversationInput;
};


export type MutationDeleteAnswerArgs = {
  id: Scalars['ID']['input'];
};


export type MutationDeleteAnswersArgs = {
  filter: AnswerFilter;
};


export type MutationDeleteConversationArgs = {
  id: Scalars['ID']['input'];
};


export type MutationDeleteDocumentArgs = {
  id: Scalars['ID']['input'];
};


export type MutationEraseDocumentArgs = {
  input: EraseDocumentInput;
};


export type MutationPullModelArgs = {
  name: Scalars['String']['input'];
};


export type MutationRateAnswerArgs = {
  input: RateAnswerInput;
};


export type MutationReingestDocumentArgs = {
  id: Scalars['ID']['input'];
};


export type MutationReingestDocumentsArgs = {
  filter: DocumentFilter;
};


export type MutationRestoreDocumentArgs = {
  id: Scalars['ID']['input'];
};


export type MutationResumeIngestionArgs = {
  confirmRemovals?: Scalars['Boolean']['input'];
};


export type MutationStartAnswerArgs = {
  input: AskInput;
};


export type MutationUpdateConversationArgs = {
  input: UpdateConversationInput;
};


export type MutationUpdateDocumentArgs = {
  input: UpdateDocumentInput;
};

/** Anything with a lasting id, which `node` can fetch again. */
export type Node = {
  readonly id: Scalars['ID']['output'];
};

/** What was not searched for an answer that abstained. Files that the filter of the question leaves out do not count. */
export type NotSearched = {
  readonly __typename?: 'NotSearched';
  /** Files that could not be read; `Document.error` says why. */
  readonly failed: UnsearchedFiles;
  /** Why passages were found by their words alone, and what to do; null if they were searched by meaning too. */
  readonly meaningOffBecause: Maybe<Scalars['String']['output']>;
  /** Files that are waiting to be read or are being read. */
  readonly unread: UnsearchedFiles;
};

export type OrderDirection =
  | 'ASC'
  | 'DESC';

export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Pass it as `after` to get the next page; null if this page is empty. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  readonly hasNextPage: Scalars['Boolean']['output'];
};

export type PageRange = {
  readonly __typename?: 'PageRange';
  readonly first: Scalars['Int']['output'];
  readonly last: Scalars['Int']['output'];
};

export type PullModelPayload = {
  readonly __typename?: 'PullModelPayload';
  readonly model: Maybe<Model>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type Query = {
  readonly __typename?: 'Query';
  /** An answer in its current state. Finished answers stay available for `ASKBOX_KEEP_ANSWERS_DAYS`. */
  readonly answer: Maybe<Answer>;
  /** Asks, and returns the finished answer. To see it being written, subscribe to `ask` instead. */
  readonly ask: Answer;
  readonly chunk: Maybe<Chunk>;
  readonly conversation: Maybe<Conversation>;
  /** All conversations, those with the latest question first. */
  readonly conversations: ConversationConnection;
  readonly document: Maybe<Document>;
  /** Finds a document by the path of its file inside the inbox. Accents may be composed (NFC) or not (NFD). */
  readonly documentByPath: Maybe<Document>;
  readonly documents: DocumentConnection;
  /**
   * Says why the answer would rest on these passages: every candidate, its ranks and scores, and what cut it. Searches as
   * `ask` does and stops before a model reads a passage; an endpoint is sent nothing of it, and so rewrites no follow-up.
   * `requestId` and `temperature` do not matter.
   */
  readonly explain: Explanation;
  readonly health: Health;
  /**
   * The models: that of the endpoint, those that askbox knows by name, and those in the models folder. What is loaded is as
   * this process has it.
   */
  readonly models: ReadonlyArray<Model>;
  /** Fetches anything by its id; null if there is nothing with this id, or no longer. */
  readonly node: Maybe<Node>;
  /** Finds passages without writing an answer. */
  readonly search: SearchResult;
  /** What the inbox contains and how much of it has been indexed. */
  readonly stats: Stats;
};


export type QueryAnswerArgs = {
  id: Scalars['ID']['input'];
};


export type QueryAskArgs = {
  input: AskInput;
};


export type QueryChunkArgs = {
  id: Scalars['ID']['input'];
};


export type QueryConversationArgs = {
  id: Scalars['ID']['input'];
};


export type QueryConversationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};


export type QueryDocumentArgs = {
  id: Scalars['ID']['input'];
};


export type QueryDocumentByPathArgs = {
  path: Scalars['String']['input'];
};


export type QueryDocumentsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<DocumentFilter>;
  first?: Scalars['Int']['input'];
  orderBy?: DocumentOrder;
};


export type QueryExplainArgs = {
  input: AskInput;
};


export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


export type QuerySearchArgs = {
  filter?: InputMaybe<SearchFilter>;
  first?: Scalars['Int']['input'];
  mode?: SearchMode;
  query: Scalars['String']['input'];
};

export type RateAnswerInput = {
  /** At most 2000 characters; replaces the comment of an earlier rating, also if it is left out. It stays on this machine. */
  readonly comment?: InputMaybe<Scalars['String']['input']>;
  /** An answer that is being written can be rated too. */
  readonly id: Scalars['ID']['input'];
  readonly rating: Rating;
};

export type RateAnswerPayload = {
  readonly __typename?: 'RateAnswerPayload';
  readonly answer: Maybe<Answer>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type Rating =
  | 'DOWN'
  | 'UP';

export type ReingestDocumentPayload = {
  readonly __typename?: 'ReingestDocumentPayload';
  readonly document: Maybe<Document>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type ReingestDocumentsPayload = {
  readonly __typename?: 'ReingestDocumentsPayload';
  /** How many documents are now waiting to be read. Links and devices are never opened, so they don't count. */
  readonly queued: Scalars['Int']['output'];
  readonly userErrors: ReadonlyArray<UserError>;
};

export type RestoreDocumentPayload = {
  readonly __typename?: 'RestoreDocumentPayload';
  readonly document: Maybe<Document>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type ScoreBreakdown = {
  readonly __typename?: 'ScoreBreakdown';
  /** BM25 score; null if the chunk was not found by keywords. */
  readonly keyword: Maybe<Scalars['Float']['output']>;
  /** How much of the query the passage covers, between 0 and 1; comparable between queries. */
  readonly relevance: Scalars['Float']['output'];
  /** How well the passage answers the query, between 0 and 1; null if no reranker scored it. Only HYBRID searches rerank. */
  readonly rerank: Maybe<Scalars['Float']['output']>;
  /** Cosine similarity; null if the chunk was not found by meaning. */
  readonly semantic: Maybe<Scalars['Float']['output']>;
};

/** A document must meet every condition given; a list is met by any of its entries. A list has at most 100 entries. */
export type SearchFilter = {
  readonly documentIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** BCP 47 language tags; pt also matches pt-BR. */
  readonly languages?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Media types such as application/pdf. */
  readonly mediaTypes?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Exclusive. */
  readonly modifiedAfter?: InputMaybe<Scalars['DateTime']['input']>;
  /** Exclusive. */
  readonly modifiedBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /**
   * Globs for paths inside the inbox, such as contratos/**\/*.pdf. `*` matches any characters within a name, `?` one, `**`
   * any number of folders, and {a,b} either of two, without braces inside. A backslash makes one of them literal; brackets
   * are literal, and a path matches itself whatever characters it has. Accents may be composed or not; case counts. A glob
   * may have 10 wildcards and 32 alternatives, all globs together 100 alternatives.
   */
  readonly paths?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Compared without case and accents. */
  readonly tags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Excludes documents with any of these tags, and documents whose tags are unknown (see `Document.stale`). */
  readonly withoutTags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

export type SearchHit = {
  readonly __typename?: 'SearchHit';
  readonly chunk: Chunk;
  /** The most relevant part of the chunk, verbatim. */
  readonly excerpt: Scalars['String']['output'];
  /** From 1, best first. */
  readonly rank: Scalars['Int']['output'];
  /** Keywords and meaning combined, between 0 and 1; comparable only within one result. A reranker does not change it. */
  readonly score: Scalars['Float']['output'];
  readonly scores: ScoreBreakdown;
};

export type SearchMode =
  /** By keywords and, for chunks that have been embedded, by meaning. */
  | 'HYBRID'
  /** By keywords only. */
  | 'KEYWORD'
  /** By meaning only; finds nothing without an embedding model. */
  | 'SEMANTIC';

export type SearchResult = {
  readonly __typename?: 'SearchResult';
  readonly hits: ReadonlyArray<SearchHit>;
  /**
   * Why no hit was found by meaning, such as a missing model or passages that are not embedded yet. Null if some hit was,
   * if every passage was searched by meaning, or in mode KEYWORD.
   */
  readonly notSemanticBecause: Maybe<Scalars['String']['output']>;
  readonly tookMs: Scalars['Int']['output'];
};

/** A passage that was found for the question. It is stored with the answer and stays there even if the file changes. */
export type Source = {
  readonly __typename?: 'Source';
  /** Null once the document has been changed or removed, and if the source is a document as a whole. */
  readonly chunk: Maybe<Chunk>;
  /**
   * The SHA-256 of the file's bytes when the question was asked, in hexadecimal. The file has changed since if
   * `Document.contentHash` is another one. Null if the file had not been read, and in answers that were saved before this
   * field existed.
   */
  readonly contentHash: Maybe<Scalars['String']['output']>;
  /** Where the excerpt ends, exclusive. */
  readonly endChar: Scalars['Int']['output'];
  /** The most relevant part of the passage, verbatim; empty if the source is a document as a whole (see DOCUMENT_LIST). */
  readonly excerpt: Scalars['String']['output'];
  /** The headings that the passage is under, outermost first; then the header row of a table that it continues. */
  readonly headings: ReadonlyArray<Scalars['String']['output']>;
  /** Where in the file the excerpt starts. */
  readonly locator: Locator;
  /** The path of the file inside the inbox when the question was asked. */
  readonly path: Scalars['String']['output'];
  /** The number that the text cites it by, starting at 1. */
  readonly rank: Scalars['Int']['output'];
  /** Between 0 and 1; comparable only within one answer. */
  readonly score: Scalars['Float']['output'];
  /** Where the excerpt starts in the document's extracted text, in UTF-16 code units. */
  readonly startChar: Scalars['Int']['output'];
  readonly title: Scalars['String']['output'];
  /** Whether it fit into the prompt; false until the model has started to read the prompt. */
  readonly used: Scalars['Boolean']['output'];
};

export type SourcesRetrieved = AnswerEvent & {
  readonly __typename?: 'SourcesRetrieved';
  readonly answer: Answer;
  readonly sequence: Scalars['Int']['output'];
  readonly sources: ReadonlyArray<Source>;
};

export type StartAnswerPayload = {
  readonly __typename?: 'StartAnswerPayload';
  readonly answer: Maybe<Answer>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type Stats = {
  readonly __typename?: 'Stats';
  /** The total size of all files. */
  readonly bytes: Scalars['Float']['output'];
  /** The number of searchable chunks; copies of a file count separately. */
  readonly chunks: Scalars['Int']['output'];
  readonly documents: Scalars['Int']['output'];
  readonly documentsByStatus: ReadonlyArray<StatusCount>;
  /** The folders at any depth, those with the most documents first; the documents in its subfolders count for a folder too. */
  readonly folders: ReadonlyArray<FolderCount>;
  readonly ingestion: Ingestion;
  /** The tags in use, those of the most documents first. */
  readonly tags: ReadonlyArray<TagCount>;
};


export type StatsFoldersArgs = {
  first?: Scalars['Int']['input'];
};


export type StatsTagsArgs = {
  first?: Scalars['Int']['input'];
};

export type StatusCount = {
  readonly __typename?: 'StatusCount';
  readonly count: Scalars['Int']['output'];
  readonly status: DocumentStatus;
};

export type Subscription = {
  readonly __typename?: 'Subscription';
  /** Follows an answer that is being written, or replays one that has ended. */
  readonly answerEvents: AnswerEvent;
  /**
   * Asks, and streams the answer: AnswerStarted, SourcesRetrieved, AnswerDelta..., then AnswerCompleted or AnswerFailed.
   * A model that thinks before it writes also sends AnswerThinking.
   * Unsubscribing stops the model. A lost connection leaves it running for `ASKBOX_GRACE_MS`: repeat the call with the
   * same `input.requestId` and with `after` set to the last `sequence` received, and the stream resumes where it stopped.
   */
  readonly ask: AnswerEvent;
  /**
   * Reports documents as they are added, read, indexed, changed and removed. A client that reads slowly gets only the
   * latest change of each document.
   */
  readonly documentChanged: DocumentChange;
  /** The state of ingestion: sent once at the start, then on every change, at most twice a second. */
  readonly ingestion: Ingestion;
};


export type SubscriptionAnswerEventsArgs = {
  after?: Scalars['Int']['input'];
  id: Scalars['ID']['input'];
};


export type SubscriptionAskArgs = {
  after?: Scalars['Int']['input'];
  input: AskInput;
};


export type SubscriptionDocumentChangedArgs = {
  filter?: InputMaybe<DocumentFilter>;
};

export type TagCount = {
  readonly __typename?: 'TagCount';
  readonly count: Scalars['Int']['output'];
  readonly tag: Scalars['String']['output'];
};

/** A part of the answer's text. */
export type TextSpan = {
  readonly __typename?: 'TextSpan';
  /** Where it ends, exclusive. */
  readonly end: Scalars['Int']['output'];
  /** Where it starts, in UTF-16 code units. */
  readonly start: Scalars['Int']['output'];
};

export type UnsearchedFiles = {
  readonly __typename?: 'UnsearchedFiles';
  readonly count: Scalars['Int']['output'];
  /** The first of them, ordered by path, at most five. */
  readonly paths: ReadonlyArray<Scalars['String']['output']>;
};

export type UpdateConversationInput = {
  readonly id: Scalars['ID']['input'];
  /** At most 200 characters; null takes it from the first question. */
  readonly title?: InputMaybe<Scalars['String']['input']>;
};

export type UpdateConversationPayload = {
  readonly __typename?: 'UpdateConversationPayload';
  readonly conversation: Maybe<Conversation>;
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Fields that are left out stay unchanged. */
export type UpdateDocumentInput = {
  readonly id: Scalars['ID']['input'];
  /** Replaces all tags. At most 50 tags of at most 60 characters each. */
  readonly tags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** At most 300 characters; null restores the file's own title. */
  readonly title?: InputMaybe<Scalars['String']['input']>;
};

export type UpdateDocumentPayload = {
  readonly __typename?: 'UpdateDocumentPayload';
  readonly document: Maybe<Document>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type Usage = {
  readonly __typename?: 'Usage';
  readonly completionTokens: Scalars['Int']['output'];
  readonly promptTokens: Scalars['Int']['output'];
};

/** A problem that the caller can fix. */
export type UserError = {
  readonly __typename?: 'UserError';
  readonly code: UserErrorCode;
  /** The path of the input field that caused the problem; null if no single field did. */
  readonly field: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** What is wrong, and what to do. */
  readonly message: Scalars['String']['output'];
};

export type UserErrorCode =
  | 'ALREADY_EXISTS'
  /** A value is outside its limits. */
  | 'BAD_USER_INPUT'
  | 'BLANK'
  /** The `requestId` was already used with different input. */
  | 'CONFLICT'
  /** The conversation already has 200 answers. */
  | 'CONVERSATION_FULL'
  /** A web page or a model could not be fetched; trying again later may help. */
  | 'FETCH_FAILED'
  | 'INVALID'
  | 'NOT_FOUND'
  | 'TOO_LARGE'
  | 'TOO_LONG'
  /** There are 50,000 conversations already; none is deleted for a new one. */
  | 'TOO_MANY_CONVERSATIONS';

export type WatchMode =
  /** The operating system reports changes. */
  | 'EVENTS'
  /** The inbox is scanned for changes every few seconds. */
  | 'POLLING';



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;




/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  AnswerEvent:
    | ( Omit<AnswerCompleted, 'answer'> & { answer: _RefType['Answer'] } & { __typename: 'AnswerCompleted' } )
    | ( Omit<AnswerDelta, 'answer'> & { answer: _RefType['Answer'] } & { __typename: 'AnswerDelta' } )
    | ( Omit<AnswerFailed, 'answer'> & { answer: _RefType['Answer'] } & { __typename: 'AnswerFailed' } )
    | ( Omit<AnswerStarted, 'answer'> & { answer: _RefType['Answer'] } & { __typename: 'AnswerStarted' } )
    | ( Omit<AnswerThinking, 'answer'> & { answer: _RefType['Answer'] } & { __typename: 'AnswerThinking' } )
    | ( Omit<SourcesRetrieved, 'answer' | 'sources'> & { answer: _RefType['Answer'], sources: ReadonlyArray<_RefType['Source']> } & { __typename: 'SourcesRetrieved' } )
  ;
  Node:
    | ( AnswerState & { __typename: 'Answer' } )
    | ( StoredChunk & { __typename: 'Chunk' } )
    | ( ShownConversation & { __typename: 'Conversation' } )
    | ( DocumentState & { __typename: 'Document' } )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AddDocumentInput: AddDocumentInput;
  AddDocumentPayload: ResolverTypeWrapper<Omit<AddDocumentPayload, 'document'> & { document?: Maybe<ResolversTypes['Document']> }>;
  Answer: ResolverTypeWrapper<AnswerState>;
  AnswerCompleted: ResolverTypeWrapper<Omit<AnswerCompleted, 'answer'> & { answer: ResolversTypes['Answer'] }>;
  AnswerConnection: ResolverTypeWrapper<Omit<AnswerConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['AnswerEdge']>, nodes: ReadonlyArray<ResolversTypes['Answer']> }>;
  AnswerDelta: ResolverTypeWrapper<Omit<AnswerDelta, 'answer'> & { answer: ResolversTypes['Answer'] }>;
  AnswerEdge: ResolverTypeWrapper<Omit<AnswerEdge, 'node'> & { node: ResolversTypes['Answer'] }>;
  AnswerError: ResolverTypeWrapper<AnswerError>;
  AnswerErrorCode: AnswerErrorCode;
  AnswerEvent: ResolverTypeWrapper<AnswerEventOfLog>;
  AnswerFailed: ResolverTypeWrapper<Omit<AnswerFailed, 'answer'> & { answer: ResolversTypes['Answer'] }>;
  AnswerFilter: AnswerFilter;
  AnswerStarted: ResolverTypeWrapper<Omit<AnswerStarted, 'answer'> & { answer: ResolversTypes['Answer'] }>;
  AnswerStatus: AnswerStatus;
  AnswerThinking: ResolverTypeWrapper<Omit<AnswerThinking, 'answer'> & { answer: ResolversTypes['Answer'] }>;
  AnswerTimings: ResolverTypeWrapper<AnswerTimings>;
  AnsweredBy: ResolverTypeWrapper<AnsweredBy>;
  AnswererKind: AnswererKind;
  AskInput: AskInput;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  CancelAnswerPayload: ResolverTypeWrapper<Omit<CancelAnswerPayload, 'answer'> & { answer?: Maybe<ResolversTypes['Answer']> }>;
  CancelPullPayload: ResolverTypeWrapper<CancelPullPayload>;
  Candidate: ResolverTypeWrapper<ExplainedCandidate>;
  Chunk: ResolverTypeWrapper<StoredChunk>;
  ChunkConnection: ResolverTypeWrapper<Omit<ChunkConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ChunkEdge']>, nodes: ReadonlyArray<ResolversTypes['Chunk']> }>;
  ChunkEdge: ResolverTypeWrapper<Omit<ChunkEdge, 'node'> & { node: ResolversTypes['Chunk'] }>;
  Citation: ResolverTypeWrapper<Omit<Citation, 'source'> & { source: ResolversTypes['Source'] }>;
  ComponentHealth: ResolverTypeWrapper<ComponentHealth>;
  ComponentName: ComponentName;
  Conversation: ResolverTypeWrapper<ShownConversation>;
  ConversationConnection: ResolverTypeWrapper<Omit<ConversationConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ConversationEdge']>, nodes: ReadonlyArray<ResolversTypes['Conversation']> }>;
  ConversationEdge: ResolverTypeWrapper<Omit<ConversationEdge, 'node'> & { node: ResolversTypes['Conversation'] }>;
  CreateConversationInput: CreateConversationInput;
  CreateConversationPayload: ResolverTypeWrapper<Omit<CreateConversationPayload, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  CutReason: CutReason;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeleteAnswerPayload: ResolverTypeWrapper<DeleteAnswerPayload>;
  DeleteAnswersPayload: ResolverTypeWrapper<DeleteAnswersPayload>;
  DeleteConversationPayload: ResolverTypeWrapper<DeleteConversationPayload>;
  DeleteDocumentPayload: ResolverTypeWrapper<DeleteDocumentPayload>;
  Document: ResolverTypeWrapper<DocumentState>;
  DocumentChange: ResolverTypeWrapper<ReplicaChange>;
  DocumentChangeKind: DocumentChangeKind;
  DocumentConnection: ResolverTypeWrapper<Omit<DocumentConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['DocumentEdge']>, nodes: ReadonlyArray<ResolversTypes['Document']> }>;
  DocumentEdge: ResolverTypeWrapper<Omit<DocumentEdge, 'node'> & { node: ResolversTypes['Document'] }>;
  DocumentError: ResolverTypeWrapper<DocumentError>;
  DocumentErrorCode: DocumentErrorCode;
  DocumentFilter: DocumentFilter;
  DocumentOrder: DocumentOrder;
  DocumentOrderField: DocumentOrderField;
  DocumentSource: DocumentSource;
  DocumentStatus: DocumentStatus;
  DocumentWarning: ResolverTypeWrapper<DocumentWarning>;
  DocumentWarningCode: DocumentWarningCode;
  EraseDocumentInput: EraseDocumentInput;
  EraseDocumentPayload: ResolverTypeWrapper<EraseDocumentPayload>;
  Explanation: ResolverTypeWrapper<Explained>;
  FinishReason: FinishReason;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  FolderCount: ResolverTypeWrapper<FolderCount>;
  FollowUp: ResolverTypeWrapper<FollowUp>;
  Health: ResolverTypeWrapper<HealthReport>;
  HealthStatus: HealthStatus;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Ingestion: ResolverTypeWrapper<IngestionOfReplica>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Locator: ResolverTypeWrapper<Locator>;
  Model: ResolverTypeWrapper<Model>;
  ModelKind: ModelKind;
  ModelProvider: ModelProvider;
  ModelState: ModelState;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  NotSearched: ResolverTypeWrapper<NotSearched>;
  OrderDirection: OrderDirection;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PageRange: ResolverTypeWrapper<PageRange>;
  PullModelPayload: ResolverTypeWrapper<PullModelPayload>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RateAnswerInput: RateAnswerInput;
  RateAnswerPayload: ResolverTypeWrapper<Omit<RateAnswerPayload, 'answer'> & { answer?: Maybe<ResolversTypes['Answer']> }>;
  Rating: Rating;
  ReingestDocumentPayload: ResolverTypeWrapper<Omit<ReingestDocumentPayload, 'document'> & { document?: Maybe<ResolversTypes['Document']> }>;
  ReingestDocumentsPayload: ResolverTypeWrapper<ReingestDocumentsPayload>;
  RestoreDocumentPayload: ResolverTypeWrapper<Omit<RestoreDocumentPayload, 'document'> & { document?: Maybe<ResolversTypes['Document']> }>;
  ScoreBreakdown: ResolverTypeWrapper<ScoreBreakdown>;
  SearchFilter: SearchFilter;
  SearchHit: ResolverTypeWrapper<Omit<SearchHit, 'chunk'> & { chunk: ResolversTypes['Chunk'] }>;
  SearchMode: SearchMode;
  SearchResult: ResolverTypeWrapper<Omit<SearchResult, 'hits'> & { hits: ReadonlyArray<ResolversTypes['SearchHit']> }>;
  Source: ResolverTypeWrapper<AnswerSource>;
  SourcesRetrieved: ResolverTypeWrapper<Omit<SourcesRetrieved, 'answer' | 'sources'> & { answer: ResolversTypes['Answer'], sources: ReadonlyArray<ResolversTypes['Source']> }>;
  StartAnswerPayload: ResolverTypeWrapper<Omit<StartAnswerPayload, 'answer'> & { answer?: Maybe<ResolversTypes['Answer']> }>;
  Stats: ResolverTypeWrapper<DocumentReplica>;
  StatusCount: ResolverTypeWrapper<StatusCount>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TagCount: ResolverTypeWrapper<TagCount>;
  TextSpan: ResolverTypeWrapper<TextSpan>;
  UnsearchedFiles: ResolverTypeWrapper<UnsearchedFiles>;
  UpdateConversationInput: UpdateConversationInput;
  UpdateConversationPayload: ResolverTypeWrapper<Omit<UpdateConversationPayload, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  UpdateDocumentInput: UpdateDocumentInput;
  UpdateDocumentPayload: ResolverTypeWrapper<Omit<UpdateDocumentPayload, 'document'> & { document?: Maybe<ResolversTypes['Document']> }>;
  Usage: ResolverTypeWrapper<Usage>;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
  WatchMode: WatchMode;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AddDocumentInput: AddDocumentInput;
  AddDocumentPayload: Omit<AddDocumentPayload, 'document'> & { document?: Maybe<ResolversParentTypes['Document']> };
  Answer: AnswerState;
  AnswerCompleted: Omit<AnswerCompleted, 'answer'> & { answer: ResolversParentTypes['Answer'] };
  AnswerConnection: Omit<AnswerConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['AnswerEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Answer']> };
  AnswerDelta: Omit<AnswerDelta, 'answer'> & { answer: ResolversParentTypes['Answer'] };
  AnswerEdge: Omit<AnswerEdge, 'node'> & { node: ResolversParentTypes['Answer'] };
  AnswerError: AnswerError;
  AnswerEvent: AnswerEventOfLog;
  AnswerFailed: Omit<AnswerFailed, 'answer'> & { answer: ResolversParentTypes['Answer'] };
  AnswerFilter: AnswerFilter;
  AnswerStarted: Omit<AnswerStarted, 'answer'> & { answer: ResolversParentTypes['Answer'] };
  AnswerThinking: Omit<AnswerThinking, 'answer'> & { answer: ResolversParentTypes['Answer'] };
  AnswerTimings: AnswerTimings;
  AnsweredBy: AnsweredBy;
  AskInput: AskInput;
  Boolean: Scalars['Boolean']['output'];
  CancelAnswerPayload: Omit<CancelAnswerPayload, 'answer'> & { answer?: Maybe<ResolversParentTypes['Answer']> };
  CancelPullPayload: CancelPullPayload;
  Candidate: ExplainedCandidate;
  Chunk: StoredChunk;
  ChunkConnection: Omit<ChunkConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ChunkEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Chunk']> };
  ChunkEdge: Omit<ChunkEdge, 'node'> & { node: ResolversParentTypes['Chunk'] };
  Citation: Omit<Citation, 'source'> & { source: ResolversParentTypes['Source'] };
  ComponentHealth: ComponentHealth;
  Conversation: ShownConversation;
  ConversationConnection: Omit<ConversationConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ConversationEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Conversation']> };
  ConversationEdge: Omit<ConversationEdge, 'node'> & { node: ResolversParentTypes['Conversation'] };
  CreateConversationInput: CreateConversationInput;
  CreateConversationPayload: Omit<CreateConversationPayload, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  DateTime: Scalars['DateTime']['output'];
  DeleteAnswerPayload: DeleteAnswerPayload;
  DeleteAnswersPayload: DeleteAnswersPayload;
  DeleteConversationPayload: DeleteConversationPayload;
  DeleteDocumentPayload: DeleteDocumentPayload;
  Document: DocumentState;
  DocumentChange: ReplicaChange;
  DocumentConnection: Omit<DocumentConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['DocumentEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Document']> };
  DocumentEdge: Omit<DocumentEdge, 'node'> & { node: ResolversParentTypes['Document'] };
  DocumentError: DocumentError;
  DocumentFilter: DocumentFilter;
  DocumentOrder: DocumentOrder;
  DocumentSource: DocumentSource;
  DocumentWarning: DocumentWarning;
  EraseDocumentInput: EraseDocumentInput;
  EraseDocumentPayload: EraseDocumentPayload;
  Explanation: Explained;
  Float: Scalars['Float']['output'];
  FolderCount: FolderCount;
  FollowUp: FollowUp;
  Health: HealthReport;
  ID: Scalars['ID']['output'];
  Ingestion: IngestionOfReplica;
  Int: Scalars['Int']['output'];
  Locator: Locator;
  Model: Model;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  NotSearched: NotSearched;
  PageInfo: PageInfo;
  PageRange: PageRange;
  PullModelPayload: PullModelPayload;
  Query: Record<PropertyKey, never>;
  RateAnswerInput: RateAnswerInput;
  RateAnswerPayload: Omit<RateAnswerPayload, 'answer'> & { answer?: Maybe<ResolversParentTypes['Answer']> };
  ReingestDocumentPayload: Omit<ReingestDocumentPayload, 'document'> & { document?: Maybe<ResolversParentTypes['Document']> };
  ReingestDocumentsPayload: ReingestDocumentsPayload;
  RestoreDocumentPayload: Omit<RestoreDocumentPayload, 'document'> & { document?: Maybe<ResolversParentTypes['Document']> };
  ScoreBreakdown: ScoreBreakdown;
  SearchFilter: SearchFilter;
  SearchHit: Omit<SearchHit, 'chunk'> & { chunk: ResolversParentTypes['Chunk'] };
  SearchResult: Omit<SearchResult, 'hits'> & { hits: ReadonlyArray<ResolversParentTypes['SearchHit']> };
  Source: AnswerSource;
  SourcesRetrieved: Omit<SourcesRetrieved, 'answer' | 'sources'> & { answer: ResolversParentTypes['Answer'], sources: ReadonlyArray<ResolversParentTypes['Source']> };
  StartAnswerPayload: Omit<StartAnswerPayload, 'answer'> & { answer?: Maybe<ResolversParentTypes['Answer']> };
  Stats: DocumentReplica;
  StatusCount: StatusCount;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  TagCount: TagCount;
  TextSpan: TextSpan;
  UnsearchedFiles: UnsearchedFiles;
  UpdateConversationInput: UpdateConversationInput;
  UpdateConversationPayload: Omit<UpdateConversationPayload, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  UpdateDocumentInput: UpdateDocumentInput;
  UpdateDocumentPayload: Omit<UpdateDocumentPayload, 'document'> & { document?: Maybe<ResolversParentTypes['Document']> };
  Usage: Usage;
  UserError: UserError;
};

export type AddDocumentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AddDocumentPayload'] = ResolversParentTypes['AddDocumentPayload']> = {
  document?: Resolver<Maybe<ResolversTypes['Document']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AnswerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Answer'] = ResolversParentTypes['Answer']> = {
  answeredBy?: Resolver<Maybe<ResolversTypes['AnsweredBy']>, ParentType, ContextType>;
  citations?: Resolver<ReadonlyArray<ResolversTypes['Citation']>, ParentType, ContextType>;
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['AnswerError']>, ParentType, ContextType>;
  finishReason?: Resolver<Maybe<ResolversTypes['FinishReason']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  nearest?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  notSearched?: Resolver<Maybe<ResolversTypes['NotSearched']>, ParentType, ContextType>;
  passagesLeftMachine?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  question?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rating?: Resolver<Maybe<ResolversTypes['Rating']>, ParentType, ContextType>;
  ratingComment?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  searchedFor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sources?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['AnswerStatus'], ParentType, ContextType>;
  support?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  timings?: Resolver<ResolversTypes['AnswerTimings'], ParentType, ContextType>;
  unsupported?: Resolver<ReadonlyArray<ResolversTypes['TextSpan']>, ParentType, ContextType>;
  usage?: Resolver<Maybe<ResolversTypes['Usage']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AnswerCompletedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnswerCompleted'] = ResolversParentTypes['AnswerCompleted']> = {
  answer?: Resolver<ResolversTypes['Answer'], ParentType, ContextType>;
  finishReason?: Resolver<ResolversTypes['FinishReason'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AnswerConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnswerConnection'] = ResolversParentTypes['AnswerConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AnswerEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Answer']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AnswerDeltaResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnswerDelta'] = ResolversParentTypes['AnswerDelta']> = {
  answer?: Resolver<ResolversTypes['Answer'], ParentType, ContextType>;
  offset?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AnswerEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnswerEdge'] = ResolversParentTypes['AnswerEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Answer'], ParentType, ContextType>;
};

export type AnswerErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnswerError'] = ResolversParentTypes['AnswerError']> = {
  code?: Resolver<ResolversTypes['AnswerErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  retryable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type AnswerEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnswerEvent'] = ResolversParentTypes['AnswerEvent']> = {
  __resolveType: TypeResolveFn<'AnswerCompleted' | 'AnswerDelta' | 'AnswerFailed' | 'AnswerStarted' | 'AnswerThinking' | 'SourcesRetrieved', ParentType, ContextType>;
};

export type AnswerFailedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnswerFailed'] = ResolversParentTypes['AnswerFailed']> = {
  answer?: Resolver<ResolversTypes['Answer'], ParentType, ContextType>;
  error?: Resolver<ResolversTypes['AnswerError'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AnswerStartedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnswerStarted'] = ResolversParentTypes['AnswerStarted']> = {
  answer?: Resolver<ResolversTypes['Answer'], ParentType, ContextType>;
  queuePosition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AnswerThinkingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnswerThinking'] = ResolversParentTypes['AnswerThinking']> = {
  answer?: Resolver<ResolversTypes['Answer'], ParentType, ContextType>;
  offset?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AnswerTimingsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnswerTimings'] = ResolversParentTypes['AnswerTimings']> = {
  firstTokenMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  queuedMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  retrievalMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  totalMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type AnsweredByResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnsweredBy'] = ResolversParentTypes['AnsweredBy']> = {
  fallbackReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['AnswererKind'], ParentType, ContextType>;
  model?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CancelAnswerPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CancelAnswerPayload'] = ResolversParentTypes['CancelAnswerPayload']> = {
  answer?: Resolver<Maybe<ResolversTypes['Answer']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CancelPullPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CancelPullPayload'] = ResolversParentTypes['CancelPullPayload']> = {
  model?: Resolver<Maybe<ResolversTypes['Model']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CandidateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Candidate'] = ResolversParentTypes['Candidate']> = {
  chunk?: Resolver<ResolversTypes['Chunk'], ParentType, ContextType>;
  cutBecause?: Resolver<Maybe<ResolversTypes['CutReason']>, ParentType, ContextType>;
  instructions?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  keywordRank?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  scores?: Resolver<ResolversTypes['ScoreBreakdown'], ParentType, ContextType>;
  semanticRank?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  sourceRank?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  used?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  why?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ChunkResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Chunk'] = ResolversParentTypes['Chunk']> = {
  context?: Resolver<ReadonlyArray<ResolversTypes['Chunk']>, ParentType, ContextType, RequireFields<ChunkContextArgs, 'after' | 'before'>>;
  documents?: Resolver<ReadonlyArray<ResolversTypes['Document']>, ParentType, ContextType>;
  endChar?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  headings?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  locator?: Resolver<ResolversTypes['Locator'], ParentType, ContextType>;
  next?: Resolver<Maybe<ResolversTypes['Chunk']>, ParentType, ContextType>;
  pages?: Resolver<Maybe<ResolversTypes['PageRange']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  previous?: Resolver<Maybe<ResolversTypes['Chunk']>, ParentType, ContextType>;
  startChar?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  wordCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChunkConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChunkConnection'] = ResolversParentTypes['ChunkConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ChunkEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Chunk']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ChunkEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChunkEdge'] = ResolversParentTypes['ChunkEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Chunk'], ParentType, ContextType>;
};

export type CitationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Citation'] = ResolversParentTypes['Citation']> = {
  end?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  endChar?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  locator?: Resolver<ResolversTypes['Locator'], ParentType, ContextType>;
  quote?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  startChar?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ComponentHealthResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ComponentHealth'] = ResolversParentTypes['ComponentHealth']> = {
  latencyMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['ComponentName'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['HealthStatus'], ParentType, ContextType>;
};

export type ConversationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Conversation'] = ResolversParentTypes['Conversation']> = {
  answers?: Resolver<ResolversTypes['AnswerConnection'], ParentType, ContextType, RequireFields<ConversationAnswersArgs, 'first'>>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConversationConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConversationConnection'] = ResolversParentTypes['ConversationConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ConversationEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Conversation']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ConversationEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConversationEdge'] = ResolversParentTypes['ConversationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
};

export type CreateConversationPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateConversationPayload'] = ResolversParentTypes['CreateConversationPayload']> = {
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeleteAnswerPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteAnswerPayload'] = ResolversParentTypes['DeleteAnswerPayload']> = {
  deletedId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeleteAnswersPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteAnswersPayload'] = ResolversParentTypes['DeleteAnswersPayload']> = {
  deleted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeleteConversationPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteConversationPayload'] = ResolversParentTypes['DeleteConversationPayload']> = {
  deletedId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeleteDocumentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteDocumentPayload'] = ResolversParentTypes['DeleteDocumentPayload']> = {
  deletedId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DocumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Document'] = ResolversParentTypes['Document']> = {
  chunkCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  chunks?: Resolver<ResolversTypes['ChunkConnection'], ParentType, ContextType, RequireFields<DocumentChunksArgs, 'first'>>;
  contentHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  embeddedChunks?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['DocumentError']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  indexedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  language?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  mediaType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  modifiedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  pageCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  progress?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  sizeBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  stale?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['DocumentStatus'], ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType, RequireFields<DocumentTextArgs, 'end' | 'start'>>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  url?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  warnings?: Resolver<ReadonlyArray<ResolversTypes['DocumentWarning']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DocumentChangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DocumentChange'] = ResolversParentTypes['DocumentChange']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  document?: Resolver<Maybe<ResolversTypes['Document']>, ParentType, ContextType>;
  documentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['DocumentChangeKind'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DocumentConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DocumentConnection'] = ResolversParentTypes['DocumentConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['DocumentEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Document']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DocumentEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DocumentEdge'] = ResolversParentTypes['DocumentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Document'], ParentType, ContextType>;
};

export type DocumentErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DocumentError'] = ResolversParentTypes['DocumentError']> = {
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['DocumentErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  retryAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type DocumentWarningResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DocumentWarning'] = ResolversParentTypes['DocumentWarning']> = {
  code?: Resolver<ResolversTypes['DocumentWarningCode'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type EraseDocumentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EraseDocumentPayload'] = ResolversParentTypes['EraseDocumentPayload']> = {
  deletedAnswers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  erasedId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ExplanationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Explanation'] = ResolversParentTypes['Explanation']> = {
  answerer?: Resolver<Maybe<ResolversTypes['AnswererKind']>, ParentType, ContextType>;
  budgetTokens?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  candidates?: Resolver<ReadonlyArray<ResolversTypes['Candidate']>, ParentType, ContextType>;
  followUp?: Resolver<Maybe<ResolversTypes['FollowUp']>, ParentType, ContextType>;
  hiddenTextIn?: Resolver<ReadonlyArray<ResolversTypes['Document']>, ParentType, ContextType>;
  promptTokens?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  searchedFor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  undecidedBecause?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type FolderCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FolderCount'] = ResolversParentTypes['FolderCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type FollowUpResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FollowUp'] = ResolversParentTypes['FollowUp']> = {
  model?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  notByModelBecause?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  question?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type HealthResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Health'] = ResolversParentTypes['Health']> = {
  components?: Resolver<ReadonlyArray<ResolversTypes['ComponentHealth']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['HealthStatus'], ParentType, ContextType>;
  uptimeSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type IngestionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Ingestion'] = ResolversParentTypes['Ingestion']> = {
  active?: Resolver<ReadonlyArray<ResolversTypes['Document']>, ParentType, ContextType>;
  pausedBecause?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  queued?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unembeddedChunks?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  watching?: Resolver<Maybe<ResolversTypes['WatchMode']>, ParentType, ContextType>;
};

export type LocatorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Locator'] = ResolversParentTypes['Locator']> = {
  cells?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  line?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  pageLabel?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  pageNumber?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  part?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  seconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  sheet?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  slide?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ModelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Model'] = ResolversParentTypes['Model']> = {
  contextTokens?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  default?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  dimensions?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ModelKind'], ParentType, ContextType>;
  licence?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  notUsed?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  progress?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['ModelProvider'], ParentType, ContextType>;
  sizeBytes?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ModelState'], ParentType, ContextType>;
  suggested?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  addDocument?: Resolver<ResolversTypes['AddDocumentPayload'], ParentType, ContextType, RequireFields<MutationAddDocumentArgs, 'input'>>;
  cancelAnswer?: Resolver<ResolversTypes['CancelAnswerPayload'], ParentType, ContextType, RequireFields<MutationCancelAnswerArgs, 'id'>>;
  cancelPull?: Resolver<ResolversTypes['CancelPullPayload'], ParentType, ContextType, RequireFields<MutationCancelPullArgs, 'name'>>;
  createConversation?: Resolver<ResolversTypes['CreateConversationPayload'], ParentType, ContextType, RequireFields<MutationCreateConversationArgs, 'input'>>;
  deleteAnswer?: Resolver<ResolversTypes['DeleteAnswerPayload'], ParentType, ContextType, RequireFields<MutationDeleteAnswerArgs, 'id'>>;
  deleteAnswers?: Resolver<ResolversTypes['DeleteAnswersPayload'], ParentType, ContextType, RequireFields<MutationDeleteAnswersArgs, 'filter'>>;
  deleteConversation?: Resolver<ResolversTypes['DeleteConversationPayload'], ParentType, ContextType, RequireFields<MutationDeleteConversationArgs, 'id'>>;
  deleteDocument?: Resolver<ResolversTypes['DeleteDocumentPayload'], ParentType, ContextType, RequireFields<MutationDeleteDocumentArgs, 'id'>>;
  eraseDocument?: Resolver<ResolversTypes['EraseDocumentPayload'], ParentType, ContextType, RequireFields<MutationEraseDocumentArgs, 'input'>>;
  pauseIngestion?: Resolver<ResolversTypes['Ingestion'], ParentType, ContextType>;
  pullModel?: Resolver<ResolversTypes['PullModelPayload'], ParentType, ContextType, RequireFields<MutationPullModelArgs, 'name'>>;
  rateAnswer?: Resolver<ResolversTypes['RateAnswerPayload'], ParentType, ContextType, RequireFields<MutationRateAnswerArgs, 'input'>>;
  reingestDocument?: Resolver<ResolversTypes['ReingestDocumentPayload'], ParentType, ContextType, RequireFields<MutationReingestDocumentArgs, 'id'>>;
  reingestDocuments?: Resolver<ResolversTypes['ReingestDocumentsPayload'], ParentType, ContextType, RequireFields<MutationReingestDocumentsArgs, 'filter'>>;
  restoreDocument?: Resolver<ResolversTypes['RestoreDocumentPayload'], ParentType, ContextType, RequireFields<MutationRestoreDocumentArgs, 'id'>>;
  resumeIngestion?: Resolver<ResolversTypes['Ingestion'], ParentType, ContextType, RequireFields<MutationResumeIngestionArgs, 'confirmRemovals'>>;
  startAnswer?: Resolver<ResolversTypes['StartAnswerPayload'], ParentType, ContextType, RequireFields<MutationStartAnswerArgs, 'input'>>;
  updateConversation?: Resolver<ResolversTypes['UpdateConversationPayload'], ParentType, ContextType, RequireFields<MutationUpdateConversationArgs, 'input'>>;
  updateDocument?: Resolver<ResolversTypes['UpdateDocumentPayload'], ParentType, ContextType, RequireFields<MutationUpdateDocumentArgs, 'input'>>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Answer' | 'Chunk' | 'Conversation' | 'Document', ParentType, ContextType>;
};

export type NotSearchedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotSearched'] = ResolversParentTypes['NotSearched']> = {
  failed?: Resolver<ResolversTypes['UnsearchedFiles'], ParentType, ContextType>;
  meaningOffBecause?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  unread?: Resolver<ResolversTypes['UnsearchedFiles'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type PageRangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageRange'] = ResolversParentTypes['PageRange']> = {
  first?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  last?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type PullModelPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PullModelPayload'] = ResolversParentTypes['PullModelPayload']> = {
  model?: Resolver<Maybe<ResolversTypes['Model']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  answer?: Resolver<Maybe<ResolversTypes['Answer']>, ParentType, ContextType, RequireFields<QueryAnswerArgs, 'id'>>;
  ask?: Resolver<ResolversTypes['Answer'], ParentType, ContextType, RequireFields<QueryAskArgs, 'input'>>;
  chunk?: Resolver<Maybe<ResolversTypes['Chunk']>, ParentType, ContextType, RequireFields<QueryChunkArgs, 'id'>>;
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType, RequireFields<QueryConversationArgs, 'id'>>;
  conversations?: Resolver<ResolversTypes['ConversationConnection'], ParentType, ContextType, RequireFields<QueryConversationsArgs, 'first'>>;
  document?: Resolver<Maybe<ResolversTypes['Document']>, ParentType, ContextType, RequireFields<QueryDocumentArgs, 'id'>>;
  documentByPath?: Resolver<Maybe<ResolversTypes['Document']>, ParentType, ContextType, RequireFields<QueryDocumentByPathArgs, 'path'>>;
  documents?: Resolver<ResolversTypes['DocumentConnection'], ParentType, ContextType, RequireFields<QueryDocumentsArgs, 'first' | 'orderBy'>>;
  explain?: Resolver<ResolversTypes['Explanation'], ParentType, ContextType, RequireFields<QueryExplainArgs, 'input'>>;
  health?: Resolver<ResolversTypes['Health'], ParentType, ContextType>;
  models?: Resolver<ReadonlyArray<ResolversTypes['Model']>, ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  search?: Resolver<ResolversTypes['SearchResult'], ParentType, ContextType, RequireFields<QuerySearchArgs, 'first' | 'mode' | 'query'>>;
  stats?: Resolver<ResolversTypes['Stats'], ParentType, ContextType>;
};

export type RateAnswerPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RateAnswerPayload'] = ResolversParentTypes['RateAnswerPayload']> = {
  answer?: Resolver<Maybe<ResolversTypes['Answer']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ReingestDocumentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReingestDocumentPayload'] = ResolversParentTypes['ReingestDocumentPayload']> = {
  document?: Resolver<Maybe<ResolversTypes['Document']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ReingestDocumentsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReingestDocumentsPayload'] = ResolversParentTypes['ReingestDocumentsPayload']> = {
  queued?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RestoreDocumentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RestoreDocumentPayload'] = ResolversParentTypes['RestoreDocumentPayload']> = {
  document?: Resolver<Maybe<ResolversTypes['Document']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ScoreBreakdownResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ScoreBreakdown'] = ResolversParentTypes['ScoreBreakdown']> = {
  keyword?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  relevance?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  rerank?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  semantic?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type SearchHitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchHit'] = ResolversParentTypes['SearchHit']> = {
  chunk?: Resolver<ResolversTypes['Chunk'], ParentType, ContextType>;
  excerpt?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  scores?: Resolver<ResolversTypes['ScoreBreakdown'], ParentType, ContextType>;
};

export type SearchResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchResult'] = ResolversParentTypes['SearchResult']> = {
  hits?: Resolver<ReadonlyArray<ResolversTypes['SearchHit']>, ParentType, ContextType>;
  notSemanticBecause?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  tookMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SourceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Source'] = ResolversParentTypes['Source']> = {
  chunk?: Resolver<Maybe<ResolversTypes['Chunk']>, ParentType, ContextType>;
  contentHash?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endChar?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  excerpt?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  headings?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  locator?: Resolver<ResolversTypes['Locator'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  startChar?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  used?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SourcesRetrievedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SourcesRetrieved'] = ResolversParentTypes['SourcesRetrieved']> = {
  answer?: Resolver<ResolversTypes['Answer'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sources?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StartAnswerPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StartAnswerPayload'] = ResolversParentTypes['StartAnswerPayload']> = {
  answer?: Resolver<Maybe<ResolversTypes['Answer']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type StatsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Stats'] = ResolversParentTypes['Stats']> = {
  bytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  chunks?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  documents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  documentsByStatus?: Resolver<ReadonlyArray<ResolversTypes['StatusCount']>, ParentType, ContextType>;
  folders?: Resolver<ReadonlyArray<ResolversTypes['FolderCount']>, ParentType, ContextType, RequireFields<StatsFoldersArgs, 'first'>>;
  ingestion?: Resolver<ResolversTypes['Ingestion'], ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['TagCount']>, ParentType, ContextType, RequireFields<StatsTagsArgs, 'first'>>;
};

export type StatusCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StatusCount'] = ResolversParentTypes['StatusCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['DocumentStatus'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  answerEvents?: SubscriptionResolver<ResolversTypes['AnswerEvent'], "answerEvents", ParentType, ContextType, RequireFields<SubscriptionAnswerEventsArgs, 'after' | 'id'>>;
  ask?: SubscriptionResolver<ResolversTypes['AnswerEvent'], "ask", ParentType, ContextType, RequireFields<SubscriptionAskArgs, 'after' | 'input'>>;
  documentChanged?: SubscriptionResolver<ResolversTypes['DocumentChange'], "documentChanged", ParentType, ContextType, Partial<SubscriptionDocumentChangedArgs>>;
  ingestion?: SubscriptionResolver<ResolversTypes['Ingestion'], "ingestion", ParentType, ContextType>;
};

export type TagCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TagCount'] = ResolversParentTypes['TagCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tag?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TextSpanResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TextSpan'] = ResolversParentTypes['TextSpan']> = {
  end?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UnsearchedFilesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UnsearchedFiles'] = ResolversParentTypes['UnsearchedFiles']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  paths?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type UpdateConversationPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateConversationPayload'] = ResolversParentTypes['UpdateConversationPayload']> = {
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UpdateDocumentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateDocumentPayload'] = ResolversParentTypes['UpdateDocumentPayload']> = {
  document?: Resolver<Maybe<ResolversTypes['Document']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UsageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Usage'] = ResolversParentTypes['Usage']> = {
  completionTokens?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  promptTokens?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  AddDocumentPayload?: AddDocumentPayloadResolvers<ContextType>;
  Answer?: AnswerResolvers<ContextType>;
  AnswerCompleted?: AnswerCompletedResolvers<ContextType>;
  AnswerConnection?: AnswerConnectionResolvers<ContextType>;
  AnswerDelta?: AnswerDeltaResolvers<ContextType>;
  AnswerEdge?: AnswerEdgeResolvers<ContextType>;
  AnswerError?: AnswerErrorResolvers<ContextType>;
  AnswerEvent?: AnswerEventResolvers<ContextType>;
  AnswerFailed?: AnswerFailedResolvers<ContextType>;
  AnswerStarted?: AnswerStartedResolvers<ContextType>;
  AnswerThinking?: AnswerThinkingResolvers<ContextType>;
  AnswerTimings?: AnswerTimingsResolvers<ContextType>;
  AnsweredBy?: AnsweredByResolvers<ContextType>;
  CancelAnswerPayload?: CancelAnswerPayloadResolvers<ContextType>;
  CancelPullPayload?: CancelPullPayloadResolvers<ContextType>;
  Candidate?: CandidateResolvers<ContextType>;
  Chunk?: ChunkResolvers<ContextType>;
  ChunkConnection?: ChunkConnectionResolvers<ContextType>;
  ChunkEdge?: ChunkEdgeResolvers<ContextType>;
  Citation?: CitationResolvers<ContextType>;
  ComponentHealth?: ComponentHealthResolvers<ContextType>;
  Conversation?: ConversationResolvers<ContextType>;
  ConversationConnection?: ConversationConnectionResolvers<ContextType>;
  ConversationEdge?: ConversationEdgeResolvers<ContextType>;
  CreateConversationPayload?: CreateConversationPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeleteAnswerPayload?: DeleteAnswerPayloadResolvers<ContextType>;
  DeleteAnswersPayload?: DeleteAnswersPayloadResolvers<ContextType>;
  DeleteConversationPayload?: DeleteConversationPayloadResolvers<ContextType>;
  DeleteDocumentPayload?: DeleteDocumentPayloadResolvers<ContextType>;
  Document?: DocumentResolvers<ContextType>;
  DocumentChange?: DocumentChangeResolvers<ContextType>;
  DocumentConnection?: DocumentConnectionResolvers<ContextType>;
  DocumentEdge?: DocumentEdgeResolvers<ContextType>;
  DocumentError?: DocumentErrorResolvers<ContextType>;
  DocumentWarning?: DocumentWarningResolvers<ContextType>;
  EraseDocumentPayload?: EraseDocumentPayloadResolvers<ContextType>;
  Explanation?: ExplanationResolvers<ContextType>;
  FolderCount?: FolderCountResolvers<ContextType>;
  FollowUp?: FollowUpResolvers<ContextType>;
  Health?: HealthResolvers<ContextType>;
  Ingestion?: IngestionResolvers<ContextType>;
  Locator?: LocatorResolvers<ContextType>;
  Model?: ModelResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  NotSearched?: NotSearchedResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PageRange?: PageRangeResolvers<ContextType>;
  PullModelPayload?: PullModelPayloadResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RateAnswerPayload?: RateAnswerPayloadResolvers<ContextType>;
  ReingestDocumentPayload?: ReingestDocumentPayloadResolvers<ContextType>;
  ReingestDocumentsPayload?: ReingestDocumentsPayloadResolvers<ContextType>;
  RestoreDocumentPayload?: RestoreDocumentPayloadResolvers<ContextType>;
  ScoreBreakdown?: ScoreBreakdownResolvers<ContextType>;
  SearchHit?: SearchHitResolvers<ContextType>;
  SearchResult?: SearchResultResolvers<ContextType>;
  Source?: SourceResolvers<ContextType>;
  SourcesRetrieved?: SourcesRetrievedResolvers<ContextType>;
  StartAnswerPayload?: StartAnswerPayloadResolvers<ContextType>;
  Stats?: StatsResolvers<ContextType>;
  StatusCount?: StatusCountResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TagCount?: TagCountResolvers<ContextType>;
  TextSpan?: TextSpanResolvers<ContextType>;
  UnsearchedFiles?: UnsearchedFilesResolvers<ContextType>;
  UpdateConversationPayload?: UpdateConversationPayloadResolvers<ContextType>;
  UpdateDocumentPayload?: UpdateDocumentPayloadResolvers<ContextType>;
  Usage?: UsageResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

