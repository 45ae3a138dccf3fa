import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { resolvers } from './resolvers.ts';

/** Returns the executable schema: schema.graphql and its resolvers. Throws if a resolver has no field. */
export function loadSchema(): GraphQLSchema {
  const typeDefs = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8');
  return makeExecutableSchema({ typeDefs, resolvers });
}
