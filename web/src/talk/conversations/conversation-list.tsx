import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Conversation } from '../../api/types.ts';
import { Icon } from '../../parts/icon.tsx';
import { Name } from '../../parts/name.tsx';
import { fold } from '../../words/fold.ts';
import { whenOf, words } from '../../words/words.ts';
import { conversationId, turns } from '../turns.ts';
import { ConversationDialog, type DialogKind } from './conversation-dialog.tsx';
import { conversations, hasMore, loadConversations, loadMore } from './conversations.ts';

/** The conversations, with search among their titles; each can be opened, renamed and deleted. */
export function ConversationList() {
  const { conversations: say } = words.value;
  const sought = useSignal('');
  const dialog = useSignal<{ readonly kind: DialogKind; readonly conversation: Conversation } | null>(null);
  const ended = useComputed(() => turns.value.filter((turn) => turn.answer.value.phase === 'ended').length);
  // A question that was answered changes the order, and the first one gives a title.
  useEffect(() => void loadConversations(), [ended.value, conversationId.value]);
  const all = conversations.value ?? [];
  const shown = all.filter(({ title }) => fold(title).includes(fold(sought.value.trim())));
  return (
    <div class="conversations">
      {all.length > 0 && (
        <label class="search">
          <Icon name="search" />
          <input
            type="search"
            aria-label={say.search}
            placeholder={say.search}
            value={sought.value}
            onInput={(event) => (sought.value = event.currentTarget.value)}
          />
        </label>
      )}
      {conversations.value !== null && shown.length === 0 && (
        <p class="muted pad">{all.length === 0 ? say.none : say.noMatch}</p>
      )}
      <ul aria-label={say.heading}>
        {shown.map((conversation) => (
          <li key={conversation.id}>
            <a
              href={`#/conversation/${conversation.id}`}
              aria-current={conversationId.value === conversation.id ? 'true' : undefined}
            >
              <span class="conversation-title">
                <Name of={conversation.title} />
              </span>
              <span class="muted">{whenOf(conversation.updatedAt)}</span>
            </a>
            {(['rename', 'remove'] as const).map((kind) => (
              <button
                type="button"
                key={kind}
                class="icon-button small"
                aria-label={`${say[kind]}: ${conversation.title}`}
                title={say[kind]}
                onClick={() => (dialog.value = { kind, conversation })}
              >
                <Icon name={kind === 'rename' ? 'pencil' : 'trash'} />
              </button>
            ))}
          </li>
        ))}
      </ul>
      {hasMore.value && (
        <button type="button" class="more pad" onClick={() => void loadMore()}>
          {say.more}
        </button>
      )}
      {dialog.value !== null && <ConversationDialog {...dialog.value} onClose={() => (dialog.value = null)} />}
    </div>
  );
}
