import type { DocumentErrorCode } from '#shared/watcher-api/watcher-api.ts';

/** A regular file as a scan sees it, without opening it. */
export interface FolderFile {
  /** Inside the inbox, with forward slashes. */
  readonly path: string;
  /** device:inode:size:mtime:ctime in nanoseconds. Nobody can set ctime, so an edit with a restored mtime shows. */
  readonly signature: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** ctime: the last change of content, name or attributes. */
  readonly changedMs: number;
}

/** Something in the inbox that must not be opened, such as a link or a pipe. */
export interface FolderProblem {
  readonly path: string;
  readonly signature: string;
  readonly code: DocumentErrorCode;
  /** Names the file and the next step. */
  readonly message: string;
}

/** What one scan of the folder means for the ledger. */
export type Action =
  /** New or changed. It must stay unchanged for `quietMs` before it is read. */
  | { readonly type: 'observe'; readonly file: FolderFile; readonly quietMs: number }
  /** Unchanged for long enough to be read. */
  | { readonly type: 'settle'; readonly path: string }
  /** Failed, and the time to try again has come. */
  | { readonly type: 'retry'; readonly path: string }
  /** There, but must not be opened. */
  | { readonly type: 'refuse'; readonly problem: FolderProblem }
  /** Missing for the first time. A rename during the walk can hide a file from one scan. */
  | { readonly type: 'miss'; readonly path: string }
  /** There again before it was removed. */
  | { readonly type: 'reappear'; readonly path: string }
  | { readonly type: 'remove'; readonly path: string };
