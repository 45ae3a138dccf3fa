/** 'askb' in ASCII, in the header of the file. Distinguishes a store from the database of another program. */
export const APPLICATION_ID = 0x61_73_6b_62;

/** Version of the tables below, kept in the header as `user_version`. */
export const FORMAT_VERSION = 2;

/** The tables of a new store. It is in WAL mode, so the file has to be on a local disk. */
export const SCHEMA = `
  CREATE TABLE spaces (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    dimensions INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    owner TEXT NOT NULL,                       -- a random id, created with the file
    analyser_version INTEGER NOT NULL,         -- of every row in postings
    active_space INTEGER REFERENCES spaces,
    last_revision INTEGER NOT NULL,            -- kept when tombstones are deleted
    changes INTEGER NOT NULL,                  -- incremented by every commit that concerns readers
    swept_changes INTEGER NOT NULL DEFAULT 0   -- the highest documents.changed of the deleted tombstones
  ) STRICT;

  CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    content_id TEXT NOT NULL UNIQUE,
    chunk_count INTEGER NOT NULL,              -- of the complete content
    text_length INTEGER NOT NULL,
    title TEXT,
    media_type TEXT NOT NULL,
    language TEXT,
    page_count INTEGER,
    warnings TEXT NOT NULL                     -- JSON
  ) STRICT;

  CREATE TABLE chunks (
    id INTEGER PRIMARY KEY,
    chunk_id TEXT NOT NULL UNIQUE,
    content INTEGER NOT NULL REFERENCES contents ON DELETE CASCADE,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    text TEXT NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    headings TEXT NOT NULL,                    -- JSON
    marks TEXT NOT NULL,                       -- JSON
    embedded_text_hash TEXT NOT NULL,
    UNIQUE (content, ordinal)
  ) STRICT;
  CREATE INDEX chunks_by_embedded_text ON chunks (embedded_text_hash);

  CREATE TABLE postings (                      -- a table of its own, so that loading them does not read the texts
    chunk INTEGER PRIMARY KEY REFERENCES chunks ON DELETE CASCADE,
    terms BLOB NOT NULL,                       -- ids, unsigned 32 bits, little-endian
    weights BLOB NOT NULL                      -- one byte each, see rows.ts
  ) STRICT;

  CREATE TABLE documents (
    path TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    content INTEGER REFERENCES contents,       -- NULL for a tombstone, whose columns from here to indexed_at are NULL
    document_id TEXT,
    title TEXT,
    bytes_sha256 TEXT,
    size_bytes INTEGER,
    created_at TEXT,
    modified_at TEXT,
    indexed_at TEXT,
    changed INTEGER NOT NULL DEFAULT 0,        -- meta.changes of the last publish or unpublish
    removed_at TEXT                            -- tombstones only
  ) STRICT;
  CREATE INDEX documents_by_content ON documents (content);
  CREATE INDEX documents_by_id ON documents (document_id);
  CREATE INDEX documents_by_change ON documents (changed);
  CREATE INDEX tombstones ON documents (removed_at) WHERE content IS NULL;

  CREATE TABLE vectors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,      -- never reused: readers load the rows above the last one they saw
    chunk INTEGER NOT NULL REFERENCES chunks ON DELETE CASCADE,
    space INTEGER NOT NULL REFERENCES spaces,
    vector BLOB NOT NULL,                      -- 16-bit floats, little-endian
    UNIQUE (chunk, space)
  ) STRICT;

  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT_VERSION};
`;
