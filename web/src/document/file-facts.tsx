import type { FileDetails } from '../api/types.ts';
import { dayOf, sizeOf, timeOf, words } from '../words/words.ts';
import { FileActions } from './file-actions.tsx';
import { ScopeLinks } from './scope-links.tsx';

/** What is known of a file: its size and date, what went wrong and what to do about it, and what one can do with it. */
export function FileFacts({ file }: { readonly file: FileDetails }) {
  const { folder } = words.value;
  const facts = [
    file.pageCount === null ? null : folder.pages(file.pageCount),
    sizeOf(file.sizeBytes),
    dayOf(file.modifiedAt),
    file.status === 'READY' ? null : folder.state[file.status],
  ];
  // Codes that the page does not know yet are explained by the API.
  const why = folder.why as Readonly<Record<string, string>>;
  const warning = folder.warning as Readonly<Record<string, (count: number) => string>>;
  return (
    <div class="facts">
      <div class="facts-row">
        <p class="muted">{facts.filter((fact) => fact !== null).join(' · ')}</p>
        <FileActions file={file} />
      </div>
      {file.error !== null && (
        <div class="notice">
          <p>{why[file.error.code] ?? file.error.message}</p>
          {file.error.retryAt !== null && <p>{folder.retryAt(timeOf(file.error.retryAt))}</p>}
          <details>
            <summary>{folder.details}</summary>
            {file.error.message}
          </details>
        </div>
      )}
      {file.warnings.length > 0 && (
        <details class="muted">
          <summary>
            {folder.warnings} ({file.warnings.length})
          </summary>
          {file.warnings.map(({ code, count, message }) => (
            <p key={code}>{warning[code]?.(count) ?? message}</p>
          ))}
        </details>
      )}
      {file.status === 'READY' && <ScopeLinks file={file} />}
    </div>
  );
}
