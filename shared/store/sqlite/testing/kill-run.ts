import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { queryVector } from '../../../text/sparse.ts';
import { openSqliteReader, openSqliteWriter } from '../sqlite.ts';
import type { Hit, StoreReader } from '../../store.ts';

const CHILD = fileURLToPath(new URL('kill-child.ts', import.meta.url));
const DOCUMENTS = 10;

/** What the reader saw; `problems` is empty if nothing was wrong. */
export interface KillReport {
  readonly documentReads: number;
  readonly replacements: number;
  readonly problems: readonly string[];
}

/**
 * Reads ten documents from a store repeatedly while another process replaces them and is killed. For the test and for
 * bench/store-under-kill.ts.
 * @param file where the store is created; must not exist yet.
 * @param looks one number per kill: how often all documents are read before it.
 * @param replacementsEach the least number of replacements before each kill.
 */
export async function runUnderKill(
  file: string,
  looks: readonly number[],
  replacementsEach = DOCUMENTS,
): Promise<KillReport> {
  const problems: string[] = [];
  const opening = openSqliteReader(file);
  let documentReads = 0;
  let lastRevision = 0;
  const look = async (reader: StoreReader): Promise<void> => {
    problems.push(...(await findProblems(reader)));
    documentReads += DOCUMENTS;
    await nextTurn();
  };

  for (const lookCount of looks) {
    const child = spawn(process.execPath, [CHILD, file, `${DOCUMENTS}`], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      let replaced = 0;
      child.stdout.on('data', (dots: Buffer) => (replaced += dots.length * DOCUMENTS));
      await once(child.stdout, 'data');
      const reader = await opening;
      for (let i = 0; i < lookCount || replaced < replacementsEach; i++) {
        if (child.exitCode !== null) throw new Error(`the writer ended by itself, with ${child.exitCode}; see above`);
        await look(reader);
      }
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'exit');
    await look(await opening);
    await using writer = await openSqliteWriter(file);
    if (writer.lastRevision < lastRevision) problems.push(`revision ${lastRevision} became ${writer.lastRevision}`);
    lastRevision = writer.lastRevision;
  }
  await (await opening)[Symbol.asyncDispose]();

  using db = new DatabaseSync(file, { readOnly: true });
  const checks = [...db.prepare('PRAGMA integrity_check').all(), ...db.prepare('PRAGMA foreign_key_check').all()];
  if (JSON.stringify(checks) !== '[{"integrity_check":"ok"}]') problems.push(JSON.stringify(checks));
  return { documentReads, replacements: lastRevision, problems };
}

/** Reads all documents in one snapshot: each must be there, with all chunks of one version and none of another. */
async function findProblems(reader: StoreReader): Promise<string[]> {
  const { sparse } = await reader.search({ sparse: queryVector('todos'), limit: 1000 });
  const byPath = Map.groupBy(sparse, (hit) => hit.documents.map((document) => document.path).join());
  const missing = byPath.size === DOCUMENTS ? [] : [`there are ${byPath.size} documents, not ${DOCUMENTS}`];
  return [...missing, ...[...byPath].flatMap(([path, hits]) => (isWhole(hits) ? [] : [`${path} is torn`]))];
}

function isWhole(hits: readonly Hit[]): boolean {
  const content = hits[0]?.documents[0]?.content;
  return hits.length === content?.chunkCount && hits.every((hit) => hit.chunk.contentId === content.id);
}
