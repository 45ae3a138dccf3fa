import { useState } from 'preact/hooks';
import { request } from '../api/client.ts';
import { DELETE_FILE, READ_AGAIN } from '../api/operations.ts';
import type { FileDetails } from '../api/types.ts';
import { Dialog } from '../parts/dialog.tsx';
import { focusQuestion } from '../parts/focus.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { scope, type Scope } from '../scope/scope.ts';
import { words } from '../words/words.ts';
import { closeDocument } from './opened.ts';
import { removed } from './removed-notice.tsx';
import { saveOriginal } from './original.ts';
import { fileName, folderOf } from './place-name.ts';

/** What one can do with a file: ask it, its folder or its tags, download it, read it again, move it to the trash. */
export function FileActions({ file }: { readonly file: FileDetails }) {
  const { document: say, folder } = words.value;
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState('');
  const attempt = (action: Promise<unknown>): void => {
    setProblem('');
    action.catch(() => setProblem(say.notSaved));
  };
  return (
    <>
      <div class="actions">
        {file.status === 'READY' && <ScopeLinks file={file} />}
        <span class="action-icons">
          <Action icon="download" label={say.save} onPress={() => attempt(saveOriginal(file.path))} />
          <Action icon="retry" label={folder.retry} onPress={() => attempt(request(READ_AGAIN, { id: file.id }))} />
          <Action icon="trash" label={folder.remove} onPress={() => setAsking(true)} />
        </span>
      </div>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {isAsking && <RemoveDialog file={file} onClose={() => setAsking(false)} />}
    </>
  );
}

/** Links that limit the next question to this file, its folder, or files with one of its tags. */
function ScopeLinks({ file }: { readonly file: FileDetails }) {
  const { document: say, folder } = words.value;
  const name = fileName(file.path);
  const above = folderOf(file.path);
  const scopes: readonly (Scope & { readonly label: string })[] = [
    { label: say.askWithin, name, filter: { documentIds: [file.id] } },
    ...(above === ''
      ? []
      : [{ label: folder.askFolder(above), name: above, filter: { paths: [`${literal(above)}/**`] } }]),
    ...file.tags.map((tag) => ({ label: folder.askTag(tag), name: `#${tag}`, filter: { tags: [tag] } })),
  ];
  return scopes.map(({ label, ...chosen }) => (
    <button
      type="button"
      class="link"
      key={label}
      onClick={() => {
        scope.value = chosen;
        focusQuestion();
      }}
    >
      {label}
    </button>
  ));
}

/** Returns a path as a glob that matches only itself. */
function literal(path: string): string {
  return path.replaceAll(/[*?{}\\]/g, String.raw`\$&`);
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
    await request(DELETE_FILE, { id: file.id });
    removed.value = { id: file.id, name: fileName(file.path) };
    onClose();
    closeDocument();
  };
  return (
    <Dialog heading={say.removeHeading} onClose={onClose}>
      <p>{say.removeText(fileName(file.path))}</p>
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
