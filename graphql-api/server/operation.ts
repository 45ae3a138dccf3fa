import type { ServerResponse } from 'node:http';
import {
  execute,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  subscribe,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { Log } from '#shared/log.ts';
import type { ApiParts, Connection, Context } from '../schema/context.ts';
import { maskError, parseGuarded, validateGuarded } from './guard.ts';

/** What an operation is executed with. */
export interface OperationParts extends ApiParts {
  readonly schema: GraphQLSchema;
  readonly log: Log;
}

/** An operation as a client sends it. */
export interface SentOperation {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** What both graphql and graphql-ws call a result. */
interface Result {
  readonly data?: ExecutionResult['data'] | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
}

/**
 * What to execute, or why it is refused: the guard of the ways in that Apollo does not see. Never throws, because a
 * syntax error must not close a connection that others use.
 */
export function prepareOperation(
  { query, operationName = null, variables = null }: SentOperation,
  parts: OperationParts,
  connection: Connection,
): ExecutionArgs | readonly GraphQLError[] {
  try {
    const document = parseGuarded(query);
    const errors = validateGuarded(parts.schema, document);
    if (errors.length > 0) return errors;
    const contextValue: Context = { ...parts, connection };
    return { schema: parts.schema, document, contextValue, operationName, variableValues: variables };
  } catch (error) {
    return [asGraphQLError(error)];
  }
}

/**
 * All results of an operation: many of a subscription, one of anything else.
 * @param gone aborts when nobody takes them any more; a wait for the next one then ends at once.
 */
export async function* runOperation(args: ExecutionArgs, gone: AbortSignal): AsyncGenerator<ExecutionResult> {
  const isSubscription =
    getOperationAST(args.document, args.operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
  const result = await (isSubscription ? subscribe(args) : execute(args));
  if (!(Symbol.asyncIterator in result)) return yield result;
  const leave = (): void => void result.return();
  gone.addEventListener('abort', leave, { once: true });
  if (gone.aborted) leave();
  yield* result;
}

/** What a caller is told of errors; see `maskError`. */
export function maskErrors(errors: readonly GraphQLError[], log: Log): readonly GraphQLFormattedError[] {
  return errors.map((error) => maskError(error.toJSON(), error, log));
}

/** A result with its errors masked. */
export function maskResult({ data, errors }: Result, log: Log): FormattedExecutionResult {
  const masked = errors === undefined ? {} : { errors: maskErrors(errors, log) };
  return data === undefined ? masked : { data, ...masked };
}

/** The error itself when it is GraphQL's, else one that has it as its original, which `maskError` looks at. */
export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('failed', { originalError: error instanceof Error ? error : new Error(String(error)) });
}

/** The connection of an HTTP request. A caller who hangs up never says whether he wants the rest: `lost`. */
export function connectionOfResponse(response: ServerResponse): Connection {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the caller has gone')));
  return { signal: gone.signal, leaving: () => 'lost', operationId: null };
}
