import { signal } from '@preact/signals';
import { request } from '../../api/client.ts';
import { CONVERSATIONS, DELETE_CONVERSATION, RENAME_CONVERSATION } from '../../api/operations.ts';
import type { Conversation } from '../../api/types.ts';
import { clearTalk, conversationId } from '../turns.ts';

/** The conversations that have been loaded, those with the latest question first; null until the first are. */
export const conversations = signal<readonly Conversation[] | null>(null);
/** Whether there are more. */
export const hasMore = signal(false);

let cursor: string | null = null;

interface ConversationsResult {
  readonly conversations: {
    readonly nodes: readonly Conversation[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** Loads the latest conversations. */
export async function loadConversations(): Promise<void> {
  cursor = null;
  await load([]);
}

/** Loads the next page. */
export async function loadMore(): Promise<void> {
  await load(conversations.value ?? []);
}

/** Gives a conversation another title; an empty one takes it from the first question. */
export async function renameConversation(id: string, title: string): Promise<void> {
  await request(RENAME_CONVERSATION, { id, title: title === '' ? null : title });
  await loadConversations();
}

/** Deletes a conversation with its answers, and starts over if it is open. */
export async function deleteConversation(id: string): Promise<void> {
  await request(DELETE_CONVERSATION, { id });
  if (conversationId.value === id) clearTalk();
  await loadConversations();
}

async function load(before: readonly Conversation[]): Promise<void> {
  try {
    const found = (await request<ConversationsResult>(CONVERSATIONS, { after: cursor })).conversations;
    const known = new Set(before.map(({ id }) => id));
    // One without a title has no question yet.
    const shown = found.nodes.filter(({ id, title }) => title !== '' && !known.has(id));
    conversations.value = [...before, ...shown];
    cursor = found.pageInfo.endCursor;
    hasMore.value = found.pageInfo.hasNextPage;
  } catch {
    // The server is away, which the page says.
  }
}
