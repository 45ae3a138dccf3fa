import { stem } from '#shared/text/words/stem.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { compileFilter, type PassageFilter } from '../filters/passage-filter.ts';
import { mapInSteps, type Steps } from '../turns/turns.ts';
import { isListOf, isOfKind, kindCalled, namedDocument, type NamedDocument } from './document-kinds.ts';
import { rangeOf } from './periods.ts';
import type { AskedState, FolderQuestion } from './recognise.ts';

/** The documents that a question about the folder is about. */
export type ChosenDocuments =
  /** All that are meant, in the order in which they are named. */
  | { readonly type: 'documents'; readonly documents: readonly DocumentState[] }
  /** The one to read from its start. */
  | { readonly type: 'one'; readonly document: DocumentState }
  /** Several that have the name. */
  | { readonly type: 'several'; readonly documents: readonly DocumentState[] };

/** With more of one name, the name is rather a subject that many documents have in common. */
const MOST_OF_ONE_NAME = 20;

/**
 * Returns the documents that the filter lets through and the question means. Returns null if the question is to be
 * answered from what documents say: no document is of the kind or has the name, or one has the kind's plural in its own
 * name, so that it may list them (contratos.csv).
 */
export function* chooseDocuments(
  question: FolderQuestion,
  filter: PassageFilter,
  documents: () => Iterable<DocumentState>,
  now: Date,
): Steps<ChosenDocuments | null> {
  const passes = compileFilter(filter);
  // Copied, because documents may change between the steps.
  const all = [...documents()];
  const named = (yield* mapInSteps(all, (document) => (passes(document) ? [namedDocument(document)] : []))).flat();
  return question.type === 'summary' ? documentCalled(question, named) : documentsMeant(question, named, now);
}

function documentsMeant(
  { kind, state, period, isAboutNew }: Extract<FolderQuestion, { type: 'documents' }>,
  named: readonly NamedDocument[],
  now: Date,
): ChosenDocuments | null {
  const ofKind = kind === null ? named : named.filter((document) => isOfKind(document, kind));
  if (kind !== null && (ofKind.length === 0 || named.some((document) => isListOf(document, kind)))) return null;
  const range = period === null ? null : rangeOf(period, now);
  const meant = ofKind
    .map(({ document }) => document)
    .filter(({ status }) => isInState(status, state))
    .filter(({ createdAt }) => range === null || isWithin(Date.parse(createdAt), range));
  const order = isAboutNew ? newestFirst : byPath;
  return { type: 'documents', documents: meant.toSorted(order) };
}

function isInState(status: DocumentState['status'], state: AskedState): boolean {
  switch (state) {
    case 'ANY':
      return true;
    case 'FAILED':
      return status === 'FAILED';
    case 'UNREAD':
      return status !== 'FAILED' && status !== 'READY';
    case 'UNREAD_OR_FAILED':
      return status !== 'READY';
  }
}

function isWithin(time: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
  return time >= from && time < to;
}

/** Finds a searchable document by name. All words must be in its name, but for one such as `relatório` if others are. */
function documentCalled(
  { name, isExplicit }: Extract<FolderQuestion, { type: 'summary' }>,
  named: readonly NamedDocument[],
): ChosenDocuments | null {
  const searchable = named.filter(({ document }) => document.contentId !== null);
  const ownWords = name.filter((word) => kindCalled(word) === null);
  const withAll = searchable.filter((document) => isCalled(document, name));
  const found =
    withAll.length > 0 || ownWords.length === 0
      ? withAll
      : searchable.filter((document) => isCalled(document, ownWords));
  // Copies of one file are one document to a reader.
  const different = [...new Map(found.map((each) => [each.document.contentId, each.document])).values()];
  const [document] = different;
  if (document === undefined) return null;
  if (different.length === 1) return { type: 'one', document };
  if (!isExplicit || different.length > MOST_OF_ONE_NAME) return null;
  return { type: 'several', documents: different.toSorted(byPath) };
}

/** Whether a document has all these words in its path and title, at least one of them in its own name. */
function isCalled({ words, ownName }: NamedDocument, name: readonly string[]): boolean {
  const own = new Set(ownName.split(' ').map(stem));
  return name.every((word) => words.has(stem(word))) && name.some((word) => own.has(stem(word)));
}

function byPath(a: DocumentState, b: DocumentState): number {
  return a.path < b.path ? -1 : 1;
}

function newestFirst(a: DocumentState, b: DocumentState): number {
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) || byPath(a, b);
}
