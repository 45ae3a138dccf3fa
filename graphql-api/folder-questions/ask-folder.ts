import type { StoreReader } from '#shared/store/store.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import type { PassageFilter } from '../filters/passage-filter.ts';
import type { Passage } from '../retrieve/passage.ts';
import { inTurns } from '../turns/turns.ts';
import { chooseDocuments } from './choose-documents.ts';
import { askWhich, describeDocuments, type DocumentList } from './describe-documents.ts';
import { readFromStart } from './read-from-start.ts';
import { recogniseFolderQuestion } from './recognise.ts';

/** What a question about the folder itself is answered with. */
export type FolderAnswer =
  /** The list of documents is the whole answer. */
  | { readonly type: 'list'; readonly list: DocumentList }
  /** One document is to be summarised: its first passages in reading order, at least one. */
  | { readonly type: 'document'; readonly passages: readonly Passage[] };

/** A question, and where its answer may come from. */
export interface FolderRequest {
  readonly question: string;
  readonly filter: PassageFilter;
  /** How many passages the model may read. */
  readonly maxSources: number;
}

/** What `askFolder` works with. */
export interface FolderParts {
  readonly reader: StoreReader;
  /** All documents as currently known; the filter is applied to them. */
  readonly documents: () => Iterable<DocumentState>;
}

/**
 * Answers a question about the folder itself, such as which files there are or what one of them says from its start.
 * Returns null for any other question, and whenever it may be one about what the documents say.
 */
export async function askFolder(
  { question, filter, maxSources }: FolderRequest,
  { reader, documents }: FolderParts,
  signal: AbortSignal,
): Promise<FolderAnswer | null> {
  const asked = recogniseFolderQuestion(question);
  if (asked === null) return null;
  const chosen = await inTurns(chooseDocuments(asked, filter, documents, new Date()), signal);
  switch (chosen?.type) {
    case undefined:
      return null;
    case 'documents':
      return asked.type === 'documents' ? { type: 'list', list: describeDocuments(asked, chosen.documents) } : null;
    case 'several':
      return { type: 'list', list: askWhich(asked.language, chosen.documents) };
    case 'one': {
      const passages = await readFromStart(chosen.document, maxSources, reader, signal);
      return passages.length === 0 ? null : { type: 'document', passages };
    }
  }
}
