import type { ServerResponse } from 'node:http';
import {
  execute,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { AskboxError } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { RecentValues } from '#shared/recent-values.ts';
import type { ApiParts, Connection, Context } from '../schema/context.ts';
import { addressOf } from './client-limits.ts';
import { maskError } from './guard.ts';
import { checkCost } from './operation-cost.ts';
import { LIMITS, limitRule } from './operation-limits.ts';
import { subscribeTo } from './subscribe.ts';

/** What an operation is executed with: the parts of the service, its schema and its log. */
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

/** The common shape of a result in graphql and in graphql-ws. */
interface Result {
  readonly data?: ExecutionResult['data'] | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** Validation stops after this many errors: a hostile operation can have thousands. */
const MAX_ERRORS = 5;

/** A client sends the same few operations. About 5 MB: a document takes a hundred times the memory of its text. */
const MAX_KNOWN_CHARS = 50_000;
const KNOWN_OPERATIONS = new WeakMap<GraphQLSchema, RecentValues<string, DocumentNode>>();

/** Returns the valid operations that came last. Validating one takes longer than all else before it is executed. */
function knownOperations(schema: GraphQLSchema): RecentValues<string, DocumentNode> {
  const known = KNOWN_OPERATIONS.get(schema) ?? new RecentValues(MAX_KNOWN_CHARS);
  KNOWN_OPERATIONS.set(schema, known);
  return known;
}

/**
 * Parses and validates an operation that does not go through Apollo. Returns what to execute, or the errors for which
 * it is refused, with the codes that Apollo gives them. Never throws, because a syntax error must not close a connection
 * that other operations share.
 */
export function prepareOperation(
  { query, operationName = null, variables = null }: SentOperation,
  parts: OperationParts,
  connection: Connection,
): ExecutionArgs | readonly GraphQLError[] {
  const { schema } = parts;
  let code = 'GRAPHQL_PARSE_FAILED';
  try {
    const known = knownOperations(schema);
    const document = known.find(query) ?? parse(query, { maxTokens: LIMITS.tokens });
    code = 'GRAPHQL_VALIDATION_FAILED';
    if (known.find(query) === undefined) {
      const invalid = validate(schema, document, [...specifiedRules, limitRule], { maxErrors: MAX_ERRORS });
      if (invalid.length > 0) return invalid.map((error) => withCode(error, code));
      known.keep(query, document, query.length);
    }
    const operation = getOperationAST(document, operationName);
    if (!operation) return [withCode(new GraphQLError(NO_OPERATION), 'OPERATION_RESOLUTION_FAILURE')];
    code = 'BAD_USER_INPUT';
    const definitions = operation.variableDefinitions ?? [];
    const { errors: wrong } = getVariableValues(schema, definitions, variables ?? {}, { maxErrors: MAX_ERRORS });
    if (wrong !== undefined) return wrong.map((error) => withCode(error, code));
    checkCost({ schema, document, operation, variables });
    const contextValue: Context = { ...parts, connection };
    return { schema, document, contextValue, operationName, variableValues: variables };
  } catch (error) {
    const known = asGraphQLError(error);
    return [known.originalError === undefined ? withCode(known, code) : known];
  }
}

const NO_OPERATION = 'which operation is meant is not clear; send the name of one of the document as operationName';

/** Returns an error about the operation itself with a code, unless it has one. */
function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, extensions } = error;
  return new GraphQLError(message, { nodes: nodes ?? null, source, positions, extensions: { code, ...extensions } });
}

/**
 * Yields the results of an operation: any number for a subscription, one for anything else.
 * @param gone aborts when the client is gone; a pending wait for the next result then ends immediately.
 */
export async function* runOperation(args: ExecutionArgs, gone: AbortSignal): AsyncGenerator<ExecutionResult> {
  const isSubscription =
    getOperationAST(args.document, args.operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
  const result = await (isSubscription ? subscribeTo(args) : execute(args));
  if (!(Symbol.asyncIterator in result)) return yield result;
  const leave = (): void => void result.return();
  gone.addEventListener('abort', leave, { once: true });
  if (gone.aborted) leave();
  yield* result;
}

/** Returns what a client may see of errors; see `maskError`. */
export function maskErrors(errors: readonly GraphQLError[], log: Log): readonly GraphQLFormattedError[] {
  return errors.map((error) => maskError(error.toJSON(), error, log));
}

/** Returns a result with its errors masked; see `maskError`. */
export function maskResult({ data, errors }: Result, log: Log): FormattedExecutionResult {
  const masked = errors === undefined ? {} : { errors: maskErrors(errors, log) };
  return data === undefined ? masked : { data, ...masked };
}

/** Returns a GraphQLError as it is, and wraps anything else as `originalError`, which is what `maskError` examines. */
export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('failed', { originalError: error instanceof Error ? error : new Error(String(error)) });
}

/** Returns the reason for stopping what a client has asked for before it went away; it is neither logged nor sent. */
export function clientGone(): AskboxError {
  return new AskboxError('CLIENT_GONE', 'the client disconnected; nobody reads this result');
}

/**
 * Returns the connection of an HTTP request. A dropped HTTP connection doesn't tell us whether the client still wants
 * the answer, so it counts as `lost`.
 */
export function connectionOfResponse(response: ServerResponse): Connection {
  const gone = new AbortController();
  response.once('close', () => gone.abort(clientGone()));
  return { signal: gone.signal, leaving: () => 'lost', operationId: null, address: addressOf(response.req.socket) };
}
