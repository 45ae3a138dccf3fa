import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import {
  GraphQLError,
  Kind,
  parse,
  specifiedRules,
  validate,
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type SelectionSetNode,
  type Source,
  type ValidationContext,
} from 'graphql';
import { AskboxError } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { faultMessage } from '../answers/error.ts';

/** The checks that protect the API over HTTP and WebSocket alike: Apollo's own checks do not cover WebSockets. */

/** Limits on one operation. GraphiQL's introspection query has 13 levels, which do not count: see `limitRule`. */
export const LIMITS = { tokens: 2_000, depth: 12, fields: 400, aliases: 20, contexts: 1 } as const;

/** Validation stops after this many errors: a hostile operation can have thousands. */
const MAX_ERRORS = 5;

/** Parses an operation; throws a GraphQLError for a syntax error, or too many tokens. */
export function parseGuarded(source: string | Source): DocumentNode {
  return parse(source, { maxTokens: LIMITS.tokens });
}

/** Validates an operation by GraphQL's own rules and by the limits; returns at most 5 errors. */
export function validateGuarded(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  return validate(schema, document, [...specifiedRules, limitRule], { maxErrors: MAX_ERRORS });
}

/**
 * Rejects operations that are too deep, select too many fields or use too many aliases; a fragment counts every time it
 * is spread. Introspection does not count: its size is that of the schema, and graphql itself bounds its recursion.
 */
export function limitRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      let fields = 0;
      let aliases = 0;
      let deepest = 0;
      // A chunk's context has up to 21 chunks, each with 21 again: three levels would be nine thousand.
      let mostContexts = 0;
      const isOver = (): boolean =>
        fields > LIMITS.fields || aliases > LIMITS.aliases || deepest > LIMITS.depth || mostContexts > LIMITS.contexts;
      const walk = (
        set: SelectionSetNode,
        depth: number,
        contexts: number,
        spread: ReadonlySet<FragmentDefinitionNode>,
      ): void => {
        for (const node of set.selections) {
          if (isOver()) return;
          if (node.kind === Kind.FIELD) {
            if (node.name.value.startsWith('__')) continue;
            fields++;
            if (node.alias !== undefined) aliases++;
            deepest = Math.max(deepest, depth);
            const within = contexts + (node.name.value === 'context' ? 1 : 0);
            mostContexts = Math.max(mostContexts, within);
            if (node.selectionSet !== undefined) walk(node.selectionSet, depth + 1, within, spread);
          } else if (node.kind === Kind.INLINE_FRAGMENT) {
            walk(node.selectionSet, depth, contexts, spread);
          } else {
            const fragment = context.getFragment(node.name.value);
            // Another rule reports a fragment that contains itself; this walk only must not recurse forever.
            if (fragment && !spread.has(fragment)) {
              walk(fragment.selectionSet, depth, contexts, new Set(spread).add(fragment));
            }
          }
        }
      };
      walk(operation.selectionSet, 1, 0, new Set());
      if (!isOver()) return;
      const { depth, fields: most, aliases: names } = LIMITS;
      context.reportError(
        new GraphQLError(
          `the operation is too large; split it, or reduce it to ${depth} levels, ${most} fields, ${names} aliases and no context within a context`,
          {
            nodes: [operation],
            extensions: { code: 'OPERATION_TOO_LARGE' },
          },
        ),
      );
    },
  };
}

/**
 * Returns what a client may see of an error: an AskboxError's message and code, GraphQL's and Apollo's own errors about
 * the operation as they are, and of anything else only an id, under which the log has the rest.
 */
export function maskError(formatted: GraphQLFormattedError, error: unknown, log: Log): GraphQLFormattedError {
  const original = error instanceof GraphQLError ? error.originalError : error;
  if (original instanceof AskboxError) {
    const { code, isRetryable } = original;
    return { ...formatted, message: original.message, extensions: { code, retryable: isRetryable } };
  }
  // Without an original, the error is GraphQL's or Apollo's own, about the operation. Otherwise Apollo has overwritten
  // our code with its own, which the next branch undoes.
  if (original === undefined || original === null) return formatted;
  if (original instanceof GraphQLError) {
    return { ...formatted, extensions: { ...formatted.extensions, ...original.extensions } };
  }
  const message = faultMessage(original, { path: formatted.path?.join('.') }, log);
  return { ...formatted, message, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/**
 * Whether a request comes from a program or from our own page. Pages of other sites must not reach a server on this
 * machine (CORS does not cover WebSockets), not even through a host name that DNS rebinding points here.
 * @param allowedHosts host names that are accepted besides localhost and IP addresses, without ports.
 */
export function isOwnSite(
  { origin, host }: Pick<IncomingHttpHeaders, 'origin' | 'host'>,
  allowedHosts: readonly string[],
): boolean {
  const own = URL.parse(`http://${host ?? ''}`);
  if (own === null || !isKnownName(own.hostname, allowedHosts)) return false;
  if (origin === undefined) return true;
  // Compared as sent: an Origin omits its default port, and so does the Host header sent with it.
  return URL.parse(origin)?.host === host?.toLowerCase();
}

function isKnownName(hostname: string, allowedHosts: readonly string[]): boolean {
  const name = hostname.replaceAll(/^\[|\]$/g, '');
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || allowedHosts.includes(name);
}

/**
 * Whether the caller sent the right key; takes the same time for every wrong one.
 * @param authorization what the caller sent, such as `Bearer abc`.
 * @param apiKey null accepts every caller.
 */
export function isAuthorized(authorization: unknown, apiKey: string | null): boolean {
  if (apiKey === null) return true;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const given = typeof authorization === 'string' ? authorization : '';
  return timingSafeEqual(digest(given), digest(`Bearer ${apiKey}`));
}
