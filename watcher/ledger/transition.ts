import type { SQLInputValue } from 'node:sqlite';
import type { LedgerDatabase } from './database.ts';
import { eventSql, type Event } from './states.ts';

/** Which row an event is about, and what must still be true of it; a condition that is left out is not asked for. */
interface Subject {
  readonly path: string;
  /** The file is still the one that was scanned. */
  readonly signature?: string;
  /** Nothing has happened to the document since. */
  readonly seq?: number;
  /** No later publication or withdrawal has begun. */
  readonly store_revision?: number;
}

/** Followers of the feed are shown nothing of these, so the document's sequence number stays. */
const UNSEEN: readonly Event[] = ['miss', 'reappear', 'hashed'];

/**
 * Takes an event: writes the next state of the table and these columns, when the table takes the event in the present state
 * and the conditions of `subject` hold. Otherwise nothing is written. To be called within a transaction.
 * @returns whether the event was taken.
 */
export function transition(
  db: LedgerDatabase,
  event: Event,
  subject: Subject,
  columns: Readonly<Record<string, SQLInputValue>> = {},
): boolean {
  const { guard, next } = eventSql(event);
  const written = UNSEEN.includes(event) ? columns : { ...columns, seq: db.nextSeq() };
  const assignments = [`state = ${next}`, ...Object.keys(written).map((column) => `${column} = ?`)];
  const conditions = [guard, ...Object.keys(subject).map((column) => `${column} = ?`)];
  const rows = db.run(
    `UPDATE documents SET ${assignments.join(', ')} WHERE ${conditions.join(' AND ')}`,
    ...Object.values<SQLInputValue>(written),
    ...Object.values<SQLInputValue>({ ...subject }),
  );
  if (rows > 0) db.took(event);
  return rows > 0;
}
