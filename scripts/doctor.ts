import { loadConfig, type Config } from '#shared/config.ts';
import { messageOf } from '#shared/errors.ts';
import { readInternalKey } from '#shared/watcher-api/read-internal-key.ts';
import type { Snapshot } from '#shared/watcher-api/watcher-api.ts';
import { explainPath, type WatcherFacts } from '../watcher/explain/explain-path.ts';
import { pathFacts } from '../watcher/explain/path-facts.ts';
import { readLedger } from '../watcher/explain/read-ledger.ts';
import { harmless } from './terminal/text.ts';

// `npm run doctor -- <path>` explains why a file is or is not indexed.
// The exit code is 0 if the file is searchable, 1 if it is not, and 2 without a path.

const TIMEOUT_MS = 10_000;

const given = process.argv[2];
if (given === undefined) {
  process.stderr.write('usage: npm run doctor -- <file or folder>\n');
  process.exit(2);
}
const config = loadConfig();
const facts = await pathFacts(given, config.inbox, process.cwd());
const { isSearchable, sentences } = explainPath(facts, await askWatcher(config), given, config.maxFileBytes);
for (const sentence of sentences) process.stdout.write(`${harmless(sentence)}\n`);
process.exitCode = isSearchable ? 0 : 1;

/** Asks the watcher for its documents. If it cannot be reached, its ledger shows how far it got. */
async function askWatcher({ watcherUrl, internalKeyFile, ledgerFile }: Config): Promise<WatcherFacts> {
  try {
    const headers = { authorization: `Bearer ${await readInternalKey(internalKeyFile)}` };
    const address = new URL('/v1/documents', watcherUrl);
    const response = await fetch(address, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`${address.href} responded with status ${response.status}`);
    // Proven by the internal key: only our watcher accepts it, and the type is shared with it.
    const { documents, ingestion } = (await response.json()) as Snapshot;
    return { unreachableBecause: null, ingestion, documents };
  } catch (error) {
    return { unreachableBecause: messageOf(error), ingestion: null, documents: readLedger(ledgerFile) };
  }
}
