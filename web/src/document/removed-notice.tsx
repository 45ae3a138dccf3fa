import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { mutate } from '../api/client.ts';
import { RESTORE_FILE } from '../api/operations.ts';
import { focusQuestion } from '../parts/focus.ts';
import { Icon } from '../parts/icon.tsx';
import { inSentence } from '../words/plain.ts';
import { words } from '../words/words.ts';

/** The file that was moved to the trash last; null if there is nothing to undo. */
export const removed = signal<{ readonly id: string; readonly name: string } | null>(null);

/** Says that a file was moved to the trash, with a button that takes it back. It stays until it is closed. */
export function RemovedNotice() {
  const { folder: say, close } = words.value;
  const undo = useRef<HTMLButtonElement>(null);
  // Its file and the view of that are gone, so the focus is nowhere.
  useEffect(() => undo.current?.focus(), [removed.value]);
  if (removed.value === null) return null;
  const { id, name } = removed.value;
  const leave = (): void => {
    removed.value = null;
    focusQuestion();
  };
  const restore = async (): Promise<void> => {
    await mutate(RESTORE_FILE, { id });
  };
  return (
    <div class="toast" role="status">
      <span>{say.removed(inSentence(name))}</span>
      <button type="button" class="link" ref={undo} onClick={() => void restore().then(leave, leave)}>
        {say.undo}
      </button>
      <button type="button" class="icon-button small" onClick={leave} aria-label={close}>
        <Icon name="close" />
      </button>
    </div>
  );
}
