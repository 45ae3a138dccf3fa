import type { Schemas } from '@qdrant/js-client-rest';

/** The conditions that the driver filters by. Each is on an indexed field; strict mode refuses all others. */

type Condition = Schemas['Condition'];

/** Chunks that may be published: see publish.ts. */
export const IS_LIVE: Condition = { key: 'live', match: { value: true } };

/** Matches points whose field has this value. */
export function is(key: string, value: string): Condition {
  return { key, match: { value } };
}

/** Matches points whose field has one of these values. */
export function isOneOf(key: string, values: readonly string[]): Condition {
  return { key, match: { any: [...values] } };
}

/** Matches points whose number is less than `limit`. */
export function isBelow(key: string, limit: number): Condition {
  return { key, range: { lt: limit } };
}

/** Matches points whose number is greater than `limit`. */
export function isAbove(key: string, limit: number): Condition {
  return { key, range: { gt: limit } };
}

/** Matches points whose field is missing or null. */
export function isEmpty(key: string): Condition {
  return { is_empty: { key } };
}
