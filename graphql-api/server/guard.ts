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

/**
 * What protects the API, once for HTTP and WebSocket: Apollo's own checks and options never see a WebSocket.
 */

/** Of one operation. GraphiQL's introspection query has 13 levels, which do not count: see `limitRule`. */
export const LIMITS = { tokens: 2_000, depth: 12, fields: 400, aliases: 20, contexts: 1 } as const;

/** Validation reports at most so many errors: a hostile operation can have thousands. */
const MAX_ERRORS = 5;

/** Like `parse` of graphql, and refuses operations of too many tokens. */
export function parseGuarded(source: string | Source): DocumentNode {
  return parse(source, { maxTokens: LIMITS.tokens });
}

/** Like `validate` of graphql, with the limits. */
export function validateGuarded(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  return validate(schema, document, [...specifiedRules, limitRule], { maxErrors: MAX_ERRORS });
}

/**
 * Refuses operations that are too deep, too wide or repeat fields under many names; fragments count where they are
 * spread. Introspection is left out: its size is the schema's, and its recursion is bounded by graphql itself.
 */
export function limitRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      let fields = 0;
      let aliases = 0;
      let deepest = 0;
      // A chunk has 21 in its context, each of which has 21 again: three levels would be nine thousand.
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
            // A fragment inside itself is another rule's error; here it must only not recurse for ever.
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
          `the operation is too large: at most ${depth} levels, ${most} fields, ${names} aliases and no context of a chunk of a context`,
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
 * What a caller is told of an error: those made on purpose as they are, with their code; anything else as an id that is
 * in the log.
 */
export function maskError(formatted: GraphQLFormattedError, error: unknown, log: Log): GraphQLFormattedError {
  const original = error instanceof GraphQLError ? error.originalError : error;
  if (original instanceof AskboxError) {
    const { code, isRetryable } = original;
    return { ...formatted, message: original.message, extensions: { code, retryable: isRetryable } };
  }
  // Without an original the error is graphql's or Apollo's own, about the operation; Apollo puts its own code over ours.
  if (original === undefined || original === null) return formatted;
  if (original instanceof GraphQLError) {
    return { ...formatted, extensions: { ...formatted.extensions, ...original.extensions } };
  }
  const message = faultMessage(original, { path: formatted.path?.join('.') }, log);
  return { ...formatted, message, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/**
 * Whether a request comes from no browser or from our own page. A page of another site may not talk to a server on this
 * machine (CORS does not cover WebSockets), and a rebound DNS name may not stand for it.
 * @param allowedHosts host names besides localhost and IP addresses, without ports.
 */
export function isOwnSite(
  { origin, host }: Pick<IncomingHttpHeaders, 'origin' | 'host'>,
  allowedHosts: readonly string[],
): boolean {
  const own = URL.parse(`http://${host ?? ''}`);
  if (own === null || !isKnownName(own.hostname, allowedHosts)) return false;
  if (origin === undefined) return true;
  // Compared as sent: an origin leaves out its default port, and so does the Host header that goes with it.
  return URL.parse(origin)?.host === host?.toLowerCase();
}

function isKnownName(hostname: string, allowedHosts: readonly string[]): boolean {
  const name = hostname.replaceAll(/^\[|\]$/g, '');
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || allowedHosts.includes(name);
}

/** @param authorization what the caller sent, such as `Bearer abc`. @param apiKey null lets everybody in. */
export function isAuthorized(authorization: unknown, apiKey: string | null): boolean {
  if (apiKey === null) return true;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const given = typeof authorization === 'string' ? authorization : '';
  return timingSafeEqual(digest(given), digest(`Bearer ${apiKey}`));
}
