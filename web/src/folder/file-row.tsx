import type { FileRow } from '../api/types.ts';
import { opened, openFile } from '../document/opened.ts';
import { fileName, folderOf } from '../document/place-name.ts';
import { Name, Names } from '../parts/name.tsx';
import { plain } from '../words/plain.ts';
import { words, type Words } from '../words/words.ts';

/** The height of a row; styles/folder.css has it too. */
export const ROW_PX = 54;

interface FileRowProps {
  readonly file: FileRow;
  /** From 0. */
  readonly position: number;
  readonly total: number;
  /** Whether Tab stops at it. */
  readonly isTabStop: boolean;
}

/** A file: its name, where it is, and its state or what is wrong with it. Pressing it opens it. */
export function FileRowView({ file, position, total, isTabStop }: FileRowProps) {
  const name = fileName(file.path);
  const state = stateOf(file, words.value);
  const isOpen = opened.value?.path === file.path;
  return (
    <li
      class={`file is-${kindOf(file)}`}
      style={{ transform: `translateY(${position * ROW_PX}px)` }}
      aria-posinset={position + 1}
      aria-setsize={total}
    >
      <button
        type="button"
        tabIndex={isTabStop ? 0 : -1}
        aria-current={isOpen ? 'true' : undefined}
        title={plain(file.path)}
        onClick={() => openFile(file)}
      >
        <span class="file-type" aria-hidden="true">
          {extensionOf(name)}
        </span>
        <span class="file-names">
          <span class="file-name">
            <Name of={name} />
          </span>
          <span class="file-state">
            <Names of={[state, folderOf(file.path), ...file.tags.map((tag) => `#${tag}`)]} />
          </span>
        </span>
      </button>
      {file.progress !== null && (
        <progress max={1} value={file.progress} aria-label={words.value.reading.progress(name)} />
      )}
    </li>
  );
}

function kindOf({ status }: FileRow): 'ready' | 'failed' | 'reading' {
  if (status === 'READY') return 'ready';
  return status === 'FAILED' ? 'failed' : 'reading';
}

function stateOf(file: FileRow, { folder: say }: Words): string {
  // Keys that the page does not know yet are shown as the API has them.
  const why = say.why as Readonly<Record<string, string>>;
  // The row has room for what is wrong; what to do about it is said where the file is open.
  if (file.error !== null && file.status === 'FAILED') return firstSentence(why[file.error.code] ?? file.error.message);
  return file.status === 'READY' ? say.chunks(file.chunkCount) : `${say.state[file.status]}…`;
}

function firstSentence(text: string): string {
  return text.split(/\.\s/, 1)[0]?.replace(/\.$/, '') ?? text;
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1, dot + 5);
}
