import { explainPause } from '#shared/watcher-api/explain-pause.ts';
import type { DocumentState, IngestionState } from '#shared/watcher-api/watcher-api.ts';
import type { PathFacts } from './path-facts.ts';

/** What the watcher reports, or what its ledger contains if it is not running. */
export interface WatcherFacts {
  /** Why the watcher could not be reached, so that the documents come from its ledger; null if it responded. */
  readonly unreachableBecause: string | null;
  /** Null if the watcher could not be reached. */
  readonly ingestion: IngestionState | null;
  readonly documents: readonly KnownDocument[];
}

/** The part of a document's state that an explanation needs. */
export type KnownDocument = Pick<DocumentState, 'path' | 'status' | 'contentId' | 'error' | 'indexedAt' | 'sizeBytes'>;

/** Why a path is or is not in the index. */
export interface Explanation {
  /** Whether the document, or any document in the folder, is searchable now. */
  readonly isSearchable: boolean;
  /** Sentences for the user, the decisive one first. */
  readonly sentences: readonly string[];
}

/**
 * Explains why a path is or is not in the index, and what to do. Pure.
 * @param given the path as the user typed it.
 */
export function explainPath(facts: PathFacts, watcher: WatcherFacts, given: string, maxFileBytes: number): Explanation {
  if (facts.path === null) {
    return { isSearchable: false, sentences: [`${given} is not in the inbox; copy it there`] };
  }
  if (facts.kind === 'folder') return explainFolder(facts, watcher);
  const document = watcher.documents.find(({ path }) => path === facts.path);
  const isSearchable = (document?.contentId ?? null) !== null;
  const sentences = [
    aboutFile(facts, document, maxFileBytes) ?? aboutDocument(facts.path, document, watcher),
    isSearchable && (document?.status !== 'READY' || facts.keptOutBy !== null || facts.kind !== 'file')
      ? 'the version that was read before stays searchable until the watcher has caught up'
      : undefined,
    ...aboutWatcher(watcher),
  ];
  return { isSearchable, sentences: sentences.filter((sentence) => sentence !== undefined) };
}

function explainFolder({ path, keptOutBy }: PathFacts, watcher: WatcherFacts): Explanation {
  const below = watcher.documents.filter((document) => path === '' || document.path.startsWith(`${path}/`));
  const searchable = below.filter(({ contentId }) => contentId !== null).length;
  const name = path === '' ? 'the inbox' : path;
  const failed = below.filter(({ status }) => status === 'FAILED').map((document) => document.path);
  const sentences = [
    keptOutBy ?? `${name} is a folder; ${searchable} of ${below.length} documents in it can be searched`,
    ...(failed.length > 0
      ? [`could not be read: ${failed.slice(0, 10).join(', ')}${failed.length > 10 ? ', …' : ''}`]
      : []),
    ...aboutWatcher(watcher),
  ];
  return { isSearchable: searchable > 0, sentences };
}

/** Returns what prevents the file from being read, as far as the inbox itself shows it; undefined if nothing does. */
function aboutFile(facts: PathFacts, document: KnownDocument | undefined, maxFileBytes: number): string | undefined {
  const { path, kind, keptOutBy, sizeBytes } = facts;
  if (keptOutBy !== null) return `${path} is not read: ${keptOutBy}`;
  switch (kind) {
    case 'link':
      return `${path} is a link, and links are not followed; copy the file itself into the inbox`;
    case 'special':
      return `${path} is a pipe, socket or device, which is never opened; remove it from the inbox`;
    case 'unreadable':
      return `askbox is not allowed to access ${path}; give the user that runs askbox permission`;
    case 'missing':
      // A file whose name is not UTF-8 is listed under a readable name that does not exist in the folder.
      return document?.status === 'FAILED' ? undefined : `there is no ${path} in the inbox; copy it there`;
    case 'file':
    case 'folder':
      break;
  }
  return sizeBytes > maxFileBytes
    ? `${path} is ${Math.ceil(sizeBytes / 2 ** 20)} MB, more than the ${maxFileBytes / 2 ** 20} MB allowed; split it or raise ASKBOX_MAX_FILE_MB`
    : undefined;
}

function aboutDocument(path: string, document: KnownDocument | undefined, watcher: WatcherFacts): string {
  if (document === undefined) return `${path} has not been seen yet; the inbox is scanned within a minute`;
  switch (document.status) {
    case 'READY':
      return `${path} is in the index${document.indexedAt === null ? '' : ` (indexed at ${document.indexedAt})`}`;
    case 'DISCOVERED':
      return `${path} has just changed; it is read once it has not changed for a while (ASKBOX_QUIET_MS, longer while it keeps changing)`;
    case 'STABLE': {
      const isBefore = (other: KnownDocument): boolean =>
        other.status === 'STABLE' && other.sizeBytes < document.sizeBytes;
      const before = watcher.documents.filter(isBefore).length;
      const ahead = before === 1 ? '1 smaller file comes first' : `${before} smaller files come first`;
      return `${path} is waiting to be read; ${ahead}`;
    }
    case 'EXTRACTING':
    case 'STORING':
      return `${path} is being read now`;
    case 'FAILED': {
      const { message, attempts, retryAt } = document.error ?? {
        message: 'no reason is known',
        attempts: 0,
        retryAt: null,
      };
      const next = retryAt === null ? 'it is read again when it changes' : `the next attempt is at ${retryAt}`;
      return `${message} (${attempts === 1 ? 'tried once' : `tried ${attempts} times`}; ${next})`;
    }
  }
}

function aboutWatcher({ unreachableBecause, ingestion }: WatcherFacts): readonly string[] {
  if (unreachableBecause !== null) {
    return [
      `the watcher cannot be reached (${unreachableBecause}), so this is its last known state; start it with: npm start`,
    ];
  }
  const reason = ingestion?.pausedBecause ?? null;
  return [
    ...(reason === null ? [] : [`the watcher is paused (${reason}): ${explainPause(reason)}`]),
    ...(ingestion?.watching === 'POLLING'
      ? ['file events do not arrive from the inbox, so changes are noticed after some seconds']
      : []),
  ];
}
