import { AskboxError } from '#shared/errors.ts';
import { findModel } from '#shared/models/find-model.ts';
import type { ListedModel } from '../model-list/list-models.ts';
import type { Context } from './context.ts';
import type { Resolvers, UserError, UserErrorCode } from './generated.ts';

/** How errors of a pull are reported to callers who can do something about them. */
const CODES: Readonly<Record<string, UserErrorCode>> = {
  NOT_FOUND: 'NOT_FOUND',
  CONFLICT: 'CONFLICT',
  MODEL_NOT_PULLED: 'FETCH_FAILED',
};

/** Resolvers that list and pull models. */
export const modelResolvers = {
  Query: {
    models: (_, __, { models }) => models(),
  },

  Mutation: {
    pullModel: async (_, { name }, context) => {
      try {
        context.pulls.start(name);
        return { model: await listed(name, context), userErrors: [] };
      } catch (error) {
        return { model: null, userErrors: [userErrorOf(error)] };
      }
    },
    cancelPull: async (_, { name }, context) => {
      if (await context.pulls.cancel(name)) return { model: await listed(name, context), userErrors: [] };
      const message = `${name} is not being pulled from here; models shows what is`;
      return { model: null, userErrors: [{ field: ['name'], message, code: 'NOT_FOUND' }] };
    },
  },
} satisfies Resolvers<Context>;

/** Returns the model as the list shows it now. @param name of the catalogue or the hub. */
async function listed(name: string, { models }: Context): Promise<ListedModel | null> {
  const known = findModel(name);
  return (await models()).find((model) => model.name === known?.name) ?? null;
}

function userErrorOf(error: unknown): UserError {
  const code = error instanceof AskboxError ? CODES[error.code] : undefined;
  if (code === undefined || !(error instanceof AskboxError)) throw error;
  return { field: ['name'], message: error.message, code };
}
