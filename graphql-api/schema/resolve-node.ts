import type { Context } from './context.ts';
import type { Resolvers, ResolversInterfaceTypes, ResolversTypes } from './generated.ts';

/** What has an id, with the name of its type in the schema. */
type FoundNode = ResolversInterfaceTypes<ResolversTypes>['Node'];

/** Finds one type by its id. An id of anything else, or text that is no id at all, finds nothing. */
type FindNode = (id: string, context: Context) => FoundNode | undefined | Promise<FoundNode | undefined>;

/** Every type that has a lasting id. An id does not say its type, so that all are tried; what is in memory comes first. */
const FINDERS: readonly FindNode[] = [
  (id, { replica }) => named('Document', replica.find(id)),
  (id, { answers }) => named('Answer', answers.find(id)?.answer),
  (id, { conversations }) => named('Conversation', conversations.find(id)),
  async (id, { reader, connection }) => named('Chunk', (await reader.findChunk(id, connection.signal))?.chunk),
];

/** The resolver that fetches anything by its id. */
export const nodeResolvers = {
  Query: {
    node: async (_, { id }, context) => {
      for (const find of FINDERS) {
        const found = await find(id, context);
        if (found !== undefined) return found;
      }
      return null;
    },
  },

  Node: { __resolveType: ({ __typename }) => __typename },
} satisfies Resolvers<Context>;

function named<Name extends FoundNode['__typename'], Found extends object>(
  __typename: Name,
  found: Found | undefined,
): (Found & { readonly __typename: Name }) | undefined {
  return found && { ...found, __typename };
}
