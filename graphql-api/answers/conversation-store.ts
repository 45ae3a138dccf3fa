import type { DatabaseSync } from 'node:sqlite';
import { allRows, firstRow, inTransaction } from '#shared/sqlite.ts';
import { EVERYWHERE, type PassageFilter } from '../filters/passage-filter.ts';

/** A conversation as it is stored, without its answers. */
export interface StoredConversation {
  readonly id: string;
  /** As given; null if it is taken from the first question. */
  readonly title: string | null;
  /** Applies to every question of the conversation. */
  readonly filter: PassageFilter;
  /** RFC 3339, as all times here. */
  readonly createdAt: string;
  /** When it was created or renamed, or its last question was asked. */
  readonly updatedAt: string;
}

/** An answer of a conversation, and its position there. */
export interface TurnOfAnswer {
  readonly answerId: string;
  readonly number: number;
}

/**
 * The conversations in the file of the answers. Like the methods of `AnswersStore`, these take a few milliseconds at most
 * and throw SQLITE_BUSY instead of waiting.
 */
export interface ConversationStore {
  insert(conversation: StoredConversation): void;
  /** Returns undefined for an unknown conversation. */
  find(id: string): StoredConversation | undefined;
  /** Changes the title; an unknown id does not matter. @param title null to take it from the first question. */
  rename(id: string, title: string | null, updatedAt: string): void;
  /** Notes that something was asked in it; an unknown id does not matter. */
  touch(id: string, at: string): void;
  /** Deletes the conversation, but not its answers, and overwrites what it occupied; an unknown id does not matter. */
  delete(id: string): void;
  /** Returns conversations, those with the latest question first. @param after where the last page ended, or null. */
  page(after: Pick<StoredConversation, 'updatedAt' | 'id'> | null, count: number): readonly StoredConversation[];
  count(): number;
  /** Returns the answers that are saved of a conversation, in the order of their questions. */
  turnsOf(id: string): readonly TurnOfAnswer[];
  /** Deletes a few that have no answers and were last updated before a time. @returns whether there may be more. */
  deleteExpired(before: string): boolean;
  /** Deletes a few of the oldest without answers, if there are more than are kept in memory. */
  deleteSurplus(): void;
}

/** How many conversations without answers stay when answers are kept in memory only. */
const KEPT_IN_MEMORY = 200;
/** Most that are deleted in one call, about a millisecond. */
const DELETED_AT_ONCE = 50;

const IS_EMPTY = 'NOT EXISTS (SELECT 1 FROM answers WHERE conversation_id = conversations.id)';

/**
 * Opens the conversations of a database that has their tables.
 * @param onDeleted called after something was deleted or replaced, which the write-ahead log then still holds.
 */
export function openConversationStore(db: DatabaseSync, onDeleted: () => void): ConversationStore {
  const columns = 'id, title, filter, created_at, updated_at';
  const insert = db.prepare(`INSERT INTO conversations (${columns}) VALUES (?, ?, ?, ?, ?)`);
  const find = db.prepare(`SELECT ${columns} FROM conversations WHERE id = ?`);
  const rename = db.prepare('UPDATE conversations SET title = ?, updated_at = max(updated_at, ?) WHERE id = ?');
  const touch = db.prepare('UPDATE conversations SET updated_at = max(updated_at, ?) WHERE id = ?');
  const remove = db.prepare('DELETE FROM conversations WHERE id = ?');
  const firstPage = db.prepare(`SELECT ${columns} FROM conversations ORDER BY updated_at DESC, id DESC LIMIT ?`);
  const nextPage = db.prepare(
    `SELECT ${columns} FROM conversations WHERE (updated_at, id) < (?, ?) ORDER BY updated_at DESC, id DESC LIMIT ?`,
  );
  const count = db.prepare('SELECT count(*) AS count FROM conversations');
  const turns = db.prepare(
    'SELECT id AS answerId, turn AS number FROM answers WHERE conversation_id = ? ORDER BY turn, rowid',
  );
  const expired = db.prepare(
    `SELECT id FROM conversations WHERE updated_at < ? AND ${IS_EMPTY} ORDER BY updated_at LIMIT ${DELETED_AT_ONCE}`,
  );
  const surplus = db.prepare(
    `SELECT id FROM conversations WHERE ${IS_EMPTY} ORDER BY updated_at DESC LIMIT ${DELETED_AT_ONCE} OFFSET ${KEPT_IN_MEMORY}`,
  );
  const deleteAll = (rows: readonly { readonly id: string }[]): void => {
    if (rows.length === 0) return;
    inTransaction(db, 'IMMEDIATE', () => {
      for (const { id } of rows) remove.run(id);
    });
    onDeleted();
  };

  return {
    insert({ id, title, filter, createdAt, updatedAt }) {
      insert.run(id, title, filter === EVERYWHERE ? null : JSON.stringify(filter), createdAt, updatedAt);
    },
    find(id) {
      const row = firstRow<ConversationRow>(find, id);
      return row && conversationOf(row);
    },
    rename(id, title, updatedAt) {
      rename.run(title, updatedAt, id);
      onDeleted();
    },
    touch: (id, at) => void touch.run(at, id),
    delete: (id) => deleteAll([{ id }]),
    page(after, most) {
      const rows =
        after === null
          ? allRows<ConversationRow>(firstPage, most)
          : allRows<ConversationRow>(nextPage, after.updatedAt, after.id, most);
      return rows.map(conversationOf);
    },
    count: () => firstRow<{ count: number }>(count)?.count ?? 0,
    turnsOf: (id) => allRows<TurnOfAnswer>(turns, id),
    deleteExpired(before) {
      const rows = allRows<{ id: string }>(expired, before);
      deleteAll(rows);
      return rows.length === DELETED_AT_ONCE;
    },
    deleteSurplus: () => deleteAll(allRows<{ id: string }>(surplus)),
  };
}

interface ConversationRow {
  readonly id: string;
  readonly title: string | null;
  readonly filter: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

function conversationOf({ id, title, filter, created_at, updated_at }: ConversationRow): StoredConversation {
  // Written by `insert` above.
  const saved = filter === null ? EVERYWHERE : (JSON.parse(filter) as PassageFilter);
  return { id, title, filter: saved, createdAt: created_at, updatedAt: updated_at };
}
