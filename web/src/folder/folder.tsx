import { FileList } from './file-list.tsx';
import { FolderFilter } from './folder-filter.tsx';
import { Reading } from './reading.tsx';
import { AddButtons } from './upload/add-buttons.tsx';
import { Uploads } from './upload/uploads.tsx';

/** The folder: every file with its state, what is being read, and the ways to add files. */
export function Folder() {
  return (
    <>
      <AddButtons />
      <Reading />
      <Uploads />
      <FolderFilter />
      <FileList />
    </>
  );
}
