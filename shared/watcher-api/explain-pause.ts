const PAUSES: Readonly<Record<string, string>> = {
  BY_HAND: 'somebody has paused it; resumeIngestion in GraphQL goes on',
  INBOX_MISSING: 'the inbox cannot be listed; mount it or make the folder again, nothing is forgotten meanwhile',
  INBOX_EMPTIED:
    'most documents are gone at once, so nothing is removed yet; put them back, or say that it is meant: npm run status -- --confirm-removals',
  INBOX_REPLACED:
    'another folder is in the place of the inbox, so nothing is removed yet; bring the old one back, or say that it is meant: npm run status -- --confirm-removals',
  IGNORE_UNREADABLE: '.inboxignore cannot be read; make it a text file that askbox may read, or delete it',
  STORE_DOWN: 'the store does not answer; it goes on by itself once it does',
  DISK_FULL: 'there is no room left on the disk; make some, it goes on by itself',
};

/** What a pause of the ingestion means, and what ends it. */
export function explainPause(reason: string): string {
  return PAUSES[reason] ?? 'see the log of the watcher';
}
