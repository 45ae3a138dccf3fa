import type { Config } from '#shared/config.ts';
import { messageOf } from '#shared/errors.ts';
import { readInternalKey } from '#shared/watcher-api/read-internal-key.ts';
import type { Snapshot } from '#shared/watcher-api/watcher-api.ts';
import { explainPath, type WatcherFacts } from '../watcher/explain/explain-path.ts';
import { pathFacts } from '../watcher/explain/path-facts.ts';
import { readLedger } from '../watcher/explain/read-ledger.ts';
import { exitWithUsage, loadConfigOrExit, readCommandLine } from './terminal/command-line.ts';
import { harmless, spoken, terminalLanguage } from './terminal/text.ts';

const USAGE = spoken({
  en: `usage: npm run doctor -- <file or folder>

Explains why a file is or is not in the index, and what to do. It also works while askbox is stopped.

  --help  show this

exit codes: 0 the file is searchable, 1 it is not, 2 wrong options or no file
`,
  pt: `uso: npm run doctor -- <arquivo ou pasta>

Explica por que um arquivo está ou não no índice, e o que fazer. Funciona também com o askbox parado.

  --help  mostra isto

códigos de saída: 0 o arquivo pode ser encontrado, 1 não pode, 2 opções erradas ou nenhum arquivo
`,
});

const TIMEOUT_MS = 10_000;

const [given] = readCommandLine(USAGE, {}, 1).positionals;
if (given === undefined)
  exitWithUsage(spoken({ en: 'Name a file or folder', pt: 'Indique um arquivo ou uma pasta' }), USAGE);
const config = loadConfigOrExit();
const language = terminalLanguage(process.env);
const facts = await pathFacts(given, config.inbox, process.cwd(), language);
const { isSearchable, sentences } = explainPath(facts, await askWatcher(config), given, config.maxFileBytes, language);
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
