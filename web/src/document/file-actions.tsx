import { useState } from 'preact/hooks';
import { mutate } from '../api/client.ts';
import { DELETE_FILE, READ_AGAIN } from '../api/operations.ts';
import type { FileDetails } from '../api/types.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Icon, type IconName } from '../parts/icon.tsx';
import { inSentence } from '../words/plain.ts';
import { words } from '../words/words.ts';
import { EditDialog } from './edit-dialog.tsx';
import { closeDocument } from './opened.ts';
import { removed } from './removed-notice.tsx';
import { saveOriginal } from './original.ts';
import { fileName } from './place-name.ts';

/** What one can do with a file: name it, download it, read it again, trash it. */
export function FileActions({ file }: { readonly file: FileDetails }) {
  const { document: say, folder } = words.value;
  const [asked, setAsked] = useState<'edit' | 'remove'>();
  const [problem, setProblem] = useState('');
  const attempt = (action: Promise<unknown>, failure: string): void => {
    setProblem('');
    action.catch(() => setProblem(failure));
  };
  const close = (): void => setAsked(undefined);
  return (
    <>
      <span class="action-icons">
        <Action icon="pencil" label={folder.edit} onPress={() => setAsked('edit')} />
        <Action icon="download" label={say.save} onPress={() => attempt(saveOriginal(file.path), say.notSaved)} />
        <Action
          icon="retry"
          label={folder.retry}
          onPress={() => attempt(mutate(READ_AGAIN, { id: file.id }), folder.notRetried)}
        />
        <Action icon="trash" label={folder.remove} onPress={() => setAsked('remove')} />
      </span>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {asked === 'edit' && <EditDialog file={file} onClose={close} />}
      {asked === 'remove' && <RemoveDialog file={file} onClose={close} />}
    </>
  );
}

interface ActionProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onPress: () => void;
}

function Action({ icon, label, onPress }: ActionProps) {
  return (
    <button type="button" class="icon-button small" aria-label={label} title={label} onClick={onPress}>
      <Icon name={icon} />
    </button>
  );
}

function RemoveDialog({ file, onClose }: { readonly file: FileDetails; readonly onClose: () => void }) {
  const { folder: say, cancel } = words.value;
  const remove = async (): Promise<void> => {
    await mutate(DELETE_FILE, { id: file.id });
    removed.value = { id: file.id, name: fileName(file.path) };
    onClose();
    closeDocument();
  };
  return (
    <Dialog heading={say.removeHeading} onClose={onClose}>
      <p>{say.removeText(inSentence(fileName(file.path)))}</p>
      <p class="buttons">
        <button type="button" class="quiet" onClick={onClose}>
          {cancel}
        </button>
        <button type="button" class="quiet danger" onClick={() => void remove().catch(onClose)}>
          {say.remove}
        </button>
      </p>
    </Dialog>
  );
}
