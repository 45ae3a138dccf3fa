import type { Language } from '#shared/text/language.ts';
import { explainPause } from '#shared/watcher-api/explain-pause.ts';
import type { DocumentState, IngestionState } from '#shared/watcher-api/watcher-api.ts';
import type { PathFacts } from './path-facts.ts';
import { SENTENCES, type Sentences } from './sentences.ts';

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

/** Of a path inside the inbox. */
type FactsInside = PathFacts & { readonly path: string };

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
export function explainPath(
  facts: PathFacts,
  watcher: WatcherFacts,
  given: string,
  maxFileBytes: number,
  language: Language = 'en',
): Explanation {
  const words = SENTENCES[language];
  if (facts.path === null) return { isSearchable: false, sentences: [words.outside(given)] };
  const inside = { ...facts, path: facts.path };
  if (facts.kind === 'folder') return explainFolder(inside, watcher, language);
  const document = watcher.documents.find(({ path }) => path === facts.path);
  const isSearchable = (document?.contentId ?? null) !== null;
  const sentences = [
    aboutFile(inside, document, maxFileBytes, words) ?? aboutDocument(facts.path, document, watcher, words),
    isSearchable && (document?.status !== 'READY' || facts.keptOutBy !== null || facts.kind !== 'file')
      ? words.stillOld
      : undefined,
    ...aboutWatcher(watcher, language),
  ];
  return { isSearchable, sentences: sentences.filter((sentence) => sentence !== undefined) };
}

function explainFolder({ path, keptOutBy }: FactsInside, watcher: WatcherFacts, language: Language): Explanation {
  const words = SENTENCES[language];
  const below = watcher.documents.filter((document) => path === '' || document.path.startsWith(`${path}/`));
  const searchable = below.filter(({ contentId }) => contentId !== null).length;
  const name = path === '' ? words.inbox : path;
  const failed = below.filter(({ status }) => status === 'FAILED').map((document) => document.path);
  const sentences = [
    keptOutBy ?? words.folder(name, searchable, below.length),
    ...(failed.length > 0 ? [words.failed(failed.slice(0, 10).join(', ') + (failed.length > 10 ? ', …' : ''))] : []),
    ...aboutWatcher(watcher, language),
  ];
  return { isSearchable: searchable > 0, sentences };
}

/** Returns what prevents the file from being read, as far as the inbox itself shows it; undefined if nothing does. */
function aboutFile(
  facts: FactsInside,
  document: KnownDocument | undefined,
  maxFileBytes: number,
  words: Sentences,
): string | undefined {
  const { path, kind, keptOutBy, sizeBytes } = facts;
  if (keptOutBy !== null) return words.keptOut(path, keptOutBy);
  switch (kind) {
    case 'link':
      return words.link(path);
    case 'special':
      return words.special(path);
    case 'unreadable':
      return words.unreadable(path);
    case 'missing':
      // A file whose name is not UTF-8 is listed under a readable name that does not exist in the folder.
      return document?.status === 'FAILED' ? undefined : words.missing(path);
    case 'file':
    case 'folder':
      break;
  }
  return sizeBytes > maxFileBytes
    ? words.tooLarge(path, Math.ceil(sizeBytes / 2 ** 20), maxFileBytes / 2 ** 20)
    : undefined;
}

function aboutDocument(
  path: string,
  document: KnownDocument | undefined,
  watcher: WatcherFacts,
  words: Sentences,
): string {
  if (document === undefined) return words.unseen(path);
  switch (document.status) {
    case 'READY':
      return words.ready(path, document.indexedAt);
    case 'DISCOVERED':
      return words.changing(path);
    case 'STABLE': {
      const isBefore = (other: KnownDocument): boolean =>
        other.status === 'STABLE' && other.sizeBytes < document.sizeBytes;
      const before = watcher.documents.filter(isBefore).length;
      return words.waiting(path, before);
    }
    case 'EXTRACTING':
    case 'STORING':
      return words.reading(path);
    case 'FAILED': {
      const { message, attempts, retryAt } = document.error ?? {
        message: words.noReason,
        attempts: 0,
        retryAt: null,
      };
      return words.tried(message, attempts, retryAt);
    }
  }
}

function aboutWatcher({ unreachableBecause, ingestion }: WatcherFacts, language: Language): readonly string[] {
  const words = SENTENCES[language];
  if (unreachableBecause !== null) return [words.watcherAway(unreachableBecause)];
  const reason = ingestion?.pausedBecause ?? null;
  return [
    ...(reason === null ? [] : [words.paused(reason, explainPause(reason, language))]),
    ...(ingestion?.watching === 'POLLING' ? [words.polling] : []),
  ];
}
