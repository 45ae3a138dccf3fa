import { signal } from '@preact/signals';
import { request } from '../api/client.ts';
import { RESTORE_FILE } from '../api/operations.ts';
import { Icon } from '../parts/icon.tsx';
import { words } from '../words/words.ts';

/** The file that was moved to the trash last; null if there is nothing to undo. */
export const removed = signal<{ readonly id: string; readonly name: string } | null>(null);

/** Says that a file was moved to the trash, with a button that takes it back. It stays until it is closed. */
export function RemovedNotice() {
  const { folder: say, close } = words.value;
  if (removed.value === null) return null;
  const { id, name } = removed.value;
  const restore = async (): Promise<void> => {
    await request(RESTORE_FILE, { id });
    removed.value = null;
  };
  return (
    <div class="toast" role="status">
      <span>{say.removed(name)}</span>
      <button type="button" class="link" onClick={() => void restore().catch(() => (removed.value = null))}>
        {say.undo}
      </button>
      <button type="button" class="icon-button small" onClick={() => (removed.value = null)} aria-label={close}>
        <Icon name="close" />
      </button>
    </div>
  );
}
