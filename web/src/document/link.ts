import { effect } from '@preact/signals';
import { request } from '../api/client.ts';
import { LINKED_FILE } from '../api/operations.ts';
import type { Locator } from '../api/types.ts';
import { documentAddress, linkTo, noteDocumentAddress, onBack, setDocumentAddress } from '../parts/address.ts';
import { closeDocument, opened, showDocument, type CitedPlace, type OpenedDocument } from './opened.ts';
import { fileName } from './place-name.ts';
import { readLink, writeLink, type DocumentLink, type TextRange } from './link-text.ts';

/** Keeps the open document in the address, and opens what the address names, now and whenever it changes. */
export function followDocumentAddress(): () => void {
  let leaving = new AbortController();
  const show = (): void => {
    const address = documentAddress();
    const link = readLink(address);
    leaving.abort();
    // A link to a conversation says nothing about documents.
    if (link === null) return setDocumentAddress(queryOf(opened.peek()));
    if (address === queryOf(opened.peek())) return;
    leaving = new AbortController();
    void openLink(link, leaving.signal);
  };
  const stopBack = onBack(closeDocument);
  addEventListener('hashchange', show);
  show();
  let isFirst = true; // what the address names is on its way
  const stop = effect(() => {
    const address = queryOf(opened.value);
    if (isFirst) isFirst = false;
    else {
      leaving.abort();
      noteDocumentAddress(address);
    }
  });
  return () => {
    removeEventListener('hashchange', show);
    stopBack();
    stop();
  };
}

/** Returns the address of the open document and its cited words, for other people. */
export function linkToDocument(shown: OpenedDocument): string {
  return linkTo(queryOf(shown));
}

function queryOf(shown: OpenedDocument | null): string {
  if (shown === null) return '';
  const { path, cited } = shown;
  if (cited === null) return writeLink({ path, chars: null, pageNumber: null, version: null });
  const { startChar: start, endChar: end, locator, contentHash } = cited;
  return writeLink({ path, chars: { start, end }, pageNumber: locator.pageNumber, version: contentHash });
}

interface LinkedFile {
  readonly title: string;
  readonly contentHash: string;
  readonly text: string;
}

async function openLink({ path, chars, pageNumber, version }: DocumentLink, signal: AbortSignal): Promise<void> {
  const range = chars ?? { start: 0, end: 0 };
  const file = await request<{ documentByPath: LinkedFile | null }>(LINKED_FILE, { path, ...range }, signal).then(
    (found) => found.documentByPath,
    () => null, // the view says that there is no such file, or that the server is away
  );
  if (signal.aborted) return;
  const cited = file === null || chars === null ? null : citedPlace(file, { chars, pageNumber, version });
  showDocument({ path, title: file?.title ?? fileName(path), cited });
}

function citedPlace(
  file: LinkedFile,
  { chars, pageNumber, version }: Pick<DocumentLink, 'pageNumber' | 'version'> & { readonly chars: TextRange },
): CitedPlace {
  const isChanged = version !== null && !file.contentHash.startsWith(version);
  return {
    quote: isChanged ? '' : file.text,
    startChar: chars.start,
    endChar: chars.end,
    locator: { ...NOWHERE, pageNumber },
    headings: [],
    isChanged,
    contentHash: isChanged ? version : file.contentHash,
  };
}

const NOWHERE: Locator = {
  pageNumber: null,
  pageLabel: null,
  line: null,
  seconds: null,
  part: null,
  sheet: null,
  cells: null,
  slide: null,
};
