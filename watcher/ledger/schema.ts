/** Version of the tables below. */
export const LEDGER_VERSION = 5;

/**
 * The SQL that migrates a ledger from each older version to the next one. A ledger of any other version is set aside
 * and rebuilt from the inbox folder.
 */
export const LEDGER_MIGRATIONS: Readonly<Record<number, string>> = {
  1: `ALTER TABLE meta ADD COLUMN is_paused INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE meta ADD COLUMN inbox_identity TEXT;
    ALTER TABLE meta ADD COLUMN pipeline TEXT;
    ALTER TABLE meta ADD COLUMN max_file_bytes INTEGER;
    ALTER TABLE documents ADD COLUMN quiet_ms INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE documents ADD COLUMN unread_since_ms INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE contents ADD COLUMN is_doubted INTEGER NOT NULL DEFAULT 0;
    UPDATE meta SET pipeline = ''`, // unknown, so that everything is read again by the present one
  2: `ALTER TABLE documents RENAME COLUMN may_be_in_store TO store_revision;
    ALTER TABLE contents RENAME COLUMN is_doubted TO is_damaged;
    DROP INDEX IF EXISTS documents_state;
    CREATE INDEX documents_state ON documents (state, attempts, size_bytes, seq)`,
  3: `ALTER TABLE meta ADD COLUMN reading_settings TEXT`,
  // Ledgers from before these indexes were migrated without them.
  4: `DROP INDEX IF EXISTS documents_state;
    CREATE INDEX documents_state ON documents (state, attempts, size_bytes, seq);
    DROP INDEX IF EXISTS documents_withdraw;
    CREATE INDEX documents_withdraw ON documents (state, store_revision)`,
};

/** The columns of `contents` that version 2 was given without a new number, with what makes them. */
export const LATE_CONTENT_COLUMNS: Readonly<Record<string, string>> = {
  embedded_space: 'ALTER TABLE contents ADD COLUMN embedded_space TEXT',
  embedded_chunks: 'ALTER TABLE contents ADD COLUMN embedded_chunks INTEGER NOT NULL DEFAULT 0',
};

/** The tables of a new ledger. Times are milliseconds since 1970. */
export const LEDGER_SCHEMA = `
  CREATE TABLE meta (
    version INTEGER NOT NULL,
    watcher_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    -- Removals up to this number are deleted: a follower whose last seq is lower starts from a snapshot.
    swept_seq INTEGER NOT NULL DEFAULT 0,
    is_paused INTEGER NOT NULL DEFAULT 0,
    -- device:inode of the folder that was last accepted as the inbox.
    inbox_identity TEXT,
    -- What the failures and contents below were made with.
    pipeline TEXT,
    max_file_bytes INTEGER,
    reading_settings TEXT                      -- JSON
  ) STRICT;

  -- One row per path. A removed one stays 7 days, so that followers of the feed learn of it.
  CREATE TABLE documents (
    path TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    signature TEXT NOT NULL,
    is_trusted INTEGER NOT NULL DEFAULT 0,
    size_bytes INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    observed_ms INTEGER NOT NULL,
    -- How long it must stay unchanged before it is read, and since when it has not been read although it changed.
    quiet_ms INTEGER NOT NULL DEFAULT 0,
    unread_since_ms INTEGER NOT NULL DEFAULT 0,
    missing_since_ms INTEGER,
    bytes_sha256 TEXT,
    content_id TEXT,
    -- What is searchable now, as far as the store has confirmed it.
    live_content_id TEXT,
    -- Of the last call that published or withdrew the path, written before the store is asked; 0 once the store has
    -- confirmed that it does not have the path.
    store_revision INTEGER NOT NULL DEFAULT 0,
    indexed_ms INTEGER,
    error_code TEXT,
    error_message TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    retry_ms INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX documents_seq ON documents (seq);
  -- The queue: its first row is the smallest file, and among equally small ones the oldest. Files over which the
  -- extractor has died come last.
  CREATE INDEX documents_state ON documents (state, attempts, size_bytes, seq);
  -- What has to be withdrawn from the store: asked for after every change, among any number of tombstones.
  CREATE INDEX documents_withdraw ON documents (state, store_revision);
  CREATE INDEX documents_content ON documents (content_id);
  CREATE INDEX documents_live ON documents (live_content_id);

  -- What is known about a content; it is complete in the store once is_stored.
  CREATE TABLE contents (
    id TEXT PRIMARY KEY,
    summary TEXT,
    is_stored INTEGER NOT NULL DEFAULT 0,
    -- The store was found to lack some of its chunks: its count of them proves nothing, all are stored again.
    is_damaged INTEGER NOT NULL DEFAULT 0,
    -- How many of its chunks have a vector in this space. Shown to people; the store itself knows which.
    embedded_space TEXT,
    embedded_chunks INTEGER NOT NULL DEFAULT 0,
    orphaned_ms INTEGER
  ) STRICT;
`;
