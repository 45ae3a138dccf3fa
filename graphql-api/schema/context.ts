import type { StoreReader } from '#shared/store/store.ts';
import type { WatcherAddress } from '#shared/watcher-api/watcher-commands.ts';
import type { Leaving } from '../answers/event-log.ts';
import type { AnswerRequest, Answers } from '../answers/answers.ts';
import type { Conversations } from '../answers/conversations.ts';
import type { DocumentReplica } from '../documents/replica.ts';
import type { Explained } from '../explain/explain.ts';
import type { HealthReport } from '../health/health.ts';
import type { ListedModel } from '../model-list/list-models.ts';
import type { ModelPulls } from '../model-list/model-pulls.ts';
import type { RetrieveParts } from '../retrieve/rank-passages.ts';

/** What every resolver gets: the parts of the service, and the connection that the operation came over. */
export interface Context extends ApiParts {
  readonly connection: Connection;
}

/** The parts of the service that resolvers use. Their openers close them. */
export interface ApiParts {
  readonly reader: StoreReader;
  readonly replica: DocumentReplica;
  /** Where commands are sent. */
  readonly watcher: WatcherAddress;
  /** What `search` and answers find passages with. */
  readonly retrieval: RetrieveParts;
  readonly answers: Answers;
  readonly conversations: Conversations;
  /** Returns why a search by meaning may find nothing; null when every passage can be found by it. */
  readonly semanticShortfall: () => string | null;
  /** Explains what an answer would rest on. @throws InputError, and what retrieval throws */
  readonly explain: (request: AnswerRequest, signal: AbortSignal) => Promise<Explained>;
  /** Lists the models of the process, of the disk and of the catalogue. */
  readonly models: () => Promise<readonly ListedModel[]>;
  readonly pulls: ModelPulls;
  /** Checks all components; rejects only if the signal aborts. */
  readonly health: (signal: AbortSignal) => Promise<HealthReport>;
}

/** The connection of one operation: an HTTP request, or the WebSocket that it came over. */
export interface Connection {
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  /** What the limits for each client count by; see `addressOf` in client-limits.ts. */
  readonly address: string;
  /** Returns how a reader whose stream ends now is leaving: by unsubscribing, or because its connection was lost. */
  leaving(): Leaving;
  /**
   * The id that the client gave the operation, if it is a UUID: graphql-ws clients make a new one for every operation
   * and repeat it when they silently reconnect. Null otherwise, and over HTTP.
   */
  readonly operationId: string | null;
}
