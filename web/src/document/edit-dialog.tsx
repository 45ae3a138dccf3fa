import { useRef, useState } from 'preact/hooks';
import { ApiError, mutate } from '../api/client.ts';
import { UPDATE_FILE } from '../api/operations.ts';
import type { FileDetails } from '../api/types.ts';
import { Dialog } from '../parts/dialog.tsx';
import { words } from '../words/words.ts';

/** As the API has them. */
const MAX_TITLE_CHARS = 300;
const MAX_TAG_CHARS = 60;
const MAX_TAGS = 50;

/** Changes the title and the tags of a file. */
export function EditDialog({ file, onClose }: { readonly file: FileDetails; readonly onClose: () => void }) {
  const { folder: say, conversations, cancel } = words.value;
  const title = useRef<HTMLInputElement>(null);
  const tags = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState('');
  const save = async (): Promise<void> => {
    const newTitle = title.current?.value.trim() ?? '';
    // A title that was not touched stays the file's own, and changes with it.
    const changed = newTitle === file.title ? {} : { title: newTitle === '' ? null : newTitle };
    await mutate(UPDATE_FILE, { input: { id: file.id, tags: tagsOf(tags.current?.value ?? ''), ...changed } });
    onClose();
  };
  const explain = (error: unknown): string => {
    const code = error instanceof ApiError ? error.code : '';
    if (code === 'TOO_LONG') return say.detailsTooLong(MAX_TITLE_CHARS, MAX_TAG_CHARS, MAX_TAGS);
    return code === 'NOT_FOUND' ? say.gone : say.notSaved;
  };
  return (
    <Dialog heading={say.edit} onClose={onClose}>
      <form
        class="edit"
        onSubmit={(event) => {
          event.preventDefault();
          setProblem('');
          save().catch((error: unknown) => setProblem(explain(error)));
        }}
      >
        <label class="field">
          {conversations.title}
          <input
            ref={title}
            defaultValue={file.title}
            maxLength={MAX_TITLE_CHARS}
            dir="auto"
            aria-describedby="title-hint"
          />
        </label>
        <p id="title-hint" class="muted">
          {say.titleHint}
        </p>
        <label class="field">
          {say.tags}
          <input ref={tags} defaultValue={file.tags.join(', ')} dir="auto" aria-describedby="tags-hint" />
        </label>
        <p id="tags-hint" class="muted">
          {say.tagsHint}
        </p>
        <p role="alert" class="problem">
          {problem}
        </p>
        <p class="buttons">
          <button type="button" class="quiet" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" class="primary">
            {conversations.save}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

/** Returns the tags of a list with commas, each once; a `#` before one is not part of it. */
function tagsOf(list: string): readonly string[] {
  const tags = list.split(/[,;\n]/).map((tag) => tag.trim().replace(/^#+\s*/, ''));
  return [...new Set(tags.filter((tag) => tag !== ''))];
}
