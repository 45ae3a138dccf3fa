import { useRef } from 'preact/hooks';
import { Icon } from '../../parts/icon.tsx';
import { words } from '../../words/words.ts';
import { uploadAll } from './upload-queue.ts';

/** Buttons that add files or a whole folder, for people who do not drag. */
export function AddButtons() {
  const { folder: say } = words.value;
  return (
    <p class="add">
      <Picker label={say.add} icon="plus" />
      <Picker label={say.addFolder} icon="folder" isFolder />
    </p>
  );
}

interface PickerProps {
  readonly label: string;
  readonly icon: 'plus' | 'folder';
  /** Whether it adds a whole folder. Default: false. */
  readonly isFolder?: boolean;
  /** The class of the button. Default: quiet. */
  readonly look?: 'quiet' | 'primary';
}

/** A button that lets people choose what to add. */
export function Picker({ label, icon, isFolder = false, look = 'quiet' }: PickerProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class={look} onClick={() => input.current?.click()}>
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
