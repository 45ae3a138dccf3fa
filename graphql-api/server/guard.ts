import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AskboxError } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { faultMessage } from '../answers/error.ts';

/**
 * The checks that protect the API over HTTP and WebSocket alike: who may use it, and what a client sees of an error. The
 * size of operations is in operation-limits.ts and operation-cost.ts.
 */

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
  if (original === undefined || original === null) return withCode(formatted, 'INTERNAL_SERVER_ERROR');
  if (original instanceof GraphQLError) {
    const { nodes, extensions } = original;
    // graphql names the place in the operation if it found an argument to be wrong only while executing.
    const isArgument = nodes !== undefined && extensions['code'] === undefined && formatted.path !== undefined;
    if (isArgument) return { ...formatted, extensions: { ...formatted.extensions, code: 'BAD_USER_INPUT' } };
    return withCode({ ...formatted, extensions: { ...formatted.extensions, ...extensions } }, 'INTERNAL_SERVER_ERROR');
  }
  const message = faultMessage(original, { path: formatted.path?.join('.') }, log);
  return { ...formatted, message, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/** Only Apollo gives every error a code. */
function withCode(formatted: GraphQLFormattedError, code: string): GraphQLFormattedError {
  return { ...formatted, extensions: { code, ...formatted.extensions } };
}

/**
 * Whether a request comes from a program or from our own page. Pages of other sites must not reach a server on this
 * machine (CORS does not cover WebSockets), not even through a host name that DNS rebinding points here.
 * @param allowedHosts host names that are accepted besides localhost and IP addresses, without ports.
 */
export function isOwnSite({ origin, host, ...headers }: IncomingHttpHeaders, allowedHosts: readonly string[]): boolean {
  const own = URL.parse(`http://${host ?? ''}`);
  if (own === null || !isKnownName(own.hostname, allowedHosts) || isPartOfOtherSite(headers)) return false;
  if (origin === undefined) return true;
  // Compared as sent: an Origin omits its default port, and so does the Host header sent with it.
  return URL.parse(origin)?.host === host?.toLowerCase();
}

/**
 * Whether another site wants something as a part of its page, such as a picture or a frame: browsers send no `Origin`
 * then. A link to us may be on any page.
 */
function isPartOfOtherSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return (site === 'cross-site' || site === 'same-site') && headers['sec-fetch-dest'] !== 'document';
}

function isKnownName(hostname: string, allowedHosts: readonly string[]): boolean {
  const name = hostname.replaceAll(/^\[|\]$/g, '');
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || allowedHosts.includes(name);
}

/**
 * Whether the caller sent the right key; takes the same time for every wrong one.
 * @param authorization what the caller sent, such as `Bearer abc`; the case of the scheme does not count (RFC 9110).
 * @param apiKey null accepts every caller.
 */
export function isAuthorized(authorization: unknown, apiKey: string | null): boolean {
  if (apiKey === null) return true;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const given = typeof authorization === 'string' ? authorization.replace(/^bearer /i, 'Bearer ') : '';
  return timingSafeEqual(digest(given), digest(`Bearer ${apiKey}`));
}
