import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { defaultFieldResolver, isObjectType, type GraphQLSchema } from 'graphql';
import type { Context } from './context.ts';
import { resolvers } from './resolvers.ts';

/**
 * Returns the executable schema: schema.graphql and its resolvers. Execution stops once the caller is gone. Throws if a
 * resolver has no field.
 */
export function loadSchema(): GraphQLSchema {
  const typeDefs = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8');
  return stopWhenGone(makeExecutableSchema({ typeDefs, resolvers }));
}

/**
 * Makes every field reject as soon as the connection's signal has aborted, because graphql 16 itself executes an
 * operation to its end. Mutations are exempt, so that a dropped connection does not leave half of them undone.
 */
function stopWhenGone(schema: GraphQLSchema): GraphQLSchema {
  const roots = [schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || roots.includes(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: Context, info) => {
        context.connection.signal.throwIfAborted();
        return resolve(source, args, context, info);
      };
    }
  }
  return schema;
}
