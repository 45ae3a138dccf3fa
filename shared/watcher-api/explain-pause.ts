const PAUSES: Readonly<Record<string, string>> = {
  BY_HAND: 'ingestion was paused by hand; resume it with the GraphQL mutation resumeIngestion',
  INBOX_MISSING: 'the inbox cannot be listed; mount it or create the folder again, no document is removed until then',
  INBOX_EMPTIED:
    'most documents are gone at once, so nothing is removed yet; put them back, or confirm their removal: npm run status -- --confirm-removals',
  INBOX_REPLACED:
    'a different folder is at the path of the inbox, so nothing is removed yet; put the old one back, or confirm the change: npm run status -- --confirm-removals',
  IGNORE_UNREADABLE: '.inboxignore cannot be read; make it a text file that askbox can read, or delete it',
  STORE_DOWN: 'the store does not respond; ingestion resumes by itself once it does',
  DISK_FULL: 'the disk is full; free some space, then ingestion resumes by itself',
};

/**
 * Returns what a pause of the ingestion means and what ends it, for people.
 * @param reason `pausedBecause` of the ingestion, such as STORE_DOWN; an unknown one is answered with a pointer to the
 * log.
 */
export function explainPause(reason: string): string {
  return PAUSES[reason] ?? 'see the log of the watcher';
}
