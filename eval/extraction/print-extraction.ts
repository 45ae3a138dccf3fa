import type { FileResult } from './measure-extraction.ts';
import { articleF1 } from './score-text.ts';

/** The figures of the files of one source in one format. */
export interface ExtractionFigures {
  readonly n: number;
  readonly ready: number;
  /** Such as `NO_TEXT 2, DAMAGED 1`. */
  readonly failed: string;
  /** Read, but without a letter or digit. */
  readonly empty: number;
  /** Files whose chunks break what they promise. */
  readonly broken: number;
  /** Means over all files with an expected text; null if none has one. */
  readonly tokenF1: number | null;
  readonly shingleF1: number | null;
  /** Strings found of those that should be contained, such as `7/9`; empty if there are none. */
  readonly contained: string;
  /** CPU time of all. */
  readonly cpuSeconds: number;
  /** Of the file that took most. */
  readonly peakMb: number;
}

/**
 * Returns the figures by source and format, in their order, and those of all files under `all`: without scores, because
 * those of articles are other ones.
 */
export function figuresOf(results: readonly FileResult[]): Readonly<Record<string, ExtractionFigures>> {
  const groups = Map.groupBy(results, ({ source, format }) => `${source} ${format}`);
  const rows = [...groups].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return {
    ...Object.fromEntries(rows.map(([name, files]) => [name, figuresOfGroup(files)])),
    all: { ...figuresOfGroup(results), tokenF1: null, shingleF1: null },
  };
}

function figuresOfGroup(files: readonly FileResult[]): ExtractionFigures {
  const codes = Map.groupBy(
    files.flatMap(({ failure }) => (failure === null ? [] : [failure.code])),
    (code) => code,
  );
  const byCount = [...codes].toSorted(([, one], [, other]) => other.length - one.length);
  const scores = files.flatMap(({ score }) => score ?? []);
  const articles = files.flatMap(({ article }) => article ?? []);
  const contained = files.flatMap((file) => file.contained ?? []);
  const mean = (values: readonly number[]): number | null =>
    values.length === 0 ? null : rounded(values.reduce((sum, value) => sum + value, 0) / values.length, 3);
  return {
    n: files.length,
    ready: files.filter(({ failure }) => failure === null).length,
    failed: byCount.map(([code, { length }]) => `${code} ${length}`).join(', '),
    empty: files.filter(({ isEmpty }) => isEmpty).length,
    broken: files.filter(({ faults }) => faults.length > 0).length,
    tokenF1: mean(scores.map(({ tokenF1 }) => tokenF1)),
    shingleF1: articles.length > 0 ? rounded(articleF1(articles), 3) : mean(scores.map(({ shingleF1 }) => shingleF1)),
    contained:
      contained.length === 0
        ? ''
        : `${contained.reduce((sum, { found }) => sum + found, 0)}/${contained.reduce((sum, { of }) => sum + of, 0)}`,
    cpuSeconds: rounded(
      files.reduce((sum, file) => sum + file.cpuSeconds, 0),
      1,
    ),
    peakMb: Math.round(Math.max(0, ...files.map(({ peakMb }) => peakMb))),
  };
}

/** Prints the figures as a table, then each file that failed with its reason and each whose chunks are broken. */
export function printExtraction(results: readonly FileResult[], { isJson }: { readonly isJson: boolean }): void {
  const figures = figuresOf(results);
  console.table(figures);
  for (const { path, failure } of results)
    if (failure !== null) console.log(`${failure.code}: ${path}: ${failure.reason}`);
  for (const { path, faults } of results)
    if (faults.length > 0) console.log(`broken: ${path}: ${faults.slice(0, 3).join('; ')}`);
  if (isJson) console.log(JSON.stringify({ figures, files: results }));
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
