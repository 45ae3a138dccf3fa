import { useEffect, useRef, useState } from 'preact/hooks';
import { request } from '../api/client.ts';
import { FILE_BY_PATH } from '../api/operations.ts';
import type { FileDetails } from '../api/types.ts';
import { copyText } from '../parts/copy-text.ts';
import { Icon } from '../parts/icon.tsx';
import { Name, Names } from '../parts/name.tsx';
import { plain } from '../words/plain.ts';
import { words } from '../words/words.ts';
import { FileFacts } from './file-facts.tsx';
import { linkToDocument } from './link.ts';
import { closeDocument, fileChanges, type OpenedDocument } from './opened.ts';
import { PdfDocument } from './pdf/pdf-document.tsx';
import { placeName } from './place-name.ts';
import { TextDocument } from './text-document.tsx';

const COPIED_MS = 2_000;

/** The open document beside the talk, with the cited words marked. It takes the focus, and Esc closes it. */
export function CitedDocument({ path, title, cited }: OpenedDocument) {
  const { document: say, close } = words.value;
  const file = useFile(path);
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.focus({ preventScroll: true }), [path, cited]);
  const shownTitle = file?.title ?? title;
  const place = cited === null ? '' : placeName(cited.locator, words.value);
  const names = [place, path === shownTitle ? '' : path].filter((name) => name !== '');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Esc is meant for all that is in it
    <section
      class="document"
      aria-label={say.label}
      ref={section}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault(); // the key stops no answer meanwhile
        closeDocument();
      }}
    >
      <header class="document-head">
        <div class="document-names">
          <h2 title={plain(shownTitle)}>
            <Name of={shownTitle} />
          </h2>
          {names.length > 0 && (
            <p class="muted" title={plain(path)}>
              <Names of={names} />
            </p>
          )}
        </div>
        <CopyLink shown={{ path, title, cited }} />
        <button type="button" class="icon-button" onClick={closeDocument} aria-label={close} title={close}>
          <Icon name="close" />
        </button>
      </header>
      {file === null && <Missing quote={cited?.quote ?? null} />}
      {file === undefined && <p class="muted pad">{say.loading}</p>}
      {file && <FileFacts file={file} />}
      {file && <Body key={file.contentHash} file={file} cited={cited} />}
    </section>
  );
}

/** Copies the address of this place, for other people. */
function CopyLink({ shown }: { readonly shown: OpenedDocument }) {
  const { document: say, copied } = words.value;
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(linkToDocument(shown));
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <button
      type="button"
      class="icon-button"
      onClick={() => void copy()}
      aria-label={isCopied ? copied : say.copyLink}
      title={say.copyLink}
    >
      <Icon name={isCopied ? 'check' : 'link'} />
    </button>
  );
}

/** What is shown of a file depends on its kind; a kind with a viewer of its own gets its case here. */
function Body({ file, cited }: { readonly file: FileDetails; readonly cited: OpenedDocument['cited'] }) {
  if (file.status === 'FAILED' && file.chunkCount === 0) return null;
  if (file.mediaType === 'application/pdf') return <PdfDocument file={file} cited={cited} />;
  return <TextDocument key={cited?.startChar} file={file} cited={cited} />;
}

function Missing({ quote }: { readonly quote: string | null }) {
  const { document: say } = words.value;
  return (
    <div class="pad">
      <p class="notice">{say.missing}</p>
      {quote !== null && (
        <blockquote class="excerpt" dir="auto">
          {quote}
        </blockquote>
      )}
    </div>
  );
}

/** Returns the file, null if there is none at this path, undefined while that is not known. */
function useFile(path: string): FileDetails | null | undefined {
  const [found, setFound] = useState<{ readonly path: string; readonly file: FileDetails | null }>();
  useEffect(() => {
    const leaving = new AbortController();
    request<{ documentByPath: FileDetails | null }>(FILE_BY_PATH, { path }, leaving.signal).then(
      ({ documentByPath }) => setFound({ path, file: documentByPath }),
      () => leaving.signal.aborted || setFound({ path, file: null }),
    );
    return () => leaving.abort();
  }, [path, fileChanges.value]);
  return found?.path === path ? found.file : undefined;
}
