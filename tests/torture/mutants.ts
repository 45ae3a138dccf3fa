/** A safeguard, how it is removed, and what has to notice. */
export interface Mutant {
  /** What goes wrong without it. */
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The vitest file that has to fail; or a torture of this many kills in SQLite. */
  readonly test: string | { readonly kills: number };
}

const LOOP = 'watcher/inbox-loop.test.ts';
const SAFETY = 'watcher/inbox-loop-safety.test.ts';
const PLAN = 'watcher/look/plan.test.ts';
const SCAN = 'watcher/look/scan-inbox.test.ts';
const LEDGER = 'watcher/ledger/ledger.test.ts';
const FAILURE = 'watcher/settle-failure.test.ts';
const INGEST = 'watcher/ingest.test.ts';
const SQLITE = 'shared/store/sqlite/sqlite.test.ts';
const QDRANT = 'shared/store/qdrant/qdrant.test.ts';

/** Every safeguard of the daemon that has a name, removed one at a time. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the old version goes before the new one is there',
    file: 'watcher/ingest.ts',
    from: '  const contentId = contentIdOf(',
    to: '  await store.unpublish(document.path, ledger.startPublishing(document.path), signal);\n  const contentId = contentIdOf(',
    test: { kills: 6 },
  },
  {
    name: 'the ledger says stored before the store does',
    file: 'watcher/ingest.ts',
    from: '  for await (const batch of batchesOf(reading.chunks.slice(whole)',
    to: '  ledger.contents.stored(contentId);\n  for await (const batch of batchesOf(reading.chunks.slice(whole)',
    test: SAFETY,
  },
  {
    name: 'no hash check after extraction',
    file: 'watcher/ingest.ts',
    from: '  if (reading.bytesSha256 !== bytesSha256) return undefined;\n',
    to: '',
    test: SAFETY,
  },
  {
    name: 'every signature is trusted at once',
    file: 'watcher/ingest.ts',
    from: 'now() - document.observedMs > parts.racyMs',
    to: 'true',
    test: INGEST,
  },
  {
    name: 'a racy file is not hashed again',
    file: 'watcher/look/verify-files.ts',
    from: 'if (bytesSha256 === document.bytesSha256)',
    to: 'if (true)',
    test: 'watcher/look/verify-files.test.ts',
  },
  {
    name: 'no look at the file after hashing',
    file: 'watcher/look/hash-file.ts',
    from: 'return signatureOf(after) === signature ? hash.digest',
    to: 'return after ? hash.digest',
    test: 'watcher/look/hash-file.test.ts',
  },
  {
    name: 'hashing follows a link',
    file: 'watcher/look/hash-file.ts',
    from: 'constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK',
    to: 'constants.O_RDONLY | constants.O_NONBLOCK',
    test: SCAN,
  },
  {
    name: 'the signature is size and mtime',
    file: 'watcher/look/scan-inbox.ts',
    from: '${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}',
    to: '${stats.size}:${stats.mtimeNs}',
    test: SCAN,
  },
  {
    name: 'links are followed',
    file: 'watcher/look/scan-inbox.ts',
    from: 'return await lstat(file',
    to: 'return await stat(file',
    test: SCAN,
  },
  {
    name: 'an unreadable folder is an empty one',
    file: 'watcher/look/scan-inbox.ts',
    from: "return isGone(error) ? [] : 'unknown';",
    to: 'return [];',
    test: SCAN,
  },
  {
    name: 'an inbox that is replaced during a look is believed',
    file: 'watcher/look/scan-inbox.ts',
    from: 'if ((await identityOf(inbox)) !== inboxIdentity) throw',
    to: 'if (false) throw',
    test: SCAN,
  },
  {
    name: 'names that are not UTF-8 are hidden',
    file: 'watcher/look/scan-inbox.ts',
    from: 'look.problems.set(problem.path, problem);\n          continue;',
    to: 'continue;',
    test: SCAN,
  },
  {
    name: 'a look at a few paths goes through links',
    file: 'watcher/look/scan-inbox.ts',
    from: "if (typeof stats === 'string' || !stats.isDirectory()) return false;",
    to: "if (typeof stats === 'string') return false;",
    test: SCAN,
  },
  {
    name: 'a look at a few paths finds what is gone',
    file: 'watcher/look/scan-inbox.ts',
    from: "if (typeof stats === 'string' || stats.isDirectory()) look.unknownPaths.push(entryPath);",
    to: "if (typeof stats === 'string' || stats.isDirectory()) continue;",
    test: SCAN,
  },
  {
    name: 'a file has rested since before it was seen',
    file: 'watcher/look/look-at-inbox.ts',
    from: 'ledger.apply(actions, seenMs);',
    to: 'ledger.apply(actions, look.atMs || seenMs);',
    test: 'watcher/look/look-loop.test.ts',
  },
  {
    name: 'temporary names are read',
    file: 'watcher/look/ignored-names.ts',
    from: 'return TEMPORARY.some((pattern) => pattern.test(name));',
    to: 'return false && TEMPORARY.some((pattern) => pattern.test(name));',
    test: SCAN,
  },
  {
    name: 'no quiet time',
    file: 'watcher/look/quiet-time.ts',
    from: 'return (isOverdue ? quietMs : document.quietMs) - quietForMs;',
    to: 'return isOverdue ? quietMs - quietMs - quietForMs : 0;',
    test: PLAN,
  },
  {
    name: 'the quiet time does not grow',
    file: 'watcher/look/quiet-time.ts',
    from: 'return isSameRun ? Math.min(',
    to: 'return false && isSameRun ? Math.min(',
    test: PLAN,
  },
  {
    name: 'removals at first sight',
    file: 'watcher/look/plan.ts',
    from: "if (document.missingSinceMs === null) {\n      actions.push({ type: 'miss', path: document.path });",
    to: "if (document.missingSinceMs === null) {\n      actions.push({ type: 'remove', path: document.path });",
    test: PLAN,
  },
  {
    name: 'what is below an unknown folder counts as missing',
    file: 'watcher/look/plan.ts',
    from: '&& !isUnknown(look, path)',
    to: '&& (true || !isUnknown(look, path))',
    test: PLAN,
  },
  {
    name: 'a clock that was set back keeps a failure for ever',
    file: 'watcher/look/plan.ts',
    from: 'return inMs > LONGEST_RETRY_MS ? 0 : inMs;',
    to: 'return inMs;',
    test: PLAN,
  },
  {
    name: 'an emptied inbox is believed',
    file: 'watcher/look/safety-nets.ts',
    from: "return isMostGone ? 'INBOX_EMPTIED' : null;",
    to: 'return isMostGone ? null : null;',
    test: PLAN,
  },
  {
    name: 'another folder in the place of the inbox is believed',
    file: 'watcher/look/safety-nets.ts',
    from: "if (knownIdentity !== null && !isSameInbox(look, documents, knownIdentity)) return 'INBOX_REPLACED';",
    to: '',
    test: PLAN,
  },
  {
    name: 'a step is taken although the file has changed',
    file: 'watcher/ledger/ledger.ts',
    from: "WHERE path = ? AND signature = ? AND state <> 'REMOVED'`",
    to: "WHERE path = ? AND ? <> '' AND state <> 'REMOVED'`",
    test: LEDGER,
  },
  {
    name: 'a confirmed removal is confirmed for what came since',
    file: 'watcher/ledger/ledger.ts',
    from: 'may_be_in_store = 0, seq = ? WHERE path = ? AND seq = ?',
    to: 'may_be_in_store = 0, seq = ? WHERE path = ? AND ? > 0',
    test: LEDGER,
  },
  {
    name: 'a publication is not noted before the store is asked',
    file: 'watcher/ledger/ledger.ts',
    from: 'SET seq = ?, may_be_in_store = 1 WHERE path = ?',
    to: 'SET seq = ? WHERE path = ?',
    test: LEDGER,
  },
  {
    name: 'a restart forgets half-done work',
    file: 'watcher/ledger/ledger.ts',
    from: "this.#db.run(`UPDATE documents SET state = 'STABLE' WHERE state IN ('EXTRACTING', 'STORING')`);",
    to: '',
    test: LEDGER,
  },
  {
    name: 'revisions begin at zero with a new ledger',
    file: 'watcher/inbox-loop.ts',
    from: '    ledger.raiseSeq(store.lastRevision);\n',
    to: '',
    test: LOOP,
  },
  {
    name: 'two watchers at once',
    file: 'watcher/ledger/database.ts',
    from: 'PRAGMA locking_mode = EXCLUSIVE; ',
    to: '',
    test: LEDGER,
  },
  {
    name: 'a damaged ledger is used',
    file: 'watcher/ledger/database.ts',
    from: "if (found !== 'ok') throw",
    to: "if (found === 'never') throw",
    test: LEDGER,
  },
  {
    name: 'what is wanted again is collected',
    file: 'watcher/ledger/contents.ts',
    from: "WHERE id = ? AND orphaned_ms IS NOT NULL', id) > 0",
    to: "WHERE id = ?', id) > 0",
    test: LEDGER,
  },
  {
    name: 'no grace for what has lost its last file',
    file: 'watcher/upkeep/tidy-store.ts',
    from: 'now() - ORPHAN_GRACE_MS',
    to: 'now() - 0 * ORPHAN_GRACE_MS',
    test: 'watcher/upkeep/tidy-store.test.ts',
  },
  {
    name: 'no audit',
    file: 'watcher/inbox-loop.ts',
    from: 'await auditStore(ledger, store, now, signal)',
    to: '(auditStore, 0)',
    test: LOOP,
  },
  {
    name: 'after a kill everything is put again',
    file: 'watcher/ingest.ts',
    from: 'ledger.contents.isDoubted(contentId) ? 0 : await store.countChunks(contentId, signal)',
    to: '0',
    test: SAFETY,
  },
  {
    name: 'a store that lacks chunks is believed when it counts',
    file: 'watcher/ingest.ts',
    from: 'ledger.contents.isDoubted(contentId) ? 0 : await',
    to: 'await',
    test: SAFETY,
  },
  {
    name: 'an outage of the store is the failure of a document',
    file: 'watcher/settle-failure.ts',
    from: 'if (pauseReasonOf(thrown) !== undefined) {',
    to: 'if (pauseReasonOf(thrown) === null) {',
    test: FAILURE,
  },
  {
    name: 'a file that kills its extractor is tried for ever',
    file: 'watcher/settle-failure.ts',
    from: '&& attempts + 1 < MAX_DEATHS',
    to: '&& attempts < MAX_DEATHS * Infinity',
    test: FAILURE,
  },
  {
    name: 'a full disk is the failure of a document',
    file: 'watcher/waiting/pauses.ts',
    from: "if (isDiskFull(error)) return 'DISK_FULL';",
    to: '',
    test: SAFETY,
  },
  {
    name: 'no lane for small files',
    file: 'watcher/inbox-loop.ts',
    from: '[Number.MAX_SAFE_INTEGER, 1_000_000]',
    to: '[Number.MAX_SAFE_INTEGER]',
    test: SAFETY,
  },
  {
    name: 'only events are believed: no look without a hint',
    file: 'watcher/look/look-loop.ts',
    from: 'Math.min(Math.max(this.#tookMs * looks, minMs), maxMs)',
    to: 'Math.max(looks, minMs, maxMs, 2 ** 31 - 1)',
    test: 'tests/watcher-faults.test.ts',
  },
  {
    name: 'an extractor outlives its watcher',
    file: 'watcher/read/extract-process.ts',
    from: "process.kill(process.pid, 'SIGKILL'); }",
    to: '{} }',
    test: 'watcher/read/extractor.test.ts',
  },
  {
    name: 'a reading has no limit of time',
    file: 'watcher/read/extract-child.ts',
    from: '() => killBecause(timeout(file, limitMs)), limitMs)',
    to: '() => killBecause(timeout(file, limitMs)), 2 ** 31 - 1)',
    test: 'watcher/read/extractor.test.ts',
  },
  {
    name: 'a late publication wins (SQLite)',
    file: 'shared/store/sqlite/writer.ts',
    from: "WHERE path = ?', path) >= revision;",
    to: "WHERE path = ?', path) > 1e15 + revision;",
    test: SQLITE,
  },
  {
    name: 'a late publication wins (Qdrant)',
    file: 'shared/store/qdrant/publish.ts',
    from: 'points: [point], update_filter, ...writing',
    to: 'points: [point], ...writing',
    test: QDRANT,
  },
  {
    name: 'a late chunk hides a published one (Qdrant)',
    file: 'shared/store/qdrant/writer.ts',
    from: "{ points, update_mode: 'insert_only', ...writing }",
    to: '{ points, ...writing }',
    test: 'shared/store/qdrant',
  },
  {
    name: 'half a content is published (SQLite)',
    file: 'shared/store/sqlite/writer.ts',
    from: "if (stored?.['count'] !== expected || stored['last'] !== expected - 1) {",
    to: 'if (expected < 0) {',
    test: SQLITE,
  },
];
