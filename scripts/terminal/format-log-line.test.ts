import { expect, test } from 'vitest';
import { formatLogLine } from './format-log-line.ts';

const line = (fields: object): string =>
  JSON.stringify({ level: 'info', time: '2026-11-22T10:20:30.000Z', service: 'watcher', ...fields });

test.each([
  [line({ document: 'a.pdf', ms: 80, msg: 'ingested' }), '10:20:30 ingested document=a.pdf ms=80'],
  [
    line({ level: 'warn', msg: 'paused', reason: 'the store is down' }),
    '10:20:30 WARN paused reason="the store is down"',
  ],
  [
    line({ level: 'error', msg: 'fault', err: { message: 'm', stack: 'Error: m\n    at x' } }),
    '10:20:30 ERROR fault err=\nError: m\n    at x',
  ],
  ['(node:1) some warning', '(node:1) some warning'],
  ['{"not":"ours"}', '{"not":"ours"}'],
  ['{broken', '{broken'],
])('%s', (given, shown) => {
  expect(formatLogLine(given)).toBe(shown);
});
