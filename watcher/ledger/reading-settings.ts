import path from 'node:path';
import type { LedgerDocument } from './document.ts';

/** Settings that decide what documents become. When one changes, the documents that it affects are read again. */
export interface ReadingSettings {
  /** Whether the pages that link files lead to are fetched. */
  readonly fetchesLinks: boolean;
}

/** The settings of a ledger that knows none yet. */
export const NO_READING_SETTINGS: ReadingSettings = { fetchesLinks: false };

/** Link files that are refused unless their pages are fetched. */
const LINK_EXTENSIONS = new Set(['.url', '.webloc', '.desktop']);

/** Returns which documents are to be read again after a change of the settings; null if none are. */
export function affectedBy(
  before: ReadingSettings,
  after: ReadingSettings,
): ((document: LedgerDocument) => boolean) | null {
  if (!after.fetchesLinks || before.fetchesLinks) return null;
  return ({ path: documentPath, state }) =>
    state === 'FAILED' && LINK_EXTENSIONS.has(path.posix.extname(documentPath).toLowerCase());
}
