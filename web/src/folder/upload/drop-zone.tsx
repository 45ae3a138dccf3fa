import { useSignal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { Icon } from '../../parts/icon.tsx';
import { words } from '../../words/words.ts';
import { filesOfDrop } from './files-of-drop.ts';
import { uploadAll } from './upload-queue.ts';

/** Takes files that are dropped anywhere on the page, and says so while they are dragged over it. */
export function DropZone() {
  const { folder: say } = words.value;
  const isOver = useSignal(false);
  // Before the page is first seen: a file dropped onto it then is not opened in its place either.
  useLayoutEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault(); // otherwise the browser would open the file in place of the page
      isOver.value = true;
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) isOver.value = false;
    };
    const drop = (event: DragEvent): void => {
      isOver.value = false;
      if (event.dataTransfer === null || !hasFiles(event)) return;
      event.preventDefault();
      void filesOfDrop(event.dataTransfer).then(uploadAll);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
  if (!isOver.value) return null;
  return (
    <div class="drop">
      <div>
        <p>
          <Icon name="folder" />
          <strong>{say.dropHere}</strong>
          <span>{say.dropHint}</span>
        </p>
      </div>
    </div>
  );
}
