import { useRef } from 'preact/hooks';
import type { Conversation } from '../../api/types.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { inSentence } from '../../words/plain.ts';
import { words } from '../../words/words.ts';
import { deleteConversation, renameConversation } from './conversations.ts';

/** What is asked about a conversation. */
export type DialogKind = 'rename' | 'remove';

/** As the API has it. */
const MAX_TITLE_CHARS = 200;

interface ConversationDialogProps {
  readonly kind: DialogKind;
  readonly conversation: Conversation;
  readonly onClose: () => void;
}

/** Asks for a new title, or whether to delete a conversation. */
export function ConversationDialog({ kind, conversation, onClose }: ConversationDialogProps) {
  const { conversations: say, cancel } = words.value;
  const input = useRef<HTMLInputElement>(null);
  const { id, title } = conversation;
  const carryOut = async (): Promise<void> => {
    onClose();
    if (kind === 'remove') await deleteConversation(id);
    else await renameConversation(id, input.current?.value.trim() ?? '');
  };
  return (
    <Dialog heading={kind === 'remove' ? say.removeHeading : say.renameHeading} onClose={onClose}>
      <form
        class="edit"
        onSubmit={(event) => {
          event.preventDefault();
          void carryOut().catch(() => {}); // the list shows that nothing has changed
        }}
      >
        {kind === 'remove' ? (
          <p>{say.removeText(inSentence(title))}</p>
        ) : (
          <label class="field">
            {say.title}
            <input ref={input} defaultValue={title} maxLength={MAX_TITLE_CHARS} />
          </label>
        )}
        <p class="buttons">
          <button type="button" class="quiet" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" class={kind === 'remove' ? 'quiet danger' : 'primary'}>
            {kind === 'remove' ? say.remove : say.save}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
