import type { StoreReader } from '#shared/store/store.ts';
import type { WatcherAddress } from '#shared/watcher-api/watcher-commands.ts';
import type { Leaving } from '../answers/event-log.ts';
import type { Answers } from '../answers/answers.ts';
import type { DocumentReplica } from '../documents/replica.ts';
import type { HealthReport } from '../health/health.ts';
import type { RetrieveParts } from '../retrieve/rank-passages.ts';

/** What every resolver works with: the parts of the service, and the connection that the operation came over. */
export interface Context extends ApiParts {
  readonly connection: Connection;
}

export interface ApiParts {
  readonly reader: StoreReader;
  readonly replica: DocumentReplica;
  /** Where commands go. */
  readonly watcher: WatcherAddress;
  /** What finds passages. */
  readonly retrieval: RetrieveParts;
  readonly answers: Answers;
  readonly health: (signal: AbortSignal) => Promise<HealthReport>;
}

/** One HTTP request, or one operation on a WebSocket. */
export interface Connection {
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal;
  /** How a reader of a stream on this connection leaves now: it said so, or its connection broke. */
  leaving(): Leaving;
  /**
   * The id that the client gave the operation, when it is a UUID: graphql-ws clients make a new one for every operation
   * and repeat it when they silently reconnect. Null over HTTP.
   */
  readonly operationId: string | null;
}
