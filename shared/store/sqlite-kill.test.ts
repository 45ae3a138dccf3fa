import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { queryVector } from '../text/sparse.ts';
import { openSqliteReader, openSqliteWriter } from './sqlite.ts';
import type { StoreReader } from './store.ts';

const CHILD = fileURLToPath(new URL('sqlite-kill-child.ts', import.meta.url));
const DOCUMENTS = 10;
const KILLS = 4;

it('shows no torn or missing document while its writer is killed again and again', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'askbox-kill-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'store.db');
  const looks = Array.from({ length: KILLS }, () => randomInt(20, 120));
  process.stdout.write(`looks before each kill: ${looks.join(', ')}\n`);

  const opening = openSqliteReader(file);
  const revisions: number[] = [];
  for (const count of looks) {
    const child = spawn(process.execPath, [CHILD, file, `${DOCUMENTS}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const reader = await opening;
    for (let look = 0; look < count; look++) {
      await expectWholeDocuments(reader);
      await nextTurn();
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expectWholeDocuments(reader);
    await using writer = await openSqliteWriter(file);
    revisions.push(writer.lastRevision);
  }
  await (await opening)[Symbol.asyncDispose]();

  expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
  expect(revisions.at(-1)).toBeGreaterThan(DOCUMENTS * KILLS);
  using db = new DatabaseSync(file, { readOnly: true });
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
});

/** One look at all documents, in one snapshot: each there, with all chunks of one version and none of another. */
async function expectWholeDocuments(reader: StoreReader): Promise<void> {
  const { sparse } = await reader.search({ sparse: queryVector('todos'), limit: 1000 });
  const byPath = Map.groupBy(sparse, (hit) => hit.documents.map((document) => document.path).join());
  expect(byPath.size).toBe(DOCUMENTS);
  for (const hits of byPath.values()) {
    const content = hits[0]!.documents[0]!.content;
    expect(new Set(hits.map((hit) => hit.chunk.contentId))).toEqual(new Set([content.id]));
    expect(hits).toHaveLength(content.chunkCount);
  }
}
