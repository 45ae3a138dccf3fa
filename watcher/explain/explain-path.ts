import { explainPause } from '#shared/watcher-api/explain-pause.ts';
import type { DocumentState, IngestionState } from '#shared/watcher-api/watcher-api.ts';
import type { PathFacts } from './path-facts.ts';

/** What the watcher says, or its ledger when it does not run. */
export interface WatcherFacts {
  /** Why it could not be asked, and then the documents are those of its ledger; null: it runs. */
  readonly unreachableBecause: string | null;
  /** Null when it does not run. */
  readonly ingestion: IngestionState | null;
  readonly documents: readonly KnownDocument[];
}

export type KnownDocument = Pick<DocumentState, 'path' | 'status' | 'contentId' | 'error' | 'indexedAt' | 'sizeBytes'>;

export interface Explanation {
  /** Whether questions are answered from it now. */
  readonly isAnswering: boolean;
  /** The decisive one first. */
  readonly sentences: readonly string[];
}

/** Why a path is or is not in the index, and what to do. Pure. */
export function explainPath(facts: PathFacts, watcher: WatcherFacts, given: string, maxFileBytes: number): Explanation {
  if (facts.path === null) {
    return { isAnswering: false, sentences: [`${given} is not in the inbox; copy it there`] };
  }
  if (facts.kind === 'folder') return explainFolder(facts, watcher);
  const document = watcher.documents.find(({ path }) => path === facts.path);
  const isAnswering = (document?.contentId ?? null) !== null;
  const sentences = [
    aboutFile(facts, document, maxFileBytes) ?? aboutDocument(facts.path, document, watcher),
    isAnswering && (document?.status !== 'READY' || facts.keptOutBy !== null || facts.kind !== 'file')
      ? 'what was read of it before still answers, until the watcher has caught up'
      : undefined,
    ...aboutWatcher(watcher),
  ];
  return { isAnswering, sentences: sentences.filter((sentence) => sentence !== undefined) };
}

function explainFolder({ path, keptOutBy }: PathFacts, watcher: WatcherFacts): Explanation {
  const below = watcher.documents.filter((document) => path === '' || document.path.startsWith(`${path}/`));
  const answering = below.filter(({ contentId }) => contentId !== null).length;
  const name = path === '' ? 'the inbox' : path;
  const failed = below.filter(({ status }) => status === 'FAILED').map((document) => document.path);
  const sentences = [
    keptOutBy ?? `${name} is a folder; ${answering} of ${below.length} documents in it answer`,
    ...(failed.length > 0
      ? [`could not be read: ${failed.slice(0, 10).join(', ')}${failed.length > 10 ? ', …' : ''}`]
      : []),
    ...aboutWatcher(watcher),
  ];
  return { isAnswering: answering > 0, sentences };
}

/** What the folder alone tells; undefined when nothing there is in the way. */
function aboutFile(facts: PathFacts, document: KnownDocument | undefined, maxFileBytes: number): string | undefined {
  const { path, kind, keptOutBy, sizeBytes } = facts;
  if (keptOutBy !== null) return `${path} is left out: ${keptOutBy}`;
  switch (kind) {
    case 'link':
      return `${path} is a link, and links are not followed; copy the file itself into the inbox`;
    case 'special':
      return `${path} is a pipe, socket or device, which is never opened; remove it from the inbox`;
    case 'unreadable':
      return `askbox may not look at ${path}; give the user that runs askbox the right to`;
    case 'missing':
      // A name that is not UTF-8 is known under a readable one.
      return document?.status === 'FAILED' ? undefined : `there is no ${path} in the inbox; copy it there`;
    case 'file':
    case 'folder':
      break;
  }
  return sizeBytes > maxFileBytes
    ? `${path} has ${Math.ceil(sizeBytes / 2 ** 20)} MB, more than the ${maxFileBytes / 2 ** 20} MB allowed; split it or raise ASKBOX_MAX_FILE_MB`
    : undefined;
}

function aboutDocument(path: string, document: KnownDocument | undefined, watcher: WatcherFacts): string {
  if (document === undefined) return `${path} has not been seen yet; the inbox is looked at within a minute`;
  switch (document.status) {
    case 'READY':
      return `${path} is in the index${document.indexedAt === null ? '' : ` since ${document.indexedAt}`}`;
    case 'DISCOVERED':
      return `${path} has just changed; it is read once it has not changed for a while (ASKBOX_QUIET_MS, longer while it keeps changing)`;
    case 'STABLE': {
      const isBefore = (other: KnownDocument): boolean =>
        other.status === 'STABLE' && other.sizeBytes < document.sizeBytes;
      const before = watcher.documents.filter(isBefore).length;
      return `${path} waits to be read; ${before} smaller ones come first`;
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
      const next = retryAt === null ? 'it is read again when it changes' : `it is tried again at ${retryAt}`;
      return `${message} (${attempts === 1 ? 'tried once' : `tried ${attempts} times`}; ${next})`;
    }
  }
}

function aboutWatcher({ unreachableBecause, ingestion }: WatcherFacts): readonly string[] {
  if (unreachableBecause !== null) {
    return [`the watcher cannot be asked (${unreachableBecause}), so this is as it was last; start it with: npm start`];
  }
  const reason = ingestion?.pausedBecause ?? null;
  return [
    ...(reason === null ? [] : [`the watcher is paused, ${reason}: ${explainPause(reason)}`]),
    ...(ingestion?.watching === 'POLLING'
      ? ['file events do not arrive from the inbox, so changes take some seconds']
      : []),
  ];
}
