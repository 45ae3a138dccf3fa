/** A series of a chart: its points by their place, where a place may lack one. */
export interface ChartSeries {
  readonly name: string;
  readonly categories: readonly (string | undefined)[];
  readonly values: readonly (string | undefined)[];
}

/** A chart for people has fewer. A damaged one may number its points by billions. */
const MAX_POINTS = 500;

/**
 * Returns the first 500 points of a chart as a table, with a row for each category and a column for each series; empty
 * without points. Numbers have the 15 digits that Excel shows at most: 4.4, where the file has 4.4000000000000004.
 */
export function chartTable(series: readonly ChartSeries[]): string {
  const categories = series.find((each) => each.categories.length > 0)?.categories ?? [];
  const rowCount = Math.min(MAX_POINTS, Math.max(0, ...series.map(({ values }) => values.length)));
  if (rowCount === 0) return '';
  const header = ['', ...series.map(({ name }) => name)];
  const rows = Array.from({ length: rowCount }, (_, at) => [
    categories[at] ?? '',
    ...series.map(({ values }) => values[at] ?? ''),
  ]);
  const lines = [header, ...rows].map((cells) => cells.map(cellText).join(' | ').trim());
  return lines.filter((line) => /[^\s|]/.test(line)).join('\n');
}

function cellText(cell: string): string {
  const text = cell.replaceAll(/\s+/g, ' ').trim();
  return /^-?\d+\.\d{10,}(?:E[-+]?\d+)?$/i.test(text) ? String(Number(Number(text).toPrecision(15))) : text;
}
