import type { FileDetails } from '../api/types.ts';
import { focusQuestion } from '../parts/focus.ts';
import { Name } from '../parts/name.tsx';
import { scope, type Scope } from '../scope/scope.ts';
import { inSentence } from '../words/plain.ts';
import { words } from '../words/words.ts';
import { fileName, folderOf, literal } from './place-name.ts';

/** Buttons that limit the next question to this file, its folder, or files with one of its tags. */
export function ScopeLinks({ file }: { readonly file: FileDetails }) {
  const { document: say, folder } = words.value;
  const name = fileName(file.path);
  const above = folderOf(file.path);
  const scopes: readonly (Scope & { readonly label: string; readonly short: string })[] = [
    { label: say.askWithin, short: say.thisFile, name, filter: { documentIds: [file.id] } },
    ...(above === ''
      ? []
      : [
          {
            label: folder.askFolder(inSentence(above)),
            short: above,
            name: above,
            filter: { paths: [`${literal(above)}/**`] },
          },
        ]),
    ...file.tags.map((tag) => ({
      label: folder.askTag(inSentence(tag)),
      short: `#${tag}`,
      name: `#${tag}`,
      filter: { tags: [tag] },
    })),
  ];
  return (
    <span class="scopes">
      <span class="muted">{say.askOnly}</span>
      {scopes.map(({ label, short, ...chosen }) => (
        <button
          type="button"
          key={label}
          aria-label={label}
          onClick={() => {
            scope.value = chosen;
            focusQuestion();
          }}
        >
          <Name of={short} />
        </button>
      ))}
    </span>
  );
}
