import type { CodegenConfig } from '@graphql-codegen/cli';

/** schema.graphql is written by hand; its resolver types are generated into graphql-api/generated.ts and checked in. */
const config: CodegenConfig = {
  schema: 'graphql-api/schema.graphql',
  generates: {
    'graphql-api/generated.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        avoidOptionals: { field: true, resolvers: false },
        maybeValue: 'T | null',
        resolversNonOptionalTypename: { interfaceImplementingType: true },
        scalars: { DateTime: { input: 'string', output: 'string' }, ID: { input: 'string', output: 'string' } },
        contextType: './context.ts#Context',
      },
    },
  },
};
export default config;
