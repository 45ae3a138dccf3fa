import path from 'node:path';
import type { ContentSummary } from '#shared/document.ts';
import type { LedgerDocument } from './document.ts';

/** Settings that decide what documents become. When one changes, the documents that it affects are read again. */
export interface ReadingSettings {
  /** Whether the pages that link files lead to are fetched. */
  readonly fetchesLinks: boolean;
  /** Whether text that readers do not see is read as any other. */
  readonly readsHidden: boolean;
}

/** The settings of a ledger that knows none yet. */
export const NO_READING_SETTINGS: ReadingSettings = { fetchesLinks: false, readsHidden: false };

/** Link files that are refused unless their pages are fetched. */
const LINK_EXTENSIONS = new Set(['.url', '.webloc', '.desktop']);

/** Decides whether a document is read again. @param content that of the document, as far as it was read. */
type IsAffected = (document: LedgerDocument, content: ContentSummary | undefined) => boolean;

/** Returns which documents are to be read again after a change of the settings; null if none are. */
export function affectedBy(before: ReadingSettings, after: ReadingSettings): IsAffected | null {
  // What was read as any other text is not known to be hidden. Documents without any are not read, but only hashed:
  // their content is stored.
  if (before.readsHidden && !after.readsHidden) return () => true;
  const checks: IsAffected[] = [];
  if (after.readsHidden && !before.readsHidden) checks.push(hasHiddenText);
  if (after.fetchesLinks && !before.fetchesLinks) checks.push(isRefusedLink);
  return checks.length === 0 ? null : (document, content) => checks.some((check) => check(document, content));
}

/** A document of hidden text alone has failed. */
function hasHiddenText({ state, error }: LedgerDocument, content: ContentSummary | undefined): boolean {
  if (state === 'FAILED') return error?.code === 'NO_TEXT';
  return content?.warnings.some(({ code }) => code === 'HIDDEN_TEXT_LEFT_OUT') === true;
}

function isRefusedLink({ path: documentPath, state }: LedgerDocument): boolean {
  return state === 'FAILED' && LINK_EXTENSIONS.has(path.posix.extname(documentPath).toLowerCase());
}
