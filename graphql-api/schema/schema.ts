import { readFileSync } from 'node:fs';
import {
  buildSchema,
  defaultFieldResolver,
  GraphQLScalarType,
  isInterfaceType,
  isObjectType,
  isScalarType,
} from 'graphql';
import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { Context } from './context.ts';
import { resolvers } from './resolvers.ts';

/**
 * Returns the executable schema: schema.graphql and its resolvers. Execution stops once the caller is gone.
 * @throws Error as `addResolvers` does.
 */
export function loadSchema(): GraphQLSchema {
  const schema = buildSchema(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'));
  addResolvers(schema, resolvers);
  return stopWhenGone(schema);
}

/**
 * Gives the types and fields of a schema what they are resolved with. Own code, because `makeExecutableSchema` of
 * @graphql-tools loads 180 modules for it, a fifth of all that the API loads at its start, and takes 20 ms longer.
 * @throws Error if a resolver has no field, or no type.
 */
export function addResolvers(schema: GraphQLSchema, added: Readonly<Record<string, object>>): void {
  for (const [name, resolver] of Object.entries(added)) addResolver(schema, name, resolver);
}

function addResolver(schema: GraphQLSchema, name: string, resolver: object): void {
  const type = schema.getType(name);
  if (isScalarType(type) && resolver instanceof GraphQLScalarType) {
    const { serialize, parseValue, parseLiteral } = resolver;
    Object.assign(type, { serialize, parseValue, parseLiteral });
  } else if (isInterfaceType(type) && '__resolveType' in resolver) {
    Object.assign(type, { resolveType: resolver.__resolveType });
  } else if (isObjectType(type)) {
    for (const [field, resolve] of Object.entries(resolver)) addToField(type, field, resolve);
  } else {
    throw new Error(`schema.graphql has no type ${name} that takes its resolver`);
  }
}

/** @param resolve a function, or for a subscription an object with `subscribe` and `resolve`. */
function addToField(type: GraphQLObjectType, name: string, resolve: unknown): void {
  const field = type.getFields()[name];
  if (field === undefined) throw new Error(`schema.graphql has no field ${type.name}.${name}, but it has a resolver`);
  Object.assign(field, typeof resolve === 'function' ? { resolve } : resolve);
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
