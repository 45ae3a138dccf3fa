import type { FolderFile, FolderLook, FolderProblem } from './scan-inbox.ts';
import type { LedgerDocument } from './ledger-document.ts';

/** What one look at the folder means for the ledger. */
export type Action =
  /** New, or not as it was. */
  | { readonly type: 'observe'; readonly file: FolderFile }
  /** Unchanged for long enough to be read. */
  | { readonly type: 'settle'; readonly path: string }
  /** A failure whose time to try again has come. */
  | { readonly type: 'retry'; readonly path: string }
  /** There, but nothing that may be read. */
  | { readonly type: 'refuse'; readonly problem: FolderProblem }
  /** Not there for the first time; a rename during the walk can hide a file from one look. */
  | { readonly type: 'miss'; readonly path: string }
  /** There again before it was given up. */
  | { readonly type: 'reappear'; readonly path: string }
  | { readonly type: 'remove'; readonly path: string };

export interface Plan {
  readonly actions: readonly Action[];
  /** Files that were read so soon after their last change that a later edit may look the same: hash them again. */
  readonly toVerify: readonly FolderFile[];
}

export interface PlanLimits {
  /** A file is read once its signature has not changed for so long. */
  readonly quietMs: number;
  /** A file is removed once it was missing in two looks so far apart. */
  readonly goneMs: number;
  /** A signature proves nothing while the last change is younger than this: the grain of file times. */
  readonly racyMs: number;
}

/**
 * Compares the folder with the ledger. Pure: the same input gives the same actions, and applying them brings the ledger
 * nearer to the folder, whatever happened between two looks.
 */
export function plan(look: FolderLook, documents: readonly LedgerDocument[], limits: PlanLimits): Plan {
  const known = new Map(documents.map((document) => [document.path, document]));
  const actions: Action[] = [];
  const toVerify: FolderFile[] = [];

  // Additions before removals, so that a renamed file finds its content still there.
  for (const file of look.files.values()) {
    const document = known.get(file.path);
    if (document === undefined || document.signature !== file.signature) {
      actions.push({ type: 'observe', file });
      continue;
    }
    if (document.missingSinceMs !== null) actions.push({ type: 'reappear', path: file.path });
    if (document.state === 'DISCOVERED' && look.atMs - document.observedMs >= limits.quietMs) {
      actions.push({ type: 'settle', path: file.path });
    }
    if (document.state === 'FAILED' && isDue(document.error?.retryMs ?? null, look.atMs)) {
      actions.push({ type: 'retry', path: file.path });
    }
    // The absolute difference: a file dated tomorrow must not be looked at for ever.
    if (document.state === 'READY' && !document.isTrusted && Math.abs(look.atMs - file.changedMs) > limits.racyMs) {
      toVerify.push(file);
    }
  }

  for (const problem of look.problems.values()) {
    if (known.get(problem.path)?.signature !== problem.signature) actions.push({ type: 'refuse', problem });
  }

  for (const document of documents) {
    if (look.files.has(document.path) || look.problems.has(document.path)) continue;
    // A folder that could not be read is unknown, not empty.
    if (look.unreadableFolders.some((folder) => folder === '' || document.path.startsWith(`${folder}/`))) continue;
    if (document.missingSinceMs === null) actions.push({ type: 'miss', path: document.path });
    else if (look.atMs - document.missingSinceMs >= limits.goneMs)
      actions.push({ type: 'remove', path: document.path });
  }
  return { actions, toVerify };
}

function isDue(retryMs: number | null, now: number): boolean {
  return retryMs !== null && retryMs <= now;
}
