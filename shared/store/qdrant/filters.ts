import type { Schemas } from '@qdrant/js-client-rest';

/** The few conditions that we filter by, each on a field with an index: strict mode refuses any other. */

type Condition = Schemas['Condition'];

export const IS_LIVE: Condition = { key: 'live', match: { value: true } };

export function is(key: string, value: string): Condition {
  return { key, match: { value } };
}

export function isOneOf(key: string, values: readonly string[]): Condition {
  return { key, match: { any: [...values] } };
}

export function isBelow(key: string, limit: number): Condition {
  return { key, range: { lt: limit } };
}

export function isAbove(key: string, limit: number): Condition {
  return { key, range: { gt: limit } };
}

/** Missing or null. */
export function isEmpty(key: string): Condition {
  return { is_empty: { key } };
}
