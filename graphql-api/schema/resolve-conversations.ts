import { AskboxError } from '#shared/errors.ts';
import { EVERYWHERE } from '../filters/passage-filter.ts';
import type { Context } from './context.ts';
import type { Resolvers, UserError } from './generated.ts';
import { InputError, readFirst, readSearchFilter } from './read-input.ts';

const MAX_TITLE_CHARS = 200;

/** Resolvers that create, list, rename and delete conversations. Questions are asked in resolve-answers.ts. */
export const conversationResolvers = {
  Query: {
    conversation: (_, { id }, { conversations }) => conversations.find(id) ?? null,
    conversations: (_, { first, after }, { conversations, connection }) =>
      conversations.page(readFirst(first), after ?? null, connection.signal),
  },

  Mutation: {
    createConversation: async (_, { input: { title, filter } }, { conversations }) => {
      const wrongTitle = errorOfTitle(title);
      if (wrongTitle !== null) return { conversation: null, userErrors: [wrongTitle] };
      try {
        const applied = readSearchFilter(filter, 'input.filter');
        const isEverywhere = Object.values(applied).every((condition) => condition === null);
        const created = await conversations.create(title?.trim() ?? null, isEverywhere ? EVERYWHERE : applied);
        return { conversation: created, userErrors: [] };
      } catch (error) {
        if (error instanceof AskboxError && error.code === 'TOO_MANY_CONVERSATIONS') {
          return { conversation: null, userErrors: [{ field: ['input'], message: error.message, code: error.code }] };
        }
        if (!(error instanceof InputError)) throw error;
        const { field, message } = error;
        return { conversation: null, userErrors: [{ field: field.split('.'), message, code: 'BAD_USER_INPUT' }] };
      }
    },
    updateConversation: async (_, { input: { id, title } }, { conversations }) => {
      const wrongTitle = errorOfTitle(title);
      if (wrongTitle !== null) return { conversation: null, userErrors: [wrongTitle] };
      const renamed =
        title === undefined ? conversations.find(id) : await conversations.rename(id, title?.trim() ?? null);
      if (renamed === undefined) return { conversation: null, userErrors: [unknown(id, ['input', 'id'])] };
      return { conversation: renamed, userErrors: [] };
    },
    deleteConversation: async (_, { id }, { conversations }) =>
      (await conversations.delete(id))
        ? { deletedId: id, userErrors: [] }
        : { deletedId: null, userErrors: [unknown(id, ['id'])] },
  },

  Conversation: {
    answers: ({ id }, { first, after }, { conversations, connection }) =>
      conversations.answersOf(id, readFirst(first), after ?? null, connection.signal),
  },
} satisfies Resolvers<Context>;

function errorOfTitle(title: string | null | undefined): UserError | null {
  if (title === null || title === undefined) return null;
  const field = ['input', 'title'];
  const { length } = title.trim();
  if (length === 0) return { field, message: 'the title is empty; write one, or leave it out', code: 'BLANK' };
  if (length <= MAX_TITLE_CHARS) return null;
  const message = `the title has ${length} characters; shorten it to at most ${MAX_TITLE_CHARS}`;
  return { field, message, code: 'TOO_LONG' };
}

function unknown(id: string, field: readonly string[]): UserError {
  return {
    field,
    message: `no conversation ${id}; check the id, or do nothing if it was deleted before`,
    code: 'NOT_FOUND',
  };
}
