import { AskboxError } from '#shared/errors.ts';
import type { AnswerEvent } from '../answers/state.ts';
import type { Context } from './context.ts';
import type { Resolvers, UserError } from './generated.ts';
import { readAnswerFilter } from './read-answer-filter.ts';
import { InputError, readAskInput, readRequestId } from './read-input.ts';
import { locatorOf } from './resolve-documents.ts';

/** UTF-16 code units, without blanks around them: a paragraph or two. */
const MAX_COMMENT_CHARS = 2_000;

/** Resolvers that ask, follow, cancel, rate and delete answers. */
export const answerResolvers = {
  Query: {
    ask: (_, { input }, { answers, connection }) =>
      answers
        .ask(readAskInput(input), readRequestId(input, connection.operationId), connection)
        .wait(connection.signal),
    answer: (_, { id }, { answers }) => answers.find(id)?.answer ?? null,
  },

  Mutation: {
    startAnswer: (_, { input }, { answers, connection }) => {
      try {
        const started = answers.ask(readAskInput(input), readRequestId(input, connection.operationId), connection);
        started.runOn();
        return { answer: started.answer, userErrors: [] };
      } catch (error) {
        return { answer: null, userErrors: [userErrorOf(error)] };
      }
    },
    cancelAnswer: (_, { id }, { answers }) => {
      const found = answers.find(id);
      if (found === undefined) {
        return { answer: null, userErrors: [{ field: ['id'], message: noAnswer(id), code: 'NOT_FOUND' }] };
      }
      found.cancel();
      return { answer: found.answer, userErrors: [] };
    },
    rateAnswer: async (_, { input: { id, rating, comment } }, { answers }) => {
      const words = comment?.trim() ?? '';
      if (words.length > MAX_COMMENT_CHARS) return { answer: null, userErrors: [tooLongComment(words.length)] };
      const answer = await answers.rate(id, rating, words === '' ? null : words);
      if (answer !== undefined) return { answer, userErrors: [] };
      return { answer: null, userErrors: [{ field: ['input', 'id'], message: noAnswer(id), code: 'NOT_FOUND' }] };
    },
    deleteAnswer: async (_, { id }, { answers }) => {
      if (await answers.delete(id)) return { deletedId: id, userErrors: [] };
      const message = `no answer ${id}; check the id, or do nothing if it was deleted before`;
      return { deletedId: null, userErrors: [{ field: ['id'], message, code: 'NOT_FOUND' }] };
    },
    deleteAnswers: async (_, { filter }, { answers, connection }) => {
      try {
        return { deleted: await answers.deleteWhere(readAnswerFilter(filter), connection.signal), userErrors: [] };
      } catch (error) {
        return { deleted: 0, userErrors: [userErrorOf(error)] };
      }
    },
  },

  Subscription: {
    ask: {
      subscribe: (_, { input, after }, { answers, connection }) =>
        answers
          .ask(readAskInput(input), readRequestId(input, connection.operationId), connection)
          .follow(after, () => connection.leaving()),
      resolve: (event: AnswerEvent) => event,
    },
    answerEvents: {
      subscribe: (_, { id, after }, { answers, connection }) => {
        const found = answers.find(id);
        if (found !== undefined) return found.follow(after, () => connection.leaving());
        throw new AskboxError('NOT_FOUND', noAnswer(id));
      },
      resolve: (event: AnswerEvent) => event,
    },
  },

  AnswerEvent: { __resolveType: (event) => event.__typename },

  Answer: {
    conversation: ({ turn }, _, { conversations }) =>
      turn === null ? null : (conversations.find(turn.conversationId) ?? null),
    support: ({ support, endedAt }) => (endedAt === null ? null : support),
    citations: ({ citations, sources }) =>
      citations.flatMap(({ rank, place, ...citation }) => {
        const source = sources.find((candidate) => candidate.rank === rank);
        return source === undefined ? [] : { ...citation, source, locator: locatorOf(place) };
      }),
  },

  Source: {
    contentHash: ({ contentHash }) => contentHash ?? null,
    locator: ({ place }) => locatorOf(place),
    chunk: async ({ chunkId }, _, { reader, connection }) =>
      chunkId === null ? null : ((await reader.findChunk(chunkId, connection.signal))?.chunk ?? null),
  },
} satisfies Resolvers<Context>;

/** Returns an error that the caller can fix. @throws any other error as it is. */
function userErrorOf(error: unknown): UserError {
  if (error instanceof InputError) {
    return { field: error.field.split('.'), message: error.message, code: 'BAD_USER_INPUT' };
  }
  if (error instanceof AskboxError && error.code === 'CONFLICT') {
    return { field: ['input', 'requestId'], message: error.message, code: 'CONFLICT' };
  }
  if (error instanceof AskboxError && (error.code === 'NOT_FOUND' || error.code === 'CONVERSATION_FULL')) {
    return { field: ['input', 'conversationId'], message: error.message, code: error.code };
  }
  throw error;
}

function tooLongComment(length: number): UserError {
  const message = `the comment has ${length} characters; shorten it to at most ${MAX_COMMENT_CHARS}`;
  return { field: ['input', 'comment'], message, code: 'TOO_LONG' };
}

function noAnswer(id: string): string {
  return `no answer ${id}; check the id, or ask again if the answer is older than ASKBOX_KEEP_ANSWERS_DAYS`;
}
