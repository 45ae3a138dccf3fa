import { chunkIdOf, documentIdOf, type ChunkId, type DocumentId } from '#shared/document.ts';
import { CommandRefused, type RefusedField } from '#shared/watcher-api/command-refused.ts';
import {
  MAX_REREAD_PATHS,
  type DocumentState,
  type ErasedDocument,
  type WatcherCommand,
  type WatcherReplies,
} from '#shared/watcher-api/watcher-api.ts';
import { sendCommand } from '#shared/watcher-api/watcher-commands.ts';
import type { Context } from './context.ts';
import type { ShownFile } from '../answers/answers.ts';
import { isAtRest } from '../documents/replica.ts';
import { selectInTurns } from '../turns/map-in-turns.ts';
import type { Resolvers, UserError } from './generated.ts';
import { followIngestion, ingestionOf, type Ingestion } from '../documents/ingestion.ts';
import { readDocumentFilter } from './read-input.ts';
import { batchesOf } from '#shared/batches.ts';

/**
 * Resolvers that change documents and control ingestion. The watcher makes the change; its reply is applied to the
 * replica before the caller gets it, so that a query that follows sees the change.
 */
export const ingestionResolvers = {
  Query: {
    stats: (_, __, { replica }) => replica,
  },

  Mutation: {
    addDocument: async (_, { input: { source, title = null, tags } }, context) => {
      const { text = '', url = null } = source;
      if (url === null && text.trim() === '') return { document: null, userErrors: [blankText()] };
      try {
        const command =
          url === null
            ? ({ type: 'add', path: `${fileNameOf(title ?? text)}.md`, text, title, tags: tags ?? [] } as const)
            : ({ type: 'addPage', url, name: fileNameOf(title ?? nameOfPage(url)), title, tags: tags ?? [] } as const);
        return { document: applyDocument(await runCommand(context, command), context), userErrors: [] };
      } catch (error) {
        return {
          document: null,
          userErrors: [userErrorOf(error, { path: 'title', title: 'title', tags: 'tags', url: 'url' })],
        };
      }
    },

    updateDocument: async (_, { input: { id, title, tags } }, context) => {
      const known = context.replica.find(id);
      if (known === undefined) return { document: null, userErrors: [unknownDocument(id, ['input', 'id'])] };
      try {
        const change = { ...(title === undefined ? {} : { title }), ...(tags ? { tags } : {}) };
        const document = await runCommand(context, { type: 'describe', path: known.path, ...change });
        return { document: applyDocument(document, context), userErrors: [] };
      } catch (error) {
        return { document: null, userErrors: [userErrorOf(error, { path: 'id', title: 'title', tags: 'tags' })] };
      }
    },

    reingestDocument: async (_, { id }, context) => {
      const known = context.replica.find(id);
      const [document] = known === undefined ? [] : await reread([known], context);
      if (document === undefined) return { document: null, userErrors: [unknownDocument(id, ['id'])] };
      return { document, userErrors: [] };
    },

    reingestDocuments: async (_, { filter }, context) => {
      const { replica, connection } = context;
      const wanted = await selectInTurns(replica.documents(), readDocumentFilter(filter), connection.signal);
      const documents = await reread(wanted, context);
      return { queued: documents.filter((document) => !isAtRest(document)).length, userErrors: [] };
    },

    deleteDocument: async (_, { id }, context) => {
      const known = context.replica.find(id);
      if (known === undefined) return { deletedId: null, userErrors: [unknownDocument(id, ['id'])] };
      try {
        const removed = await runCommand(context, { type: 'remove', path: known.path });
        context.replica.apply({ type: 'removed', document: removed });
        return { deletedId: id, userErrors: [] };
      } catch (error) {
        const { message, code } = userErrorOf(error, {});
        return { deletedId: null, userErrors: [{ field: ['id'], message, code }] };
      }
    },

    restoreDocument: async (_, { id }, context) => {
      try {
        return { document: applyDocument(await runCommand(context, { type: 'restore', id }), context), userErrors: [] };
      } catch (error) {
        const { message, code } = userErrorOf(error, {});
        return { document: null, userErrors: [{ field: ['id'], message, code }] };
      }
    },

    eraseDocument: async (_, { input }, context) => {
      const path = input.path ?? context.replica.find(input.id)?.path ?? null;
      const id = input.id ?? documentIdOf(input.path);
      try {
        const erased = await eraseDocument(id, path, context);
        const chunkIds = new Set(erased?.contents.flatMap(chunkIdsOf));
        // Also without a reply: the call before this one may have ended between the document and its answers.
        const isErased = (file: ShownFile): boolean =>
          (file.chunkId !== null && chunkIds.has(file.chunkId)) ||
          (path === null ? documentIdOf(file.path) === id : file.path === path);
        // To its end, even if the caller disconnects: half of it would leave answers that nobody can name.
        const deletedAnswers = await context.answers.eraseShowing(isErased, new AbortController().signal);
        if (erased !== undefined || deletedAnswers > 0) return { erasedId: id, deletedAnswers, userErrors: [] };
      } catch (error) {
        const { message, code } = userErrorOf(error, {});
        return { erasedId: null, deletedAnswers: 0, userErrors: [{ field: ['input'], message, code }] };
      }
      return { erasedId: null, deletedAnswers: 0, userErrors: [unknownDocument(path ?? id, ['input'])] };
    },

    pauseIngestion: async (_, __, context) => applyIngestion(await runCommand(context, { type: 'pause' }), context),
    resumeIngestion: async (_, { confirmRemovals }, context) =>
      applyIngestion(await runCommand(context, { type: 'resume', confirmRemovals }), context),
  },

  Subscription: {
    ingestion: {
      subscribe: (_, __, { replica }) => followIngestion(replica),
      resolve: (ingestion: Ingestion) => ingestion,
    },
  },
} satisfies Resolvers<Context>;

