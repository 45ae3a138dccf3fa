import packageJson from '../../package.json' with { type: 'json' };
import type { Context } from './context.ts';
import type { Resolvers } from './generated.ts';
import { DateTime } from './read-input.ts';
import { answerResolvers } from './resolve-answers.ts';
import { conversationResolvers } from './resolve-conversations.ts';
import { documentResolvers } from './resolve-documents.ts';
import { explanationResolvers } from './resolve-explanation.ts';
import { ingestionResolvers } from './resolve-ingestion.ts';
import { modelResolvers } from './resolve-models.ts';
import { nodeResolvers } from './resolve-node.ts';
import { statsResolvers } from './resolve-stats.ts';

/** The resolvers of schema.graphql. A field without one is a property of what its parent resolves to. */
export const resolvers = {
  ...answerResolvers,
  ...conversationResolvers,
  ...documentResolvers,
  ...explanationResolvers,
  ...nodeResolvers,
  ...statsResolvers,
  DateTime,
  Query: {
    ...answerResolvers.Query,
    ...conversationResolvers.Query,
    ...documentResolvers.Query,
    ...ingestionResolvers.Query,
    ...explanationResolvers.Query,
    ...modelResolvers.Query,
    ...nodeResolvers.Query,
    health: (_, __, { health, connection }) => health(connection.signal),
  },
  Mutation: {
    ...answerResolvers.Mutation,
    ...conversationResolvers.Mutation,
    ...ingestionResolvers.Mutation,
    ...modelResolvers.Mutation,
  },
  Subscription: {
    ...answerResolvers.Subscription,
    ...documentResolvers.Subscription,
    ...ingestionResolvers.Subscription,
  },
  Health: {
    version: () => packageJson.version,
    uptimeSeconds: () => Math.floor(process.uptime()),
  },
} satisfies Resolvers<Context>;
