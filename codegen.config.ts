import type { CodegenConfig } from '@graphql-codegen/cli';

/** schema.graphql is written by hand; its resolver types are generated into graphql-api/schema/generated.ts and checked in. */
const config: CodegenConfig = {
  schema: 'graphql-api/schema/schema.graphql',
  generates: {
    'graphql-api/schema/generated.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        useTypeImports: true,
        immutableTypes: true,
        enumsAsTypes: true,
        avoidOptionals: { field: true, resolvers: false },
        maybeValue: 'T | null',
        resolversNonOptionalTypename: { interfaceImplementingType: true },
        scalars: { DateTime: { input: 'string', output: 'string' }, ID: { input: 'string', output: 'string' } },
        contextType: './context.ts#Context',
        // The types that resolvers return; the fields of the schema are resolved from them.
        mappers: {
          Answer: '../answers/state.ts#AnswerState',
          AnswerEvent: '../answers/state.ts#AnswerEvent as AnswerEventOfLog',
          Chunk: '../../shared/document.ts#Chunk as StoredChunk',
          Conversation: '../answers/conversations.ts#Conversation as ShownConversation',
          Document: '../../shared/watcher-api/watcher-api.ts#DocumentState',
          Candidate: '../explain/explain.ts#ExplainedCandidate',
          DocumentChange: '../documents/changes.ts#DocumentChange as ReplicaChange',
          Explanation: '../explain/explain.ts#Explained',
          Health: '../health/health.ts#HealthReport',
          Ingestion: '../documents/ingestion.ts#Ingestion as IngestionOfReplica',
          Source: '../answers/state.ts#AnswerSource',
          Stats: '../documents/replica.ts#DocumentReplica',
        },
      },
    },
  },
};
export default config;
