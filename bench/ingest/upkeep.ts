import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openSqliteWriter } from '#shared/store/sqlite/sqlite.ts';
import { makeContent, store } from '#shared/store/testing/contents.ts';
import { DocumentDetails } from '../../watcher/documents/document-details.ts';
import { Ledger } from '../../watcher/ledger/ledger.ts';
import { auditStore } from '../../watcher/upkeep/audit-store.ts';

const AUDITED = 30_000;
const TAGGED = 3000;
const PART = 500;

/**
 * Measures how long an audit keeps the event loop, first with a lost ledger, then with one that agrees with the store.
 * @param folder in which the ledger and the store are created.
 * @param idleGapMs returns the longest delay of an idle process since its last call.
 */
export async function measureAudit(folder: string, idleGapMs: () => Promise<number>): Promise<Record<string, number>> {
  mkdirSync(folder);
  using ledger = new Ledger(path.join(folder, 'ledger.db'));
  await using writer = await openSqliteWriter(path.join(folder, 'store.db'));
  for (let n = 1; n <= AUDITED; n++) await store(writer, `${n}.md`, makeContent(`n${n}`, [`nota ${n}`]), n);

  const figures: Record<string, number> = {};
  const { signal } = new AbortController();
  for (const [name, differences] of [
    ['WithLostLedger', AUDITED],
    ['', 0],
  ] as const) {
    await idleGapMs();
    const delays = monitorEventLoopDelay({ resolution: 5 });
    delays.enable();
    const startedMs = performance.now();
    const found = await auditStore(ledger, writer, Date.now, signal);
    figures[`audit${name}Seconds`] = (performance.now() - startedMs) / 1000;
    delays.disable();
    if (found !== differences) throw new Error(`the audit found ${found} differences instead of ${differences}`);
    figures[`audit${name}WorstGapMs`] = delays.max / 1e6;
    figures[`audit${name}WorstGapOfIdleProcessMs`] = await idleGapMs();
  }
  return figures;
}

/** Measures whether tagging one document after another takes the same time for each; the ratio is 1 if it does. */
export function measureTagging(folder: string): Record<string, number> {
  mkdirSync(folder);
  using details = new DocumentDetails(path.join(folder, 'details.db'));
  const partsMs: number[] = [];
  for (let first = 0; first < TAGGED; first += PART) {
    const startedMs = performance.now();
    for (let n = first; n < first + PART; n++) {
      details.set(`contratos/${n}.pdf`, { title: `Contrato ${n} de locação`, tags: ['contrato', 'locação'] });
    }
    partsMs.push(performance.now() - startedMs);
  }
  return { [`tagging${TAGGED}LastPerFirst${PART}Ratio`]: partsMs.at(-1)! / partsMs[0]! };
}
