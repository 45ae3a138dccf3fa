import type { FileDetails } from '../api/types.ts';
import { scope } from '../scope/scope.ts';
import { dayOf, numberOf, words } from '../words/words.ts';
import { fileName } from './place-name.ts';
import { SaveButton } from './save-button.tsx';

/** What is known of a file: its size and date, what went wrong, and what one can do with it. */
export function FileFacts({ file }: { readonly file: FileDetails }) {
  const { document: say, folder } = words.value;
  const facts = [
    file.pageCount === null ? null : folder.pages(file.pageCount),
    sizeOf(file.sizeBytes),
    dayOf(file.modifiedAt),
    file.status === 'READY' ? null : folder.state[file.status],
  ];
  return (
    <div class="facts">
      <span class="muted">{facts.filter((fact) => fact !== null).join(' · ')}</span>
      {file.status === 'READY' && (
        <button
          type="button"
          class="link"
          onClick={() => (scope.value = { name: fileName(file.path), filter: { documentIds: [file.id] } })}
        >
          {say.askWithin}
        </button>
      )}
      <SaveButton path={file.path} />
    </div>
  );
}

/** Returns a size such as `1,2 MB`. */
function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${numberOf(bytes / 1_000)} kB`;
  return `${numberOf(bytes / 1_000_000, 1)} MB`;
}
