import { chartTable, type ChartSeries } from '../chart-table.ts';
import type { SourceFile } from '../extraction.ts';
import type { TextBuilder } from '../text-builder.ts';
import { walkXml } from '../xml.ts';

interface Series extends ChartSeries {
  name: string;
  readonly categories: string[];
  readonly values: string[];
}

/** Adds a chart: its titles as a paragraph, its numbers as a table with a row for each category. */
export function addChart(file: SourceFile, builder: TextBuilder, chart: Buffer): void {
  const series: Series[] = [];
  let titles = '';
  let into: 'name' | 'categories' | 'values' | null = null;
  let point = 0;
  let isText = false;
  let isValue = false;
  walkXml(file, chart, {
    open(name, attributes) {
      if (name === 'c:ser') series.push({ name: '', categories: [], values: [] });
      else if (name === 'c:tx') into = 'name';
      else if (name === 'c:cat' || name === 'c:xVal') into = 'categories';
      else if (name === 'c:val' || name === 'c:yVal') into = 'values';
      else if (name === 'c:pt') point = Math.max(0, Number(attributes['idx']) || 0);
      isText = name === 'a:t';
      isValue = name === 'c:v';
    },
    text(text) {
      const last = series.at(-1);
      if (isText) titles += text;
      if (!isValue || last === undefined || into === null) return;
      if (into === 'name') last.name += text;
      else last[into][point] = (last[into][point] ?? '') + text;
    },
    close(name) {
      if (name === 'a:p') titles += '\n';
      if (['c:tx', 'c:cat', 'c:xVal', 'c:val', 'c:yVal'].includes(name)) into = null;
      isText = false;
      isValue = false;
    },
  });
  builder.addBlock('paragraph', titles.replaceAll(/\s*\n\s*/g, '\n').trim());
  builder.addBlock('table', chartTable(series));
}