/** Runs a command to its end even if the caller disconnects, since it may be half done. */
function runCommand<Command extends WatcherCommand>(
  { watcher }: Context,
  command: Command,
): Promise<WatcherReplies[Command['type']]> {
  return sendCommand(watcher, command, new AbortController().signal);
}

/** Erases what the watcher has of a document. Returns undefined if it has nothing. @throws what `runCommand` throws. */
async function eraseDocument(
  id: DocumentId,
  path: string | null,
  context: Context,
): Promise<ErasedDocument | undefined> {
  try {
    const erased = await runCommand(context, { type: 'erase', id, path });
    context.replica.apply({ type: 'removed', document: erased });
    return erased;
  } catch (error) {
    if (error instanceof CommandRefused && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

function chunkIdsOf({ id, chunkCount }: ErasedDocument['contents'][number]): readonly ChunkId[] {
  return Array.from({ length: chunkCount }, (_, ordinal) => chunkIdOf(id, ordinal));
}

function applyDocument(document: DocumentState, { replica }: Context): DocumentState {
  replica.apply({ type: 'document', document });
  return document;
}

function applyIngestion(ingestion: WatcherReplies['pause'], { replica }: Context): Ingestion {
  replica.apply({ type: 'ingestion', ingestion });
  // The watcher has just replied, so WATCHER_AWAY would be wrong even if its feed is down at the moment.
  return { ...ingestionOf(replica), pausedBecause: ingestion.pausedBecause };
}

async function reread(documents: readonly DocumentState[], context: Context): Promise<readonly DocumentState[]> {
  const read: DocumentState[] = [];
  for await (const batch of batchesOf(documents, MAX_REREAD_PATHS)) {
    const command = { type: 'reread', paths: batch.map(({ path }) => path) } as const;
    for (const document of await runCommand(context, command)) read.push(applyDocument(document, context));
  }
  return read;
}

const MAX_NAME_CHARS = 80;

/** Returns the host and the end of the path of a page, such as "planalto.gov.br l14133"; '' for what is no address. */
function nameOfPage(url: string): string {
  const { hostname = '', pathname = '' } = URL.parse(url) ?? {};
  const end = pathname.split('/').findLast((part) => part !== '') ?? '';
  return `${hostname.replace(/^www\./, '')} ${end.replace(/\.\w{1,5}$/, '')}`;
}

/** Makes a file name without extension of a text's first line, without characters special to file systems or to our ignore rules. */
function fileNameOf(text: string): string {
  const [line = ''] = text.trim().split(/\r?\n/);
  const words = line.replaceAll(/[\p{Cc}/\\:*?"<>|#~`]+/gu, ' ').replaceAll(/\s+/g, ' ');
  // The cut must not leave half a surrogate pair.
  const name = words.slice(0, MAX_NAME_CHARS).replace(/[\ud800-\udbff]$/, '');
  return `${name.replaceAll(/^[. ]+|[. ]+$/g, '') || 'text'}`;
}

/**
 * Returns an error that the caller can fix.
 * @param fields the input field for each field of the command.
 * @throws any other error as it is.
 */
function userErrorOf(error: unknown, fields: Partial<Record<RefusedField, string>>): UserError {
  if (!(error instanceof CommandRefused)) throw error;
  const { code, message } = error;
  if (code === 'DISK_FULL' || code === 'READ_ONLY' || code === 'UNREADABLE') throw error;
  const field = error.field === null ? undefined : fields[error.field];
  if (field === undefined) return { field: null, message, code };
  return { field: field === 'url' ? ['input', 'source', 'url'] : ['input', field], message, code };
}

function blankText(): UserError {
  return { field: ['input', 'source', 'text'], message: 'the text is empty; write some text', code: 'BLANK' };
}

function unknownDocument(id: string, field: readonly string[]): UserError {
  return {
    field,
    message: `no document ${id}; check the id, or list documents again if it was just removed`,
    code: 'NOT_FOUND',
  };
}
