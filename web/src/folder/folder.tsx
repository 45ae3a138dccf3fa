import { words } from '../words/words.ts';
import { AddButtons } from './upload/add-buttons.tsx';
import { FileList } from './file-list.tsx';
import { FolderFilter } from './folder-filter.tsx';
import { Reading } from './reading.tsx';
import { Uploads } from './upload/uploads.tsx';

/** The folder: every file with its state, what is being read, and the ways to add files. */
export function Folder() {
  const { folder: say } = words.value;
  return (
    <section class="folder" aria-label={say.heading}>
      <header class="folder-head">
        <h2>{say.heading}</h2>
        <AddButtons />
      </header>
      <Reading />
      <Uploads />
      <FolderFilter />
      <FileList />
    </section>
  );
}
