import { expect, test } from 'vitest';
import { chartTable } from './chart-table.ts';

test('numbers are as Excel shows them, other texts as they are', () => {
  const values = ['4.4000000000000004', '0.30000000000000004', '1.2345678901234567E-2', '12', '1.10', '2025-01'];
  const shown = ['4.4', '0.3', '0.0123456789012346', '12', '1.10', '2025-01'];
  expect(chartTable([{ name: '', categories: [], values }]).split('\n')).toEqual(shown.map((text) => `| ${text}`));
});

test('a point that is missing is an empty cell, and a chart without points no table', () => {
  const series = { name: 'Sul', categories: ['jan', 'fev'], values: [undefined, '2'] };
  expect(chartTable([series])).toBe('| Sul\njan |\nfev | 2');
  expect(chartTable([{ ...series, values: [] }])).toBe('');
});

test('the 500th point is the last one, also of a chart that numbers them by billions', () => {
  const values: string[] = [];
  values[499] = 'last';
  values[500] = 'too many';
  values[4_000_000_000] = 'damaged';
  expect(chartTable([{ name: 'Sul', categories: [], values }])).toBe('| Sul\n| last');
});
