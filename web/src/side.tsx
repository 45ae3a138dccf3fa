import { signal } from '@preact/signals';
import { Folder } from './folder/folder.tsx';
import { ConversationList } from './talk/conversations/conversation-list.tsx';
import { words } from './words/words.ts';

/** What the left side shows. */
export const shownSide = signal<'folder' | 'conversations'>('folder');

/** The left side: the folder, or the conversations. */
export function Side() {
  const { folder, conversations } = words.value;
  const names = { folder: folder.heading, conversations: conversations.heading };
  return (
    <section class="side" aria-label={names[shownSide.value]}>
      <div class="switch">
        {(['folder', 'conversations'] as const).map((side) => (
          <button
            type="button"
            key={side}
            aria-pressed={shownSide.value === side}
            onClick={() => (shownSide.value = side)}
          >
            {names[side]}
          </button>
        ))}
      </div>
      {shownSide.value === 'folder' ? <Folder /> : <ConversationList />}
    </section>
  );
}
