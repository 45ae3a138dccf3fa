import { useRef } from 'preact/hooks';
import { Icon } from '../../parts/icon.tsx';
import { words } from '../../words/words.ts';
import { uploadAll } from './upload-queue.ts';

/** Buttons that add files or a whole folder, for people who do not drag. */
export function AddButtons() {
  const { folder: say } = words.value;
  return (
    <p class="add">
      <Picker label={say.add} icon="plus" isFolder={false} />
      <Picker label={say.addFolder} icon="folder" isFolder />
    </p>
  );
}

interface PickerProps {
  readonly label: string;
  readonly icon: 'plus' | 'folder';
  readonly isFolder: boolean;
}

function Picker({ label, icon, isFolder }: PickerProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="quiet" onClick={() => input.current?.click()}>
        <Icon name={icon} />
        {label}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        {...(isFolder ? { webkitdirectory: true } : {})}
        onChange={({ currentTarget }) => {
          const picked = [...(currentTarget.files ?? [])];
          uploadAll(picked.map((file) => ({ file, path: file.webkitRelativePath || file.name })));
          currentTarget.value = '';
        }}
      />
    </>
  );
}
