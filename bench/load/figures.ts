import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../tests/fixtures/run-askbox.ts';
import type { ClientsReport } from './clients-process.ts';
import { quantile, type ProbeResult } from './probe.ts';

/** What was measured in one repetition. */
export interface Repetition {
  readonly clients: ClientsReport;
  readonly idle: Probes;
  readonly load: Probes;
  /** How long the files of this repetition took to become searchable, and how many did. */
  readonly indexing: { readonly seconds: number; readonly files: number };
  /** Of the API, after the clients had gone. */
  readonly residentMB: number;
}

/** The measurements of a phase. */
export interface Probes {
  readonly health: ProbeResult;
  readonly search: ProbeResult;
  /** The longest delay of the API's event loop. */
  readonly worstGapMs: number;
}

/** A measured number and what it should be; a figure without a target is for information. */
export interface Figure {
  readonly value: number;
  /** As text, such as `<= 5`; empty without a target. */
  readonly target: string;
  readonly isMet: boolean | null;
}

/** Sums all repetitions up. Latencies are pooled, so that quiet moments and load are compared within the same run. */
export function figuresOf(repetitions: readonly Repetition[], filesEach: number): Record<string, Figure> {
  const figures: Record<string, Figure> = {};
  const inform = (name: string, value: number): void => void (figures[name] = { value, target: '', isMet: null });
  const compare = (name: string, value: number, relation: '<' | '<=' | '=', bound: number): void => {
    const isMet = relation === '=' ? value === bound : relation === '<' ? value < bound : value <= bound;
    figures[name] = { value, target: `${relation} ${bound}`, isMet };
  };
  const sum = (valueOf: (repetition: Repetition) => number): number =>
    repetitions.reduce((total, repetition) => total + valueOf(repetition), 0);

  const searchRefusals = repetitions.flatMap(({ load }) => load.search.refusals);
  const refused = merge([
    ...repetitions.map(({ clients }) => clients.refused),
    ...searchRefusals.map((code) => ({ [code]: 1 })),
  ]);
  const failed = merge(repetitions.map(({ clients }) => clients.failed));
  const closed = merge(repetitions.map(({ clients }) => clients.closed));
  const asked = sum(({ clients }) => clients.asked);
  const complete = sum(({ clients }) => clients.complete);
  const refusedAsks = sum(({ clients }) => clients.refusedAsks);
  const searches = sum(({ load }) => load.search.latenciesMs.length) + searchRefusals.length;
  const operations = asked + sum(({ clients }) => clients.followed) + searches;

  inform('answersAsked', asked);
  inform('answersRefused', refusedAsks);
  compare('answersComplete', complete, '=', asked - refusedAsks);
  compare(
    'answersWithTheirFact',
    sum(({ clients }) => clients.correct),
    '=',
    complete,
  );
  for (const [code, times] of Object.entries(failed)) inform(`failed:${code}`, times);

  inform('operations', operations);
  compare('refusedPercent', (total(refused) / operations) * 100, '<=', 5);
  for (const [code, times] of Object.entries(refused)) inform(`refused:${code}`, times);
  const documented = documentedCodes();
  compare(
    'refusedWithUndocumentedCode',
    total(refused, (code) => !documented.has(code)),
    '=',
    0,
  );

  inform('socketsClosed', total(closed));
  for (const [kindAndCode, times] of Object.entries(closed)) inform(`closed:${kindAndCode}`, times);
  compare(
    'socketsClosedForLateHandshake',
    total(closed, (kindAndCode) => kindAndCode.endsWith(':4408')),
    '=',
    0,
  );
  inform(
    'eventsFollowed',
    sum(({ clients }) => clients.events),
  );

  compare(
    'filesIndexed',
    sum(({ indexing }) => indexing.files),
    '=',
    filesEach * repetitions.length,
  );
  inform('indexingSeconds', sum(({ indexing }) => indexing.seconds) / repetitions.length);

  for (const [kind, bound] of [
    ['health', 10],
    ['search', 15],
  ] as const) {
    const idleMs = repetitions.flatMap(({ idle }) => idle[kind].latenciesMs);
    const loadMs = repetitions.flatMap(({ load }) => load[kind].latenciesMs);
    inform(`${kind}IdleP50Ms`, quantile(idleMs, 0.5));
    inform(`${kind}IdleP95Ms`, quantile(idleMs, 0.95));
    inform(`${kind}LoadP50Ms`, quantile(loadMs, 0.5));
    inform(`${kind}LoadP95Ms`, quantile(loadMs, 0.95));
    inform(`${kind}LoadWorstMs`, quantile(loadMs, 1));
    inform(`${kind}P50Ratio`, quantile(loadMs, 0.5) / quantile(idleMs, 0.5));
    compare(`${kind}P95Ratio`, quantile(loadMs, 0.95) / quantile(idleMs, 0.95), '<', bound);
    const failures = repetitions.flatMap(({ idle, load }) => [...idle[kind].failures, ...load[kind].failures]);
    compare(`${kind}RequestsFailed`, failures.length, '=', 0);
    for (const [reason, times] of Object.entries(merge(failures.map((each) => ({ [each]: 1 }))))) {
      inform(`${kind}RequestsFailed:${reason}`, times);
    }
  }

  inform('worstGapIdleMs', Math.max(...repetitions.map(({ idle }) => idle.worstGapMs)));
  inform('worstGapLoadMs', Math.max(...repetitions.map(({ load }) => load.worstGapMs)));
  for (const [i, { residentMB }] of repetitions.entries()) inform(`apiMBAfter${i + 1}`, residentMB);
  compare('apiMBLastPerFirst', repetitions.at(-1)!.residentMB / repetitions[0]!.residentMB, '<=', 1.1);
  return figures;
}

/** Returns every code that docs/errors.md explains. */
function documentedCodes(): ReadonlySet<string> {
  const page = readFileSync(path.join(root, 'docs/errors.md'), 'utf8');
  return new Set([...page.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, code]) => code!));
}

type Counter = Readonly<Record<string, number>>;

function merge(counters: readonly Counter[]): Counter {
  const merged: Record<string, number> = {};
  for (const counter of counters) {
    for (const [code, times] of Object.entries(counter)) merged[code] = (merged[code] ?? 0) + times;
  }
  return merged;
}

function total(counter: Counter, isCounted: (code: string) => boolean = () => true): number {
  return Object.entries(counter).reduce((sum, [code, times]) => sum + (isCounted(code) ? times : 0), 0);
}
