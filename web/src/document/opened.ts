import { signal } from '@preact/signals';
import type { Citation, Locator, Source } from '../api/types.ts';

/** Words of a document that an answer cites. */
export interface CitedPlace {
  /** Empty for a link to a file that has changed since. The words, verbatim: the characters from `startChar` to `endChar` of the document's extracted text. */
  readonly quote: string;
  readonly startChar: number;
  readonly endChar: number;
  /** Where in the file the quote starts. */
  readonly locator: Locator;
  /** The headings above it, outermost first. */
  readonly headings: readonly string[];
  /** Whether the file was changed, read again or removed since the answer: then its text has these words elsewhere. */
  readonly isChanged: boolean;
  /** The hash of the file when the question was asked; null if that is not known. */
  readonly contentHash: string | null;
}

/** Whether the file has other bytes than when the question was asked. */
export function isFileChanged({ isChanged, contentHash }: CitedPlace, file: { readonly contentHash: string }): boolean {
  return contentHash === null ? isChanged : contentHash !== file.contentHash;
}

/** What the document view shows. */
export interface OpenedDocument {
  readonly path: string;
  readonly title: string;
  /** Null if the document was opened from the list of files. */
  readonly cited: CitedPlace | null;
}

/** The open document; null if none is. */
export const opened = signal<OpenedDocument | null>(null);

/** Counts the changes of the open document's file, so that its view can read it again. */
export const fileChanges = signal(0);

/** Notes that files have changed. @param paths of them; null for those that were removed */
export function noteFileChanges(paths: readonly (string | null)[]): void {
  const path = opened.peek()?.path;
  if (path !== undefined && paths.some((changed) => changed === null || changed === path)) fileChanges.value++;
}

/** What had the focus when the document was opened, such as the number in the answer. */
let opener: Element | null = null;

/** Opens a document where a sentence is cited; without a citation, at the passage that was found. */
export function openSource(source: Source, citation: Citation | null): void {
  const { path, title, headings, contentHash } = source;
  const { startChar, endChar, locator } = citation ?? source;
  const quote = citation?.quote ?? source.excerpt;
  const isChanged = source.chunk === null;
  // A source without an excerpt is a document as a whole.
  const cited = quote === '' ? null : { quote, startChar, endChar, locator, headings, isChanged, contentHash };
  showDocument({ path, title, cited });
}

/** Opens a document from the list of files. */
export function openFile({ path, title }: { readonly path: string; readonly title: string }): void {
  showDocument({ path, title, cited: null });
}

/** Closes the open document, and gives the focus back to what opened it. */
export function closeDocument(): void {
  opened.value = null;
  if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  opener = null;
}

/** Shows a document, or another place in the one that is open. */
export function showDocument(next: OpenedDocument): void {
  if (document.activeElement?.closest('.document') === null) opener = document.activeElement;
  opened.value = next;
}
